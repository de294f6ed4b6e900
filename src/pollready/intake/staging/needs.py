"""Expressions of need, as people write them: lists with commas, and real expressions."""

from pollready.engine.expression import ExpressionError, parse
from pollready.intake.staging.records import Record, Staged

_LIST_COMMAS = frozenset(",،;؛")
_FIELDS = (("stations", "requires"), ("components", "depends_on"), ("components", "protection"))


def read_needs(staged: Staged) -> None:
    """Check every expression; one that cannot be read is told and left out."""
    for sheet, field in _FIELDS:
        for record in staged.records(sheet):
            for each in (record, *record.merged):
                _read_need(each, field, staged)


def all_of_lists(text: str) -> str:
    """Write a list as the conjunction that it means; commas inside brackets stay.

    >>> all_of_lists("A, B، C"), all_of_lists("2 of (A, B، C)")
    ('A & B & C', '2 of (A, B, C)')
    """
    parts: list[str] = [""]
    depth = 0
    for letter in text:
        depth += (letter == "(") - (letter == ")")
        if depth <= 0 and letter in _LIST_COMMAS:
            parts.append("")
        else:
            parts[-1] += "," if letter in _LIST_COMMAS else letter
    kept = [part.strip() for part in parts if part.strip()]
    if len(kept) < 2:
        return kept[0] if kept else ""
    return " & ".join(f"({part})" if "|" in part else part for part in kept)


def _read_need(record: Record, field: str, staged: Staged) -> None:
    text = record.values.pop(field, None)
    if text is None:
        return
    expression = all_of_lists(text)
    try:
        parse(expression)
    except ExpressionError as error:
        staged.drop_cell("expression-wrong", record, field, text, **_where(error))
    else:
        record.values[field] = expression


def _where(error: ExpressionError) -> dict[str, object]:
    return {"position": error.fields.get("column"), "expected": error.fields.get("expected")}
