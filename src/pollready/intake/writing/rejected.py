"""What came back of a file: why, cell by cell, and the rows themselves to be mended."""

from collections.abc import Iterable
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from pollready.intake.faults import Fault, Show
from pollready.intake.result import ImportResult
from pollready.intake.staging.records import RejectedRow
from pollready.intake.staging.rows import as_shown
from pollready.intake.writing.cells import Page, new_page, safe_row
from pollready.language import say

_COLUMNS = ("sheet", "row", "column", "value", "reason", "remedy")
_WIDTHS = (18, 8, 24, 30, 60, 60)
_BOLD = Font(bold=True)
_TITLE_MAX = 31  # characters, Excel's limit
_NOT_IN_TITLES = str.maketrans(dict.fromkeys("[]:*?/\\", " "))


def as_it_is(cell: str, text: str) -> str:
    """Show everything."""
    return text


def write_rejected(
    result: ImportResult, path: Path | str, language: str, *, show: Show = as_it_is
) -> None:
    """Write what came back, with sheet, row, column, value, reason and remedy.

    First the rows that were sent back, then cells that were left out and notes on rows that
    were registered, then a sheet for each sheet of the file with the rejected rows under their
    own headings, to be mended and sent again. Forbidden columns are not there. `show` gives
    each text as the reader may see it; who gets a masked row finds his own by its number.
    """
    book = Workbook(write_only=True)
    back = [fault for row in result.rejected for fault in row.faults]
    told = {id(fault) for fault in back}  # a rejected row's lesser faults stand with it
    said = [fault for fault in result.faults if id(fault) not in told]
    _write_faults(book, say("workbook.sheet.rejected", language), back, language, show)
    _write_faults(book, say("intake.rejected.cells", language), said, language, show)
    for title in dict.fromkeys(row.sheet for row in result.rejected):
        rows = [row for row in result.rejected if row.sheet == title and row.headings]
        if rows:
            _write_rows(book, title, rows, language, show)
    book.save(str(path))


def _write_faults(
    book: Workbook, title: str, faults: Iterable[Fault], language: str, show: Show
) -> None:
    page = new_sheet(book, title, language)
    for letter, width in zip("ABCDEF", _WIDTHS, strict=True):
        page.column_dimensions[letter].width = width
    page.append(bold_row(page, (say(f"intake.rejected.{name}", language) for name in _COLUMNS)))
    for each in faults:
        fault = each.shown(show)
        line = [fault.sheet, fault.row, fault.column, fault.value]
        page.append(safe_row(page, [*line, fault.what(language), fault.remedy(language)]))


def _write_rows(
    book: Workbook, title: str, rows: list[RejectedRow], language: str, show: Show
) -> None:
    page = new_sheet(book, title, language)
    page.append(bold_row(page, rows[0].headings))
    for row in rows:
        cells = zip(row.fields, row.cells, strict=True)
        page.append(safe_row(page, [_cell(value, cell, show) for cell, value in cells]))


def new_sheet(book: Workbook, title: str, language: str) -> Page:
    """Add a page with a frozen heading row; its title is cut to what Excel takes."""
    page = new_page(book, title.translate(_NOT_IN_TITLES)[:_TITLE_MAX], language)
    page.freeze_panes = "A2"
    return page


def bold_row(page: Page, words: Iterable[str]) -> list[Any]:
    """Give headings as bold text cells."""
    cells = []
    for word in words:
        cell = WriteOnlyCell(page, value=word)
        cell.data_type = "s"  # a heading may begin like a formula
        cell.font = _BOLD
        cells.append(cell)
    return cells


def _cell(value: Any, cell: str, show: Show) -> Any:
    """Give a raw cell as it was, or as it may be seen; what is no plain value becomes text."""
    text = "" if value is None else as_shown(value)
    if (shown := show(cell, text)) != text:
        return shown
    if value is None or isinstance(value, str | int | float | bool | date | time | timedelta):
        return value
    return str(value)
