"""Reading one cell by the kind of its column: the canonical value, or why it has none."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from math import isfinite
from types import MappingProxyType
from typing import Any

from django.utils.timezone import get_current_timezone

from pollready.intake.workbook import CHOICES, Column, ColumnKind
from pollready.language import (
    LANGUAGES,
    Phrase,
    fold,
    latin_digits,
    parse_date,
    parse_number,
    parse_time,
    parse_yes_no,
    say,
)
from pollready.register.kinds import kind_called

COUNT_MAX = 2_000_000_000  # what an integer column of the register holds
_EXCEL_DAY_ZERO = date(1899, 12, 30)
_EXCEL_DAYS = range(20_000, 80_000)  # 1954 to 2119, as day numbers
_SPACES = re.compile(r"\s+")
# Controls, which PostgreSQL and XML do not take, and halves of characters, which nothing does.
_NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_CODES_APART = re.compile(r"[,،;؛\n]+")
_ONE_MARK = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_DEGREES = re.compile(
    r"(\d{1,3})\s*[°ºd]\s*(?:(\d{1,2}(?:\.\d+)?)\s*['′m])?\s*(?:(\d{1,2}(?:\.\d+)?)\s*(?:[\"″s]|''))?"
    r"\s*([NSEWnsew])?"
)
_DEADLINE = re.compile(r"[tTتروز\s]*([-+−]?)\s*(\d{1,3})")
_ARABIC_LETTERS = str.maketrans({"ي": "ی", "ى": "ی", "ك": "ک"})
# Columns in which a word outside the list is kept as written.
_FREE_WORDS = frozenset({"fixed_line"})


@dataclass(frozen=True, slots=True)
class Bad:
    """A cell that could not be read: which fault it is, and what was expected."""

    code: str
    choices: str = ""

    def expected_words(self) -> Phrase | None:
        """Give the words that the column takes, as a phrase."""
        return Phrase(f"intake.expected.{self.choices}", {}) if self.choices else None


def reader(column: Column) -> Callable[[Any], Any]:
    """Give the function that reads the column's cells: a value, None (blank), or `Bad`."""
    if column.kind is ColumnKind.CHOICE:
        return lambda raw: read_choice(raw, column.choices)
    read = _READERS[column.kind]
    if read in (read_text, read_code):
        return lambda raw: _short_enough(read(raw), column.max_chars)
    if column.most_h is not None:
        return lambda raw: _within(read(raw), column.most_h)
    return read


def read_text(raw: Any) -> str | None:
    """Read text: Persian letters for Arabic ones, one space for many."""
    if isinstance(raw, float) and raw.is_integer():
        raw = int(raw)
    text = _NOT_TEXT.sub("", _SPACES.sub(" ", str(raw))).strip().translate(_ARABIC_LETTERS)
    return text or None


def read_code(raw: Any) -> str | None:
    """Read a code: ASCII digits, no marks of direction, leading zeros as they are."""
    text = read_text(raw)
    if text is None:
        return None
    return _ONE_MARK.sub("", latin_digits(text)).strip() or None


def read_codes(raw: Any) -> tuple[str, ...] | Bad | None:
    """Read a list of codes; spaces part them too where nothing else does."""
    text = read_code(str(raw).replace("\n", ",") if isinstance(raw, str) else raw)
    if text is None:
        return None
    parts = [part.strip() for part in _CODES_APART.split(text)]
    if len(parts) == 1 and re.fullmatch(r"\d+( \d+)+", parts[0]):
        parts = parts[0].split(" ")
    return tuple(dict.fromkeys(part for part in parts if part)) or None


def read_choice(raw: Any, choices: str) -> str | Bad | None:
    """Read one of a list of words, in either language."""
    text = read_text(raw)
    if text is None:
        return None
    if choices == "component_kind":
        kind = kind_called(text)
        return kind.code if kind else Bad("unknown-word", choices)
    value = words(choices).get(fold(text))
    if value is None and choices in _FREE_WORDS:
        return text
    return Bad("unknown-word", choices) if value is None else value


def read_count(raw: Any) -> int | Bad | None:
    """Read a whole number of 0 or more."""
    value = read_number(raw)
    if value is None or isinstance(value, Bad):
        return Bad("not-a-count") if isinstance(value, Bad) else None
    if value != int(value) or value > COUNT_MAX:
        return Bad("not-a-count")
    return int(value)


def read_number(raw: Any) -> float | Bad | None:
    """Read a number of 0 or more."""
    if _blank(raw):
        return None
    value = parse_number(raw)
    return Bad("not-a-number") if value is None or value < 0 else value


def read_share(raw: Any) -> float | Bad | None:
    """Read a probability; a percentage is one too."""
    if _blank(raw):
        return None
    text = str(raw).strip()
    percent = text.endswith(("%", "٪"))
    value = parse_number(text.rstrip("%٪") if percent else raw)
    if value is not None and percent:
        value /= 100
    return value if value is not None and 0 <= value <= 1 else Bad("not-a-probability")


def read_date(raw: Any) -> date | Bad | None:
    """Read a date, Jalali or Gregorian, or Excel's number of a day."""
    if _blank(raw):
        return None
    if isinstance(raw, float):
        if not isfinite(raw):
            return Bad("not-a-date")
        raw = int(raw)
    if isinstance(raw, int) and raw in _EXCEL_DAYS:
        return _EXCEL_DAY_ZERO + timedelta(days=raw)
    found = parse_date(raw)
    if found is None and isinstance(raw, int | str):
        digits = latin_digits(str(raw)).strip()
        if re.fullmatch(r"(13|14|19|20)\d{6}", digits):  # 14030408, 20240628
            found = parse_date(f"{digits[:4]}-{digits[4:6]}-{digits[6:]}")
    return Bad("not-a-date") if found is None else found


