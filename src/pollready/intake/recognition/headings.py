"""Headings as keys: what people write over a column, without case, spaces, signs and stars."""

from collections.abc import Mapping
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Any

from pollready.intake.workbook import SHEETS, Sheet
from pollready.language import LANGUAGES, fold, say

_PER_CENT = str.maketrans({"%": " percent ", "٪": " percent "})


@lru_cache(maxsize=20_000)
def heading_key(heading: str) -> str:
    """Give the key of a heading: one for `Polling_Place_Id`, `PollingPlaceId`, `polling place id`.

    What stands in brackets stays: "battery (hours)" and "battery (%)" are two columns.
    """
    words = fold(heading.translate(_PER_CENT))
    return "".join(letter for letter in words if letter.isalnum())


def key_of(cell: Any) -> str:
    """Give the key of a cell that may be a heading; "" for what is no text."""
    return heading_key(cell) if isinstance(cell, str) and len(cell) <= 120 else ""


def last_part(heading: str) -> str:
    """Give the last part of a nested key: `latitude` of `location.latitude`."""
    return heading.rsplit(".", 1)[-1]


@cache
def fields_by_key(sheet: Sheet) -> Mapping[str, str]:
    """Map every key under which a field of the sheet is known to the field."""
    found: dict[str, str] = {}
    for column in sheet.columns:  # its own name and headings go before any other's alias
        for name in (column.field, *official_headings(sheet, column.field)):
            found.setdefault(heading_key(name), column.field)
    for column in sheet.columns:
        for alias in column.aliases:
            found.setdefault(heading_key(alias), column.field)
    return MappingProxyType(found)


@cache
def official_headings(sheet: Sheet, field: str) -> tuple[str, ...]:
    """Give the headings that the template shows for a field, one a language."""
    return tuple(say(f"workbook.{sheet.name}.{field}", language) for language in LANGUAGES)


@cache
def sheets_by_key() -> Mapping[str, Sheet]:
    """Map every name under which a sheet is known to the sheet."""
    found: dict[str, Sheet] = {}
    for sheet in SHEETS:
        titles = (say(f"workbook.sheet.{sheet.name}", language) for language in LANGUAGES)
        for name in (sheet.name, *titles, *sheet.aliases):
            found.setdefault(heading_key(name), sheet)
    return MappingProxyType(found)


@cache
def passed_over() -> frozenset[str]:
    """Give the names of sheets that hold no rows: the guide and the lists of words."""
    return frozenset(
        heading_key(say(f"workbook.sheet.{name}", language))
        for name in ("guide", "lists", "rejected")
        for language in LANGUAGES
    )
