"""What a staging plan is asked for: the closed list of what may enter, with its bounds.

    goal, candidates, numbers, a county, depots that stay, decisions about single sites

Stations enter with their voters, place and signal. Nothing about how a place votes can enter: there
is no field for it.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from enum import StrEnum
from typing import Any, ClassVar

from pollready.language import parse_number, parse_yes_no
from pollready.planning.staging.decided import Decided, Rule, read_decided, written_rows


class Goal(StrEnum):
    """What the sites are chosen for."""

    MOST = "most"  # the fewest voters beyond the target
    FEWEST = "fewest"  # the fewest sites that reach all within the target
    MEDIAN = "median"  # the least voters' hours in sum
    CENTER = "center"  # the least longest way


class Candidates(StrEnum):
    """Where sites may be."""

    DISTRICTS = "districts"  # the most central station of each district, and the depots
    STATIONS = "stations"  # every station, and the depots
    DEPOTS = "depots"


class WrongAsking(Exception):
    """Values that a staging plan cannot take: all of them at once."""

    code: ClassVar[str] = "planning.wrong-staging"

    def __init__(self, wrong: Mapping[str, str]) -> None:
        self.wrong = dict(wrong)
        self.fields: dict[str, object] = {"names": ", ".join(wrong)}
        super().__init__(self.fields["names"])


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked: minutes are of travel, hours of the clock; a county is a place's number."""

    goal: Goal = Goal.FEWEST
    candidates: Candidates = Candidates.DISTRICTS
    sites: int = 12
    target_min: float = 45.0
    speed_km_h: float = 50.0
    detour_ratio: float = 1.3
    messenger_min: float = 20.0
    couriers: int = 3
    message_min: float = 120.0
    county: int | None = None
    keep_depots: bool = False  # all depots are sites, but those ruled out
    decided: tuple[Decided, ...] = ()

    def values(self) -> dict[str, Any]:
        """Give what is asked as it is kept and hashed."""
        return asdict(self) | {"decided": [asdict(each) for each in self.decided]}

    def digest(self) -> str:
        """Give the hash by which the same is known again."""
        text = json.dumps(self.values(), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    def query(self) -> dict[str, str]:
        """Give what is asked as it stands in an address; what is as by default is left out."""
        plain = Asked()
        found = {
            each.name: _typed(getattr(self, each.name))
            for each in fields(self)
            if each.name not in ("decided", "keep_depots")
            and getattr(self, each.name) != getattr(plain, each.name)
        }
        if self.keep_depots:
            found["keep_depots"] = "1"
        return found | written_rows(self.decided)

    def codes(self, rule: Rule) -> tuple[str, ...]:
        """Give the codes of which this was decided."""
        return tuple(each.code for each in self.decided if each.rule is rule)


# Each number with what it must lie between.
BOUNDS: Mapping[str, tuple[float, float]] = {
    "sites": (1, 500), "target_min": (1, 720), "speed_km_h": (5, 130), "detour_ratio": (1, 3),
    "messenger_min": (0, 240), "couriers": (0, 60), "message_min": (5, 720),
}  # fmt: skip
NUMBERS = tuple(BOUNDS)


def asked_from(values: Mapping[str, str]) -> Asked:
    """Read what was typed; what is missing is as by default.

    Raises `WrongAsking` with every name that cannot be read or is out of bounds.
    """
    decided, wrong = read_decided(values)
    read: dict[str, object] = {"decided": decided}
    for field in fields(Asked):
        text = values.get(field.name, "").strip()
        if not text or field.name == "decided":
            continue
        value = _read(field.name, text)
        if value is None:
            wrong[field.name] = text
        else:
            read[field.name] = value
    if wrong:
        raise WrongAsking(wrong)
    return Asked(**read)  # type: ignore[arg-type]  # each was read as its own kind


def asked_of(values: Mapping[str, Any]) -> Asked:
    """Read what was asked as it was kept."""
    asked = Asked(**values)
    return replace(
        asked,
        goal=Goal(asked.goal),
        candidates=Candidates(asked.candidates),
        decided=tuple(
            Decided(each["code"], Rule(each["rule"]), each["reason"]) for each in values["decided"]
        ),
    )


def _typed(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _read(name: str, text: str) -> object | None:
    kinds: Mapping[str, type[StrEnum]] = {"goal": Goal, "candidates": Candidates}
    if name in kinds:
        return kinds[name](text) if text in list(kinds[name]) else None
    if name == "keep_depots":
        return parse_yes_no(text)
    number = parse_number(text)
    if name == "county":
        return int(number) if number is not None and 0 < number < 1 << 31 else None
    low, high = BOUNDS[name]
    if number is None or not low <= number <= high:
        return None
    if name in ("sites", "couriers"):
        return int(number) if number == int(number) else None
    return number
