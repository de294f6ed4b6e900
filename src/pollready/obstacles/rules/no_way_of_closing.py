"""No path to hand on the minutes by, and nobody to carry them."""

from collections.abc import Iterable
from enum import StrEnum

from pollready.obstacles.facts import Facts, StationFacts
from pollready.obstacles.finding import Finding, Rule, Severity
from pollready.obstacles.paths import (
    PathState,
    both_operators_asked,
    oldest_valid_test,
    path_state,
    routes,
)
from pollready.obstacles.thresholds import Thresholds

CODE = "no_way_of_closing"


class ClosingState(StrEnum):
    """How a station can hand on its minutes."""

    ELECTRONIC = "electronic"
    COURIER = "courier"
    NONE = "none"
    UNKNOWN = "unknown"


def closing_state(station: StationFacts, facts: Facts, thresholds: Thresholds) -> ClosingState:
    """Judge by the paths where the route ends, then by the couriers named.

    No way is left only where evidence says so of all three: both operators, and the courier
    (a post that is recorded as vacant). Whoever is not mentioned may well be there.
    """
    oldest = oldest_valid_test(facts, thresholds)
    ends = routes(station)[-1:]
    paths = ends[0] if ends else ()
    states = {path_state(path, oldest) for path in paths}
    if PathState.TESTED in states:
        return ClosingState.ELECTRONIC
    couriers = station.couriers
    if couriers.known and couriers.value >= 1:
        return ClosingState.COURIER
    if states == {PathState.DEAD} and both_operators_asked(paths) and couriers.known:
        return ClosingState.NONE
    return ClosingState.UNKNOWN


def check(facts: Facts, thresholds: Thresholds) -> Iterable[Finding]:
    """Name stations whose paths are all dead and whose post of courier is vacant."""
    for station in facts.stations:
        if closing_state(station, facts, thresholds) is not ClosingState.NONE:
            continue
        yield Finding(
            rule=CODE,
            severity=Severity.SEVERE,
            cause_key=station.county_code,
            owner="governor",
            listing_id=station.listing_id,
            fields={"county": station.county},
            evidence=(
                *(row for path in routes(station)[-1] for row in path.signal.evidence),
                *station.couriers.evidence,
            ),
        )


RULE = Rule(
    code=CODE,
    criterion=9,
    owner_role="governor",
    severities=(Severity.SEVERE,),
    thresholds=("test_age_max_days", "coverage_gate_days"),
    check=check,
)
