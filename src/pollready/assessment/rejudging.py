"""Facts, findings and readiness after a change, anew only where the change reaches."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from math import isclose

from pollready.assessment.assessing import judge_stations, severe_criteria
from pollready.assessment.baseline import Baseline
from pollready.assessment.evidence import component_evidence
from pollready.assessment.filling import component_facts, depots_of, fill_stations, lots_of
from pollready.assessment.radio import with_estimates
from pollready.assessment.readiness import Judge, is_contradicted, make_judge, readiness_of
from pollready.assessment.recounting import SAME_SHARE
from pollready.assessment.result import Range, StationResult
from pollready.assessment.touching import Part
from pollready.obstacles import run_rules
from pollready.obstacles.catalogue import RULES
from pollready.obstacles.facts import ComponentFacts, Facts, StationFacts
from pollready.obstacles.finding import Finding
from pollready.obstacles.reserves import Reserves, ReserveState, reserves
from pollready.obstacles.rules.no_evidence import THINGS
from pollready.obstacles.shared import ELECTORATES, carries_many, electorates
from pollready.obstacles.software import FINAL_SOFTWARE, final_software
from pollready.obstacles.surges import EARLIER_MORNINGS, morning_loads
from pollready.obstacles.thresholds import Thresholds

# These rules go through the components, all others through the stations; those of `_EITHER`
# through both, and their findings about a component name it.
_OF_COMPONENTS = frozenset(
    {"shared_single_point", "shared_cause", "site_battery_short", "centre_over_capacity"}
)
_EITHER = frozenset({"claim_contradicted", "claim_too_old"})
_RULE_PLACE = {rule.code: number for number, rule in enumerate(RULES)}
_THING_PLACE = {thing: number for number, thing in enumerate(THINGS)}


@dataclass(frozen=True, eq=False)
class Rejudged:
    """Facts and findings after the change, and the results of all stations."""

    facts: Facts
    findings: tuple[Finding, ...]
    stations: tuple[StationResult, ...]


def rejudged(baseline: Baseline, part: Part, codes: Collection[str]) -> Rejudged:
    """Judge anew what the change reaches; `codes` are the components that are changed."""
    own = fill_stations(part.register, part.compiled.stations, part.people, part.answers.structure)
    workings = baseline.workings
    own = with_estimates(
        replace(workings.facts, stations=own), part.register, workings.terrain
    ).stations
    facts, affected = _facts_after(baseline, part, own, codes)
    affected |= _other_mornings(baseline, facts)
    reached = _reached(baseline, part, facts, affected)
    findings = _findings_after(baseline, part, facts, reached, affected)
    severe = severe_criteria(findings)
    changed = {
        listing
        for listing in severe.keys() | baseline.severe.keys()
        if severe.get(listing) != baseline.severe.get(listing)
    }
    judge = make_judge(facts, baseline.workings.thresholds, severe)
    stations = _stations_after(baseline, part, own, judge, reached | changed)
    return Rejudged(facts, findings, stations)


# Facts


def _facts_after(
    baseline: Baseline, part: Part, own: tuple[StationFacts, ...], codes: Collection[str]
) -> tuple[Facts, set[str]]:
    """Put the touched stations' facts into the round's, and name the components concerned."""
    old = baseline.workings.facts
    stations = list(old.stations)
    for position, station in zip(part.positions.tolist(), own, strict=True):
        stations[position] = station
    components, affected = _components_after(baseline, part, codes)
    facts = replace(
        old,
        stations=tuple(stations),
        components=components,
        lots=lots_of(part.register),
        people=part.people.people,
        depots=depots_of(part.register) if affected & _depots(old, components) else old.depots,
    )
    _carry_over(old, facts, part, own, baseline.workings.thresholds)
    return facts, affected


def _depots(old: Facts, components: Mapping[str, ComponentFacts]) -> set[str]:
    both = (old.components, components)
    return {code for some in both for code, row in some.items() if row.kind == "depot"}


def _carry_over(
    old: Facts, new: Facts, part: Part, own: tuple[StationFacts, ...], thresholds: Thresholds
) -> None:
    """Keep what was added up over all stations, where nothing of it can have changed."""
    new.derived[ELECTORATES] = electorates(old)
    new.derived[EARLIER_MORNINGS, thresholds] = morning_loads(old, thresholds)
    before = [old.stations[position] for position in part.positions.tolist()]
    if _same(before, own, "software"):
        new.derived[FINAL_SOFTWARE] = final_software(old)
    same_lots = new.lots == old.lots and new.depots == old.depots
    same_devices = _same(before, own, "id_devices") and _same(before, own, "coordinates")
    if same_lots and same_devices and final_software(new) == final_software(old):
        new.derived["reserves", thresholds] = reserves(old, thresholds)


def _same(before: Iterable[StationFacts], after: Iterable[StationFacts], name: str) -> bool:
    return all(
        one.claim(name) == other.claim(name) for one, other in zip(before, after, strict=True)
    )


def _components_after(
    baseline: Baseline, part: Part, codes: Collection[str]
) -> tuple[dict[str, ComponentFacts], set[str]]:
    """Move the touched stations behind the components on which they rest now."""
    old, structure = baseline.workings.answers.structure, part.answers.structure
    behind = _moves(part, old.cone, structure.cone)
    falls = _moves(part, old.singles, structure.singles)
    affected = {*behind, *falls, *codes}
    components = dict(baseline.workings.facts.components)
    evidence = component_evidence(part.register, codes) if codes else {}
    voters = {
        listing: known for listing, (_, known) in electorates(baseline.workings.facts).items()
    }
    for code in affected:
        was = components.pop(code, None)
        if code not in part.register.components and code not in part.register.groups:
            continue
        components[code] = component_facts(
            code,
            part.register,
            behind=_moved(was.behind if was else frozenset(), behind.get(code)),
            falls_with_it=_moved(was.falls_with_it if was else frozenset(), falls.get(code)),
            voters=voters,
            evidence=evidence[code] if code in codes or was is None else was.evidence,
        )
    return components, affected


Moves = dict[str, tuple[set[int], set[int]]]


def _moves(
    part: Part, before: Mapping[str, frozenset[str]], after: Mapping[str, frozenset[str]]
) -> Moves:
    """Give, by component, the listings that leave it and those that come to it."""
    found: Moves = {}
    for row in part.listings:
        old = before.get(row.code, frozenset())
        new = after.get(row.code, frozenset())
        for code in old - new:
            found.setdefault(code, (set(), set()))[0].add(row.id)
        for code in new - old:
            found.setdefault(code, (set(), set()))[1].add(row.id)
    return found


def _moved(listings: frozenset[int], moves: tuple[set[int], set[int]] | None) -> frozenset[int]:
    return listings if moves is None else (listings - moves[0]) | moves[1]


# What the change reaches beyond what it touches


def _reached(baseline: Baseline, part: Part, facts: Facts, affected: Collection[str]) -> set[int]:
    """Find the listings whose findings or criteria may differ."""
    old, thresholds = baseline.workings.facts, baseline.workings.thresholds
    if final_software(old) != final_software(facts):
        return {station.listing_id for station in facts.stations}
    found = {row.id for row in part.listings}
    for code in affected:
        was, now = old.components.get(code), facts.components.get(code)
        if _carries(was, old, thresholds) != _carries(now, facts, thresholds):
            for component in filter(None, (was, now)):
                found |= component.falls_with_it
    before, after = reserves(old, thresholds), reserves(facts, thresholds)
    if before is not after:
        found |= _with_other_reserve(facts, thresholds, before, after)
    return found


def _other_mornings(baseline: Baseline, facts: Facts) -> set[str]:
    """Name the centres and links whose morning is another; worked out over all stations here."""
    thresholds = baseline.workings.thresholds
    before = morning_loads(baseline.workings.facts, thresholds)
    after = morning_loads(facts, thresholds)
    return {code for code in before.keys() | after.keys() if before.get(code) != after.get(code)}


def _carries(component: ComponentFacts | None, facts: Facts, thresholds: Thresholds) -> bool:
    return component is not None and carries_many(component, facts, thresholds)


def _with_other_reserve(
    facts: Facts, thresholds: Thresholds, before: Reserves, after: Reserves
) -> set[int]:
    """Find the listings behind which the reserve is another."""

    def seen(station: StationFacts, known: Reserves) -> tuple[object, ...]:
        state = known.state(station, thresholds)
        lots = known.lots if state is ReserveState.FAR else ()
        county = known.by_county[station.county_code]
        return state, county, known.depot_km.get(station.listing_id), lots

    return {
        station.listing_id
        for station in facts.stations
        if seen(station, before) != seen(station, after)
    }


# Findings


def _findings_after(
    baseline: Baseline,
    part: Part,
    facts: Facts,
    reached: Collection[int],
    affected: Collection[str],
) -> tuple[Finding, ...]:
    """Run the rules over what is reached; what they find takes the place of the old findings."""
    position = baseline.dependants.position
    some = _some_of(facts, sorted(reached, key=position.__getitem__), position, affected)
    codes = {*some.components, *affected}
    kept = [
        finding
        for finding in baseline.workings.findings
        if not _is_replaced(finding, reached, codes)
    ]
    new = run_rules(some, baseline.workings.thresholds)
    order = [*part.register.components, *part.register.groups]
    place = {code: number for number, code in enumerate(order)}

    def rank(finding: Finding) -> tuple[int, int, int, int]:
        rule = _RULE_PLACE[finding.rule]
        if _is_of_component(finding):
            return rule, 1, place[finding.upstream[0]], 0
        thing = _THING_PLACE.get(finding.fields.get("thing", ""), 0)
        listing = finding.listing_id
        return rule, 0, thing, -1 if listing is None else position[listing]

    return tuple(sorted([*kept, *new], key=rank))


def _some_of(
    facts: Facts, listings: list[int], position: Mapping[int, int], affected: Collection[str]
) -> Facts:
    """Take the facts of some stations and of the components that concern them."""
    stations = tuple(facts.stations[position[listing]] for listing in listings)
    wanted = {code for station in stations for code in station.single_points} | set(affected)
    some = replace(
        facts,
        stations=stations,
        components={
            code: row for code in sorted(wanted) if (row := facts.components.get(code)) is not None
        },
    )
    some.derived.update(facts.derived)
    return some


def _is_of_component(finding: Finding) -> bool:
    return finding.rule in _OF_COMPONENTS or (finding.rule in _EITHER and bool(finding.upstream))


def _is_replaced(finding: Finding, listings: Collection[int], codes: Collection[str]) -> bool:
    if _is_of_component(finding):
        return finding.upstream[0] in codes
    return finding.listing_id is None or finding.listing_id in listings


# Stations


def _stations_after(
    baseline: Baseline,
    part: Part,
    own: tuple[StationFacts, ...],
    judge: Judge,
    listings: Collection[int],
) -> tuple[StationResult, ...]:
    """Judge the touched stations wholly, and of the others only what a change can reach."""
    stations = list(baseline.workings.stations)
    judged = judge_stations(part.compiled.stations, own, judge, part.answers, part.register)
    for position, result in zip(part.positions.tolist(), judged, strict=True):
        stations[position] = _settled(stations[position], result)
    touched = set(part.positions.tolist())
    for position in {baseline.dependants.position[listing] for listing in listings} - touched:
        facts = judge.facts.stations[position]
        criteria = judge.criteria_of(facts)
        stations[position] = replace(
            stations[position],
            readiness=readiness_of(criteria),
            contradicted=is_contradicted(criteria),
            on_course=judge.on_course(facts, criteria),
            criteria=criteria,
        )
    return tuple(stations)


def _settled(old: StationResult, new: StationResult) -> StationResult:
    """Keep the old probabilities where the new ones differ in the last digits only."""
    if old.closed_prob is None or new.closed_prob is None:
        return new
    low = _settled_share(old.closed_prob.low, new.closed_prob.low)
    high = _settled_share(old.closed_prob.high, new.closed_prob.high)
    return replace(new, closed_prob=Range(low, high))


def _settled_share(old: float, new: float) -> float:
    return old if isclose(new, old, rel_tol=SAME_SHARE, abs_tol=SAME_SHARE**2) else new
