"""An unexpected error as support may read it: where and of what type, never its text.

The text of an exception may quote the register (a duplicate key, a missing name), and what is
kept for support leaves the office.
"""

import traceback

_LEFT_OUT = "(its text is left out: it may quote the register)"


def trace_of(error: BaseException) -> str:
    """Give the traceback of an error and of those that led to it, the first one first."""
    parts: list[str] = []
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        kind = f"{type(current).__module__}.{type(current).__qualname__}"
        frames = "".join(traceback.format_tb(current.__traceback__))
        parts.append(f"{frames}{kind}: {_LEFT_OUT}\n")
        current = current.__cause__ or current.__context__
    return "\n".join(reversed(parts))
