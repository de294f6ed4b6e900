"""The ten criteria of a station, each met, unmet, unknown or contradicted, and what follows."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pollready.assessment.result import CRITERIA, Criterion, CriterionValue, Readiness
from pollready.obstacles.devices import CountyReserve, DeviceState, county_reserves, device_verdict
from pollready.obstacles.facts import Facts, Known, PathFacts, StationFacts
from pollready.obstacles.paths import (
    Independence,
    PathState,
    independence,
    oldest_valid_test,
    path_state,
)
from pollready.obstacles.power import PowerState, power_state
from pollready.obstacles.rules.no_lawful_fallback import forms_are_short
from pollready.obstacles.rules.no_way_of_closing import ClosingState, closing_state
from pollready.obstacles.rules.rehearsal_failed import final_software
from pollready.obstacles.thresholds import Thresholds

MET, UNMET, UNKNOWN, CONTRADICTED = CriterionValue

# By which day before the election each criterion must be met (DESIGN: gates); the tenth holds
# at any time.
DUE_DAYS = {
    "primary_path": 30,
    "second_path": 30,
    "power": 2,
    "devices": 2,
    "configuration": 1,
    "rehearsal": 14,
    "fallback": 2,
    "people": 3,
    "closing": 1,
    "no_severe_obstacle": 30,
}
Verdict = tuple[CriterionValue, str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Judge:
    """Judges stations of one round by its facts and thresholds."""

    facts: Facts
    thresholds: Thresholds
    severe: frozenset[int]  # listings with a severe finding
    reserves: dict[str, CountyReserve]
    final_software: str | None

    def criteria_of(self, station: StationFacts) -> tuple[Criterion, ...]:
        """Judge the ten criteria in their order."""
        judges: tuple[Callable[[Judge, StationFacts], Verdict], ...] = (
            _primary_path, _second_path, _power, _devices, _configuration, _rehearsal, _fallback,
            _people, _closing, _no_severe_obstacle,
        )  # fmt: skip
        return tuple(
            _criterion(name, judge(self, station))
            for name, judge in zip(CRITERIA, judges, strict=True)
        )

    def on_course(self, criteria: tuple[Criterion, ...]) -> Readiness:
        """Judge by the criteria that are due by now; without an election day all are."""
        left = self.facts.days_before()
        due = [c for c in criteria if left is None or left <= DUE_DAYS[c.name]]
        return readiness_of(tuple(due))


def _criterion(name: str, verdict: Verdict) -> Criterion:
    value, reason, fields = verdict
    return Criterion(name, value, f"criterion.{name}.{reason}", fields)


def make_judge(facts: Facts, thresholds: Thresholds, severe: frozenset[int]) -> Judge:
    """Work out once what every station's judgement shares."""
    return Judge(facts, thresholds, severe, county_reserves(facts), final_software(facts))


def readiness_of(criteria: tuple[Criterion, ...]) -> Readiness:
    """Not ready if any is unmet; else unknown if any is unknown or contradicted; else ready."""
    values = {criterion.value for criterion in criteria}
    if UNMET in values:
        return Readiness.NOT_READY
    if values & {UNKNOWN, CONTRADICTED}:
        return Readiness.UNKNOWN
    return Readiness.READY


def is_contradicted(criteria: tuple[Criterion, ...]) -> bool:
    """Tell whether the station is unknown with contradicting claims behind it."""
    return readiness_of(criteria) is Readiness.UNKNOWN and any(
        criterion.value is CONTRADICTED for criterion in criteria
    )


_PATH_VERDICTS = (
    (PathState.TESTED, MET, "tested"),
    (PathState.CONTRADICTED, CONTRADICTED, "disputed"),
    (PathState.UNTESTED, UNKNOWN, "untested"),
    (PathState.UNKNOWN, UNKNOWN, "nothing"),
    (PathState.OLD, UNMET, "old"),
    (PathState.DEAD, UNMET, "dead"),
)


def _best_path(paths: tuple[PathFacts, ...], judge: Judge) -> Verdict:
    """Judge by the best of the paths; where none is named, nobody says anything."""
    oldest = oldest_valid_test(judge.facts, judge.thresholds)
    states = {path_state(path, oldest) for path in paths}
    for state, value, reason in _PATH_VERDICTS:
        if state in states:
            return value, reason, {}
    return UNKNOWN, "nothing", {}


_ORDER = {UNMET: 0, CONTRADICTED: 1, UNKNOWN: 2, MET: 3}


def _primary_path(judge: Judge, station: StationFacts) -> Verdict:
    """A tested path at the station; of a mobile one, at every stop."""
    if station.kind != "mobile":
        return _best_path(station.paths, judge)
    if not station.stops:
        return UNKNOWN, "no_stops", {}
    verdicts = [(_best_path(stop.paths, judge), stop) for stop in station.stops]
    (value, reason, _), stop = min(verdicts, key=lambda pair: _ORDER[pair[0][0]])
    if value is MET:
        return MET, "stops_tested", {"stops": len(station.stops)}
    return value, f"stop_{reason}", {"stop": stop.ordinal, "place": stop.place_name}


_SECOND = {
    Independence.INDEPENDENT: (MET, "independent"),
    Independence.SHARED: (UNMET, "shared"),
    Independence.SINGLE: (UNMET, "single"),
    Independence.UNKNOWN: (UNKNOWN, "unknown"),
}


