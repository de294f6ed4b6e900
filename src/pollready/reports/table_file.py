"""Tables of a page as a file: a workbook of all of them, or the first as CSV."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import StringIO
from pathlib import Path

from pollready.language import direction, safe, say
from pollready.reports.spreadsheet import Cell, SheetContent, write_spreadsheet

FORMATS = ("xlsx", "csv")
Rows = list[list[Cell]]
_WIDE = frozenset({"name", "what", "why", "figure"})


@dataclass(frozen=True, eq=False)
class TableFile:
    """What such a file holds: its tables by name, with the columns of each.

    `{phrases}.table.*` and `{phrases}.column.*` are the words of both.
    """

    phrases: str
    title: str
    columns: Mapping[str, Sequence[str]]
    tables: Mapping[str, Rows]
    language: str
    lines: Sequence[str] = ()  # class, reason, watermark


def write_table_file(path: Path, file: TableFile, *, now: datetime) -> None:
    """Write the file in the format of its name: `.xlsx` or `.csv`."""
    if path.suffix.lower() == ".csv":
        path.write_bytes(_csv(file).encode("utf-8-sig"))
        return
    right_to_left = direction(file.language) == "rtl"
    write_spreadsheet(path, _sheets(file), right_to_left=right_to_left, now=now)


def _headings(file: TableFile, name: str) -> list[str]:
    columns = file.columns[name]
    return [say(f"{file.phrases}.column.{column}", file.language) for column in columns]


def _sheets(file: TableFile) -> list[SheetContent]:
    return [
        SheetContent(
            title=say(f"{file.phrases}.table.{name}", file.language),
            headings=_headings(file, name),
            widths=[30.0 if column in _WIDE else 16.0 for column in file.columns[name]],
            rows=rows,
            head=[file.title, *file.lines] if file.lines else (),
        )
        for name, rows in file.tables.items()
    ]


def _csv(file: TableFile) -> str:
    """Write the first table; what the file is comes last, so that rows have one heading."""
    name, table = next(iter(file.tables.items()))
    text = StringIO(newline="")
    rows = csv.writer(text)
    rows.writerow([safe(cell) for cell in _headings(file, name)])
    rows.writerows([safe(cell) for cell in row] for row in table)
    for line in (file.title, *file.lines) if file.lines else ():
        rows.writerow([safe(line), *[""] * (len(file.columns[name]) - 1)])
    return text.getvalue()
