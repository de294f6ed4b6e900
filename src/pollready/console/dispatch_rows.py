"""Rows of the pages of dispatch: visits, teams, stations that nobody reaches, shifts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time

H_PER_DAY = 24


@dataclass(frozen=True, slots=True)
class Clock:
    """An hour as a time of day; `later` where it is the day after."""

    at: time
    later: bool


@dataclass(frozen=True, slots=True)
class StationNamed:
    """A station as pages name it."""

    listing_id: int
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class StopRow:
    """One visit of a team."""

    number: int
    station: StationNamed
    what: str
    arrive: Clock
    begin: Clock
    leave: Clock
    load: int
    where: str = ""  # its address, or its position; on sheets only


@dataclass(frozen=True, slots=True)
class RouteRow:
    """One team's day."""

    number: int
    team: str
    base: str
    leave: Clock
    back: Clock
    travel_h: float
    length_km: int
    load: int
    stops: Sequence[StopRow]


@dataclass(frozen=True, slots=True)
class MissedRow:
    """A station that nobody reaches, and why; or one that waits, and when it could be reached."""

    station: StationNamed
    what: str
    why: str
    earliest: Clock | None = None


@dataclass(frozen=True, slots=True)
class SentRow:
    """A team on its way."""

    team: str
    place: str
    station: StationNamed
    what: str
    leave: Clock
    arrive: Clock


@dataclass(frozen=True, slots=True)
class ShiftRow:
    """One shift of a roster: the teams with anybody, and how many have nobody."""

    starts: Clock
    ends: Clock
    teams: Sequence[tuple[str, str | None, str | None]]
    empty: int


def clock(hours: float) -> Clock:
    """Give a time of day, to the minute that is not before it."""
    minutes = int(-(-round(hours * 60, 6) // 1))
    days, left = divmod(minutes, H_PER_DAY * 60)
    return Clock(time(left // 60, left % 60), days > 0)


def time_of(hours: float) -> time:
    return clock(hours).at