def _second_path(judge: Judge, station: StationFacts) -> Verdict:
    """A second path with nothing in common with the first, and a test of its own."""
    oldest = oldest_valid_test(judge.facts, judge.thresholds)
    routes = [stop.paths for stop in station.stops] or [station.paths]
    verdicts = [_second_of(route, judge, oldest) for route in routes]
    value, reason = min(verdicts, key=lambda verdict: _ORDER[verdict[0]])
    return value, reason, {}


def _second_of(
    paths: tuple[PathFacts, ...], judge: Judge, oldest: Any
) -> tuple[CriterionValue, str]:
    value, reason = _SECOND[independence(paths, oldest)]
    if value is not MET:
        return value, reason
    tested = [path for path in paths if path_state(path, oldest) is PathState.TESTED]
    if _SECOND[independence(tuple(tested), oldest)][0] is MET:
        return MET, "independent"
    states = {path_state(path, oldest) for path in paths} - {PathState.TESTED}
    if PathState.CONTRADICTED in states:
        return CONTRADICTED, "disputed"
    if states & {PathState.UNTESTED, PathState.UNKNOWN}:
        return UNKNOWN, "untested"
    return UNMET, "old"


def _power(judge: Judge, station: StationFacts) -> Verdict:
    state = power_state(station, judge.thresholds)
    value = {
        PowerState.MET: MET,
        PowerState.UNMET: UNMET,
        PowerState.UNKNOWN: UNKNOWN,
        PowerState.CONTRADICTED: CONTRADICTED,
    }[state]
    return value, state.value, {"arrival_h": judge.thresholds.generator_arrival_h}


def _devices(judge: Judge, station: StationFacts) -> Verdict:
    """Devices for the wait target, and the county's reserve behind them."""
    verdict = device_verdict(station, judge.thresholds)
    fields: dict[str, Any] = {"needed": verdict.needed}
    if verdict.state is DeviceState.CONTRADICTED:
        return CONTRADICTED, "contradicted", fields
    if verdict.state in (DeviceState.SHARE, DeviceState.WAIT):
        return UNMET, "short", fields
    reserve = judge.reserves[station.county_code]
    if verdict.state is DeviceState.UNKNOWN:
        return UNKNOWN, "unknown", fields
    if reserve.spare is None:
        return UNKNOWN, "reserve_unknown", fields
    if reserve.spare < judge.thresholds.reserve_share_min * reserve.deployed:
        return UNMET, "reserve_short", {"spare": reserve.spare, "devices": reserve.deployed}
    return MET, "enough", fields


def _configuration(judge: Judge, station: StationFacts) -> Verdict:
    """Cards ready and the final software installed."""
    cards, software = station.claim("cards"), station.claim("software")
    if cards.contradicted or software.contradicted:
        return CONTRADICTED, "contradicted", {}
    if cards.value == "not_ready":
        return UNMET, "cards", {}
    if not cards.known:
        return UNKNOWN, "cards_unknown", {}
    if not software.known or judge.final_software is None:
        return UNKNOWN, "software_unknown", {}
    if software.value != judge.final_software:
        return UNMET, "software", {"version": software.value}
    return MET, "ready", {}


def _rehearsal(judge: Judge, station: StationFacts) -> Verdict:
    """Passed, on the software that is still there."""
    rehearsal, software = station.claim("rehearsal"), station.claim("software")
    if rehearsal.contradicted:
        return CONTRADICTED, "contradicted", {}
    if not rehearsal.known:
        return UNKNOWN, "unknown", {}
    if rehearsal.value != "passed":
        return UNMET, str(rehearsal.value), {}
    if software.known and judge.final_software and software.value != judge.final_software:
        return UNMET, "software", {"version": software.value}
    return MET, "passed", {}


def _fallback(judge: Judge, station: StationFacts) -> Verdict:
    """A settled route to the order for paper, and forms for enough of the voters."""
    forms, route = station.claim("forms"), station.order_route
    short = forms_are_short(station, judge.thresholds)
    if route.value is False:
        return UNMET, "order", {}
    if short:
        return UNMET, "forms", {"forms": forms.value, "voters": station.voters}
    if forms.contradicted:
        return CONTRADICTED, "contradicted", {}
    if not route.known:
        return UNKNOWN, "order_unknown", {}
    if short is None:
        return UNKNOWN, "forms_unknown", {}
    return MET, "lawful", {}


def _people(judge: Judge, station: StationFacts) -> Verdict:
    """Enough trained users, and a deputy."""
    users, deputies = station.trained_users, station.deputies
    if not users.known:
        return UNKNOWN, "unknown", {}
    if users.value < judge.thresholds.trained_users_min:
        return UNMET, "users", {"users": users.value, "needed": judge.thresholds.trained_users_min}
    if not _at_least_one(deputies):
        return UNMET, "deputy", {}
    return MET, "enough", {"users": users.value}


def _at_least_one(known: Known) -> bool:
    return bool(known.known and known.value >= 1)


def _closing(judge: Judge, station: StationFacts) -> Verdict:
    state = closing_state(station, judge.facts, judge.thresholds)
    value = {
        ClosingState.ELECTRONIC: MET,
        ClosingState.COURIER: MET,
        ClosingState.NONE: UNMET,
        ClosingState.UNKNOWN: UNKNOWN,
    }[state]
    return value, state.value, {}


def _no_severe_obstacle(judge: Judge, station: StationFacts) -> Verdict:
    """Obstacles are found from evidence; a station of which nothing is known has none found."""
    if station.listing_id in judge.severe:
        return UNMET, "severe", {}
    return MET, "none", {}
