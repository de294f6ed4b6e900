"""Reading CSV and TSV: encoding and delimiter are found in the file, not in its name."""

import codecs
import csv
from collections.abc import Iterator
from itertools import pairwise

from pollready.intake.reading.limits import CELL_MAX_CHARS, ROWS_MAX, FileTooLarge, UnknownForm
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
# Arabic and Persian letters as windows-1256 has them; in windows-1252 the same bytes are
# accented capitals and signs, which no list has more of than of everything else together.
_PERSIAN_BYTES = frozenset(range(0xC0, 0x100)) | {0x81, 0x8D, 0x8E, 0x90, 0x98}


def read_text(content: bytes, name: str) -> Table:
    """Read a delimited list; raises `UnknownForm` for bytes that are no text."""
    text = decode(content, name)
    delimiter = find_delimiter(text[:_SAMPLE_CHARS])
    csv.field_size_limit(CELL_MAX_CHARS)
    rows: list[list[str]] = []
    try:
        for row in csv.reader(_lines(text), delimiter=delimiter):
            rows.append(row)
            if len(rows) > ROWS_MAX:
                raise FileTooLarge(name, "rows", ROWS_MAX)
    except csv.Error:  # one cell over the limit: a quote that never closes, or no list at all
        raise FileTooLarge(name, "characters in a cell", CELL_MAX_CHARS) from None
    return Table(name.rsplit(".", 1)[0], rows, cut_off=_ends_inside_quotes(text))


def decode(content: bytes, name: str) -> str:
    """Turn the bytes into text, by mark, by zeros (UTF-16), as UTF-8, else by the letters."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return content.decode(encoding, errors="replace")
    if wide := _utf_16_without_mark(content):
        return content.decode(wide, errors="replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        pass
    if b"\x00" in content:
        raise UnknownForm(name, "binary")
    return content.decode(_eight_bit(content), errors="replace")


def find_delimiter(sample: str) -> str:
    r"""Choose the delimiter that cuts the first lines into the most equal parts.

    >>> find_delimiter("a;b;c\n1,5;2;3\n")
    ';'
    """
    lines = [line for line in sample.splitlines()[:50] if line.strip()]
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


def _lines(text: str) -> Iterator[str]:
    """Give the lines with their ends; NULs, which csv does not take, are left out."""
    return iter(text.replace("\x00", "").splitlines(keepends=True))


def _ends_inside_quotes(text: str) -> bool:
    """Say whether the last row was cut off inside a quoted cell."""
    tail = text.rstrip("\r\n")
    return text.count('"') % 2 == 1 and not tail.endswith('"')
