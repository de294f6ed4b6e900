"""The pieces that the templates know how to lay out, as plain dictionaries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Cell = str | Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, its width as typst writes it, and which side its text keeps."""

    heading: Cell
    width: str = "auto"
    align: str = "start"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under columns; `empty` is said in place of a table without rows.

    `strong` and `quiet` are indexes of rows to stress or to soften.
    """

    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    empty: str = ""
    strong: Sequence[int] = field(default=())
    quiet: Sequence[int] = field(default=())

    def as_content(self) -> dict[str, Any]:
        return {
            "columns": [
                {"heading": column.heading, "width": column.width, "align": column.align}
                for column in self.columns
            ],
            "rows": [list(row) for row in self.rows],
            "empty": self.empty,
            "strong": list(self.strong),
            "quiet": list(self.quiet),
        }


def bar_cell(svg: str) -> Cell:
    """Put a bar in a cell; its numbers stand beside it, so it is decoration to a reader."""
    return {"bar": svg}


def sign_cell(name: str, text: str = "") -> Cell:
    """Put a sign and its word in a cell."""
    return {"sign": name, "text": text}
