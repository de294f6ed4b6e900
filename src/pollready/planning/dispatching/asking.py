"""What dispatch is asked: routes of a day, or who goes now; read from what was typed, all at once.

Names of values: `county`, `speed_km_h`, `detour_ratio`, and of routes `work`, `plan`, `open_from`,
`open_to` and rows `base_0`, `teams_0`, `from_0`, `to_0`, `capacity_0`, ...; of who goes now `at`,
`horizon_h`, `stations` and rows `team_0`, `place_0`, `free_0`, ...
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, TypeVar

from pollready.language import Phrase, fold, parse_number
from pollready.planning.dispatching.ground import Ground, Spot
from pollready.planning.dispatching.visits import clock_h

ROWS_MAX, TEAMS_MAX = 40, 400
DAY_H = 24.0
SPEED, RATIO = (5.0, 130.0), (1.0, 3.0)
_SEPARATORS = re.compile(r"[\s,،;؛]+")
Kind = TypeVar("Kind", bound=StrEnum)


class Work(StrEnum):
    """What teams go out for."""

    VISITS = "visits"  # stations with open obstacles that a visit mends
    DELIVERIES = "deliveries"  # means of an accepted allocation plan
    SET_UP = "set_up"  # every station of a county


class WrongAsking(Exception):
    """Values that dispatch cannot take, all of them at once: by name, what is wrong."""

    code: ClassVar[str] = "planning.wrong-dispatch"

    def __init__(self, wrong: Mapping[str, Phrase]) -> None:
        self.wrong = dict(wrong)
        once = [why for n, why in enumerate(wrong.values()) if why not in list(wrong.values())[:n]]
        self.fields: dict[str, object] = {"names": tuple(wrong), "faults": tuple(once)}
        super().__init__(", ".join(wrong))


@dataclass(frozen=True, slots=True)
class TeamsAt:
    """Teams that start from one place and come back to it."""

    base: Spot
    teams: int
    from_h: float
    to_h: float
    capacity: int


@dataclass(frozen=True, slots=True)
class FreeTeam:
    """A team, where it is, and from when it is free: hours of the clock."""

    name: str
    place: Spot
    free_h: float


@dataclass(frozen=True, slots=True)
class RoutesAsked:
    """Routes of a day: a county (None: all) or the deliveries of a plan; hours of the clock."""

    work: Work
    county: int | None
    plan: int | None
    teams: Sequence[TeamsAt]
    open_from_h: float
    open_to_h: float
    speed_km_h: float = 50.0
    detour_ratio: float = 1.3

    @property
    def has_window(self) -> bool:
        """Say whether stations are open at some hours only."""
        return (self.open_from_h, self.open_to_h) != (0.0, DAY_H)


@dataclass(frozen=True, slots=True)
class NowAsked:
    """Who goes now: `stations` are numbers in the ground; none are all that a visit is due at."""

    county: int | None
    at_h: float
    horizon_h: float
    stations: Sequence[int]
    teams: Sequence[FreeTeam]
    speed_km_h: float = 50.0
    detour_ratio: float = 1.3


def routes_asked(values: Mapping[str, str], ground: Ground) -> RoutesAsked:
    """Read what routes are asked; what is missing is as by default, teams as in the ledger.

    Raises `WrongAsking` with everything that cannot be read or is out of bounds.
    """
    read = _Reading(values, ground)
    work = read.choice("work", Work, Work.VISITS)
    asked = RoutesAsked(
        work,
        read.county(all_of_them=work is Work.DELIVERIES),
        read.key("plan"),
        read.teams(),
        open_from := read.clock("open_from", 0.0),
        _after(open_from, read.clock("open_to", DAY_H)),
        read.number("speed_km_h", 50.0, *SPEED),
        read.number("detour_ratio", 1.3, *RATIO),
    )
    read.check()
    return asked


def now_asked(values: Mapping[str, str], ground: Ground, at_h: float) -> NowAsked:
    """Read who is to be sent at `at_h` unless another hour is typed; raises `WrongAsking`."""
    read = _Reading(values, ground)
    at = read.clock("at", at_h)
    asked = NowAsked(
        read.county(all_of_them=False),
        at,
        read.number("horizon_h", ground.visits.horizon_h, 0.25, 48),
        read.stations(),
        read.free_teams(at),
        read.number("speed_km_h", 50.0, *SPEED),
        read.number("detour_ratio", 1.3, *RATIO),
    )
    read.check()
    return asked


def default_teams(ground: Ground) -> list[TeamsAt]:
    """Make teams of the technicians that the ledger has at places the reader knows."""
    visits = ground.visits
    people: dict[str, int] = {}
    spots: dict[str, Spot] = {}
    for crew in ground.crews:
        if crew.spot is not None and crew.people is not None:
            spots[crew.spot.code] = crew.spot
            people[crew.spot.code] = people.get(crew.spot.code, 0) + crew.people
    return [
        TeamsAt(spots[code], count // visits.people, visits.from_h, visits.to_h, visits.capacity)
        for code, count in people.items()
        if count >= visits.people
    ]


def default_free(ground: Ground, at_h: float) -> list[FreeTeam]:
    """Number the same teams one by one, as many as a form holds; all are free."""
    bases = [row.base for row in default_teams(ground) for _ in range(row.teams)]
    return [FreeTeam(str(n), base, at_h) for n, base in enumerate(bases[:ROWS_MAX], start=1)]


def has_rows(values: Mapping[str, str], name: str) -> bool:
    """Tell whether rows of this name were typed at all: else they are as by default."""
    return any(key.startswith(f"{name}_") for key in values)


def _after(first_h: float, last_h: float) -> float:
    """Give an hour of the clock that is not before another: else it is the day after's."""
    return last_h if last_h > first_h else last_h + DAY_H


