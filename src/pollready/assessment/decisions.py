"""The few causes that need a decision now: at most five stand on the first page."""

from datetime import date, timedelta

from pollready.assessment.readiness import DUE_DAYS
from pollready.assessment.result import CRITERIA, DecisionNeeded
from pollready.obstacles.catalogue import RULES
from pollready.obstacles.facts import Facts
from pollready.obstacles.finding import Cause, Severity

MOST = 5
_CRITERION = {rule.code: rule.criterion for rule in RULES}


def decisions_needed(causes: tuple[Cause, ...], facts: Facts) -> tuple[DecisionNeeded, ...]:
    """Take the severe causes with the most voters; then the moderate ones, while there is room.

    Causes come in this order already; what is only unknown waits for evidence, not for a
    decision.
    """
    waiting = [c for c in causes if c.severity in (Severity.SEVERE, Severity.MODERATE)]
    return tuple(DecisionNeeded(cause, deadline(cause, facts)) for cause in waiting[:MOST])


def deadline(cause: Cause, facts: Facts) -> date | None:
    """Give the gate of the cause's criterion, or the day before opening; not before `as_of`."""
    if facts.election_date is None:
        return None
    criterion = _CRITERION.get(cause.rule)
    days = DUE_DAYS[CRITERIA[criterion - 1]] if criterion else 2
    return max(facts.election_date - timedelta(days=days), facts.as_of)
