"""The usual faults of such workbooks, which an import must survive."""

from random import Random
from typing import Any

from pollready.example.planting import Planted
from pollready.example.words import Words
from pollready.language import digits, say

Row = dict[str, Any]


def add_faults(
    sheets: dict[str, list[Row]], words: Words, random: Random, taken: set[str]
) -> list[Planted]:
    """Spoil a few rows as hands do; stations with a planted obstacle are left alone."""
    stations = sheets["stations"]
    free = [row for row in stations if row["code"] not in taken]
    chosen = random.sample(free, 40)
    written = [
        *_misspell(chosen[:10]),
        *_persian_digits(chosen[10:20]),
        *_lose_zeros(sheets, chosen[20:24]),
        *_unreadable(chosen[24:28]),
        *_repeat(stations, chosen[28:30]),
        *_unknown_feeders(chosen[30:33]),
    ]
    _add_other_rows(stations, words)
    return written


def _misspell(rows: list[Row]) -> list[Planted]:
    """Arabic letters from another keyboard."""
    for row in rows:
        row["county"] = row["county"].replace("ی", "ي").replace("ک", "ك")
        row["name"] = row["name"].replace("ی", "ي").replace("ک", "ك")
    return [Planted("arabic_letters", (row["code"],)) for row in rows if _is_persian(row["name"])]


def _is_persian(text: str) -> bool:
    return any("ء" <= letter <= "ی" for letter in text)


def _persian_digits(rows: list[Row]) -> list[Planted]:
    """Numbers typed as text, in Persian digits."""
    for row in rows:
        row["expected_voters"] = digits(str(row["expected_voters"]), "fa")
    return [Planted("persian_digits", (row["code"],)) for row in rows]


def _lose_zeros(sheets: dict[str, list[Row]], rows: list[Row]) -> list[Planted]:
    """A spreadsheet took the codes in another sheet for numbers."""
    for row in rows:
        for person in sheets["people_duties"]:
            if person.get("scope") == row["code"]:
                person["scope"] = row["code"].lstrip("0")
    return [Planted("lost_leading_zeros", (row["code"],)) for row in rows]


def _unreadable(rows: list[Row]) -> list[Planted]:
    """A date that is none, and a count below zero, in cells that may be empty."""
    for number, row in enumerate(rows):
        row["boxes"] = -2 if number % 2 else "؟"
    return [Planted("unreadable_cell", (row["code"],)) for row in rows]


def _repeat(stations: list[Row], rows: list[Row]) -> list[Planted]:
    """The same row twice."""
    stations.extend(dict(row) for row in rows)
    return [Planted("repeated_row", (row["code"],)) for row in rows]


def _unknown_feeders(rows: list[Row]) -> list[Planted]:
    """A feeder that no sheet knows."""
    for number, row in enumerate(rows):
        row["feeder"] = f"F-?{number}"
    return [Planted("unknown_feeder", (row["code"],)) for row in rows]


def _add_other_rows(stations: list[Row], words: Words) -> None:
    """Blank rows, the headings once more in the middle, and a total at the end."""
    language = "fa" if words.column == 0 else "en"
    heading = {
        name: say(f"workbook.stations.{name}", language)
        for name in ("code", "name", "county", "kind", "expected_voters")
    }
    stations.insert(1500, {})
    stations.insert(1501, heading)
    stations.append({})
    stations.append({"name": words.text("total"), "expected_voters": 3_040_000})
