"""The kinds of components and groups, read from `kinds.toml`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from pollready.language import LANGUAGES, fold, say

_FILE = Path(__file__).with_name("kinds.toml")
# Equal to `register.models.Tier`; written out so that reading kinds needs no Django.
TIERS: Mapping[str, int] = MappingProxyType(
    {"station": 0, "district": 1, "county": 2, "province": 3, "nation": 4}
)


class UnknownKind(KeyError):
    """A component has a kind that `kinds.toml` does not know."""

    code = "register.unknown-kind"

    def __init__(self, kind: str) -> None:
        self.fields = {"kind": kind}
        super().__init__(kind)


@dataclass(frozen=True, slots=True)
class ComponentKind:
    """One kind, with the defaults that stand where nobody gives a figure."""

    code: str
    aliases: tuple[str, ...]
    tier: int
    unavailability: float
    mttr_h: float
    medium: str
    is_group: bool = False
    reach: float = 1.0
    is_span: bool = False  # lies between two others: what is above it, their rows say


@cache
def kinds() -> Mapping[str, ComponentKind]:
    """Give every kind by its code, in the order of the file."""
    tables = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return MappingProxyType({code: _kind(code, table) for code, table in tables.items()})


def kind(code: str) -> ComponentKind:
    """Give one kind; raises `UnknownKind`."""
    try:
        return kinds()[code]
    except KeyError:
        raise UnknownKind(code) from None


def kind_called(text: str) -> ComponentKind | None:
    """Find the kind that people call `text`, in either language; None if there is none."""
    return _by_key().get(fold(text))


@cache
def _by_key() -> Mapping[str, ComponentKind]:
    """Map every folded name and alias to its kind."""
    found: dict[str, ComponentKind] = {}
    for one in kinds().values():
        names = [say(f"kind.{one.code}", language) for language in LANGUAGES]
        for name in (*names, one.code, *one.aliases):
            found.setdefault(fold(name), one)
    return MappingProxyType(found)


def _kind(code: str, table: Mapping[str, object]) -> ComponentKind:
    """Read one table of the file."""
    aliases = table["aliases"]
    assert isinstance(aliases, list)  # the file is ours: a test reads all of it
    return ComponentKind(
        code=code,
        aliases=tuple(str(alias) for alias in aliases),
        tier=TIERS[str(table["tier"])],
        unavailability=float(str(table["q"])),
        mttr_h=float(str(table["mttr_h"])),
        medium=str(table["medium"]),
        is_group=table.get("is_group") is True,
        reach=float(str(table.get("reach", 1.0))),
        is_span=table.get("is_span") is True,
    )
