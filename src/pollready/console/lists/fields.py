"""The fields of a list's filter form, and its chips."""

from collections.abc import Sequence
from dataclasses import dataclass

Options = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class FilterField:
    """One filter of the form: a search, a text, or a choice (in groups, where it has some)."""

    name: str
    label: str
    value: str
    options: Options | None = None
    groups: Sequence[tuple[str, Options]] = ()
    search: bool = False
    hint: str = ""
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter that is on: its words, and the name to take out of the address."""

    name: str
    words: str
