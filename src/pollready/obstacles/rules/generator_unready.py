"""A generator that stands there and cannot run: no fuel, or nobody to run it."""

from collections.abc import Iterable

from pollready.obstacles.facts import Facts
from pollready.obstacles.finding import Finding, Rule, Severity
from pollready.obstacles.power import fuel_h, lacks
from pollready.obstacles.thresholds import Thresholds

CODE = "generator_unready"


def check(facts: Facts, thresholds: Thresholds) -> Iterable[Finding]:
    """Name generators whose row says that fuel or a person is missing."""
    for station in facts.stations:
        generator = station.claim("generator")
        lacking = "fuel" if fuel_h(generator) == 0 else lacks(generator)
        if lacking is None:
            continue
        yield Finding(
            rule=CODE,
            severity=Severity.MODERATE,
            cause_key=f"{lacking}|{station.county_code}",
            owner="governor",
            listing_id=station.listing_id,
            fields={"county": station.county, "lacking": lacking},
            evidence=generator.evidence,
        )


RULE = Rule(
    code=CODE,
    criterion=3,
    owner_role="governor",
    severities=(Severity.MODERATE,),
    thresholds=(),
    check=check,
)
