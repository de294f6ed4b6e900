"""What a staging plan is asked for, with its bounds."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import ClassVar

from pollready.language import parse_number


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
    wrong: dict[str, str] = {}
    read: dict[str, object] = {}
    for field in fields(Asked):
        text = values.get(field.name, "").strip()
        if not text:
            continue
        value = _read(field.name, text)
        if value is None:
            wrong[field.name] = text
        else:
            read[field.name] = value
    if wrong:
        raise WrongAsking(wrong)
    return Asked(**read)  # type: ignore[arg-type]  # each was read as its own kind


def _read(name: str, text: str) -> object | None:
    kinds: Mapping[str, type[StrEnum]] = {"goal": Goal, "candidates": Candidates}
    if name in kinds:
        return kinds[name](text) if text in list(kinds[name]) else None
    number = parse_number(text)
    if name == "county":
        return int(number) if number is not None and 0 < number < 1 << 31 else None
    low, high = BOUNDS[name]
    if number is None or not low <= number <= high:
        return None
    if name in ("sites", "couriers"):
        return int(number) if number == int(number) else None
    return number
