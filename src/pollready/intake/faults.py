"""What intake finds wrong, as data; the words are phrases `intake.fault.<code>`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any

from pollready.language import say

# Given a cell (`sheet.field`, or nothing) and its text: the text as a reader may see it.
Show = Callable[[str, str], str]


class Gravity(Enum):
    """What a fault does to its row."""

    ROW = "row"  # the row comes back
    CELL = "cell"  # the row is registered without this cell
    NOTICE = "notice"  # everything is registered; someone should look


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong, where it stands, and what was there."""

    code: str
    gravity: Gravity
    sheet: str = ""
    row: int | None = None
    column: str = ""
    value: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)
    cell: str = ""  # `sheet.field` of the workbook, where it is about a field

    def what(self, language: str) -> str:
        """Say what is wrong."""
        return say(f"intake.fault.{self.code}.what", language, **self._said())

    def remedy(self, language: str) -> str:
        """Say what to do about it."""
        return say(f"intake.fault.{self.code}.remedy", language, **self._said())

    def shown(self, show: Show) -> "Fault":
        """Give the fault as a reader may see it: its value and what is said of it."""
        fields = {
            name: show("", value) if isinstance(value, str) else value
            for name, value in self.fields.items()
        }
        return replace(self, value=show(self.cell, self.value), fields=fields)

    def _said(self) -> dict[str, Any]:
        return {"column": self.column, "value": self.value, "sheet": self.sheet, **self.fields}
