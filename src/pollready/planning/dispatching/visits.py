"""What a visit takes and what a team is: the office's table, or the one that ships."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import isfinite
from pathlib import Path
from typing import Any

from django.conf import settings

from pollready.language import parse_number, parse_time
from pollready.obstacles.catalogue import RULES

_SHIPPED = Path(__file__).with_name("visits.toml")
# Each number with what it must lie between; hours of the clock stand beside them.
_NUMBERS: Mapping[str, Mapping[str, tuple[float, float]]] = {
    "set_up": {"service_min": (0, 720)},
    "delivery": {"service_min": (0, 720)},
    "team": {"people": (1, 20), "capacity": (1, 100_000)},
    "now": {"horizon_h": (0.25, 48)},
}
_CLOCKS = ("from", "to")
_RULES = frozenset(rule.code for rule in RULES)


class WrongVisits(ValueError):
    """The office's table of visits cannot be read; `wrong` names everything wrong in it."""

    code = "planning.wrong-visits"

    def __init__(self, name: str, wrong: Sequence[str]) -> None:
        self.fields: dict[str, object] = {"name": name, "wrong": list(wrong)}
        super().__init__(f"{name}: {wrong}")


@dataclass(frozen=True, slots=True)
class Visits:
    """Minutes of each kind of visit, and what a team is; the words are those of `visits.toml`."""

    mends: Mapping[str, float]
    set_up_min: float
    delivery_min: float
    people: int
    from_h: float
    to_h: float
    capacity: int
    horizon_h: float


def office_visits() -> Visits:
    """Give the table of this installation; raises `WrongVisits`."""
    path: Path = settings.POLLREADY_DATA / "visits.toml"
    try:
        changed_at = path.stat().st_mtime_ns
    except OSError:
        return _read(_SHIPPED, 0)
    return _read(path, changed_at)


@lru_cache(maxsize=4)
def _read(path: Path, changed_at: int) -> Visits:
    return read_visits(path.read_text("utf-8"), path.name)


def read_visits(text: str, name: str) -> Visits:
    """Read a table of visits; raises `WrongVisits` with everything that is wrong at once."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as wrong:
        raise WrongVisits(name, [str(wrong)]) from None
    if faults := _faults(tables):
        raise WrongVisits(name, faults)
    team = tables["team"]
    from_h, to_h = (clock_h(team[each]) or 0.0 for each in _CLOCKS)
    return Visits(
        mends=dict(tables["mends"]),
        set_up_min=tables["set_up"]["service_min"],
        delivery_min=tables["delivery"]["service_min"],
        people=team["people"],
        from_h=from_h,
        to_h=to_h if to_h > from_h else to_h + 24,
        capacity=team["capacity"],
        horizon_h=tables["now"]["horizon_h"],
    )


def clock_h(text: object) -> float | None:
    """Read a time of day, or a whole hour, as hours from midnight; None where it is none.

    >>> clock_h("07:30"), clock_h("۱۸:۰۰"), clock_h("8"), clock_h("25:00")
    (7.5, 18.0, 8.0, None)
    """
    at = parse_time(text)
    if at is not None:
        return at.hour + at.minute / 60
    hour = parse_number(text)
    return hour if hour in range(24) else None


def _faults(tables: Mapping[str, Any]) -> list[str]:
    found = [f"[{part}]" for part in ("mends", *_NUMBERS) if not isinstance(tables.get(part), dict)]
    if found:
        return found
    for rule, minutes in tables["mends"].items():
        if rule not in _RULES or not _lies(minutes, 0, 720):
            found.append(f"[mends] {rule} = {minutes!r}")
    for part, numbers in _NUMBERS.items():
        for name, (low, high) in numbers.items():
            value = tables[part].get(name)
            whole = part != "team" or isinstance(value, int)
            if not _lies(value, low, high) or not whole:
                found.append(f"[{part}] {name} = {value!r}")
    team = tables["team"]
    found += [
        f"[team] {each} = {team.get(each)!r}" for each in _CLOCKS if clock_h(team.get(each)) is None
    ]
    return found


def _lies(value: Any, low: float, high: float) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and isfinite(value) and low <= value <= high
