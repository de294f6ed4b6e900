"""One path only, or two that fall together."""

from collections.abc import Iterable

from pollready.obstacles.facts import Facts
from pollready.obstacles.finding import Finding, Rule, Severity
from pollready.obstacles.ownership import agency_with_role
from pollready.obstacles.paths import (
    Independence,
    PathState,
    independence,
    oldest_valid_test,
    path_state,
    shared_by_all,
)
from pollready.obstacles.thresholds import Thresholds

CODE = "no_second_path"


def check(facts: Facts, thresholds: Thresholds) -> Iterable[Finding]:
    """Name stations whose evidence says that no independent second path exists."""
    oldest = oldest_valid_test(facts, thresholds)
    owner = agency_with_role(facts, "ict_directorate")
    for station in facts.stations:
        verdict = independence(station.paths, oldest)
        if verdict not in (Independence.SINGLE, Independence.SHARED):
            continue
        living = tuple(p for p in station.paths if path_state(p, oldest) != PathState.DEAD)
        shared = shared_by_all(living) if verdict is Independence.SHARED else ()
        yield Finding(
            rule=CODE,
            severity=Severity.SEVERE,
            cause_key=f"{verdict}|{' '.join(shared[:3])}|{len(shared)}|{station.county_code}",
            owner=owner,
            listing_id=station.listing_id,
            fields={"county": station.county, "state": verdict.value, "shared": len(shared)},
            upstream=shared,
            evidence=tuple(row for path in station.paths for row in path.signal.evidence),
        )


RULE = Rule(
    code=CODE,
    criterion=2,
    owner_role="ict_directorate",
    severities=(Severity.SEVERE,),
    thresholds=("test_age_max_days",),
    check=check,
)
