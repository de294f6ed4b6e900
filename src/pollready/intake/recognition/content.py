"""Guessing the columns of a list that has no headings, from what is in them."""

from collections.abc import Sequence
from typing import Any

from pollready.intake.reading import Row
from pollready.intake.recognition.headings import heading_key
from pollready.intake.workbook import CHOICES
from pollready.language import latin_digits

_SAMPLE = 500
_MOST = 0.9


def guess_columns(rows: Sequence[Row], width: int) -> dict[int, str]:
    """Guess which columns of stations stand where; fields without a plain sign are left out.

    code: short, with a digit, never twice; kind: only words of kinds; lat and lon: neighbours
    with decimals in range; name: the text with the most different values; county: text that
    repeats.
    """
    columns = [_values(rows, index) for index in range(width)]
    found: dict[int, str] = {}
    for index, values in enumerate(columns):
        if values and _share(values, _is_kind) >= _MOST:
            found[index] = "kind"
            break
    _guess_coordinates(columns, found)
    _guess_texts(columns, found)
    return found


def _guess_texts(columns: list[list[Any]], found: dict[int, str]) -> None:
    texts: list[tuple[int, int]] = []
    for index, values in enumerate(columns):
        if index in found or not values:
            continue
        distinct = len({str(value) for value in values})
        if (
            "code" not in found.values()
            and distinct == len(values)
            and _share(values, _is_code) == 1
        ):
            found[index] = "code"
        elif _share(values, _is_words) >= _MOST:
            texts.append((distinct, index))
    if not texts:
        return
    _, name = max(texts, key=lambda text: (text[0], -text[1]))
    found[name] = "name"
    repeating = [i for distinct, i in texts if i != name and distinct * 2 <= len(columns[i])]
    if repeating:
        found[repeating[0]] = "county"


def _guess_coordinates(columns: list[list[Any]], found: dict[int, str]) -> None:
    """Take the first two neighbours that are decimals on earth.

    The first is the latitude, unless only the second can be.
    """
    for index in range(len(columns) - 1):
        pair = columns[index], columns[index + 1]
        if not all(values and _share(values, _is_decimal) >= _MOST for values in pair):
            continue
        first, second = (max(abs(_number(v)) for v in values) for values in pair)
        if first <= 90 and second <= 180:
            found[index], found[index + 1] = "lat", "lon"
            return
        if first <= 180 and second <= 90:
            found[index], found[index + 1] = "lon", "lat"
            return


def _values(rows: Sequence[Row], index: int) -> list[Any]:
    sample = rows[:_SAMPLE]
    return [row[index] for row in sample if index < len(row) and row[index] not in ("", None)]


def _share(values: list[Any], test: Any) -> float:
    return sum(bool(test(value)) for value in values) / len(values)


_KIND_KEYS = frozenset(heading_key(w) for words in CHOICES["station_kind"].values() for w in words)


def _is_kind(value: Any) -> bool:
    return isinstance(value, str) and heading_key(value) in _KIND_KEYS


def _is_code(value: Any) -> bool:
    text = str(value)
    return len(text) <= 20 and any(letter.isdigit() for letter in text) and " " not in text


def _is_words(value: Any) -> bool:
    return isinstance(value, str) and sum(letter.isalpha() for letter in value) >= 3


def _is_decimal(value: Any) -> bool:
    return isinstance(value, (int, float, str)) and "." in str(value) and _number(value) != 0


def _number(value: Any) -> float:
    try:
        return float(latin_digits(str(value)))
    except ValueError:
        return 0.0
