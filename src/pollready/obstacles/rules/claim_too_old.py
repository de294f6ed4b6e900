"""Evidence so old that it says little about today."""

from collections.abc import Iterable
from datetime import date, timedelta

from pollready.obstacles.facts import ComponentFacts, Facts, Known
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
            newest = _newest(known)
            if name in _RADIO or newest is None or newest >= oldest:
                continue
            yield Finding(
                rule=CODE,
                severity=Severity.MINOR,
                cause_key=f"{name}|{station.county_code}",
                owner="county_lead",
                listing_id=station.listing_id,
                fields={"county": station.county, "field": name, "date": newest},
                evidence=known.evidence,
            )
    for component in facts.components.values():
        yield from _of_component(component, oldest)


def _of_component(component: ComponentFacts, oldest: date) -> Iterable[Finding]:
    """Name a component whose own row is too old, at each station behind it."""
    for name, known in component.claims.items():
        newest = _newest(known)
        if newest is None or newest >= oldest:
            continue
        for listing_id in sorted(component.behind):
            yield Finding(
                rule=CODE,
                severity=Severity.MINOR,
                cause_key=f"{name}|{component.code}",
                owner=component.agency or "county_lead",
                listing_id=listing_id,
                fields={"county": component.county, "field": name, "date": newest},
                upstream=(component.code,),
                evidence=known.evidence,
            )


def _newest(known: Known) -> date | None:
    return max((row.as_of for row in known.evidence if row.as_of is not None), default=None)


RULE = Rule(
    code=CODE,
    criterion=None,
    owner_role="county_lead",
    severities=(Severity.MINOR,),
    thresholds=("claim_age_max_days",),
    check=check,
)