class _Reading:
    """Reads values one by one and keeps what is wrong with each."""

    def __init__(self, values: Mapping[str, str], ground: Ground) -> None:
        self._values, self._ground = values, ground
        self.wrong: dict[str, Phrase] = {}

    def check(self) -> None:
        """Raise `WrongAsking` where anything is wrong."""
        if self.wrong:
            raise WrongAsking(self.wrong)

    def _text(self, name: str) -> str:
        return self._values.get(name, "").strip()

    def _refuse(self, name: str, why: str, **said: object) -> None:
        self.wrong[name] = Phrase(f"errors.dispatch.{why}", said)

    def number(self, name: str, default: float, low: float, high: float) -> float:
        """Read a number within bounds."""
        text = self._text(name)
        if not text:
            return default
        found = parse_number(text)
        if found is None or not low <= found <= high:
            self._refuse(name, "number", low=low, high=high)
            return default
        return found

    def count(self, name: str, default: int, high: int) -> int:
        """Read a whole number from 1 on."""
        found = self.number(name, float(default), 1, high)
        if found != int(found):
            self._refuse(name, "number", low=1, high=high)
        return int(found)

    def clock(self, name: str, default: float) -> float:
        """Read a time of day."""
        text = self._text(name)
        if not text:
            return default
        found = clock_h(text)
        if found is None:
            self._refuse(name, "clock")
        return default if found is None else found

    def choice(self, name: str, kind: type[Kind], default: Kind) -> Kind:
        """Read one of a few words."""
        text = self._text(name)
        if text and text not in list(kind):
            self._refuse(name, "choice")
        return kind(text) if text in list(kind) else default

    def key(self, name: str) -> int | None:
        """Read the number of something in the register."""
        text = self._text(name)
        if not text:
            return None
        if not (text.isascii() and text.isdecimal() and len(text) < 19):
            self._refuse(name, "choice")
            return None
        return int(text)

    def county(self, *, all_of_them: bool) -> int | None:
        """Read a county of the reader's; none is the one with most to do, or all if that can be."""
        found = self.key("county")
        if found is not None and found not in self._ground.counties:
            self._refuse("county", "choice")
        if found is None and not all_of_them:
            return self._ground.first_county
        return found

    def place(self, name: str) -> Spot | None:
        """Read a place: a depot, or a station with a position."""
        text = self._text(name)
        found = self._ground.spot(text)
        if found is None:
            known = fold(text) in self._ground.stations
            self._refuse(name, "unplaced" if known else "place", typed=text)
        return found

    def teams(self) -> list[TeamsAt]:
        """Read the rows of teams; a row in which nothing stands is none."""
        if not has_rows(self._values, "base"):
            return default_teams(self._ground)
        usual, found = self._ground.visits, []
        names = ("base", "teams", "from", "to", "capacity")
        for row in self._rows("base", names[:2]):
            base, teams, from_, to, capacity = (f"{name}_{row}" for name in names)
            spot = self.place(base)
            count = self._said(teams) and self.count(teams, 1, TEAMS_MAX)
            from_h = self.clock(from_, usual.from_h)
            to_h = _after(from_h, self.clock(to, usual.to_h))
            units = self.count(capacity, usual.capacity, 100_000)
            if spot is not None and count:
                found.append(TeamsAt(spot, count, from_h, to_h, units))
        if sum(each.teams for each in found) > TEAMS_MAX:
            self._refuse("teams_0", "too-many", most=TEAMS_MAX)
        return found

    def free_teams(self, at_h: float) -> list[FreeTeam]:
        """Read the rows of teams one by one."""
        if not has_rows(self._values, "place"):
            return default_free(self._ground, at_h)
        found = []
        for row in self._rows("teams", ("teams",)):  # of the command: several at one place
            self.count(f"teams_{row}", 1, TEAMS_MAX)
        for number, row in enumerate(self._rows("place", ("team", "place")), start=1):
            spot = self.place(f"place_{row}")
            free_h = self.clock(f"free_{row}", at_h)
            if spot is not None:
                found.append(FreeTeam(self._text(f"team_{row}") or str(number), spot, free_h))
        return found

    def _rows(self, name: str, said: Sequence[str]) -> list[int]:
        """Number the rows in which something stands; more than a plan holds are refused."""
        found = {
            int(row)
            for each, _, row in (key.rpartition("_") for key in self._values)
            if each in said and row.isascii() and row.isdecimal() and len(row) < 5
        }
        rows = [n for n in sorted(found) if any(self._text(f"{each}_{n}") for each in said)]
        if len(rows) > TEAMS_MAX:
            self._refuse(f"{name}_0", "too-many", most=TEAMS_MAX)
        return rows[:TEAMS_MAX]

    def _said(self, name: str) -> bool:
        if not self._text(name):
            self._refuse(name, "number", low=1, high=TEAMS_MAX)
        return bool(self._text(name))

    def stations(self) -> list[int]:
        """Read codes of stations; those that are none of the reader's are named."""
        codes = [code for code in _SEPARATORS.split(self._text("stations")) if code]
        known = self._ground.stations
        strange = [code for code in codes if fold(code) not in known]
        if strange:
            self._refuse("stations", "stations", codes=tuple(strange))
        return list(dict.fromkeys(known[fold(code)] for code in codes if fold(code) in known))
