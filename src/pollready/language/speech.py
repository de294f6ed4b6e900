"""Saying phrases: whole sentences, filled with values in the reader's own writing."""

from datetime import date, datetime, time
from typing import Any

from pollready.language.catalogue import Phrase, text_of
from pollready.language.dates import date_text, datetime_text, time_text
from pollready.language.numerals import number

_UNKNOWN = {"fa": "نامعلوم", "en": "unknown"}


def say(key: str, language: str, **fields: Any) -> str:
    """Say a phrase in `language`; raises `UnknownPhrase`.

    Fields are written by their type: integers grouped, fractions to three significant digits,
    dates in full (Jalali in Persian), None as unknown, a `Phrase` said in its turn, text as it
    stands. Where the first whole number is 1 and the phrase has a form for one, that form is
    taken.
    """
    first = next(
        (v for v in fields.values() if isinstance(v, int) and not isinstance(v, bool)), None
    )
    text = text_of(key, language, one=first == 1)
    return text.format_map({name: written(value, language) for name, value in fields.items()})


def written(value: Any, language: str) -> str:
    """Write one value as the reader does."""
    if value is None:
        return _UNKNOWN[language]
    if isinstance(value, Phrase):
        return say(value.key, language, **value.fields)
    if isinstance(value, tuple | list):
        return _listed(value, language)
    if hasattr(value, "code") and hasattr(value, "fields"):
        return message(value, language)
    if isinstance(value, bool):
        return say("language.yes" if value else "language.no", language)
    if isinstance(value, int | float):
        return number(value, language)
    if isinstance(value, datetime):
        return datetime_text(value, language)
    if isinstance(value, date):
        return date_text(value, language)
    if isinstance(value, time):
        return time_text(value, language)
    return str(value)


def _listed(values: tuple[Any, ...] | list[Any], language: str) -> str:
    """Write several values: faults as sentences, other values behind commas."""
    if any(hasattr(value, "code") or _is_fault(value) for value in values):
        return " ".join(written(value, language) for value in values)
    return ("، " if language == "fa" else ", ").join(written(value, language) for value in values)


def _is_fault(value: Any) -> bool:
    """Tell whether a phrase is a fault's sentence, as `keeping` keeps them."""
    return isinstance(value, Phrase) and value.key.startswith("errors.")


def message(fault: Any, language: str) -> str:
    """Say what a typed error or fault means: what, where, what next.

    `fault` has a stable `code` and `fields`; its sentence is the phrase `errors.<code>`.
    """
    return say(f"errors.{fault.code}", language, **fault.fields)


def direction(language: str) -> str:
    """Give the direction in which the language is written."""
    return "rtl" if language == "fa" else "ltr"
