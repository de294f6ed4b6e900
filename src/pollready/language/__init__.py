"""Persian and English: phrases, numerals, dates, search keys, messages."""

from pollready.language.answers import parse_yes_no
from pollready.language.catalogue import LANGUAGES, Phrase, UnknownPhrase
from pollready.language.dates import (
    date_short,
    date_text,
    datetime_text,
    file_day,
    parse_date,
    parse_time,
    relative_day,
    time_text,
)
from pollready.language.folding import alphabetical, fold
from pollready.language.formulas import is_like_formula, safe
from pollready.language.numerals import (
    digits,
    isolate,
    latin_digits,
    number,
    parse_number,
    percent,
    plain_figures,
)
from pollready.language.speech import direction, message, say, written

__all__ = [
    "LANGUAGES",
    "Phrase",
    "UnknownPhrase",
    "alphabetical",
    "date_short",
    "date_text",
    "datetime_text",
    "digits",
    "direction",
    "file_day",
    "fold",
    "is_like_formula",
    "isolate",
    "latin_digits",
    "message",
    "number",
    "parse_date",
    "parse_number",
    "parse_time",
    "parse_yes_no",
    "percent",
    "plain_figures",
    "relative_day",
    "safe",
    "say",
    "time_text",
    "written",
]
