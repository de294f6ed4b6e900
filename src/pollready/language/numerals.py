"""Digits and numbers: ASCII inside the program, the reader's digits on the page."""

import math
import re
import unicodedata

PERSIAN = "۰۱۲۳۴۵۶۷۸۹"
_TO_PERSIAN = str.maketrans("0123456789", PERSIAN)
# every decimal digit that people type: Persian, Arabic-Indic, full-width
_TO_LATIN = {
    ord(letter): str(unicodedata.digit(letter))
    for start in (0x06F0, 0x0660, 0xFF10)
    for letter in map(chr, range(start, start + 10))
}
_GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")
_PLAIN = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")

# keeps a run of one direction whole inside a sentence of the other
FIRST_STRONG_ISOLATE, POP_ISOLATE = "\u2068", "\u2069"


def latin_digits(text: str) -> str:
    """Write every decimal digit of `text` as ASCII.

    >>> latin_digits("۱۴۰۳/٠٤")
    '1403/04'
    """
    return text.translate(_TO_LATIN)


def digits(text: str, language: str) -> str:
    """Write ASCII digits as the language's own; everything else stays.

    >>> digits("T-17", "fa")
    'T-۱۷'
    """
    return text.translate(_TO_PERSIAN) if language == "fa" else text


def plain_figures(text: str, language: str) -> str:
    """Write a bare number as the language writes it, with its decimal mark, ungrouped.

    >>> plain_figures("0.0062", "fa"), plain_figures("0.0062", "en")
    ('۰٫۰۰۶۲', '0.0062')
    """
    return digits(text.replace(".", "٫"), language) if language == "fa" else text


def isolate(text: str) -> str:
    """Wrap text whose direction may differ from the sentence that it stands in."""
    return f"{FIRST_STRONG_ISOLATE}{text}{POP_ISOLATE}"


def number(value: int | float, language: str, *, decimals: int | None = None) -> str:
    """Write a number grouped by thousands; a fraction keeps up to three significant digits.

    >>> number(3166, "fa"), number(2.5, "en"), number(0.04943, "en")
    ('۳٬۱۶۶', '2.5', '0.0494')
    """
    if isinstance(value, int):
        text = f"{value:,}"
    else:
        places = _places(value) if decimals is None else decimals
        text = f"{value:,.{places}f}"
        if decimals is None and "." in text:
            text = text.rstrip("0").rstrip(".")
    text = text.replace("-", "\u2212")
    if language == "fa":
        text = digits(text.replace(",", "٬").replace(".", "٫"), "fa")
    return text


def percent(share: float, language: str, *, decimals: int = 0) -> str:
    """Write a share as a percentage; in Persian its sign is isolated from its digits.

    >>> percent(0.125, "en", decimals=1)
    '12.5%'
    """
    text = number(round(share * 100, decimals) + 0.0, language, decimals=decimals)
    return isolate(f"{text}٪") if language == "fa" else f"{text}%"


def parse_number(text: object) -> float | None:
    """Read a number as people type it; None when it is none.

    >>> parse_number("۱٬۲۳۴"), parse_number("1,234.5"), parse_number("۲٫۵"), parse_number("x")
    (1234.0, 1234.5, 2.5, None)
    """
    if isinstance(text, bool):
        return None
    if isinstance(text, int | float):
        return float(text) if math.isfinite(text) else None
    plain = latin_digits(str(text)).strip().replace("٫", ".").replace("\u2212", "-")
    plain = plain.replace("٬", ",").replace("،", ",")
    plain = re.sub(r"(?<=\d)[\s\u00a0\u202f'](?=\d{3}\b)", ",", plain)
    if _GROUPED.fullmatch(plain):
        plain = plain.replace(",", "")
    elif re.fullmatch(r"[+-]?\d+,\d{1,2}", plain):  # a decimal comma: 2,5
        plain = plain.replace(",", ".")
    if not _PLAIN.fullmatch(plain):
        return None
    value = float(plain)
    return value if math.isfinite(value) else None


def _places(value: float) -> int:
    """Count the decimals that leave three significant digits."""
    if value == 0 or not math.isfinite(value):
        return 0
    return max(0, 2 - math.floor(math.log10(abs(value))))
