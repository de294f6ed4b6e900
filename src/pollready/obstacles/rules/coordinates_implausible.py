"""Coordinates that cannot be where the station is."""

from collections.abc import Iterable

from pollready.obstacles.facts import Facts
from pollready.obstacles.finding import Finding, Rule, Severity
from pollready.obstacles.thresholds import Thresholds

CODE = "coordinates_implausible"


def check(facts: Facts, thresholds: Thresholds) -> Iterable[Finding]:
    """Name each doubt that the import raised about a station's coordinates."""
    for station in facts.stations:
        for doubt in station.coordinate_doubts:
            yield Finding(
                rule=CODE,
                severity=Severity.MINOR,
                cause_key=f"{doubt}|{station.county_code}",
                owner="county_lead",
                listing_id=station.listing_id,
                fields={"county": station.county, "doubt": doubt},
                evidence=station.claim("coordinates").evidence,
            )


RULE = Rule(
    code=CODE,
    criterion=None,
    owner_role="county_lead",
    severities=(Severity.MINOR,),
    thresholds=("coordinate_outlier_km",),
    check=check,
)
