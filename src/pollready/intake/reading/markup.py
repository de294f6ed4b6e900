"""Reading tables that programs wrote as HTML, or as Excel's XML of 2003, under the name .xls.

Only tags and text are looked at: nothing is fetched or executed, and no entity of the file's own
is expanded.
"""

from html.parser import HTMLParser

from pollready.intake.reading.limits import COLUMNS_MAX, ROWS_MAX, FileTooLarge
from pollready.intake.reading.table import Row, Table
from pollready.intake.reading.text import decode

_ROWS = frozenset({"tr", "row"})
_CELLS = frozenset({"td", "th", "cell"})
_BREAKS = frozenset({"br", "p", "div"})
_UNSEEN = frozenset({"script", "style"})
Attributes = list[tuple[str, str | None]]


def read_markup(content: bytes, name: str) -> list[Table]:
    """Read every table of a page; a value over several rows is written into each of them.

    Raises `FileTooLarge`. A page without a table gives none.
    """
    parser = _Tables(name)
    parser.feed(decode(content, name))
    parser.close()
    return [table for table in parser.tables if table.rows]


class _Tables(HTMLParser):
    """Collects tables; one inside a cell of another is a table of its own."""

    def __init__(self, name: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[Table] = []
        self._name, self._title = name, name.rsplit(".", 1)[0]
        self._open: list[_Rows] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        tag, said = tag.rpartition(":")[2], {key.rpartition(":")[2]: v for key, v in attrs}
        if tag == "worksheet" and said.get("name"):
            self._title = str(said["name"])
        elif tag == "table":
            table = Table(self._title, [])
            self.tables.append(table)
            self._open.append(_Rows(table.rows, self._name))
        elif tag in _UNSEEN:
            self._unseen += 1
        elif self._open and tag in _ROWS:
            self._open[-1].begin_row(_number(said.get("index")))
        elif self._open and tag in _CELLS:
            across = _number(said.get("colspan")) or (_number(said.get("mergeacross")) or 0) + 1
            down = _number(said.get("rowspan")) or (_number(said.get("mergedown")) or 0) + 1
            self._open[-1].begin_cell(across, down, _number(said.get("index")))
        elif self._open and tag in _BREAKS:
            self._open[-1].write(" ")

    def handle_endtag(self, tag: str) -> None:
        tag = tag.rpartition(":")[2]
        if tag == "table" and self._open:
            self._open.pop().end_row()
        elif tag in _UNSEEN:
            self._unseen = max(0, self._unseen - 1)
        elif self._open and tag in _CELLS:
            self._open[-1].end_cell()
        elif self._open and tag in _ROWS:
            self._open[-1].end_row()

    def handle_data(self, data: str) -> None:
        if self._open and not self._unseen:
            self._open[-1].write(data)

    def close(self) -> None:
        super().close()
        while self._open:  # a page that was cut off
            self._open.pop().end_row()


class _Rows:
    """The rows of one table as its cells come."""

    def __init__(self, rows: list[Row], name: str) -> None:
        self._rows, self._name = rows, name
        self._row: Row | None = None
        self._cell: list[str] | None = None
        self._span = (1, 1)
        self._hanging: dict[int, tuple[int, str]] = {}  # column -> rows still to fill, value

    def begin_row(self, number: int | None) -> None:
        self.end_row()
        while number is not None and len(self._rows) + 1 < number <= ROWS_MAX:
            self._rows.append([])
        self._row = []

    def begin_cell(self, across: int, down: int, number: int | None) -> None:
        self.end_cell()
        if self._row is None:
            self._row = []
        self._fill_hanging()
        while number is not None and len(self._row) + 1 < number <= COLUMNS_MAX:
            self._row.append("")
        self._cell, self._span = [], (across, down)

    def write(self, text: str) -> None:
        if self._cell is not None:
            self._cell.append(text)

    def end_cell(self) -> None:
        if self._cell is None or self._row is None:
            return
        value = " ".join("".join(self._cell).split())
        across, down = self._span
        if down > 1:
            self._hanging[len(self._row)] = (down - 1, value)
        self._row += [value, *[""] * (min(across, COLUMNS_MAX) - 1)]
        self._cell = None
        if len(self._row) > COLUMNS_MAX:
            raise FileTooLarge(self._name, "columns", COLUMNS_MAX)

    def end_row(self) -> None:
        self.end_cell()
        if self._row is None:
            return
        self._fill_hanging()
        self._rows.append(self._row)
        self._row = None
        if len(self._rows) > ROWS_MAX:
            raise FileTooLarge(self._name, "rows", ROWS_MAX)

    def _fill_hanging(self) -> None:
        """Write what reaches down from the rows above, up to the first free column."""
        while self._row is not None and (left := self._hanging.pop(len(self._row), None)):
            rows, value = left
            if rows > 1:
                self._hanging[len(self._row)] = (rows - 1, value)
            self._row.append(value)


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 8 else None
