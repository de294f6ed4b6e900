"""Routes, or who goes now, as a file: a workbook of every table, or one table of CSV."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import StringIO
from pathlib import Path

from pollready.language import direction, safe, say
from pollready.planning.dispatching.tables import COLUMNS, Rows
from pollready.reports.spreadsheet import SheetContent, write_spreadsheet

FORMATS = ("xlsx", "csv")
_WIDE = frozenset({"name", "what", "why"})


@dataclass(frozen=True, eq=False)
class DispatchFile:
    """What such a file holds: its tables by name, the first is that of a CSV."""

    title: str
    tables: Mapping[str, Rows]
    language: str
    lines: Sequence[str] = ()  # class, reason, watermark


def write_dispatch_file(path: Path, file: DispatchFile, *, now: datetime) -> None:
    """Write the file in the format of its name: `.xlsx` or `.csv`."""
    if path.suffix.lower() == ".csv":
        path.write_bytes(_csv(file).encode("utf-8-sig"))
        return
    right_to_left = direction(file.language) == "rtl"
    write_spreadsheet(path, _sheets(file), right_to_left=right_to_left, now=now)


def _headings(file: DispatchFile, name: str) -> list[str]:
    return [say(f"dispatch.column.{column}", file.language) for column in COLUMNS[name]]


def _sheets(file: DispatchFile) -> list[SheetContent]:
    return [
        SheetContent(
            title=say(f"dispatch.table.{name}", file.language),
            headings=_headings(file, name),
            widths=[30.0 if column in _WIDE else 16.0 for column in COLUMNS[name]],
            rows=rows,
            head=[file.title, *file.lines] if file.lines else (),
        )
        for name, rows in file.tables.items()
    ]


def _csv(file: DispatchFile) -> str:
    """Write the first table; what the file is comes last, so that rows have one heading."""
    name, table = next(iter(file.tables.items()))
    text = StringIO(newline="")
    rows = csv.writer(text)
    rows.writerow([safe(cell) for cell in _headings(file, name)])
    rows.writerows([safe(cell) for cell in row] for row in table)
    for line in (file.title, *file.lines) if file.lines else ():
        rows.writerow([safe(line), *[""] * (len(COLUMNS[name]) - 1)])
    return text.getvalue()
