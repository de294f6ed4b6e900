"""The part of an agency's report that tells how far each of its duties is."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from pollready import language as lang
from pollready.reports.blocks import Block, section, table, text
from pollready.reports.content import Cell, Column, Table, sign_cell
from pollready.reports.wording import Wording

Data = Mapping[str, Any]
_SIGNS = {"done": "ready", "open": "not_ready", "unknown": "unknown",
          "contradicted": "contradicted"}  # fmt: skip


def duties_part(words: Wording, duties: Sequence[Data] | None) -> Block:
    """Lay out the duties; None says that nothing had been assessed by then."""
    if duties is None:
        blocks = [text(_say(words, "unknown"))]
    else:
        blocks = [table(_duties_table(words, duties))]
        if duties:
            done = sum(each["state"] == "done" for each in duties)
            late = sum(each["days_overdue"] is not None for each in duties)
            said = _say(words, "headline", duties=len(duties), done=done, late=late)
            blocks.insert(0, text(said))
    return section("duties", _say(words, "title"), blocks)


def _duties_table(words: Wording, duties: Sequence[Data]) -> Table:
    columns = [
        Column(_say(words, "duty"), "1fr"),
        Column(_say(words, "due"), "auto"),
        Column(_say(words, "state"), "auto"),
        *(Column(_say(words, f"at.{name}"), "auto", "number") for name in _SIGNS),
    ]
    rows = [_row(words, each) for each in duties]
    return Table(columns, rows, _say(words, "none"))


def _row(words: Wording, duty: Data) -> list[Cell]:
    state = lang.say(f"duties.state.{duty['state']}", words.language)
    return [
        {"lines": [words.isolated(duty["text"]), *_basis(words, duty)]},
        {"lines": _due(words, duty)},
        sign_cell(_SIGNS[duty["state"]], state),
        *(_count(words, duty, name) for name in _SIGNS),
    ]


def _basis(words: Wording, duty: Data) -> list[str]:
    said = [words.isolated(duty["legal_basis"])] if duty["legal_basis"] else []
    if duty["letter_no"]:
        number = words.isolated(lang.digits(duty["letter_no"], words.language))
        said.append(_say(words, "letter", number=number))
    return [" · ".join(said)] if said else []


def _due(words: Wording, duty: Data) -> list[str]:
    if duty["due_date"] is None:
        return [words.isolated(duty["deadline"]) if duty["deadline"] else _say(words, "no_due")]
    lines = [words.short_date(date.fromisoformat(duty["due_date"]))]
    if (days := duty["days_overdue"]) is not None:
        lines.append(_say(words, "late", days=days) if days else _say(words, "late_today"))
    return lines


def _count(words: Wording, duty: Data, name: str) -> Cell:
    """Count objects; what its owner alone does has none."""
    return "" if duty["covers"] == "owner" else words.number(duty["counts"][name])


def _say(words: Wording, key: str, **fields: Any) -> str:
    return lang.say(f"reports.duties.{key}", words.language, **fields)
