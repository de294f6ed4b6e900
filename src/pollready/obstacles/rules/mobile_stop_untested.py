"""A stop of a mobile station without a path that was tested there."""

from collections.abc import Iterable

from pollready.obstacles.facts import Facts, StationFacts, StopFacts
from pollready.obstacles.finding import Finding, Rule, Severity
from pollready.obstacles.paths import PathState, best_state, is_mobile, oldest_valid_test
from pollready.obstacles.thresholds import Thresholds

CODE = "mobile_stop_untested"


_SEVERITY = {
    PathState.DEAD: Severity.SEVERE,
    PathState.OLD: Severity.SEVERE,
    PathState.UNTESTED: Severity.UNKNOWN,  # a test that nobody recorded is missing input
}


def check(facts: Facts, thresholds: Thresholds) -> Iterable[Finding]:
    """Name each stop by its best path: dead or outdated is severe, untested a question.

    Of a stop where nobody says anything, or sources differ, other rules speak.
    """
    oldest = oldest_valid_test(facts, thresholds)
    for station in facts.stations:
        if not is_mobile(station):
            continue
        for stop in station.stops:
            state = best_state(stop.paths, oldest)
            if state in _SEVERITY:
                yield _finding(station, stop, state)


def _finding(station: StationFacts, stop: StopFacts, state: PathState) -> Finding:
    return Finding(
        rule=CODE,
        severity=_SEVERITY[state],
        cause_key=f"{state}|{station.county_code}",
        owner="governor",
        listing_id=station.listing_id,
        fields={
            "county": station.county,
            "stop": stop.ordinal,
            "place": stop.place_name,
            "state": state.value,
        },
        evidence=tuple(
            row for path in stop.paths for row in path.signal.evidence + path.test_date.evidence
        ),
    )


RULE = Rule(
    code=CODE,
    criterion=1,
    owner_role="governor",
    severities=(Severity.SEVERE, Severity.UNKNOWN),
    thresholds=("test_age_max_days", "coverage_gate_days"),
    check=check,
)
