"""What reading gives: tables of raw cells, with the row numbers that people see."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pollready.intake.faults import Fault

Row = list[Any]


@dataclass(slots=True)
class Table:
    """One sheet, file, or list.

    A row is raw cells: text, number, bool, date or time; "" is blank.
    """

    name: str
    rows: list[Row]
    first_row: int = 1  # the number of the first row, as its program shows it
    has_header: bool | None = None  # True: the first row holds the headings; None: not known
    cut_off: bool = False  # the file ends in the middle of its last row
    hidden: bool = False  # a sheet that its program does not show
    unread: tuple[str, ...] = ()  # nested lists of which nothing can be made, by name
    dropped: tuple[str, ...] = ()  # nested lists of people's addresses, by name

    def numbered(self, start: int = 0) -> Iterator[tuple[int, Row]]:
        """Give each row from index `start` on with its number."""
        return enumerate(self.rows[start:], start=self.first_row + start)


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file, or a folder of files, as tables."""

    name: str
    sha256: str
    tables: tuple[Table, ...]
    faults: tuple[Fault, ...] = field(default=())


def is_blank(row: Row) -> bool:
    """Say whether a row has nothing in it."""
    return all(
        cell == "" or cell is None or (isinstance(cell, str) and not cell.strip()) for cell in row
    )
