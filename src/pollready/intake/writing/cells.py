"""A value of the register as the cell that a person of that language expects."""

import re
from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from pollready.intake.workbook import CHOICES, Column, ColumnKind
from pollready.language import date_short, direction, is_like_formula, say
from pollready.register.kinds import kinds

# XML 1.0 has no place for these; a cell that holds one cannot be opened again.
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_WORDS = dict.fromkeys((ColumnKind.YES_NO, ColumnKind.YES_OR_DATE, ColumnKind.POWER), "yes_no")


def cell_value(value: Any, column: Column, language: str) -> Any:
    """Turn a canonical value into what is written; what is not canonical stands as it is."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return say(f"workbook.choice.yes_no.{'yes' if value else 'no'}", language)
    if isinstance(value, str):
        return _text(value, column, language)
    if isinstance(value, datetime):
        return f"{date_short(value.date(), language)} {value:%H:%M}"
    if isinstance(value, date):
        return date_short(value, language)
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, (int, float)):
        return str(value) if column.kind is ColumnKind.CODE else value
    if isinstance(value, Iterable):
        return ("، " if language == "fa" else ", ").join(str(part) for part in value)
    return str(value)


def words_of(choices: str, language: str) -> tuple[str, ...]:
    """Give the words of a list of choices, in the language, in its order."""
    if choices == "component_kind":
        return tuple(say(f"kind.{code}", language) for code in kinds())
    return tuple(say(f"workbook.choice.{choices}.{value}", language) for value in CHOICES[choices])


# A page of a write-only workbook: its type in the stubs lacks most of what it has.
Page = Any


def new_page(book: Workbook, title: str, language: str) -> Page:
    """Add a page that reads in the language's direction."""
    page: Page = book.create_sheet(title)
    page.sheet_view.rightToLeft = direction(language) == "rtl"
    return page


def safe_row(sheet: Page, values: Iterable[Any]) -> list[Any]:
    """Give a row in which no text is taken for a formula and nothing breaks the file."""
    return [safe_cell(sheet, value) if isinstance(value, str) else value for value in values]


def safe_cell(sheet: Page, value: str) -> Any:
    """Give the text; where it begins like a formula, as a cell that stays text when edited."""
    text = _NOT_IN_XML.sub("", value)[:32_000]  # Excel's limit for a cell is 32,767
    if not is_like_formula(text):
        return text
    cell = WriteOnlyCell(sheet, value=text)
    cell.data_type = "s"
    cell.quotePrefix = True
    return cell


def _text(value: str, column: Column, language: str) -> str:
    if column.choices == "component_kind":
        return say(f"kind.{value}", language) if value in kinds() else value
    choices = column.choices or _WORDS.get(column.kind, "")
    if choices and value in CHOICES[choices]:
        return say(f"workbook.choice.{choices}.{value}", language)
    return value
