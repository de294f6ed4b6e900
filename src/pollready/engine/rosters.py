"""Rosters: who leads and who stands by on each shift of each desk or team, and who is short."""

from dataclasses import dataclass
from enum import StrEnum
from math import ceil
from typing import ClassVar

import numpy as np
from scipy import sparse

from pollready.engine._highs import Program, solve
from pollready.engine.budget import UNLIMITED, Budget
from pollready.engine.errors import EngineError

LEAD_WORTH, DEPUTY_WORTH = 1000.0, 1.0  # a lead missing is worse than all deputies of a roster
HOME_WORTH = 1e-4  # of equals, whoever belongs to the team


class WrongShifts(EngineError):
    """The period, the shift or its overlap leaves no shift."""

    code: ClassVar[str] = "engine.wrong-shifts"

    def __init__(self, starts_h: float, ends_h: float, shift_h: float, overlap_h: float) -> None:
        self.starts_h = starts_h
        self.ends_h = ends_h
        self.shift_h = shift_h
        self.overlap_h = overlap_h
        super().__init__(starts_h, ends_h, shift_h, overlap_h)


class Role(StrEnum):
    """What somebody is on a shift."""

    LEAD = "lead"
    DEPUTY = "deputy"


@dataclass(frozen=True, slots=True)
class Shift:
    """Hours from `starts_h` to `ends_h`, counted from midnight before election day."""

    starts_h: float
    ends_h: float

    def overlaps(self, other: "Shift") -> bool:
        """Tell whether there is a moment in both."""
        return self.starts_h < other.ends_h and other.starts_h < self.ends_h


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may serve: in which teams, as what, from when to when, how long at most.

    `teams` are the codes of the teams he may serve, the first his own.
    """

    code: str
    teams: tuple[str, ...]
    may_lead: bool = True
    from_h: float = float("-inf")
    to_h: float = float("inf")
    most_h: float = 12.0


@dataclass(frozen=True, slots=True)
class Post:
    """One place on a roster: a team's shift, as lead or deputy; `person` None where it is short."""

    team: str
    shift: Shift
    role: Role
    person: str | None


@dataclass(frozen=True)
class Roster:
    """Every post with who fills it, and whether no roster could fill more (leads first)."""

    posts: tuple[Post, ...]
    proven: bool

    @property
    def short(self) -> tuple[Post, ...]:
        """Posts that nobody fills."""
        return tuple(post for post in self.posts if post.person is None)


def shifts(
    starts_h: float, ends_h: float, *, shift_h: float = 8.0, overlap_h: float = 0.25
) -> tuple[Shift, ...]:
    """Cut a period into equal shifts of at most `shift_h` that overlap for handing over.

    Raises
    ------
    WrongShifts
        If the period is empty or a shift is not longer than its overlap.

    Examples
    --------
    >>> [(each.starts_h, each.ends_h) for each in shifts(6, 26, shift_h=10, overlap_h=0)]
    [(6.0, 16.0), (16.0, 26.0)]
    """
    if not (ends_h > starts_h and 0 <= overlap_h < shift_h):
        raise WrongShifts(starts_h, ends_h, shift_h, overlap_h)
    length = ends_h - starts_h
    number = max(1, ceil((length - overlap_h) / (shift_h - overlap_h) - 1e-9))
    step = (length - overlap_h) / number
    return tuple(
        Shift(starts_h + each * step, starts_h + (each + 1) * step + overlap_h)
        for each in range(number)
    )