def read_time(raw: Any) -> time | Bad | None:
    """Read a time of day."""
    if _blank(raw):
        return None
    if isinstance(raw, timedelta):
        raw = raw / timedelta(days=1) % 1  # a time of day, as Excel keeps it
    found = parse_time(raw)
    return Bad("not-a-time") if found is None else found.replace(microsecond=0)


def read_moment(raw: Any) -> datetime | Bad | None:
    """Read a date with or without a time: by the clocks of the office that wrote it."""
    if _blank(raw):
        return None
    if isinstance(raw, datetime):
        return raw if raw.tzinfo else raw.replace(tzinfo=get_current_timezone())
    day = read_date(raw)
    if not isinstance(day, date):
        return Bad("not-a-date")
    at = time(0, 0)
    if isinstance(raw, str) and (parts := latin_digits(raw).replace("T", " ").split(" ")):
        at = parse_time(parts[-1]) or at
    return datetime.combine(day, at, get_current_timezone())


def read_yes_no(raw: Any) -> bool | Bad | None:
    """Read yes or no."""
    if _blank(raw):
        return None
    found = parse_yes_no(int(raw) if isinstance(raw, float) and raw.is_integer() else raw)
    return Bad("not-yes-or-no") if found is None else found


def read_yes_or_date(raw: Any) -> bool | date | Bad | None:
    """Read yes, no, or the date on which it was done."""
    if _blank(raw):
        return None
    day = read_date(raw)
    return day if isinstance(day, date) else read_yes_no(raw)


def read_power(raw: Any) -> str | None:
    """Read a supply: "yes", "no", hours as a plain number, or a component's code."""
    if _blank(raw):
        return None
    if isinstance(raw, bool):
        return "yes" if raw else "no"
    value = parse_number(raw)
    if value is not None and (isinstance(raw, int | float) or not re.match(r"0\d", str(raw))):
        return plain_number(value) if value >= 0 else "no"
    found = parse_yes_no(raw)
    if found is not None:
        return "yes" if found else "no"
    return read_code(raw)


def read_deadline(raw: Any) -> str | None:
    """Read a deadline: T-2, ت-۲ and -2 are one; other words stay as written."""
    text = read_text(raw)
    if text is None:
        return None
    match = _DEADLINE.fullmatch(latin_digits(text))
    if match is None:
        return text
    days = int(match.group(2))
    return f"T{'+' if match.group(1) == '+' else '-'}{days}" if days else "T"


def read_degrees(raw: Any) -> float | Bad | None:
    """Read a latitude or longitude: decimal degrees, or degrees, minutes and seconds."""
    if _blank(raw):
        return None
    if isinstance(raw, str):
        text = latin_digits(raw).strip().replace("٫", ".")
        if match := _DEGREES.fullmatch(text):
            degrees, minutes, seconds, side = match.groups()
            value = int(degrees) + float(minutes or 0) / 60 + float(seconds or 0) / 3600
            return -value if (side or "").upper() in ("S", "W") else value
        raw = re.sub(r"^(-?\d{1,3}),(\d{3,})$", r"\1.\2", text)  # a decimal comma: 46,291
    found = parse_number(raw)
    return Bad("not-a-coordinate") if found is None or abs(found) > 180 else found


def plain_number(value: float) -> str:
    """Write a number as the register keeps it: Latin, no grouping, no needless zeros.

    >>> plain_number(4.0), plain_number(2.5)
    ('4', '2.5')
    """
    return str(int(value)) if value == int(value) else repr(value)


@cache
def words(choices: str) -> Mapping[str, str]:
    """Map every folded word of a list to its value, both languages and other ways of writing."""
    found: dict[str, str] = {}
    for value, others in CHOICES[choices].items():
        shown = [say(f"workbook.choice.{choices}.{value}", language) for language in LANGUAGES]
        for word in (value, *shown, *others):
            found.setdefault(fold(word), value)
    return MappingProxyType(found)


def _short_enough(text: str | None, max_chars: int) -> str | Bad | None:
    return Bad("too-long") if text is not None and len(text) > max_chars else text


def _within(value: Any, most_h: float | None) -> Any:
    too_many = isinstance(value, int | float) and most_h is not None and value > most_h
    return Bad("hours-implausible") if too_many else value


def _blank(raw: Any) -> bool:
    return raw is None or (isinstance(raw, str) and not raw.strip())


_READERS: Mapping[ColumnKind, Callable[[Any], Any]] = {
    ColumnKind.TEXT: read_text,
    ColumnKind.CODE: read_code,
    ColumnKind.CODES: read_codes,
    ColumnKind.COUNT: read_count,
    ColumnKind.NUMBER: read_number,
    ColumnKind.SHARE: read_share,
    ColumnKind.DATE: read_date,
    ColumnKind.TIME: read_time,
    ColumnKind.MOMENT: read_moment,
    ColumnKind.YES_NO: read_yes_no,
    ColumnKind.YES_OR_DATE: read_yes_or_date,
    ColumnKind.POWER: read_power,
    ColumnKind.DEADLINE: read_deadline,
    ColumnKind.LATITUDE: read_degrees,
    ColumnKind.LONGITUDE: read_degrees,
    ColumnKind.EXPRESSION: read_code,
    ColumnKind.CLASSIFICATION: lambda raw: read_choice(raw, "classification"),
}
