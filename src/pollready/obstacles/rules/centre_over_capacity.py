"""A central service, or a link to it, that the morning surge fills."""

from collections.abc import Iterable
from math import isfinite

from pollready.obstacles.facts import Facts
from pollready.obstacles.finding import Finding, Rule, Severity
from pollready.obstacles.surges import morning_loads
from pollready.obstacles.thresholds import Thresholds

CODE = "centre_over_capacity"


def check(facts: Facts, thresholds: Thresholds) -> Iterable[Finding]:
    """Name the stations behind what is asked more in the morning than the share allowed.

    Only stations with known voters and devices are counted: what holds, holds with the others too.
    """
    for load in morning_loads(facts, thresholds).values():
        if load.utilisation <= thresholds.surge_capacity_share_max:
            continue
        component = load.component
        for listing_id in sorted(component.behind):
            yield Finding(
                rule=CODE,
                severity=Severity.MODERATE,
                cause_key=component.code,
                owner=component.agency or "infrastructure_company",
                listing_id=listing_id,
                fields={
                    "kind": component.kind,
                    "county": component.county,
                    "load_pct": round(100 * load.utilisation),
                    "check_in_s": round(load.longest_check_in_s),
                    "clears_min": round(load.clears_min) if isfinite(load.clears_min) else None,
                    "power_on_min": round(-load.power_on_by_min),
                },
                upstream=(component.code,),
                evidence=load.capacity.evidence,
            )


RULE = Rule(
    code=CODE,
    criterion=None,
    owner_role="infrastructure_company",
    severities=(Severity.MODERATE,),
    thresholds=(
        "surge_capacity_share_max",
        "check_in_messages",
        "power_on_messages",
        "power_on_starts_min",
        "power_on_ends_min",
        "check_in_service_min",
        "polling_h",
        "arrival_shares",
        "at_doors_share",
    ),
    check=check,
)