def roster(
    teams: tuple[str, ...],
    shifts: tuple[Shift, ...],
    people: tuple[Person, ...],
    *,
    budget: Budget = UNLIMITED,
) -> Roster:
    """Fill a lead and a deputy of every team's shifts, nobody in two places at a time.

    Parameters
    ----------
    teams : tuple of str
        Codes of desks or teams.
    shifts : tuple of Shift
        The shifts of each of them.
    people : tuple of Person
        Codes are distinct. A person serves whole shifts within his own hours.
    budget : Budget

    Returns
    -------
    Roster
        Posts in the order of teams, shifts, and lead before deputy. As many leads as can be had,
        then as many deputies; of equals, people in their own teams.

    Notes
    -----
    An assignment of people to posts with one row for every set of overlapping shifts of a person
    and one for his hours, solved by HiGHS. `docs/method/staging.md`.

    Examples
    --------
    >>> day = shifts(6, 26, shift_h=10, overlap_h=0)
    >>> found = roster(("desk-1",), day, (Person("a", ("desk-1",)), Person("b", ("desk-1",))))
    >>> [(post.role.value, post.shift.starts_h, post.person) for post in found.posts]
    [('lead', 6.0, 'a'), ('deputy', 6.0, None), ('lead', 16.0, 'b'), ('deputy', 16.0, None)]
    """
    posts = [
        Post(team, shift, role, None)
        for team in teams for shift in shifts for role in (Role.LEAD, Role.DEPUTY)
    ]  # fmt: skip
    pairs = _pairs(posts, people)
    if not pairs:
        return Roster(tuple(posts), True)
    solution = solve(_program(posts, people, pairs), limit_s=budget.remaining_s())
    filled: dict[int, str] = {}
    if solution.x is not None:
        for (person, post), taken in zip(pairs, solution.x.tolist(), strict=True):
            if taken > 0.5:
                filled[post] = people[person].code
    named = (
        Post(post.team, post.shift, post.role, filled.get(place))
        for place, post in enumerate(posts)
    )
    return Roster(tuple(named), solution.optimal)


def _pairs(posts: list[Post], people: tuple[Person, ...]) -> list[tuple[int, int]]:
    """List who may fill which post."""
    of_team: dict[str, list[int]] = {}
    for place, post in enumerate(posts):
        of_team.setdefault(post.team, []).append(place)
    return [
        (number, place)
        for number, person in enumerate(people)
        for team in dict.fromkeys(person.teams)
        for place in of_team.get(team, ())
        if _may_fill(person, posts[place])
    ]


def _may_fill(person: Person, post: Post) -> bool:
    shift = post.shift
    within = person.from_h <= shift.starts_h and shift.ends_h <= person.to_h
    enough = shift.ends_h - shift.starts_h <= person.most_h + 1e-9
    return within and enough and (person.may_lead or post.role is Role.DEPUTY)


def _program(
    posts: list[Post], people: tuple[Person, ...], pairs: list[tuple[int, int]]
) -> Program:
    rows: list[dict[int, float]] = []
    limits: list[float] = []
    for columns in _by(pairs, 1).values():
        rows.append(dict.fromkeys(columns, 1.0))
        limits.append(1.0)
    for person, columns in _by(pairs, 0).items():
        spans = {column: posts[pairs[column][1]].shift for column in columns}
        for start in {shift.starts_h for shift in spans.values()}:
            # Shifts that hold one moment: it is enough to look at the moments when one begins.
            same = [each for each, at in spans.items() if at.starts_h <= start < at.ends_h]
            rows.append(dict.fromkeys(same, 1.0))
            limits.append(1.0)
        rows.append({each: at.ends_h - at.starts_h for each, at in spans.items()})
        limits.append(people[person].most_h + 1e-9)
    gain = np.array([_worth(people[person], posts[post]) for person, post in pairs])
    return _at_most(gain, rows, limits)


def _by(pairs: list[tuple[int, int]], side: int) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for column, pair in enumerate(pairs):
        found.setdefault(pair[side], []).append(column)
    return found


def _worth(person: Person, post: Post) -> float:
    worth = LEAD_WORTH if post.role is Role.LEAD else DEPUTY_WORTH
    return worth + (HOME_WORTH if person.teams[0] == post.team else 0.0)


def _at_most(gain: np.ndarray, rows: list[dict[int, float]], limits: list[float]) -> Program:
    """Give the program of zeros and ones with each row at most its limit."""
    row = np.repeat(np.arange(len(rows)), [len(each) for each in rows])
    column = np.array([each for entries in rows for each in entries], dtype=np.int64)
    entry = np.array([each for entries in rows for each in entries.values()])
    matrix = sparse.csc_array((entry, (row, column)), shape=(len(rows), len(gain)))
    return Program(
        gain,
        matrix,
        np.full(len(rows), -np.inf),
        np.array(limits),
        np.zeros(len(gain)),
        np.ones(len(gain)),
        np.ones(len(gain), dtype=bool),
    )
