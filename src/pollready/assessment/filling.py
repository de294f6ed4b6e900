"""Facts: what the register and the engine know, in the form that the rules read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from pollready.assessment.compiling import Compiled, CompiledStation, way_id
from pollready.assessment.cones import Cones
from pollready.assessment.evidence import agency_evidence, component_evidence
from pollready.assessment.paths import Path
from pollready.assessment.people import PeopleIndex
from pollready.assessment.reading import Register
from pollready.assessment.severed import severed
from pollready.assessment.standing import relocation_of
from pollready.language import fold
from pollready.obstacles.facts import (
    AgencyFacts,
    ComponentFacts,
    Evidence,
    Facts,
    IncidentFacts,
    Known,
    LotFacts,
    PathFacts,
    StationFacts,
    StopFacts,
)
from pollready.register.kinds import kinds

PROVINCE_TIER = 3


@dataclass(frozen=True, slots=True)
class Structure:
    """What the engine tells the rules; empty where no component is known.

    `singles` holds, by point id, the components and groups whose loss alone takes the point
    below its level before help can arrive; `cone` everything shared that a point rests on.
    """

    singles: Mapping[str, frozenset[str]] = field(default_factory=dict)
    ways: Mapping[str, frozenset[str]] = field(default_factory=dict)
    cone: Mapping[str, frozenset[str]] = field(default_factory=dict)


def fill_facts(
    register: Register,
    compiled: Compiled,
    people: PeopleIndex,
    structure: Structure,
    *,
    as_of: date,
    service: tuple[datetime, datetime] | None,
) -> Facts:
    """Fill the facts of a round; nothing is guessed."""
    evidence = component_evidence(register)
    stations = fill_stations(register, compiled.stations, people, structure)
    county_voters: dict[str, int] = {}
    for station in stations:
        if station.voters is not None:
            county_voters[station.county_code] = (
                county_voters.get(station.county_code, 0) + station.voters
            )
    return Facts(
        as_of=as_of,
        election_date=register.round.election_date,
        service_starts=service[0] if service else None,
        service_ends=service[1] if service else None,
        stations=stations,
        components=_components(register, stations, structure, evidence),
        agencies={
            row["code"]: AgencyFacts(
                **row, evidence=agency_evidence(row["code"], register.newest_file)
            )
            for row in register.agencies
        },
        lots=lots_of(register),
        people=people.people,
        county_voters=county_voters,
        polling_h=register.round.polling_h,
        depots=depots_of(register),
    )


def fill_stations(
    register: Register,
    stations: Iterable[CompiledStation],
    people: PeopleIndex,
    structure: Structure,
) -> tuple[StationFacts, ...]:
    """Fill the facts of some stations, or of all."""
    chosen = tuple(stations)
    upward = _Upward(_open_ended(register, chosen), severed(register))
    groups = _groups_by_listing(register)
    return tuple(
        _station(station, register, people, structure, groups, upward) for station in chosen
    )


@dataclass(frozen=True, slots=True)
class _Upward:
    """What is known of the ways up from carriers: not recorded to their end, or gone."""

    open_ended: frozenset[str]
    severed: frozenset[str]


def lots_of(register: Register) -> tuple[LotFacts, ...]:
    """Give the lots of the ledger."""
    return tuple(_lot(row) for row in register.lots)


def depots_of(register: Register) -> dict[str, tuple[float, float]]:
    """Give where the depots of the register are, by code and by name as the ledger writes them."""
    return {
        fold(word): (row.lat, row.lon)
        for row in register.components.values()
        if row.kind == "depot" and row.lat is not None and row.lon is not None
        for word in (row.code, row.name)
        if word
    }


def _groups_by_listing(register: Register) -> dict[int, frozenset[str]]:
    found: dict[int, set[str]] = {}
    for group, listings in register.group_listings.items():
        for listing in listings:
            found.setdefault(listing, set()).add(group)
    return {listing: frozenset(groups) for listing, groups in found.items()}


def _station(
    station: CompiledStation,
    register: Register,
    people: PeopleIndex,
    structure: Structure,
    groups: Mapping[int, frozenset[str]],
    upward: _Upward,
) -> StationFacts:
    listing = station.listing
    claims = register.claims.get(listing.id, {})
    doubts = claims.get("coordinates")
    relocated, since = relocation_of(listing, claims)
    return StationFacts(
        listing_id=listing.id,
        code=listing.code,
        name=listing.name,
        kind=listing.kind,
        status=listing.status,
        county=listing.county,
        county_code=listing.county_code,
        district=listing.district,
        lat=listing.lat,
        lon=listing.lon,
        voters=listing.voters,
        claims=claims,
        paths=tuple(_path(path, structure, register, upward) for path in station.paths),
        stops=tuple(
            StopFacts(
                stop.ordinal,
                stop.place_name,
                stop.lat,
                stop.lon,
                tuple(_path(path, structure, register, upward) for path in paths),
            )
            for stop, paths in zip(
                register.stops.get(listing.id, []), station.stop_paths, strict=True
            )
        ),
        trained_users=people.users(listing),
        deputies=people.deputies(listing),
        users_untold=people.users_untold(listing),
        single_points=frozenset(
            code
            for code in structure.singles.get(listing.code, ())
            if _tier(register, code) < PROVINCE_TIER
        ),
        groups=groups.get(listing.id, frozenset()),
        incidents=tuple(_incident(row) for row in register.incidents.get(listing.id, ())),
        paper_order=people.paper_order(listing),
        order_route=people.order_route(listing),
        couriers=people.couriers(listing),
        relocated_on=since,
        lacks_relocation_date=relocated and since is None,
        coordinate_doubts=tuple(dict.fromkeys(row.value for row in doubts.evidence))
        if doubts
        else (),
    )


def _tier(register: Register, code: str) -> int:
    row = register.components.get(code) or register.groups.get(code)
    return PROVINCE_TIER if row is None else row.tier


def _open_ended(register: Register, stations: Iterable[CompiledStation]) -> frozenset[str]:
    """Give the carriers of which somewhere up to province tier nobody says what is above.

    What carries messages below province tier goes up to something: where its row names
    nothing, the way from there on is not recorded; nor is it where only spans, which lie
    between two others, are above. A span itself need not name what it leads to.
    """
    kind_of = kinds()
    ends = {
        code
        for code, row in register.components.items()
        if row.tier < PROVINCE_TIER
        and code not in register.depends_on
        and code not in register.protection
        and row.kind in kind_of
        and kind_of[row.kind].medium in ("mobile", "fixed", "satellite")
        and not kind_of[row.kind].is_span
    }
    arrivals = {code for code, row in register.components.items() if row.tier >= PROVINCE_TIER}
    cones = Cones(register)
    carriers = {
        code
        for station in stations
        for route in (station.paths, *station.stop_paths)
        for path in route
        for code in path.carriers
    }
    return frozenset(
        code
        for code in carriers
        for cone in [cones.of_component(code)]
        if cone & ends or not cone & arrivals
    )


def _path(path: Path, structure: Structure, register: Register, upward: _Upward) -> PathFacts:
    """Give a path with what it hangs on below province tier, components apart from groups.

    Whatever was tested: nothing comes through where every carrier has lost its ways up.
    """
    cut_off = bool(path.carriers) and upward.severed.issuperset(path.carriers)
    hangs_on = structure.ways.get(way_id(path.carriers), frozenset())
    components, groups = register.components, register.groups
    return PathFacts(
        label=path.label,
        medium=path.medium,
        signal=Known("none", path.signal.evidence) if cut_off else path.signal,
        test_date=path.test_date,
        upstream_recorded=bool(path.carriers) and not upward.open_ended.intersection(path.carriers),
        upstream=frozenset(
            code
            for code in hangs_on
            if code in components and components[code].tier < PROVINCE_TIER
        ),
        ducts=frozenset(
            code for code in hangs_on if code in groups and groups[code].tier < PROVINCE_TIER
        ),
    )


def _components(
    register: Register,
    stations: tuple[StationFacts, ...],
    structure: Structure,
    evidence: Mapping[str, tuple[Evidence, ...]],
) -> dict[str, ComponentFacts]:
    voters = {station.listing_id: station.voters for station in stations}
    falls: dict[str, set[int]] = {}
    behind: dict[str, set[int]] = {}
    for station in stations:
        for code in structure.singles.get(station.code, ()):
            falls.setdefault(code, set()).add(station.listing_id)
        for code in structure.cone.get(station.code, ()):
            behind.setdefault(code, set()).add(station.listing_id)
    return {
        code: component_facts(
            code,
            register,
            behind=frozenset(behind.get(code, ())),
            falls_with_it=frozenset(falls.get(code, ())),
            voters=voters,
            evidence=evidence.get(code, ()),
        )
        for code in register.components | register.groups
    }


def component_facts(
    code: str,
    register: Register,
    *,
    behind: frozenset[int],
    falls_with_it: frozenset[int],
    voters: Mapping[int, int | None],
    evidence: tuple[Evidence, ...],
) -> ComponentFacts:
    """Fill the facts of a component or group; `voters` by listing."""
    is_group = code in register.groups
    row = register.groups[code] if is_group else register.components[code]
    known = [v for listing in falls_with_it if (v := voters[listing]) is not None]
    return ComponentFacts(
        code=code,
        kind=row.kind,
        name=row.name,
        agency=row.agency,
        county=row.county,
        tier=row.tier,
        is_group=is_group,
        claims=register.component_claims.get(row.id, {}) if code in register.components else {},
        depends_on_recorded=code in register.depends_on,
        behind=behind,
        falls_with_it=falls_with_it,
        voters_falling=sum(known) if known else None,
        evidence=evidence,
    )


def _incident(row: tuple[object, ...]) -> IncidentFacts:
    (
        election, kind, cause, agency, stop_min, lesson, confirmed, started, ended,
        source, sheet, number,
    ) = row  # fmt: skip
    return IncidentFacts(
        election=str(election),
        kind=str(kind),
        cause=str(cause),
        agency=str(agency or ""),
        stop_min=stop_min,  # type: ignore[arg-type]  # a row of values_list
        lesson=str(lesson),
        confirmed=confirmed,  # type: ignore[arg-type]  # a row of values_list
        open_ended=started is not None and ended is None,
        evidence=Evidence(
            "incident",
            f"{election}: {kind}",
            str(source),
            str(sheet),
            number,  # type: ignore[arg-type]  # a row of values_list
            started.date() if isinstance(started, datetime) else None,
        ),
    )


def _lot(row: tuple[object, ...]) -> LotFacts:
    (
        agency, kind, model, compatible, pledged, delivered, tested, deployed, depot, provisioned,
        serials, source, sheet, number,
    ) = row  # fmt: skip
    evidence = Evidence("resource", f"{kind} {model}".strip(), str(source), str(sheet), number)  # type: ignore[arg-type]  # a row of values_list
    return LotFacts(
        agency, kind, model, compatible, pledged, delivered, tested, deployed, depot,  # type: ignore[arg-type]  # a row of values_list
        provisioned, serials, evidence,  # type: ignore[arg-type]  # a row of values_list
    )  # fmt: skip
