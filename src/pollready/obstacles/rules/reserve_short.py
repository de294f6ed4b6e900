"""Spare devices too few for those that will fail, or too far from where they fail."""

from collections.abc import Iterable

from pollready.obstacles.facts import Facts
from pollready.obstacles.finding import Finding, Rule, Severity
from pollready.obstacles.reserves import ReserveState, reserves
from pollready.obstacles.thresholds import Thresholds

CODE = "reserve_short"


def check(facts: Facts, thresholds: Thresholds) -> Iterable[Finding]:
    """Name the stations behind which the recorded reserve is too small, or too far away."""
    known = reserves(facts, thresholds)
    for station in facts.stations:
        state = known.state(station, thresholds)
        if state not in (ReserveState.SHORT, ReserveState.FAR):
            continue
        county = known.by_county[station.county_code]
        is_far = state is ReserveState.FAR
        travel_min = known.travel_min(station, thresholds)
        yield Finding(
            rule=CODE,
            severity=Severity.MODERATE,
            cause_key=f"{state}|{station.county_code}",
            owner="headquarters",
            listing_id=station.listing_id,
            fields={
                "county": station.county,
                "state": state.value,
                "spare": county.spare_max,
                "devices": county.deployed_min,
                "travel_min": None if travel_min is None else round(travel_min),
            },
            evidence=known.lots if is_far else county.evidence,
        )


RULE = Rule(
    code=CODE,
    criterion=4,
    owner_role="headquarters",
    severities=(Severity.MODERATE,),
    thresholds=(
        "reserve_share_min",
        "reserve_travel_max_min",
        "road_speed_km_h",
        "road_detour_ratio",
    ),
    check=check,
)
