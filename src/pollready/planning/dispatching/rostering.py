"""Who is on duty with the teams of a depot, shift by shift, and which posts nobody fills."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pollready.engine.budget import Budget
from pollready.engine.rosters import Person, Post, Role, Shift, roster, shifts
from pollready.language import fold
from pollready.planning.dispatching.asking import TeamsAt
from pollready.planning.dispatching.ground import Ground, Spot
from pollready.planning.staging.staff import Named

SHIFT_H, OVERLAP_H = 8.0, 0.25
TEAMS_MAX = 60  # of one depot: more posts than these nobody reads
_VACANT = frozenset(map(fold, ("", "-", "–", "—", "ندارد", "none", "no")))


@dataclass(frozen=True, slots=True)
class DutyShift:
    """One shift of a depot: who leads which team, and who stands by; None where it is short."""

    shift: Shift
    teams: Sequence[tuple[str, str | None, str | None]]  # team, lead, deputy

    def short(self, role: Role) -> int:
        """How many posts of a role nobody fills."""
        place = 1 if role is Role.LEAD else 2
        return sum(row[place] is None for row in self.teams)


@dataclass(frozen=True, slots=True)
class DepotRoster:
    """The roster of one depot; `people` are those named for the county, deputies among them."""

    base: Spot
    people: int
    shifts: Sequence[DutyShift]
    proven: bool

    @property
    def short(self) -> Mapping[Role, int]:
        """How many posts nobody fills, by role."""
        return {role: sum(each.short(role) for each in self.shifts) for role in Role}

    @property
    def posts(self) -> int:
        """How many posts there are."""
        return 2 * sum(len(each.teams) for each in self.shifts)


def depot_roster(
    ground: Ground,
    base: Spot,
    county: int | None,
    teams: Sequence[TeamsAt],
    budget: Budget,
    going: int = 0,
) -> DepotRoster | None:
    """Fill the posts of the teams that start at a depot; None where none starts there.

    Of these `going` have something to do; 0 is all.
    """
    here = [row for row in teams if row.base == base]
    if not here:
        return None
    number = min(going or sum(row.teams for row in here), TEAMS_MAX)
    codes = tuple(str(n) for n in range(1, number + 1))
    day = shifts(
        min(row.from_h for row in here), max(row.to_h for row in here),
        shift_h=SHIFT_H, overlap_h=OVERLAP_H,
    )  # fmt: skip
    names = dict(_names(_of_county(ground, county)))
    people = tuple(Person(key, codes) for key in names)
    filled = roster(codes, day, people, budget=budget)
    duty = [DutyShift(shift, _rows(shift, codes, filled.posts, names)) for shift in day]
    return DepotRoster(base, len(people), duty, filled.proven)


def _of_county(ground: Ground, county: int | None) -> list[Named]:
    if county is not None:
        return list(ground.people.get(county, ()))
    return [each for named in ground.people.values() for each in named]


def _names(named: Iterable[Named]) -> Iterable[tuple[str, str]]:
    """Give those who are really named, and their deputies; one person has one key."""
    for each in named:
        for name in (each.name, each.deputy):
            if fold(name) not in _VACANT:
                yield fold(name), name


def _rows(
    shift: Shift, codes: Sequence[str], posts: Sequence[Post], names: Mapping[str, str]
) -> list[tuple[str, str | None, str | None]]:
    of = {
        (post.team, post.role): names[post.person] if post.person else None
        for post in posts
        if post.shift == shift
    }
    return [(code, of[code, Role.LEAD], of[code, Role.DEPUTY]) for code in codes]
