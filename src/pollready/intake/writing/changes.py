"""What a newer file changed, station by station, for people to look through."""

from pathlib import Path

from openpyxl import Workbook

from pollready.intake.faults import Show
from pollready.intake.result import Changes
from pollready.intake.workbook import SHEET_BY_NAME
from pollready.intake.writing.cells import cell_value, safe_row
from pollready.intake.writing.rejected import as_it_is, bold_row, new_sheet
from pollready.language import say

_COLUMNS = ("code", "field", "before", "after")


def write_changes(
    changes: Changes, path: Path | str, language: str, *, show: Show = as_it_is
) -> None:
    """Write what changed, the stations that are new, and those that the file does not name.

    `show` gives each value as the reader may see it.
    """
    book = Workbook(write_only=True)
    page = new_sheet(book, say("intake.changes.changed", language), language)
    page.append(bold_row(page, (say(f"intake.changes.{name}", language) for name in _COLUMNS)))
    for change in changes.changed:
        field = _heading(change.field, language)
        values = (
            show(f"stations.{change.field}", _said(change.field, each, language))
            for each in (change.before, change.after)
        )
        page.append(safe_row(page, [change.code, field, *values]))
    for name, codes in (("added", changes.added), ("not_named", changes.not_named)):
        page = new_sheet(book, say(f"intake.changes.{name}", language), language)
        page.append(bold_row(page, [say("intake.changes.code", language)]))
        for code in codes:
            page.append(safe_row(page, [code]))
    book.save(str(path))


def _heading(field: str, language: str) -> str:
    if field == "coordinates":
        return say("intake.changes.coordinates", language)
    return say(f"workbook.stations.{field}", language)


def _said(field: str, values: tuple[str, ...], language: str) -> str:
    if field == "coordinates":  # a doubt of the computer's, not a cell
        return ", ".join(values)
    column = SHEET_BY_NAME["stations"].column(field)
    between = "، " if language == "fa" else ", "
    return between.join(str(cell_value(value, column, language)) for value in values)
