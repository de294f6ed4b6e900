"""One path only, or two that fall together."""

from collections.abc import Iterable
from datetime import date

from pollready.obstacles.facts import Facts, PathFacts, StationFacts
from pollready.obstacles.finding import Finding, Rule, Severity
from pollready.obstacles.ownership import agency_with_role
from pollready.obstacles.paths import (
    PathState,
    SecondPath,
    oldest_valid_test,
    path_state,
    routes,
    second_path,
    shared_by_all,
)
from pollready.obstacles.thresholds import Thresholds

CODE = "no_second_path"
_WORST_FIRST = (SecondPath.SINGLE, SecondPath.SHARED)


def check(facts: Facts, thresholds: Thresholds) -> Iterable[Finding]:
    """Name stations without an independent second path, by the worst place where they serve."""
    oldest = oldest_valid_test(facts, thresholds)
    owner = agency_with_role(facts, "ict_directorate")
    for station in facts.stations:
        failing = [
            (verdict, paths)
            for paths in routes(station)
            if (verdict := second_path(paths, oldest)) in _WORST_FIRST
        ]
        if failing:
            verdict, paths = min(failing, key=lambda pair: _WORST_FIRST.index(pair[0]))
            yield _finding(station, paths, verdict, oldest, owner)


def _finding(
    station: StationFacts,
    paths: tuple[PathFacts, ...],
    verdict: SecondPath,
    oldest: date,
    owner: str,
) -> Finding:
    living = tuple(p for p in paths if path_state(p, oldest) != PathState.DEAD)
    shared = shared_by_all(living) if verdict is SecondPath.SHARED else ()
    return Finding(
        rule=CODE,
        severity=Severity.SEVERE,
        cause_key=f"{verdict}|{' '.join(shared[:3])}|{len(shared)}|{station.county_code}",
        owner=owner,
        listing_id=station.listing_id,
        fields={"county": station.county, "state": verdict.value, "shared": len(shared)},
        upstream=shared,
        evidence=tuple(row for path in paths for row in path.signal.evidence),
    )


RULE = Rule(
    code=CODE,
    criterion=2,
    owner_role="ict_directorate",
    severities=(Severity.SEVERE,),
    thresholds=("test_age_max_days", "coverage_gate_days"),
    check=check,
)
