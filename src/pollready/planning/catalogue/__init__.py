"""The scenarios that ship: nineteen failures that happened, each as data that binds anywhere.

One file each; adding one is adding a file. Every text is in both languages.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pollready.planning.selectors import Selector, parse

_FOLDER = Path(__file__).parent
Both = Mapping[str, str]  # a text by language


@dataclass(frozen=True, slots=True)
class StandardStep:
    """A step that usually helps; an office makes it its own, names who, and finds its basis.

    `lawful` is True only for ordinary operation that changes no procedure; else None: the law
    of the place must say. `per_station` is how much of the means one affected station needs.
    """

    text: Both
    role: str
    within_min: int
    means: str = ""
    per_station: float = 0.0
    lawful: bool | None = None
    order_by: Both | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One scenario of the catalogue."""

    code: str
    title: Both
    happened: Both  # its source: the row of MISSION.md
    description: Both
    shows: Both  # what the product must show
    selector: Selector
    selector_text: str
    duration_h: float
    service: str
    level: str
    owner_role: str
    likelihood_of: tuple[str, ...]  # kinds of incidents or components that earlier rounds tell of
    questions: tuple[Both, ...]  # for the lawyers
    steps: tuple[StandardStep, ...]


@cache
def catalogue() -> tuple[Entry, ...]:
    """Give every scenario that ships, in order."""
    return tuple(_entry(path) for path in sorted(_FOLDER.glob("*.toml")))


@cache
def entry(code: str) -> Entry | None:
    """Give one of them by its code."""
    return next((each for each in catalogue() if each.code == code), None)


def _entry(path: Path) -> Entry:
    table: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
    return Entry(
        code=table["code"],
        title=table["title"],
        happened=table["happened"],
        description=table["description"],
        shows=table["shows"],
        selector=parse(table["selector"]),
        selector_text=table["selector"],
        duration_h=float(table["duration_h"]),
        service=table.get("service", "admit"),
        level=table.get("level", "online"),
        owner_role=table["owner_role"],
        likelihood_of=tuple(table.get("likelihood_of", ())),
        questions=tuple(table.get("questions", ())),
        steps=tuple(_step(step) for step in table.get("steps", ())),
    )


def _step(table: Mapping[str, Any]) -> StandardStep:
    return StandardStep(
        text={language: table[language] for language in ("fa", "en")},
        role=table["role"],
        within_min=table["within_min"],
        means=table.get("means", ""),
        per_station=float(table.get("per_station", 0)),
        lawful=table.get("lawful"),
        order_by=table.get("order_by"),
    )
