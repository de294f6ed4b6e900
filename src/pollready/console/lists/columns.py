"""The columns of a list."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pollready.console.lists.cells import Cell


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its cell for a row, what it sorts by, how wide a file writes it.

    `cell` takes the row and the list's writer. `chosen`: shown unless the reader says otherwise.
    `main` heads the row. `spread` are phrases of the columns that a file has in its place.
    """

    name: str
    cell: Callable[[Any, Any], Cell]
    sort: tuple[str, ...] = ()
    width: float = 14.0
    amount: bool = False
    chosen: bool = True
    main: bool = False
    heading: str = ""  # a phrase; else `lists.column.<name>`
    words: str = ""  # the heading itself, where it is a name of the register
    spread: tuple[str, ...] = ()

    @property
    def heading_key(self) -> str:
        """Give the phrase of the heading."""
        return self.heading or f"lists.column.{self.name}"

    @property
    def css(self) -> str:
        """Give the column's name as a part of a class."""
        return self.name.partition(".")[0]
