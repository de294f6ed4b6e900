"""The ten criteria of a station, each met, unmet, unknown or contradicted, and what follows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pollready.assessment.result import CRITERIA, Criterion, CriterionValue, Readiness
from pollready.obstacles.devices import DeviceState, device_verdict
from pollready.obstacles.facts import Facts, StationFacts
from pollready.obstacles.paths import (
    PathState,
    SecondPath,
    best_state,
    is_mobile,
    oldest_valid_test,
    routes,
    second_path,
)
from pollready.obstacles.power import PowerState, power_state
from pollready.obstacles.reserves import Reserves, ReserveState, reserves
from pollready.obstacles.rules.no_lawful_fallback import forms_are_short
from pollready.obstacles.rules.no_way_of_closing import ClosingState, closing_state
from pollready.obstacles.software import final_software
from pollready.obstacles.thresholds import Thresholds
from pollready.obstacles.waits import wait_model

MET, UNMET, UNKNOWN, CONTRADICTED = CriterionValue

Verdict = tuple[CriterionValue, str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Judge:
    """Judges stations of one round by its facts and thresholds."""

    facts: Facts
    thresholds: Thresholds
    # by listing, the criteria of its severe findings; None for a rule of no criterion
    severe: Mapping[int, frozenset[int | None]]
    reserves: Reserves
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

    def on_course(self, station: StationFacts, criteria: tuple[Criterion, ...]) -> Readiness:
        """Judge by the criteria that are due by now; without an election day all are.

        A severe obstacle to a criterion that is not due yet is not late either.
        """
        left = self.facts.days_before()
        gates = gate_days(self.thresholds)
        due = {name for name in CRITERIA if left is None or left <= gates[name]}
        numbers = {None} | {CRITERIA.index(name) + 1 for name in due}
        asked = [c for c in criteria if c.name in due and c.name != "no_severe_obstacle"]
        if "no_severe_obstacle" in due and self.severe.get(station.listing_id, set()) & numbers:
            return Readiness.NOT_READY
        return readiness_of(tuple(asked))


def gate_days(thresholds: Thresholds) -> dict[str, int]:
    """Give how many days before the election each criterion must be met.

    The tenth is due with the first: before anything was due, nothing severe can be.
    """
    return {
        "primary_path": thresholds.coverage_gate_days,
        "second_path": thresholds.coverage_gate_days,
        "power": thresholds.delivery_gate_days,
        "devices": thresholds.delivery_gate_days,
        "configuration": thresholds.setup_gate_days,
        "rehearsal": thresholds.rehearsal_gate_days,
        "fallback": thresholds.delivery_gate_days,
        "people": thresholds.people_due_days,
        "closing": thresholds.setup_gate_days,
        "no_severe_obstacle": thresholds.coverage_gate_days,
    }


def _criterion(name: str, verdict: Verdict) -> Criterion:
    value, reason, fields = verdict
    return Criterion(name, value, f"criterion.{name}.{reason}", fields)


def make_judge(
    facts: Facts, thresholds: Thresholds, severe: Mapping[int, frozenset[int | None]]
) -> Judge:
    """Work out once what every station's judgement shares."""
    return Judge(facts, thresholds, severe, reserves(facts, thresholds), final_software(facts))


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


_PRIMARY = {
    PathState.TESTED: (MET, "tested"),
    PathState.CONTRADICTED: (CONTRADICTED, "disputed"),
    PathState.UNTESTED: (UNKNOWN, "untested"),
    PathState.UNKNOWN: (UNKNOWN, "nothing"),
    PathState.OLD: (UNMET, "old"),
    PathState.DEAD: (UNMET, "dead"),
}
_ORDER = {UNMET: 0, CONTRADICTED: 1, UNKNOWN: 2, MET: 3}


def _primary_path(judge: Judge, station: StationFacts) -> Verdict:
    """A tested path at the station; of a mobile one, at every stop."""
    oldest = oldest_valid_test(judge.facts, judge.thresholds)
    if not is_mobile(station):
        return *_PRIMARY[best_state(station.paths, oldest)], {}
    if not station.stops:
        return UNKNOWN, "no_stops", {}
    verdicts = [(_PRIMARY[best_state(stop.paths, oldest)], stop) for stop in station.stops]
    (value, reason), stop = min(verdicts, key=lambda pair: _ORDER[pair[0][0]])
    if value is MET:
        return MET, "stops_tested", {"stops": len(station.stops)}
    return value, f"stop_{reason}", {"stop": stop.ordinal, "place": stop.place_name}


