"""What staging gives: typed rows, what came back, and everything that was found wrong."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from sys import intern
from typing import Any

from pollready.intake.faults import Fault, Gravity
from pollready.intake.recognition import Recognised

# Faults of a row of which nothing but its number may be told.
UNTOLD = frozenset({"above-ceiling", "class-unknown"})


@dataclass(slots=True)
class Record:
    """One row as typed values by field; a blank cell has no entry.

    `merged` are the later rows of the same object; what they alone say fills its blanks.
    """

    sheet: str  # the title as the file has it
    row: int
    values: dict[str, Any]
    source: "StagedSheet"
    merged: list["Record"] = field(default_factory=list)

    def get(self, field_name: str) -> Any:
        """Give a value, None where the cell is blank."""
        return self.values.get(field_name)


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row that came back: its cells without forbidden columns, and why.

    A row above the ceiling, or of a class nobody knows, has no cells and no headings: it is
    told by its number only.
    """

    sheet: str
    row: int
    headings: tuple[str, ...]
    cells: tuple[Any, ...]
    faults: tuple[Fault, ...]
    fields: tuple[str, ...] = ()  # of each cell, `sheet.field` of the workbook


@dataclass(slots=True)
class StagedSheet:
    """A recognised table with its typed rows."""

    recognised: Recognised
    records: list[Record] = field(default_factory=list)
    unread: tuple[str, ...] = ()  # columns with something in them of which nothing is made

    @property
    def title(self) -> str:
        """The sheet's title as the file has it."""
        return self.recognised.table.name


@dataclass(slots=True)
class Staged:
    """A whole file, ready to be applied."""

    sheets: list[StagedSheet] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    rejected: list[RejectedRow] = field(default_factory=list)
    rows_read: int = 0
    rows_merged: int = 0
    # Codes of rows above the ceiling, by sheet: other rows of the same object go back too.
    above: set[tuple[str, str]] = field(default_factory=set)

    def records(self, sheet: str) -> list[Record]:
        """Give the rows of a sheet of the workbook, from all tables that are that sheet."""
        return [r for s in self.sheets if s.recognised.sheet.name == sheet for r in s.records]

    def say(
        self, code: str, record: Record, column: str = "", value: Any = "", **fields: Any
    ) -> None:
        """Note something about a registered row."""
        self.faults.append(self._fault(code, Gravity.NOTICE, record, column, value, fields))

    def drop_cell(
        self, code: str, record: Record, column: str, value: Any = "", **fields: Any
    ) -> None:
        """Note that a cell could not be taken; its row is registered without it."""
        self.faults.append(self._fault(code, Gravity.CELL, record, column, value, fields))

    def send_back(
        self, code: str, record: Record, column: str = "", value: Any = "", **fields: Any
    ) -> None:
        """Reject a row that was read well but cannot be registered."""
        fault = self._fault(code, Gravity.ROW, record, column, value, fields)
        self.faults.append(fault)
        self.rejected.append(rejected_row(record.source.recognised, record.row, None, [fault]))

    def _fault(
        self,
        code: str,
        gravity: Gravity,
        record: Record,
        column: str,
        value: Any,
        fields: dict[str, Any],
    ) -> Fault:
        heading = heading_of(record.source.recognised, column) if column else ""
        text = "" if value is None else str(value)
        cell = intern(f"{record.source.recognised.sheet.name}.{column}")
        return Fault(code, gravity, record.sheet, record.row, heading, text, fields, cell)


# Where a file has not the first of two fields, it has what the first was computed from.
_COMPUTED_FROM = {"lat": "northing", "lon": "easting", "code": "place_code"}


def heading_of(recognised: Recognised, field_name: str) -> str:
    """Give the heading under which the file has a field; the field's own name if it has none."""
    for name in (field_name, _COMPUTED_FROM.get(field_name)):
        for index, each in recognised.columns.fields.items():
            if each == name:
                return recognised.headings[index]
    return field_name


def _fields_of(recognised: Recognised, kept: Sequence[int]) -> tuple[str, ...]:
    """Name the field of each column, `sheet.` for one that nothing was made of."""
    fields, sheet = recognised.columns.fields, recognised.sheet.name
    return tuple(intern(f"{sheet}.{fields.get(index, '')}") for index in kept)


def rejected_row(
    recognised: Recognised, row: int, cells: Iterable[Any] | None, faults: list[Fault]
) -> RejectedRow:
    """Make what comes back of a row: forbidden columns are left out."""
    if any(fault.code in UNTOLD for fault in faults):
        return RejectedRow(recognised.table.name, row, (), (), tuple(faults))
    raw = list(recognised.table.rows[row - recognised.table.first_row] if cells is None else cells)
    kept = [i for i in range(len(recognised.headings)) if i not in recognised.dropped]
    return RejectedRow(
        recognised.table.name,
        row,
        tuple(recognised.headings[i] for i in kept),
        tuple(raw[i] if i < len(raw) else "" for i in kept),
        tuple(faults),
        _fields_of(recognised, kept),
    )
