"""The few causes that need a decision now: at most five stand on the first page."""

from datetime import date

from pollready.assessment.result import DecisionNeeded
from pollready.obstacles.due import due_date, gate_of
from pollready.obstacles.facts import Facts
from pollready.obstacles.finding import Cause, Severity
from pollready.obstacles.thresholds import Thresholds

MOST = 5


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
    """Give the day by which its case is due, gone by or not; None without an election day."""
    return due_date(gate_of(cause.rule, cause.findings[0].fields), facts.election_date, thresholds)
