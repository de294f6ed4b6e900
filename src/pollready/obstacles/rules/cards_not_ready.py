"""Staff cards or configuration not done by the evening before."""

from collections.abc import Iterable

from pollready.obstacles.facts import Facts
from pollready.obstacles.finding import Finding, Rule, Severity
from pollready.obstacles.gates import is_due
from pollready.obstacles.thresholds import Thresholds

CODE = "cards_not_ready"


def check(facts: Facts, thresholds: Thresholds) -> Iterable[Finding]:
    """Name stations whose cards are recorded as not ready: severe from T-1 on."""
    due = is_due(facts, thresholds.cards_due_days)
    for station in facts.stations:
        cards = station.claim("cards")
        if cards.value != "not_ready":
            continue
        yield Finding(
            rule=CODE,
            severity=Severity.SEVERE if due else Severity.MODERATE,
            cause_key=station.county_code,
            owner="technology_committee",
            listing_id=station.listing_id,
            fields={"county": station.county},
            evidence=cards.evidence,
        )


RULE = Rule(
    code=CODE,
    criterion=5,
    owner_role="technology_committee",
    severities=(Severity.SEVERE, Severity.MODERATE),
    thresholds=("cards_due_days",),
    check=check,
)
