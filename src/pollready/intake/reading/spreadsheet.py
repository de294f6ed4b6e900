"""Reading xlsx, xls and ods by calamine, which executes nothing: no macro, formula or link."""

import re
import zipfile
from io import BytesIO
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from pollready.intake.faults import Fault, Gravity
from pollready.intake.reading.archive import check_for_zip_bomb
from pollready.intake.reading.limits import COLUMNS_MAX, ROWS_MAX, FileTooLarge, UnreadableFile
from pollready.intake.reading.table import Table

# A sheet is held as a full rectangle, so two cells far apart can fill the machine: columns past
# ZZ, rows past 999,999, and both past Z and past 99,999, are refused before the sheet is opened.
_FAR_CELL = re.compile(rb' r="(?:[A-Z]{3}[0-9]|[A-Z]{0,2}[0-9]{7}|[A-Z]{2}[0-9]{6})')


def read_spreadsheet(content: bytes, name: str) -> tuple[list[Table], list[Fault]]:
    """Read every sheet; merged cells are filled down and reported."""
    if content.startswith(b"PK"):
        check_for_zip_bomb(content, name)
        check_for_far_cells(content, name)
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(content))
        sheets = [book.get_sheet_by_name(title) for title in book.sheet_names]
    except (CalamineError, OSError, ValueError):
        raise UnreadableFile(name, "spreadsheet") from None
    tables: list[Table] = []
    faults: list[Fault] = []
    for sheet in sheets:
        if sheet.total_height > ROWS_MAX:
            raise FileTooLarge(name, "rows", ROWS_MAX)
        if sheet.total_width > COLUMNS_MAX:
            raise FileTooLarge(name, "columns", COLUMNS_MAX)
        rows = sheet.to_python(skip_empty_area=False)
        faults += _fill_merged(sheet, rows)
        tables.append(Table(sheet.name, rows))
    return tables, faults


def check_for_far_cells(content: bytes, name: str) -> None:
    """Refuse a sheet whose cells lie too far apart; raises `FileTooLarge`."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        for member in archive.namelist():
            if not (member.startswith("xl/worksheets/") and member.endswith(".xml")):
                continue
            try:
                found = _FAR_CELL.search(archive.read(member))
            except (zipfile.BadZipFile, RuntimeError, NotImplementedError):
                raise UnreadableFile(name, "spreadsheet") from None
            if found:
                raise FileTooLarge(name, "rows", ROWS_MAX)


def _fill_merged(sheet: CalamineSheet, rows: list[list[Any]]) -> list[Fault]:
    """Write the value of each merged range into all its rows, as the eye reads it.

    Only downwards: a range over several columns is a title, not several values. The value is
    not told: which columns may be spoken of is not known yet.
    """
    faults = []
    for (top, left), (bottom, _right) in sheet.merged_cell_ranges or ():
        if bottom == top or bottom >= len(rows):
            continue
        value = rows[top][left]
        for row in rows[top + 1 : bottom + 1]:
            if row[left] == "":
                row[left] = value
        faults.append(
            Fault(
                "merged-cells",
                Gravity.NOTICE,
                sheet.name,
                top + 1,
                fields={"rows": bottom - top + 1},
            )
        )
    return faults
