"""Errors of the engine name components: said to who may not see names, they name masks."""

from collections.abc import Callable, Mapping
from typing import Any

from pollready.engine.errors import EngineError

# Fields of faults that hold the id of a component, or say "component" before it.
_NAMING = frozenset({"id", "where", "path"})
_COMPONENT = "component "

Mask = Callable[[str], str]


class VeiledFault(Exception):
    """A fault of the engine with masks in place of names; its code and words are the same."""

    def __init__(self, fault: Any, mask: Mask) -> None:
        self.code = fault.code
        self.fields = {name: _veiled(name, value, mask) for name, value in _fields(fault).items()}
        super().__init__(self.code)


def veiled(error: EngineError, mask: Mask) -> VeiledFault:
    """Give the error as it may be said."""
    return VeiledFault(error, mask)


def _fields(fault: Any) -> Mapping[str, Any]:
    fields: Mapping[str, Any] = fault.fields
    return fields


def _veiled(name: str, value: Any, mask: Mask) -> Any:
    if isinstance(value, tuple | list):
        return tuple(_veiled(name, part, mask) for part in value)
    if hasattr(value, "code") and hasattr(value, "fields"):
        return VeiledFault(value, mask)
    if name in _NAMING and isinstance(value, str):
        begin = _COMPONENT if value.startswith(_COMPONENT) else ""
        return begin + mask(value.removeprefix(begin))
    return value
