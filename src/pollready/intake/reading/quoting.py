"""Cutting delimited text into rows, also where quotation marks are broken.

One mark that is never closed makes everything up to the next one, or to the end of the file, a
single cell. Such rows are read again by themselves, without the mark, and are told.
"""

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from io import StringIO

from pollready.intake.reading.limits import FILE_MAX_BYTES

_CELL_MAX_CHARS = 100_000  # how far a broken mark is followed
_LOOK_AT_LINES = 200


@dataclass(slots=True)
class Cut:
    """The rows; which of them (by index) had a broken mark; whether the last one is cut off."""

    rows: list[list[str]] = field(default_factory=list)
    mended: list[int] = field(default_factory=list)
    cut_off: bool = False


def cut_into_rows(text: str, delimiter: str) -> Cut:
    r"""Cut text into rows of cells.

    >>> cut_into_rows('1,"Hall A,Ahar\n2,"Hall B",Ahar\n', ",").rows
    [['1', 'Hall A', 'Ahar'], ['2', 'Hall B', 'Ahar']]
    """
    # Only real line ends part rows; NULs, which csv does not take, are left out.
    lines = list(StringIO(text.replace("\x00", ""), newline=""))
    spaced = f'{delimiter} "' in text[:_CELL_MAX_CHARS]  # a blank before the mark
    csv.field_size_limit(FILE_MAX_BYTES)
    reader = csv.reader(lines, delimiter=delimiter, strict=True, skipinitialspace=spaced)
    try:
        return Cut(list(reader))
    except csv.Error:
        return _Mender(lines, delimiter, spaced).cut()


class _Mender:
    """Cuts lines of which some have broken marks."""

    def __init__(self, lines: Sequence[str], delimiter: str, spaced: bool) -> None:
        self._lines, self._delimiter, self._spaced = lines, delimiter, spaced
        widths = Counter(len(self._leniently([line])) for line in lines[:_LOOK_AT_LINES])
        self._width = widths.most_common(1)[0][0]
        self._found = Cut()

    def cut(self) -> Cut:
        csv.field_size_limit(_CELL_MAX_CHARS)
        at = 0
        while at < len(self._lines):
            at = self._up_to_a_broken_mark(at)
        return self._found

    def _up_to_a_broken_mark(self, at: int) -> int:
        """Take every sound row from line `at` on, and the broken one after them."""
        reader = csv.reader(
            self._from(at), delimiter=self._delimiter, strict=True, skipinitialspace=self._spaced
        )
        taken = 0
        try:
            for row in reader:
                self._found.rows.append(row)
                taken = reader.line_num
        except csv.Error:
            return self._take_broken(at + taken)
        return len(self._lines)

    def _take_broken(self, at: int) -> int:
        """Take the row that begins at a line: as csv reads it, or the line without its mark."""
        alone = self._without_marks(self._lines[at])
        reader = csv.reader(
            self._from(at), delimiter=self._delimiter, skipinitialspace=self._spaced
        )
        try:
            row = next(reader)
        except csv.Error:  # the mark is not closed for longer than any cell is
            row = []
        is_whole = len(alone) >= self._width
        fits = reader.line_num == 1 and len(row) == self._width
        if not row or (is_whole and not fits):
            self._found.mended.append(len(self._found.rows))
            self._found.rows.append(alone)
            return at + 1
        self._found.rows.append(row)
        self._found.cut_off = at + reader.line_num >= len(self._lines)
        return at + reader.line_num

    def _without_marks(self, line: str) -> list[str]:
        cells = next(csv.reader([line], delimiter=self._delimiter, quoting=csv.QUOTE_NONE), [])
        return [cell.strip().removeprefix('"').removesuffix('"') for cell in cells]

    def _leniently(self, lines: Sequence[str]) -> list[str]:
        return next(csv.reader(lines, delimiter=self._delimiter), [])

    def _from(self, at: int) -> Iterator[str]:
        return (self._lines[index] for index in range(at, len(self._lines)))
