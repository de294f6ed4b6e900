"""A batch, a vendor, a firmware or a duct that takes many stations at once."""

from collections.abc import Iterable

from pollready.obstacles.facts import Facts
from pollready.obstacles.finding import Finding, Rule, Severity
from pollready.obstacles.shared import shared_points
from pollready.obstacles.thresholds import Thresholds

CODE = "shared_cause"


def check(facts: Facts, thresholds: Thresholds) -> Iterable[Finding]:
    """Name every station that falls when a common cause below province tier strikes."""
    for group in shared_points(facts, thresholds, groups=True):
        for listing_id in sorted(group.falls_with_it):
            yield Finding(
                rule=CODE,
                severity=Severity.MODERATE,
                cause_key=group.code,
                owner=group.agency or "technology_committee",
                listing_id=listing_id,
                fields={"county": group.county, "kind": group.kind},
                upstream=(group.code,),
                evidence=group.evidence,
            )


RULE = Rule(
    code=CODE,
    criterion=None,
    owner_role="technology_committee",
    severities=(Severity.MODERATE,),
    thresholds=("shared_stations_min", "shared_voters_share_min"),
    check=check,
)
