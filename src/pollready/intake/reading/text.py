"""Reading CSV and TSV: encoding and delimiter are found in the file, not in its name."""

import codecs
import csv
import re
from itertools import pairwise

from pollready.intake.faults import Fault, Gravity
from pollready.intake.reading.limits import ROWS_MAX, FileTooLarge, UnknownForm
from pollready.intake.reading.quoting import cut_into_rows
from pollready.intake.reading.table import Table

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DELIMITERS = (",", "\t", ";", "|")
_SAMPLE_CHARS = 64_000
_LETTERS_A_WRONG_BYTE = 10
# Arabic and Persian letters as windows-1256 has them; in windows-1252 the same bytes are
# accented capitals and signs, which no list has more of than of everything else together.
_PERSIAN_BYTES = frozenset(range(0xC0, 0x100)) | {0x81, 0x8D, 0x8E, 0x90, 0x98}


def read_text(content: bytes, name: str) -> tuple[Table, list[Fault]]:
    """Read a delimited list; raises `UnknownForm` for bytes that are no text, `FileTooLarge`."""
    text = decode(content, name)
    cut = cut_into_rows(text, find_delimiter(text[:_SAMPLE_CHARS]))
    if len(cut.rows) > ROWS_MAX:
        raise FileTooLarge(name, "rows", ROWS_MAX)
    table = Table(name.rsplit(".", 1)[0], cut.rows, cut_off=cut.cut_off)
    return table, [
        Fault("quote-broken", Gravity.NOTICE, table.name, table.first_row + index)
        for index in cut.mended
    ]


def decode(content: bytes, name: str) -> str:
    """Turn the bytes into text, by mark, by zeros (UTF-16), as UTF-8, else by the letters."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return content.decode(encoding, errors="replace")
    if wide := _utf_16_without_mark(content):
        return content.decode(wide, errors="replace")
    if (text := _utf_8(content)) is not None:
        return text
    if b"\x00" in content:
        raise UnknownForm(name, "binary")
    return content.decode(_eight_bit(content), errors="replace")


def find_delimiter(sample: str) -> str:
    r"""Choose the delimiter that cuts the first lines into the most equal parts.

    >>> find_delimiter("a;b;c\n1,5;2;3\n")
    ';'
    """
    lines = [line for line in re.split(r"\r\n|\r|\n", sample)[:50] if line.strip()]
    best, best_score = ",", 0.0
    for delimiter in _DELIMITERS:
        widths = [len(row) for row in csv.reader(lines, delimiter=delimiter)]
        width = max(set(widths), key=widths.count, default=1)
        if width < 2:
            continue
        score = widths.count(width) / len(widths) * min(width, 8)
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _utf_8(content: bytes) -> str | None:
    """Read UTF-8, also where a few bytes are wrong: one cut-off letter is no other encoding."""
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        text = content.decode("utf-8", errors="replace")
    wrong = text.count("\ufffd")
    letters = sum(letter > "\x7f" for letter in text) - wrong
    return text if letters > _LETTERS_A_WRONG_BYTE * wrong else None


def _utf_16_without_mark(content: bytes) -> str | None:
    """Tell UTF-16 by where its zeros stand: every second byte of Latin text, few of Persian."""
    sample = content[:4096]
    half = len(sample) // 2 or 1
    even = sample[0::2].count(0) / half
    odd = sample[1::2].count(0) / half
    if odd > 0.2 and odd > 4 * even:
        return "utf-16-le"
    if even > 0.2 and even > 4 * odd:
        return "utf-16-be"
    return None


def _eight_bit(content: bytes) -> str:
    """Choose between windows-1256 (Persian, Arabic) and the Western code page.

    Western text has its accented letters one at a time among plain ones; Persian has them in
    runs. Where there is too little to tell, the letters' statistics decide.
    """
    high = [byte >= 0x80 for byte in content[:_SAMPLE_CHARS]]
    runs = sum(1 for first, second in pairwise(high) if first and second)
    total = sum(high)
    if total >= 8:
        persian = sum(byte in _PERSIAN_BYTES for byte in content[:_SAMPLE_CHARS])
        return "cp1256" if runs > 0.5 * total and persian > 0.6 * total else "cp1252"
    from charset_normalizer import from_bytes  # slow, and few lists come so far

    best = from_bytes(content[:_SAMPLE_CHARS], cp_isolation=["cp1252", "cp1256"]).best()
    return best.encoding if best else "cp1252"
