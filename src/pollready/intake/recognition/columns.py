"""Which column holds which field: by name, by a name like it, or as the user says."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from pollready.intake.recognition.headings import (
    fields_by_key,
    heading_key,
    last_part,
    official_headings,
)
from pollready.intake.workbook import ColumnKind, Sheet

# Of 100. Two letters wrong in twelve still match; "operator 1" and "operator 2" do not meet,
# because digits must agree.
LIKENESS_MIN = 86
_SHORTEST_FOR_LIKENESS = 5
_ADDRESS_PART = re.compile(r"^(polling)?(place|station)?(text)?(add|address|addressline)([1-9])$")
_BRACKETED = re.compile(r"[(\[{（][^)\]}）]*[)\]}）]?")
_MEASURED = frozenset(
    {ColumnKind.NUMBER, ColumnKind.SHARE, ColumnKind.COUNT, ColumnKind.POWER,
     ColumnKind.LATITUDE, ColumnKind.LONGITUDE}
)  # fmt: skip
_AFTER_ALL_OTHERS = 100
UNREAD = "-"  # said of a column of which nothing is to be made
_DIGITS = re.compile(r"[0-9]+")


class UnknownMapping(ValueError):
    """The user mapped a column to a field that no sheet has."""

    code = "intake.unknown-mapping"

    def __init__(self, column: str, field: str) -> None:
        self.fields = {"column": column, "field": field}
        super().__init__(f"{column}={field}")


class UnknownColumn(ValueError):
    """The user mapped a column that the file has not."""

    code = "intake.unknown-column"

    def __init__(self, column: str, field: str) -> None:
        self.fields = {"column": column, "field": field}
        super().__init__(f"{column}={field}")


@dataclass(frozen=True, slots=True)
class MatchedColumns:
    """Where the fields of a sheet stand."""

    fields: Mapping[int, str]  # column -> field, one field once
    address_parts: tuple[int, ...]  # columns that together are one address
    guesses: Mapping[str, str]  # heading -> field, where the heading is not the template's own


def match_columns(
    sheet: Sheet,
    headings: Sequence[str],
    dropped: frozenset[int],
    mapping: Mapping[str, str],
) -> MatchedColumns:
    """Match headings to fields: the user's mapping first, then exact names, then likeness."""
    free = [i for i, heading in enumerate(headings) if i not in dropped and heading.strip()]
    found = _mapped(sheet, headings, free, mapping)
    free = [i for i in free if not _is_unread(sheet, headings[i], i, mapping)]
    _match_exact(sheet, headings, free, found)
    parts = _address_parts(sheet, headings, free, found)
    _match_alike(sheet, headings, [i for i in free if i not in parts], found)
    guesses = {
        headings[i]: field for i, field in found.items() if not _official(sheet, headings[i], field)
    }
    guesses |= {headings[i]: "address" for i in parts}
    return MatchedColumns(found, parts, guesses)


def _mapped(
    sheet: Sheet, headings: Sequence[str], free: list[int], mapping: Mapping[str, str]
) -> dict[int, str]:
    """Take what the user said; a column is named by its heading or by its number from 1."""
    found: dict[int, str] = {}
    known = {column.field for column in sheet.columns}
    for name, target in mapping.items():
        wanted, _, field = target.rpartition(".")
        if field not in known or (wanted and wanted != sheet.name):
            continue
        for index in free:
            if heading_key(headings[index]) == heading_key(name) or name == str(index + 1):
                found[index] = field
                break
    return found


def _is_unread(sheet: Sheet, heading: str, index: int, mapping: Mapping[str, str]) -> bool:
    """Say whether the user wants nothing made of a column."""
    return any(
        target in (UNREAD, f"{sheet.name}.{UNREAD}")
        and (heading_key(name) == heading_key(heading) or name == str(index + 1))
        for name, target in mapping.items()
    )


def _match_exact(
    sheet: Sheet, headings: Sequence[str], free: list[int], found: dict[int, str]
) -> None:
    """Match by key.

    Where two headings mean one field, the less nested wins, then the one that stands first in
    the list of the field's names, then the one further left. Last come headings that are known
    once a remark in brackets is left out, "Kind (fixed/mobile)"; not for measured fields, where
    it may be another unit.
    """
    by_key = fields_by_key(sheet)
    rank = {key: number for number, key in enumerate(by_key)}
    claims: list[tuple[int, int, int, str]] = []
    for index in free:
        if index in found:
            continue
        heading = headings[index]
        for key in (heading_key(heading), heading_key(last_part(heading))):
            if key in by_key:
                claims.append((heading.count("."), rank[key], index, by_key[key]))
                break
        else:
            key = heading_key(_BRACKETED.sub(" ", heading))
            if key in by_key and sheet.column(by_key[key]).kind not in _MEASURED:
                claims.append((_AFTER_ALL_OTHERS, rank[key], index, by_key[key]))
    taken = set(found.values())
    known = {column.field for column in sheet.columns}
    for _, _, index, field in sorted(claims):
        if field in taken and field.endswith("_1") and not _DIGITS.search(headings[index]):
            field = field.removesuffix("1") + "2"  # "operator" once more is the second one
        if field not in taken and field in known:
            found[index] = field
            taken.add(field)


def _address_parts(
    sheet: Sheet, headings: Sequence[str], free: list[int], found: dict[int, str]
) -> tuple[int, ...]:
    """Give the numbered columns of one address, in their order; the first may be the name."""
    known = {column.field for column in sheet.columns}
    if "address" not in known or "address" in found.values():
        return ()
    parts: list[tuple[int, int]] = []
    for index in free:
        match = _ADDRESS_PART.match(heading_key(last_part(headings[index])))
        if match and index not in found:
            parts.append((int(match.group(5)), index))
    return tuple(index for _, index in sorted(parts))


def _match_alike(
    sheet: Sheet, headings: Sequence[str], free: list[int], found: dict[int, str]
) -> None:
    """Match what is left by likeness, the likest pair first."""
    by_key = fields_by_key(sheet)
    taken = set(found.values())
    names = [key for key, field in by_key.items() if field not in taken]
    pairs: list[tuple[float, int, str]] = []
    for index in free:
        key = heading_key(headings[index])
        if index in found or len(key) < _SHORTEST_FOR_LIKENESS:
            continue
        for name, score, _ in process.extract(
            key, names, scorer=fuzz.ratio, score_cutoff=LIKENESS_MIN, limit=3
        ):
            if _DIGITS.findall(key) == _DIGITS.findall(name):
                pairs.append((-score, index, by_key[name]))
    for _, index, field in sorted(pairs):
        if index not in found and field not in taken:
            found[index] = field
            taken.add(field)


def _official(sheet: Sheet, heading: str, field: str) -> bool:
    key = heading_key(heading)
    return any(key == heading_key(name) for name in (field, *official_headings(sheet, field)))
