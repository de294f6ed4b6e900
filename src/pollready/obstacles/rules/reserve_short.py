"""A county whose spare devices are too few for those that will fail."""

from collections.abc import Iterable

from pollready.obstacles.devices import county_reserves
from pollready.obstacles.facts import Facts
from pollready.obstacles.finding import Finding, Rule, Severity
from pollready.obstacles.thresholds import Thresholds

CODE = "reserve_short"


def check(facts: Facts, thresholds: Thresholds) -> Iterable[Finding]:
    """Name the stations of each county whose recorded reserve is below the share asked for."""
    reserves = county_reserves(facts)
    for station in facts.stations:
        reserve = reserves[station.county_code]
        if reserve.spare is None or not reserve.deployed:
            continue
        if reserve.spare >= thresholds.reserve_share_min * reserve.deployed:
            continue
        yield Finding(
            rule=CODE,
            severity=Severity.MODERATE,
            cause_key=station.county_code,
            owner="headquarters",
            listing_id=station.listing_id,
            fields={
                "county": station.county,
                "spare": reserve.spare,
                "devices": reserve.deployed,
            },
        )


RULE = Rule(
    code=CODE,
    criterion=4,
    owner_role="headquarters",
    severities=(Severity.MODERATE,),
    thresholds=("reserve_share_min",),
    check=check,
)
