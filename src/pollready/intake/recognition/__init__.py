"""From tables of raw cells to sheets of the workbook: which sheet, which columns, which rows."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from pollready.intake.reading import Row, Table, is_blank
from pollready.intake.recognition.columns import (
    UNREAD,
    MatchedColumns,
    UnknownColumn,
    UnknownMapping,
    match_columns,
)
from pollready.intake.recognition.content import guess_columns
from pollready.intake.recognition.forbidden import forbidden_columns
from pollready.intake.recognition.header import find_header, headings_of, is_repeat, width_of
from pollready.intake.recognition.headings import heading_key, passed_over, sheets_by_key
from pollready.intake.workbook import SHEET_BY_NAME, SHEETS, Sheet

__all__ = [
    "UNREAD",
    "Recognised",
    "UnknownColumn",
    "UnknownMapping",
    "check_for_unknown_fields",
    "forbidden_headings",
    "recognise",
]

_SHEET_LIKENESS_MIN = 86  # of 100
# Any one of these sets must be among the columns, else no row could be told from another.
_NEEDED: Mapping[str, tuple[frozenset[str], ...]] = {
    "round": (frozenset({"name", "election_date"}), frozenset({"election_date", "province"})),
    "stations": (frozenset({"code"}), frozenset({"name"}), frozenset({"place_code"})),
    "stops": (frozenset({"code"}),),
    "components": (frozenset({"code", "kind"}), frozenset({"mcc", "net", "cell"})),
    "agencies": (frozenset({"code"}), frozenset({"name"})),
    "resources": (frozenset({"agency", "kind"}),),
    "incidents": (frozenset({"kind", "election"}), frozenset({"kind", "start"})),
    "people_duties": (frozenset({"role"}),),
}

# Headings of a column that only counts the rows.
_ROW_NUMBERS = frozenset(
    map(heading_key, ("ردیف", "شماره ردیف", "row", "row no", "row number", "s/n"))
)
# What only a list of stations has, where no heading says what a list is.
_STATION_SIGNS = frozenset({"kind", "lat", "lon"})


@dataclass(frozen=True, slots=True)
class Recognised:
    """A table as a sheet of the workbook."""

    sheet: Sheet
    table: Table
    headings: tuple[str, ...]
    header_index: int | None  # None: a list without headings
    columns: MatchedColumns
    dropped: frozenset[int]  # forbidden columns: nothing may look at them again

    def rows(self) -> Iterator[tuple[int, Row]]:
        """Give the rows with their numbers, without blank rows and repeated headings.

        Rows above headings in the top rows are titles; above headings further down, rows.
        """
        start = 0
        if self.header_index is not None and self.header_index < 30:
            start = self.header_index + 1
        probe = min(self.columns.fields, default=0)
        headings = list(self.headings)
        for number, row in self.table.numbered(start):
            if is_blank(row):
                continue
            if self.header_index is not None and is_repeat(row, headings, probe):
                continue
            yield number, row

    def unread(self, rows: Sequence[tuple[int, Row]]) -> tuple[str, ...]:
        """Name the columns with something in them of which nothing is made.

        A column without a heading is named by its number, a nested list by its key.
        """
        known = {*self.columns.fields, *self.columns.address_parts, *self.dropped}
        width = max((len(row) for _, row in rows), default=0)
        names = [
            (self.headings[index] if index < len(self.headings) else "") or str(index + 1)
            for index in range(width)
            if index not in known
            and not self._only_counts_rows(index)
            and any(index < len(row) and row[index] not in ("", None) for _, row in rows)
        ]
        return (*names, *self.table.unread)

    def _only_counts_rows(self, index: int) -> bool:
        return index < len(self.headings) and heading_key(self.headings[index]) in _ROW_NUMBERS

    @property
    def names_dropped(self) -> tuple[str, ...]:
        """The headings of forbidden columns."""
        named = (self.headings[i] or str(i + 1) for i in sorted(self.dropped))
        return (*named, *self.table.dropped)


def check_for_unknown_fields(mapping: Mapping[str, str]) -> None:
    """Check that every field the user named exists; raises `UnknownMapping`."""
    for column, target in mapping.items():
        name, _, field = target.rpartition(".")
        if field == UNREAD and (not name or name in SHEET_BY_NAME):
            continue
        sheets = [SHEET_BY_NAME[name]] if name in SHEET_BY_NAME else [] if name else list(SHEETS)
        if not any(field == each.field for sheet in sheets for each in sheet.columns):
            raise UnknownMapping(column, target)


def recognise(table: Table, mapping: Mapping[str, str]) -> Recognised | None:
    """Recognise a table; None for the guide, an empty sheet, or a list that says nothing."""
    if heading_key(table.name) in passed_over() or all(is_blank(row) for row in table.rows):
        return None
    named = sheet_called(table.name)
    index = find_header(table, mapping, named)
    if index is None:
        return _without_headings(table, mapping)
    headings = headings_of(table.rows[index])
    rows = table.rows[:index] + table.rows[index + 1 :] if index >= 30 else table.rows[index + 1 :]
    dropped = forbidden_columns(headings, rows)
    best: tuple[int, Recognised] | None = None
    for sheet in (named,) if named else SHEETS:
        columns = match_columns(sheet, headings, dropped, mapping)
        if not _can_tell_rows_apart(sheet, columns):
            continue
        score = 2 * (len(columns.fields) + bool(columns.address_parts)) + (sheet.name == "stations")
        if best is None or score > best[0]:
            best = (score, Recognised(sheet, table, tuple(headings), index, columns, dropped))
    return best[1] if best else None


def forbidden_headings(table: Table, mapping: Mapping[str, str]) -> tuple[str, ...]:
    """Give the forbidden columns of a table of which nothing else could be made, by name."""
    index = find_header(table, mapping, sheet_called(table.name))
    if index is None:
        headings = [str(number + 1) for number in range(width_of(table))]
        rows = table.rows
    else:
        headings, rows = headings_of(table.rows[index]), table.rows[index + 1 :]
    dropped = sorted(forbidden_columns(headings, rows))
    return (*(headings[i] or str(i + 1) for i in dropped), *table.dropped)


def sheet_called(name: str) -> Sheet | None:
    """Find the sheet that a title or a file name means, in either language."""
    key = heading_key(name)
    known = sheets_by_key()
    if key in known:
        return known[key]
    match = process.extractOne(
        key, list(known), scorer=fuzz.ratio, score_cutoff=_SHEET_LIKENESS_MIN
    )
    return known[match[0]] if match else None


def _can_tell_rows_apart(sheet: Sheet, columns: MatchedColumns) -> bool:
    fields = set(columns.fields.values())
    if sheet.name == "stations" and columns.address_parts and len(fields) >= 2:
        return True  # the first line of the address is the place's name
    return any(needed <= fields for needed in _NEEDED[sheet.name])


def _without_headings(table: Table, mapping: Mapping[str, str]) -> Recognised | None:
    """Take a list without headings for stations, by what its columns hold."""
    width = width_of(table)
    sheet = SHEET_BY_NAME["stations"]
    headings = tuple(str(number + 1) for number in range(width))
    dropped = forbidden_columns(headings, table.rows)
    said = match_columns(sheet, headings, dropped, mapping).fields
    taken = set(said.values())
    guessed = {
        index: field
        for index, field in guess_columns(table.rows, width).items()
        if index not in dropped and index not in said and field not in taken
    }
    if dropped and not said and not _STATION_SIGNS & set(guessed.values()):
        return None  # numbers of identity: rows of people, and what is their name cannot be told
    fields = {**guessed, **said}
    if not {"code", "name"} <= set(fields.values()):
        return None
    guesses = {headings[index]: field for index, field in fields.items()}
    columns = MatchedColumns(fields, (), guesses)
    return Recognised(sheet, table, headings, None, columns, dropped)
