"""Where the headings are: not always in the first row, not always once, not always at all."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from pollready.intake.reading import Row, Table, is_blank
from pollready.intake.recognition.forbidden import is_forbidden_name
from pollready.intake.recognition.headings import fields_by_key, heading_key, key_of, last_part
from pollready.intake.workbook import SHEETS, Sheet

_LOOK_AT = 30  # rows from the top in which headings are expected
_MATCHES_MIN = 2
_MATCHES_MIN_BELOW = 3  # further down, a row of data must not pass for headings
_SAME_SHARE = 0.8


def find_header(table: Table, mapping: Mapping[str, str], named: Sheet | None) -> int | None:
    """Give the index of the heading row; None for a list without one.

    The row with the most known headings among the first 30 wins; else the first row anywhere
    with at least three (a list cut together from pieces has its headings in the middle).
    """
    if table.has_header:
        return 0
    mapped = {heading_key(name) for name in mapping}
    enough = min(_MATCHES_MIN, width_of(table))  # a list of one column has one heading
    best, best_count = None, enough - 1
    for index, row in enumerate(table.rows[:_LOOK_AT]):
        if best is None and any(key_of(cell) in mapped for cell in row):
            best, best_count = index, 0  # what the user calls a heading is one
        count = known_headings(row, mapped, named)
        if count > best_count:
            best, best_count = index, count
    if best is not None:
        return best
    for index, row in enumerate(table.rows[:_LOOK_AT]):
        # One forbidden heading is enough: its column must never pass for data without headings.
        if looks_like_headings(row) and any(is_forbidden_name(cell) for cell in row if cell):
            return index
    if named is not None and len(table.rows) > 1 and looks_like_headings(table.rows[0]):
        return 0
    for index, row in enumerate(table.rows[_LOOK_AT:], start=_LOOK_AT):
        may_be = bool(row) and key_of(row[0]) in _every_key()
        if may_be and known_headings(row, mapped, named) >= _MATCHES_MIN_BELOW:
            return index
    return None


def known_headings(row: Row, mapped: set[str], named: Sheet | None) -> int:
    """Count the cells of a row that are headings of one sheet, the best such sheet."""
    keys = [key for cell in row if isinstance(cell, str) for key in _keys(cell)]
    if not keys:
        return 0
    sheets = (named,) if named else SHEETS
    return max(sum(k in fields_by_key(s) or k in mapped for k in keys) for s in sheets)


def looks_like_headings(row: Row) -> bool:
    """Say whether a row is all words, each once: what nobody's data look like."""
    words = [cell for cell in row if cell not in ("", None)]
    return (
        len(words) >= 2
        and all(isinstance(w, str) and not any(c.isdigit() for c in w[:1]) for w in words)
        and len({heading_key(w) for w in words}) == len(words)
    )


def is_repeat(row: Row, headings: list[str], probe: int) -> bool:
    """Say whether a row repeats the headings; `probe` is the column to look at first."""
    if probe >= len(row) or not isinstance(row[probe], str):
        return False
    if row[probe] != headings[probe] and key_of(row[probe]) != key_of(headings[probe]):
        return False
    pairs = [
        (cell, head) for cell, head in zip(row, headings, strict=False) if cell not in ("", None)
    ]
    same = sum(key_of(cell) == key_of(head) != "" for cell, head in pairs)
    return same >= max(2, _SAME_SHARE * len(pairs))


def headings_of(row: Row) -> list[str]:
    """Give the headings as text; a blank one stays blank."""
    return [_as_text(cell) for cell in row]


def width_of(table: Table) -> int:
    """Give the number of columns of a list without headings."""
    return max((len(row) for row in table.rows if not is_blank(row)), default=0)


def _keys(cell: str) -> tuple[str, ...]:
    if len(cell) > 120:
        return ()
    key = heading_key(last_part(cell))
    return (key,) if key else ()


@cache
def _every_key() -> frozenset[str]:
    return frozenset(key for sheet in SHEETS for key in fields_by_key(sheet))


def _as_text(cell: Any) -> str:
    return cell.strip() if isinstance(cell, str) else ("" if cell is None else str(cell))
