"""An invented but plausible network: redundant where nothing is planted."""

import math
from collections import defaultdict
from datetime import date, timedelta
from random import Random
from typing import Any

from pollready.example.counties import COUNTIES, County
from pollready.example.stations import Station
from pollready.example.words import Words

Row = dict[str, Any]
OPERATORS = ("OP1", "OP2", "OP3")
# Every such number of clusters a county has another exchange and another substation.
CLUSTERS_PER_EXCHANGE = 2
CLUSTERS_PER_SUBSTATION = 6
THIRD_OPERATOR_STATIONS = 150  # counties at least this large have a third operator
RINGS = 3  # of the counties around the province's capital, which stands on none


class Infrastructure:
    """Components by code, in the order in which they were made."""

    def __init__(self, words: Words, random: Random, election: date) -> None:
        self.words, self.random, self.election = words, random, election
        self.rows: dict[str, Row] = {}

    def add(self, code: str, kind: str, agency: str, county: County | None, **more: Any) -> Row:
        """Add a component; the invented network is not secret."""
        row: Row = {"code": code, "kind": kind, "agency": agency, "class": "normal", **more}
        if county is not None:
            row["county"] = (county.fa, county.en)[self.words.column]
        row.setdefault("source", agency)
        row.setdefault("as_of", self.election - timedelta(days=self.random.randint(20, 90)))
        self.rows[code] = row
        return row

    def called(self, what: str, county: County, number: str) -> str:
        """Name what stands in a county, by its number there."""
        return self.words.text(what, (county.fa, county.en)[self.words.column], number)


def make_infrastructure(
    words: Words, random: Random, election: date, stations: list[Station]
) -> Infrastructure:
    """Make the network from the national centre down, and connect every station to it."""
    made = Infrastructure(words, random, election)
    _make_core(made)
    rings = _make_rings(made)
    clusters: dict[str, list[Station]] = defaultdict(list)
    for station in stations:
        clusters[station.cluster].append(station)
    for county in COUNTIES:
        own = {name: members for name, members in clusters.items() if members[0].county is county}
        _make_county(made, county, own, rings.get(county.number, ""))
    return made


def _make_core(made: Infrastructure) -> None:
    """Make the nation's and the province's parts: two of everything but the nation's own."""
    made.add("ID-SERVICE", "identity_service", "CIVIL", None, battery_h=24,
             unavailability=0.002, mttr_h=1, as_of=made.election - timedelta(days=2))  # fmt: skip
    made.add("NAT-CENTRE", "national_centre", "HQ", None, depends_on="ID-SERVICE",
             unavailability=0.001, mttr_h=1)  # fmt: skip
    for side in ("A", "B"):
        made.add(f"BB-{side}", "backbone", "INFRA", None, unavailability=0.002, mttr_h=4)
        made.add(f"PROV-{side}", "provincial_centre", "ICT", None,
                 depends_on="NAT-CENTRE & (BB-A | BB-B)",
                 unavailability=0.002, mttr_h=2)  # fmt: skip


def _make_rings(made: Infrastructure) -> dict[int, str]:
    """Lay rings of fibre around the capital; give each county's two ways along its ring.

    One cut anywhere harms nobody; two on one ring cut off the counties between them.
    """
    hub, *others = COUNTIES
    others.sort(key=lambda county: math.atan2(county.lat - hub.lat, county.lon - hub.lon))
    size = -(-len(others) // RINGS)
    ways = {}
    for ring in range(1, RINGS + 1):
        members = others[(ring - 1) * size : ring * size]
        spans = [f"RING-{ring}-{number}" for number in range(1, len(members) + 2)]
        for number, (span, county) in enumerate(
            zip(spans, [*members, members[-1]], strict=True), 1
        ):
            made.add(span, "ring_segment", "INFRA", county,
                     name=made.words.text("ring", str(ring), str(number)),
                     as_of=made.election - timedelta(days=30),
                     unavailability=0.003, mttr_h=6)  # fmt: skip
        for place, county in enumerate(members, start=1):
            ways[county.number] = f"({' & '.join(spans[:place])} | {' & '.join(spans[place:])})"
    return ways


def _make_county(
    made: Infrastructure, county: County, clusters: dict[str, list[Station]], ring: str
) -> None:
    along = f" & {ring}" if ring else ""
    for side in ("A", "B"):
        other = "B" if side == "A" else "A"
        made.add(f"AGG-{county.code}-{side}", "aggregation", "TELECOM", county,
                 name=made.called("node", county, side),
                 depends_on=f"(PROV-{side} | PROV-{other}){along}",
                 battery_h=12, unavailability=0.003, mttr_h=4)  # fmt: skip
    for number, (name, members) in enumerate(sorted(clusters.items())):
        _make_power(made, county, name, number)
        _make_sites(made, county, name, number, members)
        if number % CLUSTERS_PER_EXCHANGE == 0:
            exchange = _make_exchange(made, county, name)
        served = [s.code for s in members if s.row.get("fixed_line") in ("fibre", "copper")]
        exchange["serves"] = [*exchange.get("serves", []), *served]
        for station in members:
            station.row["feeder"] = f"FDR-{name}"


def _make_power(made: Infrastructure, county: County, name: str, number: int) -> None:
    substation = f"SUB-{county.code}-{number // CLUSTERS_PER_SUBSTATION + 1:02}"
    if substation not in made.rows:
        made.add(substation, "substation", "POWER", county,
                 name=made.called("substation", county, substation[-2:]),
                 unavailability=0.002, mttr_h=3)  # fmt: skip
    made.add(f"FDR-{name}", "feeder", "POWER", county, depends_on=substation,
             name=made.called("feeder", county, name[-2:]),
             unavailability=round(made.random.uniform(0.004, 0.02), 4), mttr_h=2)  # fmt: skip


def _make_sites(
    made: Infrastructure, county: County, name: str, number: int, members: list[Station]
) -> None:
    """Make two sites per operator for the cluster; operators go up by different nodes."""
    centre = members[0].row
    operators = OPERATORS if county.stations >= THIRD_OPERATOR_STATIONS else OPERATORS[:2]
    for rank, operator in enumerate(operators):
        aggregation = f"AGG-{county.code}-{'AB'[rank % 2]}"
        for site in (1, 2):
            made.add(
                f"{operator}-{name}-{site}", "mobile_site", operator, county,
                name=made.words.text("site", centre["locality"], f"{name[-2:]}/{site}"),
                lat=round(centre["lat"] + made.random.gauss(0, 0.01), 5),
                lon=round(centre["lon"] + made.random.gauss(0, 0.01), 5),
                depends_on=f"FDR-{name} & {aggregation}",
                serves=[station.code for station in members],
                battery_h=made.random.choice((5, 6, 8)),
                generator="yes" if made.random.random() < 0.1 else "no",
                unavailability=round(made.random.uniform(0.005, 0.02), 4), mttr_h=3,
            )  # fmt: skip


def _make_exchange(made: Infrastructure, county: County, name: str) -> Row:
    return made.add(f"EXC-{name}", "exchange", "TELECOM", county,
                    name=made.called("exchange", county, name[-2:]),
                    depends_on=f"FDR-{name} & (AGG-{county.code}-A | AGG-{county.code}-B)",
                    battery_h=10, unavailability=0.003, mttr_h=4)  # fmt: skip
