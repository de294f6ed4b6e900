"""A mobile site whose battery ends before power can be expected back."""

from collections.abc import Iterable

from pollready.obstacles.facts import Facts
from pollready.obstacles.finding import Finding, Rule, Severity
from pollready.obstacles.power import has_generator
from pollready.obstacles.thresholds import Thresholds

CODE = "site_battery_short"


def check(facts: Facts, thresholds: Thresholds) -> Iterable[Finding]:
    """Name the stations behind each mobile site that rides through too little."""
    for component in facts.components.values():
        if component.kind != "mobile_site":
            continue
        battery = component.claims.get("battery_h")
        generator = component.claims.get("generator")
        if battery is None or not battery.known or (generator and has_generator(generator)):
            continue
        if battery.value >= thresholds.mobile_site_ride_through_h:
            continue
        for listing_id in sorted(component.behind):
            yield Finding(
                rule=CODE,
                severity=Severity.MODERATE,
                cause_key=component.code,
                owner=component.agency or "operator",
                listing_id=listing_id,
                fields={
                    "battery_h": battery.value,
                    "needed_h": thresholds.mobile_site_ride_through_h,
                    "county": component.county,
                },
                upstream=(component.code,),
                evidence=battery.evidence,
            )


RULE = Rule(
    code=CODE,
    criterion=None,
    owner_role="operator",
    severities=(Severity.MODERATE,),
    thresholds=("mobile_site_ride_through_h",),
    check=check,
)
