"""What a package holds: figures, causes, means, what is shared with neighbours. No personal data.

Everything is added up but the shared components, which neighbours have to know by one code;
these go only into a package whose class may hold them.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from pollready.assessment.assessing import Workings, assessed
from pollready.assessment.reading import ComponentRow, Register
from pollready.assessment.result import Assessment
from pollready.audit.classification import Classification
from pollready.obstacles.finding import Severity
from pollready.register.models import Tier
from pollready.reports.kept.trend import figures
from pollready.reports.national.format import PackageRefused

UP, DOWN, UNKNOWN = "up", "down", "unknown"
CAUSES_MAX = 500


def contents_of(workings: Workings, *, ceiling: int, class_of: Mapping[str, int]) -> dict[str, Any]:
    """Give the data of a package up to a class; `class_of` are those of components, by code."""
    assessment, register = assessed(workings), workings.register
    return {
        "figures": figures(assessment),
        "counties": [
            {"code": code, "name": assessment.county_names.get(code, ""), **asdict(tally)}
            for code, tally in assessment.by_county.items()
        ],
        "causes": _causes(assessment),
        "means": [
            {
                "agency": _agency(assessment, row.agency), "kind": row.kind,
                "pledged": row.pledged, "delivered": row.delivered, "shortfall": row.shortfall,
                "overdue": row.overdue,
            }
            for row in assessment.commitments
        ],
        "shared": [
            _shared(row, register)
            for row in register.components.values()
            if row.tier >= Tier.PROVINCE and class_of.get(row.code, 4) <= ceiling
        ],
        "components": assessment.components,
    }  # fmt: skip


def class_of_contents(data: Mapping[str, Any], class_of: Mapping[str, int]) -> int:
    """Give the highest class of what a package holds."""
    classes = [class_of[row["code"]] for row in data["shared"]]
    return max(classes, default=int(Classification.NORMAL))


def _causes(assessment: Assessment) -> list[dict[str, Any]]:
    """Add causes up by rule and severity and owner: how many, at how many stations."""
    found: dict[tuple[str, str, str], list[Any]] = {}
    for cause in assessment.causes:
        owner = _agency(assessment, cause.owner)
        row = found.setdefault((cause.rule, cause.severity.value, owner), [0, 0, None])
        row[0] += 1
        row[1] += cause.stations
        if cause.voters is not None:
            row[2] = (row[2] or 0) + cause.voters
    return [
        {"rule": rule, "severity": severity, "owner": owner, "causes": causes,
         "stations": stations, "voters": voters}
        for (rule, severity, owner), (causes, stations, voters) in found.items()
    ][:CAUSES_MAX]  # fmt: skip


def _agency(assessment: Assessment, code: str) -> str:
    """Name an agency of the register; of what is none, the role."""
    known = assessment.facts.agencies.get(code)
    return known.name if known else code


def _shared(row: ComponentRow, register: Register) -> dict[str, Any]:
    """Tell of a component that reaches beyond the province whether it works, as here recorded."""
    state = UNKNOWN
    if row.unavailability is not None:
        state = DOWN if row.unavailability >= 1 else UP
    return {
        "code": row.code, "kind": row.kind, "name": row.name, "agency": row.agency,
        "tier": int(row.tier), "state": state,
        "depends_on": register.depends_on.get(row.code, ""),
    }  # fmt: skip


_TALLY = ("stations", "ready", "not_ready", "unknown", "contradicted")
_MEANS = ("pledged", "delivered", "shortfall", "overdue")


def check_data(data: Any) -> dict[str, Any]:
    """Give data that came from elsewhere if their shape is right; raises `PackageRefused`."""
    try:
        now = data["figures"]
        good = (
            all(_is_count(now[name]) for name in (*_TALLY, "on_course"))
            and all(_is_count(now[name], none=True) for name in ("voters", "voters_not_ready"))
            and all(_is_count(value) for value in now["causes"].values())
            and now["ready"] + now["not_ready"] + now["unknown"] == now["stations"]
            and _rows(data["counties"], lambda row: all(_is_count(row[n]) for n in _TALLY))
            and _rows(data["causes"], _is_cause)
            and _rows(data["means"], _is_means)
            and _rows(data["shared"], _is_shared)
        )
    except (KeyError, TypeError, AttributeError):
        good = False
    if not good:
        raise PackageRefused("malformed")
    found: dict[str, Any] = data
    return found


def _rows(rows: Any, is_right: Callable[[Any], bool]) -> bool:
    return isinstance(rows, list) and len(rows) <= 100_000 and all(map(is_right, rows))


def _is_count(value: Any, *, none: bool = False) -> bool:
    if value is None:
        return none
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**12


def _is_text(*values: Any) -> bool:
    return all(isinstance(value, str) and len(value) <= 500 for value in values)


def _is_cause(row: Any) -> bool:
    return (
        _is_text(row["rule"], row["owner"])
        and row["severity"] in list(Severity)
        and _is_count(row["causes"])
        and _is_count(row["stations"])
        and _is_count(row["voters"], none=True)
    )


def _is_means(row: Any) -> bool:
    return _is_text(row["agency"], row["kind"]) and all(
        _is_count(row[name], none=True) for name in _MEANS
    )


def _is_shared(row: Any) -> bool:
    texts = _is_text(row["code"], row["kind"], row["name"], row["agency"], row["depends_on"])
    return texts and row["state"] in (UP, DOWN, UNKNOWN)
