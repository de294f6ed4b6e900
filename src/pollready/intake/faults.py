"""What intake finds wrong, as data; the words are phrases `intake.fault.<code>`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from pollready.language import say


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

    def what(self, language: str) -> str:
        """Say what is wrong."""
        return say(f"intake.fault.{self.code}.what", language, **self._said())

    def remedy(self, language: str) -> str:
        """Say what to do about it."""
        return say(f"intake.fault.{self.code}.remedy", language, **self._said())

    def _said(self) -> dict[str, Any]:
        return {"column": self.column, "value": self.value, "sheet": self.sheet, **self.fields}
