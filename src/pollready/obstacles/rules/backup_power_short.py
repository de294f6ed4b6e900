"""No second source, and a ride-through shorter than the generator's arrival."""

from collections.abc import Iterable

from pollready.obstacles.facts import Facts
from pollready.obstacles.finding import Finding, Rule, Severity
from pollready.obstacles.ownership import agency_with_role
from pollready.obstacles.power import PowerState, power_state, ride_through_h
from pollready.obstacles.thresholds import Thresholds

CODE = "backup_power_short"


def check(facts: Facts, thresholds: Thresholds) -> Iterable[Finding]:
    """Name stations that go dark before a generator can arrive."""
    owner = agency_with_role(facts, "power_distribution")
    for station in facts.stations:
        if power_state(station, thresholds) != PowerState.UNMET:
            continue
        battery, generator = station.claim("battery_h"), station.claim("generator")
        yield Finding(
            rule=CODE,
            severity=Severity.SEVERE,
            cause_key=station.county_code,
            owner=owner,
            listing_id=station.listing_id,
            fields={
                "county": station.county,
                "battery_h": battery.value,
                "bridged_h": ride_through_h(battery, generator),
                "arrival_h": thresholds.generator_arrival_h,
            },
            evidence=station.claim("mains").evidence + battery.evidence + generator.evidence,
        )


RULE = Rule(
    code=CODE,
    criterion=3,
    owner_role="power_distribution",
    severities=(Severity.SEVERE,),
    thresholds=("generator_arrival_h", "service_h"),
    check=check,
)
