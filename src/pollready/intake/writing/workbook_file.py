"""Writing the workbook: the empty template, and the template with rows in it."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from pollready.intake.workbook import SHEET_BY_NAME, SHEETS, Column, ColumnKind, Sheet
from pollready.intake.writing.cells import Page, cell_value, new_page, safe_row, words_of
from pollready.language import say

_HEAD = Font(bold=True, color="FFFFFF")
_REQUIRED_FILL = PatternFill("solid", fgColor="0B5C5C")
_OPTIONAL_FILL = PatternFill("solid", fgColor="4A6A6A")
_TITLE = Font(bold=True, size=16)
_TEXT_FORMAT = "@"  # keeps the leading zeros of what people type
_TEXT_KINDS = frozenset({ColumnKind.CODE, ColumnKind.CODES})
_WORD_LISTS = {ColumnKind.YES_NO: "yes_no"}  # POWER takes hours and codes too: no list
_LAST_ROW = 70_000  # how far down validation lists reach

_GUIDE_LINES = (
    "required",
    "blank",
    "codes",
    "dates",
    "one_row",
    "notes",
    "class",
    "forbidden",
)

Rows = Mapping[str, Iterable[Mapping[str, Any]]]


def write_template(path: Path | str, language: str) -> None:
    """Write the empty workbook: headings, notes, validation lists, and how to fill it in."""
    write_workbook(path, {}, language)


def write_workbook(
    path: Path | str,
    rows: Rows,
    language: str,
    *,
    merged: Mapping[str, Sequence[str]] | None = None,
    said: Sequence[str] = (),
) -> None:
    """Write the workbook with rows: `{sheet: [{field: value}, ...]}`.

    Values are canonical (`"fixed"`, `True`, dates) and are written in the language; a value that
    is not canonical is written as it is. A field that the template has no column for raises
    `KeyError`. `merged` names cell ranges to merge, per sheet. What is
    `said` of the file stands in its guide, which no import reads, and at the foot of each page.
    """
    given = {name: list(of_sheet) for name, of_sheet in rows.items()}
    _check_for_unknown_fields(given)
    book = Workbook(write_only=True)
    lists = _choice_lists(language)
    _write_guide(book, language, said)
    for sheet in SHEETS:
        _write_sheet(book, sheet, given.get(sheet.name, ()), lists, language, (merged or {}))
    _write_lists(book, lists, language)
    foot = " · ".join(said).replace("&", "&&")[:200]
    pages: list[Page] = book.worksheets if said else []
    for page in pages:
        page.oddFooter.center.text = foot
    book.save(str(path))


def _check_for_unknown_fields(rows: Mapping[str, list[Mapping[str, Any]]]) -> None:
    """Check, before anything is written, that every field has a column to go to."""
    for name, of_sheet in rows.items():
        fields = {column.field for column in SHEET_BY_NAME[name].printed}
        for row in of_sheet:
            if unknown := row.keys() - fields:
                raise KeyError(f"{name}: {sorted(unknown)}")


def _choice_lists(language: str) -> dict[str, tuple[str, ...]]:
    """Give the words of every list that a printed column uses, by name of the list."""
    names = {_list_name(column) for sheet in SHEETS for column in sheet.printed}
    return {name: words_of(name, language) for name in sorted(names - {""})}


def _list_name(column: Column) -> str:
    return column.choices or _WORD_LISTS.get(column.kind, "")


def _write_guide(book: Workbook, language: str, said: Sequence[str]) -> None:
    """Write the first sheet: how to fill the others in."""
    sheet = new_page(book, say("workbook.sheet.guide", language), language)
    sheet.column_dimensions["A"].width = 26
    sheet.column_dimensions["B"].width = 96
    title = WriteOnlyCell(sheet, value=say("workbook.guide.title", language))
    title.font = _TITLE
    sheet.append([title])
    for line in said:
        sheet.append([None, _wrapped(sheet, line)])
    for line in _GUIDE_LINES:
        sheet.append([None, _wrapped(sheet, say(f"workbook.guide.{line}", language))])
    sheet.append([None, say("workbook.guide.sheets", language)])
    for each in SHEETS:
        name = say(f"workbook.sheet.{each.name}", language)
        sheet.append([name, _wrapped(sheet, say(f"workbook.about.{each.name}", language))])


def _write_sheet(
    book: Workbook,
    sheet: Sheet,
    rows: Iterable[Mapping[str, Any]],
    lists: Mapping[str, tuple[str, ...]],
    language: str,
    merged: Mapping[str, Sequence[str]],
) -> None:
    """Write one sheet: its headings, its validation lists, its rows."""
    page = new_page(book, say(f"workbook.sheet.{sheet.name}", language), language)
    page.freeze_panes = "C2" if len(sheet.printed) > 12 else "A2"
    _set_columns(page, sheet)
    for number, column in enumerate(sheet.printed, start=1):
        if name := _list_name(column):
            page.data_validations.append(_validation(number, name, lists, language))
    for cells in merged.get(sheet.name, ()):
        page.merged_cells.add(cells)
    page.append([_heading(page, sheet, column, language) for column in sheet.printed])
    for row in rows:
        values = (cell_value(row.get(c.field), c, language) for c in sheet.printed)
        page.append(safe_row(page, values))


def _write_lists(book: Workbook, lists: Mapping[str, tuple[str, ...]], language: str) -> None:
    """Write the hidden sheet that the validation lists point to, one column a list."""
    page = new_page(book, say("workbook.sheet.lists", language), language)
    page.sheet_state = "hidden"
    longest = max((len(words) for words in lists.values()), default=0)
    for index in range(longest):
        page.append([w[index] if index < len(w) else None for w in lists.values()])


def _set_columns(page: Page, sheet: Sheet) -> None:
    for number, column in enumerate(sheet.printed, start=1):
        dimension = page.column_dimensions[get_column_letter(number)]
        dimension.width = column.width
        if column.kind in _TEXT_KINDS:
            dimension.number_format = _TEXT_FORMAT


def _validation(
    number: int, name: str, lists: Mapping[str, tuple[str, ...]], language: str
) -> DataValidation:
    """Point a column's cells at their list; another word is warned of, not refused."""
    letter = get_column_letter(list(lists).index(name) + 1)
    title = say("workbook.sheet.lists", language)
    formula = f"'{title}'!${letter}$1:${letter}${len(lists[name])}"
    check = DataValidation(type="list", formula1=formula, allow_blank=True, errorStyle="warning")
    column = get_column_letter(number)
    check.add(f"{column}2:{column}{_LAST_ROW}")
    return check


def _heading(page: Page, sheet: Sheet, column: Column, language: str) -> Any:
    """Make a heading: its words, the star of a required column, its note."""
    words = say(f"workbook.{sheet.name}.{column.field}", language)
    cell = WriteOnlyCell(page, value=f"{words} *" if column.required else words)
    cell.font = _HEAD
    cell.fill = _REQUIRED_FILL if column.required else _OPTIONAL_FILL
    cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    note = Comment(say(f"workbook.help.{sheet.name}.{column.field}", language), "PollReady")
    note.width, note.height = 260, 90
    cell.comment = note
    return cell


def _wrapped(page: Page, text: str) -> Any:
    cell = WriteOnlyCell(page, value=text)
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell
