"""One component behind many stations, whose loss alone takes them below online."""

from collections.abc import Iterable

from pollready.obstacles.facts import Facts
from pollready.obstacles.finding import Finding, Rule, Severity
from pollready.obstacles.shared import shared_points
from pollready.obstacles.thresholds import Thresholds

CODE = "shared_single_point"


def check(facts: Facts, thresholds: Thresholds) -> Iterable[Finding]:
    """Name every station that falls with a shared single point below province tier."""
    for component in shared_points(facts, thresholds, groups=False):
        for listing_id in sorted(component.falls_with_it):
            yield Finding(
                rule=CODE,
                severity=Severity.MODERATE,
                cause_key=component.code,
                owner=component.agency or "infrastructure_company",
                listing_id=listing_id,
                fields={"county": component.county, "kind": component.kind},
                upstream=(component.code,),
                evidence=component.evidence,
            )


RULE = Rule(
    code=CODE,
    criterion=None,
    owner_role="infrastructure_company",
    severities=(Severity.MODERATE,),
    thresholds=("shared_stations_min", "shared_voters_share_min"),
    check=check,
)
