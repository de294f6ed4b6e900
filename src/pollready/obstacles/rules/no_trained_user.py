"""Fewer trained computer users than a station needs, or no deputy."""

from collections.abc import Iterable

from pollready.obstacles.facts import Facts
from pollready.obstacles.finding import Finding, Rule, Severity
from pollready.obstacles.gates import is_due
from pollready.obstacles.thresholds import Thresholds

CODE = "no_trained_user"


def check(facts: Facts, thresholds: Thresholds) -> Iterable[Finding]:
    """Name stations that lack users (severe when due) or only a deputy (moderate)."""
    due = is_due(facts, thresholds.people_due_days)
    for station in facts.stations:
        users, deputies = station.trained_users, station.deputies
        at_most = users.value + station.users_untold if users.known else None
        lacks_users = at_most is not None and at_most < thresholds.trained_users_min
        lacks_deputy = deputies.known and deputies.value < 1
        if not (lacks_users or lacks_deputy):
            continue
        yield Finding(
            rule=CODE,
            severity=Severity.SEVERE if due and lacks_users else Severity.MODERATE,
            cause_key=f"{'users' if lacks_users else 'deputy'}|{station.county_code}",
            owner="governor",
            listing_id=station.listing_id,
            fields={
                "county": station.county,
                "users": users.value,
                "needed": thresholds.trained_users_min,
                "state": "users" if lacks_users else "deputy",
            },
            evidence=users.evidence + deputies.evidence,
        )


RULE = Rule(
    code=CODE,
    criterion=8,
    owner_role="governor",
    severities=(Severity.SEVERE, Severity.MODERATE),
    thresholds=("trained_users_min", "people_due_days"),
    check=check,
)
