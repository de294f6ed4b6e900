"""A stop of a mobile station without a path that was tested there."""

from collections.abc import Iterable

from pollready.obstacles.facts import Facts, StationFacts, StopFacts
from pollready.obstacles.finding import Finding, Rule, Severity
from pollready.obstacles.paths import PathState, oldest_valid_test, path_state
from pollready.obstacles.thresholds import Thresholds

CODE = "mobile_stop_untested"


def check(facts: Facts, thresholds: Thresholds) -> Iterable[Finding]:
    """Name each stop by its best path: dead is severe, untested or outdated is moderate."""
    oldest = oldest_valid_test(facts, thresholds)
    for station in facts.stations:
        for stop in station.stops:
            states = {path_state(path, oldest) for path in stop.paths}
            if not states or PathState.TESTED in states or PathState.CONTRADICTED in states:
                continue
            if states == {PathState.UNKNOWN}:
                continue  # nobody says anything of this stop: a question, see no_evidence
            yield _finding(station, stop, dead=states == {PathState.DEAD})


def _finding(station: StationFacts, stop: StopFacts, *, dead: bool) -> Finding:
    return Finding(
        rule=CODE,
        severity=Severity.SEVERE if dead else Severity.MODERATE,
        cause_key=f"{'dead' if dead else 'untested'}|{station.county_code}",
        owner="governor",
        listing_id=station.listing_id,
        fields={
            "county": station.county,
            "stop": stop.ordinal,
            "place": stop.place_name,
            "state": "dead" if dead else "untested",
        },
        evidence=tuple(row for path in stop.paths for row in path.signal.evidence),
    )


RULE = Rule(
    code=CODE,
    criterion=1,
    owner_role="governor",
    severities=(Severity.SEVERE, Severity.MODERATE),
    thresholds=("test_age_max_days",),
    check=check,
)