_SECOND = {
    SecondPath.INDEPENDENT: (MET, "independent"),
    SecondPath.SHARED: (UNMET, "shared"),
    SecondPath.SINGLE: (UNMET, "single"),
    SecondPath.OLD: (UNMET, "old"),
    SecondPath.DISPUTED: (CONTRADICTED, "disputed"),
    SecondPath.UNTESTED: (UNKNOWN, "untested"),
    SecondPath.UNRECORDED: (UNKNOWN, "unknown"),
    SecondPath.UNKNOWN: (UNKNOWN, "unknown"),
}


def _second_path(judge: Judge, station: StationFacts) -> Verdict:
    """A second path with nothing in common with the first, and a test of its own."""
    oldest = oldest_valid_test(judge.facts, judge.thresholds)
    verdicts = [_SECOND[second_path(paths, oldest)] for paths in routes(station)]
    value, reason = min(
        verdicts, key=lambda verdict: _ORDER[verdict[0]], default=(UNKNOWN, "unknown")
    )
    return value, reason, {}


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
    verdict = device_verdict(station, wait_model(judge.facts, judge.thresholds))
    fields: dict[str, Any] = {"needed": verdict.needed}
    if verdict.state is DeviceState.CONTRADICTED:
        return CONTRADICTED, "contradicted", fields
    if verdict.state in (DeviceState.SHARE, DeviceState.WAIT):
        return UNMET, "short", fields
    if verdict.state is DeviceState.UNKNOWN:
        return UNKNOWN, "unknown", fields
    state = judge.reserves.state(station, judge.thresholds)
    county = judge.reserves.by_county[station.county_code]
    fields |= {"spare": county.spare_max, "devices": county.deployed_min}
    if state is ReserveState.FAR:
        travel_min = judge.reserves.travel_min(station, judge.thresholds)
        fields["travel_min"] = None if travel_min is None else round(travel_min)
    value, reason = _RESERVE[state]
    return value, reason, fields


_RESERVE = {
    ReserveState.ENOUGH: (MET, "enough"),
    ReserveState.SHORT: (UNMET, "reserve_short"),
    ReserveState.FAR: (UNMET, "reserve_far"),
    ReserveState.UNKNOWN: (UNKNOWN, "reserve_unknown"),
    ReserveState.UNLOCATED: (UNKNOWN, "reserve_unlocated"),
}


def _configuration(judge: Judge, station: StationFacts) -> Verdict:
    """Cards ready and the final software installed: what evidence refutes comes first."""
    cards, software = station.claim("cards"), station.claim("software")
    final = judge.final_software
    if cards.value == "not_ready":
        return UNMET, "cards", {}
    if software.known and final is not None and software.value != final:
        return UNMET, "software", {"version": software.value}
    if cards.contradicted or software.contradicted:
        return CONTRADICTED, "contradicted", {}
    if not cards.known:
        return UNKNOWN, "cards_unknown", {}
    if not software.known or final is None:
        return UNKNOWN, "software_unknown", {}
    return MET, "ready", {}


def _rehearsal(judge: Judge, station: StationFacts) -> Verdict:
    """Passed, on the software that is still there; whether it is, somebody has to say."""
    rehearsal, software = station.claim("rehearsal"), station.claim("software")
    if rehearsal.known and rehearsal.value != "passed":
        return UNMET, str(rehearsal.value), {}
    if software.known and judge.final_software and software.value != judge.final_software:
        return UNMET, "software", {"version": software.value}
    if rehearsal.contradicted or software.contradicted:
        return CONTRADICTED, "contradicted", {}
    if not rehearsal.known:
        return UNKNOWN, "unknown", {}
    if not software.known or judge.final_software is None:
        return UNKNOWN, "software_unknown", {}
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
    needed = judge.thresholds.trained_users_min
    if not users.known:
        return UNKNOWN, "unknown", {}
    if users.value + station.users_untold < needed:
        return UNMET, "users", {"users": users.value, "needed": needed}
    if deputies.known and deputies.value < 1:
        return UNMET, "deputy", {}
    if users.value < needed:
        return UNKNOWN, "training_unknown", {"users": users.value, "untold": station.users_untold}
    if not deputies.known:
        return UNKNOWN, "deputy_unknown", {}
    return MET, "enough", {"users": users.value}


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
    if judge.severe.get(station.listing_id):
        return UNMET, "severe", {}
    return MET, "none", {}
