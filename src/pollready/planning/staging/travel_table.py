"""The travel table that a staging plan reads."""

import csv
from collections.abc import Sequence
from io import StringIO
from typing import ClassVar

from pollready.language import parse_number


class BadTravelTable(Exception):
    """Rows of a travel table that cannot be read: all of them at once."""

    code: ClassVar[str] = "planning.bad-travel-table"

    def __init__(self, rows: Sequence[int]) -> None:
        self.rows = tuple(rows)
        self.fields: dict[str, object] = {"rows": self.rows}
        super().__init__(str(self.rows))


def read_travel_table(text: str) -> dict[tuple[str, str], float]:
    """Read minutes by code of origin and destination: a CSV of three columns with a heading.

    Raises `BadTravelTable` with the number of every row that is no such row.
    """
    found: dict[tuple[str, str], float] = {}
    wrong = []
    for number, row in enumerate(csv.reader(StringIO(text.lstrip("\ufeff"))), start=1):
        if number == 1 or not any(cell.strip() for cell in row):
            continue
        minutes = parse_number(row[2]) if len(row) == 3 else None
        if minutes is None or minutes < 0:
            wrong.append(number)
        else:
            found[row[0].strip(), row[1].strip()] = minutes
    if wrong:
        raise BadTravelTable(wrong)
    return found
