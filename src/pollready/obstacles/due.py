"""By which gate an obstacle should be gone: that of the criterion, or of the thing missing."""

from collections.abc import Mapping
from datetime import date, timedelta

from pollready.obstacles.catalogue import RULES
from pollready.obstacles.finding import Severity
from pollready.obstacles.thresholds import Thresholds

# Gates in the order in which they come; `opening` is election day itself.
GATES = ("list", "coverage", "rehearsal", "people", "delivery", "set_up", "opening")
_USUAL = "delivery"
_OF_CRITERION = {
    1: "coverage", 2: "coverage", 3: "delivery", 4: "delivery", 5: "set_up",
    6: "rehearsal", 7: "delivery", 8: "people", 9: "set_up", 10: "coverage",
}  # fmt: skip
_OF_THING = {
    "voters": "list", "coordinates": "list", "stops": "list", "relocation": "list",
    "radio": "coverage", "line_test": "coverage", "second_path": "coverage",
    "upstream": "coverage", "cards": "set_up", "software": "rehearsal",
    "rehearsal": "rehearsal", "people": "people", "training": "people",
    "deputies": "people", "closing": "set_up",
}  # fmt: skip
_OF_RULE = {"coordinates_implausible": "list"}
_CRITERION = {rule.code: rule.criterion for rule in RULES}
SEVERITY_ORDER = tuple(Severity)


def gate_of(rule: str, fields: Mapping[str, object]) -> str:
    """Name the gate by which a cause of this rule should be gone."""
    if rule in _OF_RULE:
        return _OF_RULE[rule]
    criterion = _CRITERION.get(rule)
    if criterion is not None:
        return _OF_CRITERION[criterion]
    return _OF_THING.get(str(fields.get("thing", "")), _USUAL)


def gate_days(thresholds: Thresholds) -> dict[str, int]:
    """Give how many days before the election each gate stands."""
    return {
        "list": thresholds.list_gate_days,
        "coverage": thresholds.coverage_gate_days,
        "rehearsal": thresholds.rehearsal_gate_days,
        "people": thresholds.people_due_days,
        "delivery": thresholds.delivery_gate_days,
        "set_up": thresholds.setup_gate_days,
        "opening": 0,
    }


def due_date(gate: str, election_date: date | None, thresholds: Thresholds) -> date | None:
    """Give the day of a gate; None without an election day."""
    if election_date is None:
        return None
    return election_date - timedelta(days=gate_days(thresholds)[gate])
