"""The engine's errors: a stable code and fields, no prose."""

import dataclasses
from typing import Any, ClassVar


class EngineError(Exception):
    """What the engine refuses; `code` and `fields` are put into words at the edge."""

    code: ClassVar[str] = "engine.error"

    @property
    def fields(self) -> dict[str, Any]:
        """Give the values that a message names."""
        return dict(vars(self))

    def __str__(self) -> str:
        """Show code and fields, for tracebacks and logs."""
        return f"{self.code} {self.fields}"


@dataclasses.dataclass(frozen=True)
class Fault:
    """One fault found while a network is validated."""

    code: ClassVar[str] = "engine.fault"

    @property
    def fields(self) -> dict[str, Any]:
        """Give the values that a message names."""
        return dataclasses.asdict(self)
