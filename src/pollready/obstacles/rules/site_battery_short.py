"""A mobile site whose battery ends before power can be expected back."""

from collections.abc import Iterable

from pollready.obstacles.facts import NOTHING_KNOWN, Facts
from pollready.obstacles.finding import Finding, Rule, Severity
from pollready.obstacles.power import fuel_h, has_generator, ride_through_h
from pollready.obstacles.thresholds import Thresholds

CODE = "site_battery_short"


def check(facts: Facts, thresholds: Thresholds) -> Iterable[Finding]:
    """Name the stations behind each mobile site that rides through too little."""
    for component in facts.components.values():
        if component.kind != "mobile_site":
            continue
        battery = component.claims.get("battery_h", NOTHING_KNOWN)
        generator = component.claims.get("generator", NOTHING_KNOWN)
        if not battery.known or (has_generator(generator) and fuel_h(generator) is None):
            continue
        if ride_through_h(battery, generator) >= thresholds.mobile_site_ride_through_h:
            continue
        for listing_id in sorted(component.behind):
            yield Finding(
                rule=CODE,
                # where nobody says whether a generator stands there, it is a question
                severity=Severity.MODERATE if generator.known else Severity.UNKNOWN,
                cause_key=component.code,
                owner=component.agency or "operator",
                listing_id=listing_id,
                fields={
                    "battery_h": battery.value,
                    "needed_h": thresholds.mobile_site_ride_through_h,
                    "county": component.county,
                },
                upstream=(component.code,),
                evidence=battery.evidence + generator.evidence,
            )


RULE = Rule(
    code=CODE,
    criterion=None,
    owner_role="operator",
    severities=(Severity.MODERATE, Severity.UNKNOWN),
    thresholds=("mobile_site_ride_through_h",),
    check=check,
)
