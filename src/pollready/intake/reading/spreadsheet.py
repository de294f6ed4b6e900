"""Reading xlsx, xls and ods by calamine, which executes nothing: no macro, formula or link."""

import pickle
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import Any

from python_calamine import CalamineWorkbook, SheetVisibleEnum

from pollready.intake.faults import Fault, Gravity
from pollready.intake.reading import _apart
from pollready.intake.reading.archive import BROKEN_ZIP, check_for_zip_bomb
from pollready.intake.reading.limits import COLUMNS_MAX, ROWS_MAX, FileTooLarge, UnreadableFile
from pollready.intake.reading.table import Table

# The stream in which Office keeps a workbook that has a password.
_LOCKED = "EncryptedPackage".encode("utf-16-le")
# A sheet is held as a full rectangle, so two cells far apart can fill the machine: columns past
# ZZ, rows past 999,999, and both past Z and past 99,999, are refused before the sheet is opened.
_FAR_CELL = re.compile(
    rb"\sr\s*=\s*[\"'](?:[A-Z]{3}[0-9]|[A-Z]{0,2}[0-9]{7}|[A-Z]{2}[0-9]{6})", re.IGNORECASE
)
_APART_MAX_S = 120
_MergedRanges = Iterable[tuple[tuple[int, int], tuple[int, int]]]


def read_spreadsheet(content: bytes, name: str) -> tuple[list[Table], list[Fault]]:
    """Read every sheet; merged cells are filled down and reported.

    Raises `UnreadableFile` and `FileTooLarge`.
    """
    if content.startswith(b"PK"):
        check_for_zip_bomb(content, name)
    elif _LOCKED in content:
        raise UnreadableFile(name, "locked")
    if _is_xlsx(content, name):
        check_for_far_cells(content, name)
        sheets = _sheets_here(content, name)
    else:
        sheets = _sheets_apart(content, name)
    tables: list[Table] = []
    faults: list[Fault] = []
    for title, is_shown, rows, merged in sheets:
        faults += _fill_merged(title, rows, merged)
        tables.append(Table(title, rows, hidden=not is_shown))
    return tables, faults


def check_for_far_cells(content: bytes, name: str) -> None:
    """Refuse a sheet whose cells lie too far apart; raises `FileTooLarge`."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            for member in archive.namelist():
                is_sheet = member.startswith("xl/") and member.endswith(".xml")
                if not is_sheet or member.endswith("/sharedStrings.xml"):
                    continue
                if _FAR_CELL.search(archive.read(member)):
                    raise FileTooLarge(name, "far-cells", ROWS_MAX)
    except FileTooLarge:
        raise
    except BROKEN_ZIP:
        raise UnreadableFile(name, "spreadsheet") from None


def _is_xlsx(content: bytes, name: str) -> bool:
    """Say whether the cells are XML in a zip, so that `check_for_far_cells` can look at them."""
    if not content.startswith(b"PK"):
        return False
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return "xl/workbook.xml" in archive.namelist()
    except BROKEN_ZIP:
        raise UnreadableFile(name, "spreadsheet") from None


def _sheets_here(content: bytes, name: str) -> list[tuple[Any, ...]]:
    """Open a workbook whose size is known to be bearable."""
    found: list[tuple[Any, ...]] = []
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(content))
        for each in book.sheets_metadata:
            sheet = book.get_sheet_by_name(each.name)
            if sheet.total_height > ROWS_MAX:
                raise FileTooLarge(name, "rows", ROWS_MAX)
            if sheet.total_width > COLUMNS_MAX:
                raise FileTooLarge(name, "columns", COLUMNS_MAX)
            is_shown = each.visible is SheetVisibleEnum.Visible
            rows = sheet.to_python(skip_empty_area=False)
            found.append((sheet.name, is_shown, rows, sheet.merged_cell_ranges or []))
    except (FileTooLarge, KeyboardInterrupt, SystemExit):
        raise
    except BaseException:  # a panic of calamine is no Exception
        raise UnreadableFile(name, "spreadsheet") from None
    return found


def _sheets_apart(content: bytes, name: str) -> list[tuple[Any, ...]]:
    """Open a workbook in a process of its own, where it can do no harm."""
    command = [sys.executable, "-I", str(Path(_apart.__file__)), str(ROWS_MAX), str(COLUMNS_MAX)]
    try:
        done = subprocess.run(
            command, input=content, capture_output=True, timeout=_APART_MAX_S, check=True
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
        raise UnreadableFile(name, "spreadsheet") from None
    found: str | list[tuple[Any, ...]] = pickle.loads(done.stdout)
    if isinstance(found, str):
        raise FileTooLarge(name, found, ROWS_MAX if found == "rows" else COLUMNS_MAX)
    return found


def _fill_merged(title: str, rows: list[list[Any]], merged: _MergedRanges) -> list[Fault]:
    """Write the value of each merged range into all its rows, as the eye reads it.

    Only downwards: a range over several columns is a title, not several values. The value is
    not told: which columns may be spoken of is not known yet.
    """
    faults = []
    for (top, left), (bottom, _right) in merged:
        if bottom == top or bottom >= len(rows) or left >= len(rows[top]):
            continue
        value = rows[top][left]
        for row in rows[top + 1 : bottom + 1]:
            if row[left] == "":
                row[left] = value
        said = {"rows": bottom - top + 1}
        faults.append(Fault("merged-cells", Gravity.NOTICE, title, top + 1, fields=said))
    return faults
