"""Obstacles put into the example on purpose, each written down with where it is.

Kinds are names of what is wrong in the world, not of any rule that may find it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from pollready.example.counties import COUNTIES
from pollready.example.infrastructure import Infrastructure
from pollready.example.ledger import incident
from pollready.example.stations import Station
from pollready.example.words import Words

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Planted:
    """One obstacle: its kind, and the stations or components that have it."""

    kind: str
    stations: tuple[str, ...] = ()
    components: tuple[str, ...] = ()
    note: str = ""
    agencies: tuple[str, ...] = ()


@dataclass(slots=True)
class Garden:
    """What planting works on; a station is taken once, so that obstacles do not mix."""

    words: Words
    random: Random
    election: date
    stations: list[Station]
    infrastructure: Infrastructure
    people: list[Row]
    incidents: list[Row]
    agencies: list[Row]
    extra_rows: list[Row] = field(default_factory=list)  # second rows of the same station
    planted: list[Planted] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)

    def take(self, count: int, fits: Callable[[Station], bool]) -> list[Station]:
        """Take stations that fit and that nothing else was planted at."""
        free = [s for s in self.stations if s.code not in self.taken and fits(s)]
        chosen = self.random.sample(free, count)
        self.taken |= {station.code for station in chosen}
        return chosen

    def note(self, kind: str, station: Station, note: str) -> None:
        """Write down an obstacle at a station."""
        self.planted.append(Planted(kind, stations=(station.code,), note=note))


def plant_all(garden: Garden) -> list[Planted]:
    """Plant every kind; the order is fixed, so a seed gives one province."""
    for plant in (
        _shared_points, _single_points, _common_causes, _sites, _radio, _paths, _power,
        _preparation, _devices, _people, _fallback, _routes, _evidence, _incidents,
        _coordinates, _closing, _old_components, _relocated, _agencies,
    ):  # fmt: skip
        plant(garden)
    return garden.planted


def is_fixed(station: Station) -> bool:
    """Tell a station that stands still."""
    return not station.is_mobile


def is_plain(station: Station) -> bool:
    """Tell a fixed station that has nothing but its two operators."""
    return is_fixed(station) and not station.row.get("fixed_line")


def _cluster_sites(garden: Garden, cluster: str) -> list[str]:
    rows = garden.infrastructure.rows
    return [
        code
        for code, row in rows.items()
        if row["kind"] == "mobile_site" and code.split("-", 1)[1].rsplit("-", 1)[0] == cluster
    ]


def _take_cluster(garden: Garden, county_number: int, count: int) -> tuple[str, list[Station]]:
    """Take a cluster of plain or line-less stations of a county, whole."""
    own: dict[str, list[Station]] = {}
    for station in garden.stations:
        if station.county.number == county_number:
            own.setdefault(station.cluster, []).append(station)
    free = [
        name
        for name, members in own.items()
        if len(members) >= count and not {s.code for s in members} & garden.taken
    ]
    name = garden.random.choice(free)
    garden.taken |= {station.code for station in own[name]}
    for station in own[name]:
        station.row.pop("fixed_line", None)
    for row in garden.infrastructure.rows.values():
        if row["kind"] == "exchange":
            codes = {station.code for station in own[name]}
            row["serves"] = [code for code in row["serves"] if code not in codes]
    return name, own[name]


def _shared_points(garden: Garden) -> None:
    """All sites of two clusters go up by one node: a shared single point of failure."""
    for county in (garden.random.choice((2, 3, 4)), garden.random.choice((5, 6, 7))):
        code = f"NODE-{county:02}"
        members: list[Station] = []
        garden.infrastructure.add(
            code, "aggregation", "INFRA", COUNTIES[county - 1],
            depends_on=f"AGG-{county:02}-A | AGG-{county:02}-B",
            battery_h=12, unavailability=0.004, mttr_h=4,
        )  # fmt: skip
        for _ in range(2):
            cluster, stations = _take_cluster(garden, county, 6)
            members += stations
            for site in _cluster_sites(garden, cluster):
                garden.infrastructure.rows[site]["depends_on"] = f"FDR-{cluster} & {code}"
        garden.planted.append(
            Planted(
                "shared_single_point",
                tuple(station.code for station in members),
                (code,),
                "every site of two clusters goes up by this node",
            )
        )


def _single_points(garden: Garden) -> None:
    """A few stations of a large county are served by sites behind one radio link."""
    for number in range(3):
        cluster, members = _take_cluster(garden, 1, 6)
        link = f"RL-{number + 1}"
        garden.infrastructure.add(link, "radio_link", "TELECOM", COUNTIES[0],
                                  depends_on="AGG-01-A | AGG-01-B", unavailability=0.006,
                                  battery_h=12, mttr_h=5)  # fmt: skip
        few = members[:3]
        sites = _cluster_sites(garden, cluster)
        codes = {station.code for station in few}
        for operator in ("OP1", "OP2"):
            site = next(code for code in sites if code.startswith(operator))
            own = f"{operator}-H{number + 1}"
            garden.infrastructure.rows[own] = garden.infrastructure.rows[site] | {
                "code": own,
                "serves": sorted(codes),
                "depends_on": f"FDR-{cluster} & {link}",
            }
        for site in sites:
            row = garden.infrastructure.rows[site]
            row["serves"] = [code for code in row["serves"] if code not in codes]
        garden.planted.append(
            Planted("single_point", tuple(sorted(codes)), (link,), "both operators by one link")
        )


def _common_causes(garden: Garden) -> None:
    """A duct that holds the links of all sites of a cluster; a batch of identity devices."""
    for number, county in enumerate((8, 9), start=1):
        cluster, members = _take_cluster(garden, county, 6)
        code = f"DUCT-{number}"
        garden.infrastructure.add(code, "duct", "TELECOM", COUNTIES[county - 1],
                                  unavailability=0.003, mttr_h=8)  # fmt: skip
        for site in _cluster_sites(garden, cluster):
            garden.infrastructure.rows[site]["batch"] = code
        garden.planted.append(
            Planted(
                "shared_duct",
                tuple(s.code for s in members),
                (code,),
                "the links of both operators lie in one duct",
            )
        )
    for number in (1, 2):
        chosen = garden.take(14, is_fixed)
        code = f"BATCH-{number}"
        garden.infrastructure.add(code, "device_batch", "HQ", None,
                                  serves=sorted(s.code for s in chosen),
                                  unavailability=0.004, mttr_h=6)  # fmt: skip
        garden.planted.append(
            Planted(
                "shared_batch",
                tuple(sorted(s.code for s in chosen)),
                (code,),
                "identity devices of one production batch",
            )
        )


def _sites(garden: Garden) -> None:
    """Mobile sites whose battery ends too soon."""
    for county in (10, 11, 12):
        cluster, _ = _take_cluster(garden, county, 6)
        site = _cluster_sites(garden, cluster)[0]
        garden.infrastructure.rows[site] |= {"battery_h": 2.5, "generator": "no"}
        garden.planted.append(
            Planted("site_battery_short", (), (site,), "mobile site with 2.5 h of battery")
        )


def _radio(garden: Garden) -> None:
    """Coverage tested too long ago, never tested, or disputed by a second row."""
    for station in garden.take(3, is_fixed):
        station.row["test_date"] = garden.election - timedelta(days=120)
        garden.note("no_tested_radio", station, "the test is older than the rounds allow")
    for station in garden.take(2, is_plain):
        station.row["test_date"] = None
        garden.note("no_tested_radio", station, "covered, they say, but never tested")
    for station in garden.take(3, is_fixed):
        garden.extra_rows.append(
            {
                "code": station.code,
                "name": station.row["name"],
                "county": station.row["county"],
                "kind": "fixed",
                "signal_1": "none",
                "test_date": station.row["test_date"],
            }
        )
        garden.note("radio_disputed", station, "a second row says that there is no signal")


def _paths(garden: Garden) -> None:
    """One operator only: the other has no signal, or both cards are of one."""
    for station in garden.take(3, is_plain):
        station.row["signal_2"] = "none"
        garden.note("no_second_path", station, "the second operator has no signal")
    for station in garden.take(1, is_plain):
        station.row["operator_2"] = station.row["operator_1"]
        garden.note("no_second_path", station, "both cards are of one operator")


def _power(garden: Garden) -> None:
    """Too little battery, a generator that cannot run, a battery that an outage emptied."""
    short, dry, dark = garden.take(3, is_fixed)
    short.row |= {"battery_h": 0.5, "generator": "no"}
    garden.note("backup_power_short", short, "half an hour of battery, no generator")
    dry.row |= {"battery_h": 0.5, "generator": 1}
    garden.note("backup_power_short", dry, "half an hour of battery, fuel for an hour")
    dark.row |= {"mains": "no", "battery_h": 6, "generator": "no"}
    garden.note("backup_power_short", dark, "no mains and no generator, six hours of battery")
    for station in garden.take(2, is_fixed):
        station.row |= {"battery_h": 4, "generator": 0}
        garden.note("generator_unready", station, "a generator with no hours of fuel")
    for station in garden.take(2, is_fixed):
        station.row |= {"battery_h": 3, "generator": "no"}
        garden.incidents.append(
            incident(garden.words, station, "1403", "power_out", "storm", "POWER", 320, hour=9)
        )
        garden.note("battery_short", station, "an outage of 320 minutes against 3 h of battery")


def _preparation(garden: Garden) -> None:
    """Cards not ready; rehearsal failed, missed, or on other software."""
    for station in garden.take(3, is_fixed):
        station.row["cards"] = "not_ready"
        garden.note("cards_not_ready", station, "staff cards are not configured")
    for state, station in zip(
        ("failed", "failed", "absent"), garden.take(3, is_fixed), strict=True
    ):
        station.row["rehearsal"] = state
        garden.note("rehearsal_failed", station, f"rehearsal: {state}")
    for station in garden.take(1, is_fixed):
        station.row["software"] = "4.1.0"
        garden.note("rehearsal_failed", station, "software changed since the rehearsal")


def _devices(garden: Garden) -> None:
    """One device where several are needed."""
    for station in garden.take(3, lambda s: is_fixed(s) and s.row["expected_voters"] > 700):
        station.row["id_devices"] = 1
        station.row["expected_voters"] += 700
        station.row["forms"] += 700
        garden.note("devices_short", station, "one identity device for the whole station")


def _people(garden: Garden) -> None:
    """One of the two users is not trained; neither has a deputy."""
    for station in garden.take(2, is_fixed):
        user = next(row for row in garden.people if row.get("scope") == station.code)
        user["trained"] = "no"
        garden.note("no_trained_user", station, "one of two users is not trained")
    for station in garden.take(1, is_fixed):
        for row in garden.people:
            if row.get("scope") == station.code:
                row["deputy"] = garden.words.text("none")
        garden.note("no_trained_user", station, "the users have no deputy")


def _fallback(garden: Garden) -> None:
    """No route to the order for paper in a county; too few forms at stations."""
    county = COUNTIES[18]
    scope = (county.fa, county.en)[garden.words.column]
    duty = garden.words.text("route_duty")
    for row in garden.people:
        if row.get("duty") == duty and row["scope"] == scope:
            row["evidence"] = ""
    own = tuple(s.code for s in garden.stations if s.county is county)
    garden.taken |= set(own)
    garden.planted.append(
        Planted("no_lawful_fallback", own, (), "nobody has settled who orders paper here")
    )
    for station in garden.take(2, is_fixed):
        station.row["forms"] = station.row["expected_voters"] // 10
        garden.note("no_lawful_fallback", station, "forms for a tenth of the voters")


def _routes(garden: Garden) -> None:
    """Mobile stations with a stop without signal, or never tested."""
    for station in garden.take(3, lambda s: s.is_mobile):
        station.stops[-1] |= {"signal_1": "none", "signal_2": "none"}
        garden.note("mobile_stop_untested", station, "the last stop has no signal at all")
    for station in garden.take(2, lambda s: s.is_mobile):
        station.row["test_date"] = None
        garden.note("mobile_stop_untested", station, "no stop was tested on site")


def _evidence(garden: Garden) -> None:
    """Stations of which nothing is known, and claims that contradict one another."""
    for station in garden.take(3, is_fixed):
        for name in ("operator_1", "operator_2", "signal_1", "signal_2", "test_date",
                     "fixed_line", "mains", "feeder", "battery_h", "generator", "id_devices",
                     "rehearsal", "software", "cards", "forms"):  # fmt: skip
            station.row[name] = None
        garden.note("no_evidence", station, "nobody has filled in its row")
    for station in garden.take(3, is_fixed):
        other = 1 if station.row["battery_h"] >= 3 else 8
        garden.extra_rows.append(
            {
                "code": station.code,
                "name": station.row["name"],
                "county": station.row["county"],
                "kind": "fixed",
                "battery_h": other,
            }
        )
        garden.note("claim_contradicted", station, "two rows give different hours of battery")


def _incidents(garden: Garden) -> None:
    """The same trouble in both earlier rounds."""
    for station in garden.take(3, is_fixed):
        for election in ("1400", "1403"):
            garden.incidents.append(
                incident(garden.words, station, election, "link_out", "cut", "TELECOM", 45, hour=11)
            )
        garden.note("incident_repeated", station, "the link failed in both earlier rounds")


def _coordinates(garden: Garden) -> None:
    """Zero, swapped, outside the province, far from its county."""
    zero, swapped, outside, far = garden.take(4, is_fixed)
    zero.row |= {"lat": 0, "lon": 0}
    swapped.row |= {"lat": swapped.row["lon"], "lon": swapped.row["lat"]}
    outside.row |= {"lat": 29.6, "lon": 52.5}
    far.row |= {"lat": far.row["lat"] + (1.2 if far.row["lat"] < 38 else -1.2)}
    for station, note in (
        (zero, "0, 0"),
        (swapped, "latitude and longitude swapped"),
        (outside, "another province"),
        (far, "over 100 km from its county"),
    ):
        garden.note("coordinates_implausible", station, note)


def _closing(garden: Garden) -> None:
    """No path at all, in a county whose post of courier is vacant."""
    county = COUNTIES[16]
    scope = (county.fa, county.en)[garden.words.column]
    courier = garden.words.text("courier")
    for row in garden.people:
        if (row["role"], row["scope"]) == (courier, scope):
            row |= {"name": None, "deputy": None, "trained": None}
    for station in garden.take(2, lambda s: is_plain(s) and s.county is county):
        station.row |= {"signal_1": "none", "signal_2": "none"}
        garden.note("no_way_of_closing", station, "no signal, and nobody carries the minutes")


def _relocated(garden: Garden) -> None:
    """Stations that moved after they were tested."""
    for station in garden.take(2, is_fixed):
        station.row |= {
            "status": "relocated",
            "relocated_on": garden.election - timedelta(days=9),
            "relocated_by": garden.words.text("relocation"),
        }
        garden.note("relocated", station, "moved after its test: what was tested has expired")


def _agencies(garden: Garden) -> None:
    """An agency that says that it is not ready, and one without a deputy."""
    by_code = {row["code"]: row for row in garden.agencies}
    by_code["CIVIL"]["ready_declared"] = "no"
    by_code["CRISIS"]["deputy"] = garden.words.text("none")
    for code, note in (("CIVIL", "declares that it is not ready"), ("CRISIS", "has no deputy")):
        garden.planted.append(Planted("agency_unready", note=note, agencies=(code,)))


def spoil_reserves(
    words: Words, stations: list[Station], resources: list[Row], taken: set[str]
) -> list[Planted]:
    """Cut a county's reserve, count a spare device in two others, leave modems as they came."""
    poor = COUNTIES[21]
    own = [station for station in stations if station.county is poor]
    taken |= {station.code for station in own}
    name = (poor.fa, poor.en)[words.column]
    for row in resources:
        if name in row["depot"]:
            row["delivered"] = row["tested"] = row["pledged"] // 4
    fourth, fifth = (
        next(row for row in resources if row["depot"] == words.text("depot", name))
        for name in ((c.fa, c.en)[words.column] for c in COUNTIES[3:5])
    )
    fifth["serials"] = ", ".join(
        [fourth["serials"].split(", ")[0], *fifth["serials"].split(", ")[1:]]
    )
    modems = next(row for row in resources if (row["agency"], row["model"]) == ("OP2", "LTE-4"))
    modems["provisioned"] = "no"
    return [
        Planted("spare_unusable", note="modems that nobody set up", agencies=("OP2",)),
        Planted("reserve_short", tuple(s.code for s in own), (), "a quarter of the spares came"),
        Planted("reserve_counted_twice", note=f"{fourth['depot']}, {fifth['depot']}"),
    ]


def _old_components(garden: Garden) -> None:
    """Components whose row is years old."""
    for county in (13, 14):
        cluster, _ = _take_cluster(garden, county, 6)
        site = _cluster_sites(garden, cluster)[1]
        garden.infrastructure.rows[site]["as_of"] = garden.election - timedelta(days=800)
        garden.planted.append(
            Planted("claim_too_old", (), (site,), "the row is from before the last round")
        )
