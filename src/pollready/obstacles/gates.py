"""Whether a gate has come: what is not done before it is not yet late."""

from pollready.obstacles.facts import Facts


def is_due(facts: Facts, days_before: int) -> bool:
    """Tell whether the gate T-`days_before` has come; without an election day nothing is due."""
    left = facts.days_before()
    return left is not None and left <= days_before
