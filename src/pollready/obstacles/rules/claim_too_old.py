"""Evidence so old that it says little about today."""

from collections.abc import Iterable
from datetime import timedelta

from pollready.obstacles.facts import Facts
from pollready.obstacles.finding import Finding, Rule, Severity
from pollready.obstacles.thresholds import Thresholds

CODE = "claim_too_old"
# a radio test has a stricter limit of its own
_RADIO = frozenset({"signal_1", "signal_2", "test_date"})


def check(facts: Facts, thresholds: Thresholds) -> Iterable[Finding]:
    """Name every dated field whose newest claim is older than the limit."""
    oldest = facts.as_of - timedelta(days=thresholds.claim_age_max_days)
    for station in facts.stations:
        for name, known in station.claims.items():
            dates = [row.as_of for row in known.evidence if row.as_of is not None]
            if name in _RADIO or not dates or max(dates) >= oldest:
                continue
            yield Finding(
                rule=CODE,
                severity=Severity.MINOR,
                cause_key=f"{name}|{station.county_code}",
                owner="county_lead",
                listing_id=station.listing_id,
                fields={"county": station.county, "field": name, "date": max(dates)},
                evidence=known.evidence,
            )


RULE = Rule(
    code=CODE,
    criterion=None,
    owner_role="county_lead",
    severities=(Severity.MINOR,),
    thresholds=("claim_age_max_days",),
    check=check,
)
