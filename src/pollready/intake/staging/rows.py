"""From a recognised table to typed rows: every cell read, every fault of every row told."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from sys import intern
from typing import Any

from pollready.intake.faults import Fault, Gravity
from pollready.intake.reading import Row
from pollready.intake.recognition import Recognised
from pollready.intake.staging.records import (
    UNTOLD,
    Record,
    Staged,
    StagedSheet,
    rejected_row,
)
from pollready.intake.staging.values import Bad, reader
from pollready.intake.workbook import CHOICES, Column
from pollready.language import Phrase, fold

_TOTALS = frozenset(
    fold(word)
    for word in ("جمع", "جمع کل", "مجموع", "مجموع کل", "total", "totals", "sum", "grand total")
)
_LAST_ROW_MAY_BE_CUT = 0.6  # of the headings' number of columns
_NAMES_TOLD_MAX = 40
_KNOWN_BY = frozenset({"code", "name", "place_code"})
_MARKING = re.compile(r"سری|محرمانه|secret|confidential|restricted|classified|nato")
_CLASSES = tuple(CHOICES["classification"])  # lowest first


@dataclass(slots=True)
class _ColumnReader:
    """One column being read; equal cells are read once."""

    index: int
    column: Column
    heading: str
    required: bool
    read: Callable[[Any], Any]
    seen: dict[Any, Any]

    def value(self, cell: Any) -> Any:
        key = (cell.__class__, cell)  # 1, 1.0 and True are equal to Python, not to a reader
        try:
            return self.seen[key]
        except KeyError:
            found = self.seen[key] = self.read(cell)
            return found


def stage_table(recognised: Recognised, staged: Staged, ceiling: int) -> StagedSheet:
    """Read every row of a table into `staged`; a row with a required cell missing comes back."""
    sheet = StagedSheet(recognised)
    staged.sheets.append(sheet)
    rows = list(recognised.rows())
    staged.rows_read += len(rows)
    _note_unread_columns(sheet, rows, staged)
    readers = _readers(recognised, rows)
    _note_missing_columns(recognised, readers, len(rows), staged)
    title = recognised.table.name
    has_classes = _has_classes(readers, rows)
    arabic = 0
    for number, row in rows:
        values, faults = _read_row(readers, row, recognised.sheet.name, title, number)
        _read_address(recognised.columns.address_parts, row, values)
        if _is_above(values, ceiling):
            faults = [Fault("above-ceiling", Gravity.ROW, title, number)]
        elif _is_of_unknown_class(faults, has_classes=has_classes):
            faults = [Fault("class-unknown", Gravity.ROW, title, number)]
        if any(fault.code in UNTOLD for fault in faults):
            if code := values.get("code"):
                staged.above.add((recognised.sheet.name, fold(code)))
        else:
            faults += _what_is_missing(recognised, readers, number, row, values, faults)
        staged.faults += faults
        if any(fault.gravity is Gravity.ROW for fault in faults):
            staged.rejected.append(rejected_row(recognised, number, row, faults))
            continue
        arabic += any("ي" in cell or "ك" in cell for cell in row if isinstance(cell, str))
        sheet.records.append(Record(title, number, values, sheet))
    if arabic:
        staged.faults.append(
            Fault("arabic-letters", Gravity.NOTICE, title, fields={"rows": arabic})
        )
    return sheet


def as_shown(cell: Any) -> str:
    """Give a raw cell as its program shows it: 2, not 2.0."""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def _readers(recognised: Recognised, rows: Sequence[tuple[int, Row]]) -> list[_ColumnReader]:
    """Make a reader for each column; one without a single value is as good as not there."""
    readers = []
    for index, field in recognised.columns.fields.items():
        if any(index < len(row) and row[index] not in ("", None) for _, row in rows):
            column = recognised.sheet.column(field)
            heading = recognised.headings[index]
            readers.append(
                _ColumnReader(index, column, heading, column.required, reader(column), {})
            )
    return readers


def _note_unread_columns(
    sheet: StagedSheet, rows: Sequence[tuple[int, Row]], staged: Staged
) -> None:
    """Tell which columns nothing is made of, so that the user can say what they are."""
    sheet.unread = sheet.recognised.unread(rows)
    if sheet.unread:
        said = {"columns": len(sheet.unread), "names": sheet.unread[:_NAMES_TOLD_MAX]}
        staged.faults.append(Fault("columns-unread", Gravity.NOTICE, sheet.title, fields=said))


def _note_missing_columns(
    recognised: Recognised, readers: list[_ColumnReader], rows: int, staged: Staged
) -> None:
    """Tell of required columns that the list has not: once, and not once a row."""
    there = {each.column.field for each in readers}
    if recognised.columns.address_parts:
        there |= {"name"}  # its first line
    if "cell" in there:
        there |= {"code", "kind", "agency"}  # made of the cell's numbers
    if "place_code" in there:
        there |= {"code"}  # the place's number stands for it
    for field in recognised.sheet.required if rows else ():
        if field not in there:
            fields = {
                "rows": rows,
                "field": Phrase(f"workbook.{recognised.sheet.name}.{field}", {}),
            }
            title = recognised.table.name
            staged.faults.append(Fault("column-missing", Gravity.NOTICE, title, fields=fields))


def _read_row(
    readers: list[_ColumnReader], row: Row, sheet: str, title: str, number: int
) -> tuple[dict[str, Any], list[Fault]]:
    """Read the cells of a row; each cell that cannot be read is told."""
    values: dict[str, Any] = {}
    faults: list[Fault] = []
    width = len(row)
    for each in readers:
        cell = row[each.index] if each.index < width else ""
        if cell == "" or cell is None:
            continue
        value = each.value(cell)
        if value is None:
            continue
        if isinstance(value, Bad):
            gravity = Gravity.ROW if each.required else Gravity.CELL
            said = {"expected": value.expected_words()}
            faults.append(
                Fault(
                    value.code,
                    gravity,
                    title,
                    number,
                    each.heading,
                    as_shown(cell),
                    said,
                    intern(f"{sheet}.{each.column.field}"),
                )
            )
        else:
            values[each.column.field] = value
    return values, faults


def _read_address(parts: tuple[int, ...], row: Row, values: dict[str, Any]) -> None:
    """Join the numbered parts of an address; without a name, the first part is the name."""
    texts = [str(row[i]).strip() for i in parts if i < len(row)]
    texts = [text for text in texts if text]
    if "name" not in values and texts:
        values["name"] = texts.pop(0)
    if texts:
        values.setdefault("address", ", ".join(texts))


def _has_classes(readers: Sequence[_ColumnReader], rows: Sequence[tuple[int, Row]]) -> bool:
    """Say whether the column of classes holds one: a list of schools may have another "class"."""
    for each in readers:
        if each.column.field == "class":
            cells = (row[each.index] for _, row in rows if each.index < len(row))
            return any(isinstance(each.value(c), str) for c in cells if c not in ("", None))
    return False


def _is_above(values: dict[str, Any], ceiling: int) -> bool:
    given = values.get("class")
    return given is not None and _CLASSES.index(given) > ceiling


def _is_of_unknown_class(faults: Sequence[Fault], *, has_classes: bool) -> bool:
    """Say whether a class stands there that may be any: in a column of classes, or by its words."""
    unread = (fault.value for fault in faults if fault.cell.endswith(".class"))
    return any(has_classes or _MARKING.search(fold(value)) for value in unread)


def _what_is_missing(
    recognised: Recognised,
    readers: list[_ColumnReader],
    number: int,
    row: Row,
    values: dict[str, Any],
    faults: list[Fault],
) -> list[Fault]:
    """Give the reasons for which the row cannot be known or registered; none is good."""
    title = recognised.table.name
    unread = {fault.column for fault in faults}
    missing = [
        Fault("required-missing", Gravity.ROW, title, number, each.heading)
        for each in readers
        if each.required and each.column.field not in values and each.heading not in unread
    ]
    if recognised.sheet.name == "stations" and not values.keys() & _KNOWN_BY and not missing:
        missing = [Fault("nothing-to-know-it-by", Gravity.ROW, title, number)]
    if not missing:
        return []
    if any(isinstance(cell, str) and fold(cell) in _TOTALS for cell in row):
        return [Fault("totals-row", Gravity.ROW, title, number)]
    is_last = number == recognised.table.first_row + len(recognised.table.rows) - 1
    short = len(row) < _LAST_ROW_MAY_BE_CUT * len(recognised.headings)
    if is_last and (recognised.table.cut_off or short):
        return [Fault("row-cut-off", Gravity.ROW, title, number)]
    return missing
