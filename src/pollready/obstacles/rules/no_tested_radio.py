"""Radio coverage that nobody has tested on site in time."""

from collections.abc import Iterable

from pollready.obstacles.facts import Facts, PathFacts, StationFacts
from pollready.obstacles.finding import Finding, Rule, Severity
from pollready.obstacles.ownership import agency_named
from pollready.obstacles.paths import PathState, is_mobile, oldest_valid_test, path_state
from pollready.obstacles.thresholds import Thresholds

CODE = "no_tested_radio"
_SPOKEN_OF = (PathState.OLD, PathState.UNTESTED, PathState.DEAD)


def check(facts: Facts, thresholds: Thresholds) -> Iterable[Finding]:
    """Name each mobile path of a fixed station without a valid test; stops have their own rule."""
    oldest = oldest_valid_test(facts, thresholds)
    for station in facts.stations:
        if is_mobile(station):
            continue
        states = [(path, path_state(path, oldest)) for path in station.paths]
        has_tested = any(state == PathState.TESTED for _, state in states)
        for path, state in states:
            if path.medium == "mobile" and state in _SPOKEN_OF:
                yield _finding(facts, station, path, state, has_tested)


def _finding(
    facts: Facts, station: StationFacts, path: PathFacts, state: PathState, has_tested: bool
) -> Finding:
    """A dead or outdated path is severe where the station has no tested one to stand on.

    A test that nobody recorded is missing input: a question, not an obstacle.
    """
    severity = Severity.MODERATE if has_tested else Severity.SEVERE
    return Finding(
        rule=CODE,
        severity=Severity.UNKNOWN if state == PathState.UNTESTED else severity,
        cause_key=f"{state}|{path.label}|{station.county_code}",
        owner=agency_named(facts, path.label, "operator"),
        listing_id=station.listing_id,
        fields={
            "operator": path.label,
            "county": station.county,
            "state": state.value,
            "test_date": path.test_date.value,
        },
        evidence=path.signal.evidence + path.test_date.evidence,
    )


RULE = Rule(
    code=CODE,
    criterion=1,
    owner_role="operator",
    severities=(Severity.SEVERE, Severity.MODERATE, Severity.UNKNOWN),
    thresholds=("test_age_max_days", "coverage_gate_days"),
    check=check,
)
