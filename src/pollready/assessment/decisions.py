"""The few causes that need a decision now: at most five stand on the first page."""

from datetime import date, timedelta

from pollready.assessment.readiness import gate_days
from pollready.assessment.result import CRITERIA, DecisionNeeded
from pollready.obstacles.catalogue import RULES
from pollready.obstacles.facts import Facts
from pollready.obstacles.finding import Cause, Severity
from pollready.obstacles.thresholds import Thresholds

MOST = 5
_CRITERION = {rule.code: rule.criterion for rule in RULES}


def decisions_needed(
    causes: tuple[Cause, ...], facts: Facts, thresholds: Thresholds
) -> tuple[DecisionNeeded, ...]:
    """Take the severe causes with the most voters; then the moderate ones, while there is room.

    Causes come in this order already; what is only unknown waits for evidence, not for a
    decision.
    """
    waiting = [c for c in causes if c.severity in (Severity.SEVERE, Severity.MODERATE)]
    return tuple(
        DecisionNeeded(cause, deadline(cause, facts, thresholds)) for cause in waiting[:MOST]
    )


def deadline(cause: Cause, facts: Facts, thresholds: Thresholds) -> date | None:
    """Give the gate of the cause's criterion, or the day before opening; not before `as_of`."""
    if facts.election_date is None:
        return None
    criterion = _CRITERION.get(cause.rule)
    name = CRITERIA[criterion - 1] if criterion else None
    days = gate_days(thresholds)[name] if name else thresholds.delivery_gate_days
    return max(facts.election_date - timedelta(days=days), facts.as_of)
