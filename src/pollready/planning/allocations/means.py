"""What each kind of means does: the office's table, or the one that ships."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from math import isfinite
from pathlib import Path
from typing import Any

from django.conf import settings

from pollready.register.kinds import kinds

_SHIPPED = Path(__file__).with_name("means.toml")
_STATION = frozenset({"generator_h", "satellite", "operator", "spare_devices", "repair_h"})
_COMPONENT = frozenset({"generator_h", "satellite", "repair_h"})
_THERE = frozenset({"satellite", "operator"})  # a path is there; none is left out
_FLAGS = ("from_agency", "fits_version", "fits_county")
_NAMES = frozenset({"station", "component", "at", "way_up", "cost", *_FLAGS})
Effect = Mapping[str, float | bool]


class WrongMeans(ValueError):
    """The office's table of means cannot be read; `wrong` names everything that is wrong in it."""

    code = "allocation.wrong-means"

    def __init__(self, name: str, wrong: Sequence[str]) -> None:
        self.fields: dict[str, object] = {"name": name, "wrong": list(wrong)}
        super().__init__(f"{name}: {wrong}")


@dataclass(frozen=True, slots=True)
class Means:
    """One kind of means; its words are those of `means.toml`."""

    kind: str
    station: Effect = field(default_factory=dict)
    component: Effect = field(default_factory=dict)
    at: Sequence[str] = ()
    way_up: Sequence[str] = ()
    from_agency: bool = False
    fits_version: bool = False
    fits_county: bool = False
    cost: float = 0.0


Table = Mapping[str, Means]


def office_means() -> Table:
    """Give the table of this installation; raises `WrongMeans`."""
    path: Path = settings.POLLREADY_DATA / "means.toml"
    try:
        changed_at = path.stat().st_mtime_ns
    except OSError:
        return _read(_SHIPPED, 0)
    return _read(path, changed_at)


def costs_are_own() -> bool:
    """Say whether the office wrote its own table: the costs in the one that ships are invented."""
    own: Path = settings.POLLREADY_DATA / "means.toml"
    return own.exists()


@lru_cache(maxsize=4)
def _read(path: Path, changed_at: int) -> Table:
    return read_means(path.read_text("utf-8"), path.name)


def read_means(text: str, name: str) -> Table:
    """Read a table of means; raises `WrongMeans` with everything that is wrong at once."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as wrong:
        raise WrongMeans(name, [str(wrong)]) from None
    faults = [fault for kind, row in tables.items() for fault in _faults(kind, row)]
    if faults or not tables:
        raise WrongMeans(name, faults or ["[generator]"])
    return {kind: Means(kind, **row) for kind, row in tables.items()}


def _faults(kind: str, row: Any) -> list[str]:
    """Name what is wrong with one table."""
    if not isinstance(row, dict):
        return [f"{kind} = {row!r}"]
    found = [f"[{kind}] {name}" for name in row if name not in _NAMES]
    for part, known in (("station", _STATION), ("component", _COMPONENT)):
        found += _effect_faults(f"[{kind}] {part}", row.get(part, {}), known)
    for name in ("at", "way_up"):
        listed = row.get(name, [])
        if not isinstance(listed, list) or any(each not in kinds() for each in listed):
            found.append(f"[{kind}] {name} = {listed!r}")
    found += [f"[{kind}] {name} = {row[name]!r}" for name in _FLAGS if row.get(name) not in
              (None, True, False)]  # fmt: skip
    if not _is_amount(row.get("cost", 0)):
        found.append(f"[{kind}] cost = {row['cost']!r}")
    if not row.get("station") and not row.get("component"):
        found.append(f"[{kind}] station")
    return found


def _effect_faults(where: str, effect: Any, known: frozenset[str]) -> list[str]:
    if not isinstance(effect, dict):
        return [f"{where} = {effect!r}"]
    return [
        f"{where}.{name} = {value!r}"
        for name, value in effect.items()
        if name not in known or not _is_effect(name, value)
    ]


def _is_effect(name: str, value: Any) -> bool:
    """Say whether a value can be: what is not there is left out, and repair takes some time."""
    if name in _THERE:
        return value is True
    return _is_amount(value) and (name != "repair_h" or value > 0)


def _is_amount(value: Any) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and isfinite(value) and value >= 0
