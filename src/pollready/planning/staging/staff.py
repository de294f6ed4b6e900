"""Rosters of a county's desks: who of the people named can lead or stand by, and what is short."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pollready.engine.budget import Budget
from pollready.engine.rosters import Person, Role, roster, shifts
from pollready.language import fold

# Who sits at a desk, as the workbook names the role in either language.
DESK_ROLES = frozenset(map(fold, ("سرگروه فناوری", "technology lead")))
SHIFT_H, OVERLAP_H = 8.0, 0.25
BEFORE_H, AFTER_H = 2.0, 4.0  # of service before polling opens and after it closes
_VACANT = frozenset(map(fold, ("", "ندارد", "none")))


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody named for a county's desks, and the deputy named beside him, if any."""

    number: int
    name: str
    deputy: str


@dataclass(frozen=True, slots=True)
class CountyRoster:
    """The posts of a county's desks: lead and deputy of each shift, and how many are `short`.

    `people` are those named, deputies among them. A post that nobody fills is short.
    """

    county: int | None
    people: int
    posts: int
    short: Mapping[Role, int]


def county_rosters(
    desks: Mapping[int | None, int],
    named: Mapping[int | None, Sequence[Named]],
    opens_h: float,
    closes_h: float,
    budget: Budget,
) -> tuple[CountyRoster, ...]:
    """Fill the posts of each county's desks, numbered from 1, with the people named for it."""
    day = shifts(opens_h - BEFORE_H, closes_h + AFTER_H, shift_h=SHIFT_H, overlap_h=OVERLAP_H)
    found = []
    for done, (county, number) in enumerate(desks.items()):
        teams = tuple(str(desk) for desk in range(1, number + 1))
        people = tuple(_people(named.get(county, ()), teams))
        turn = Budget.within(budget.remaining_s() / (len(desks) - done), budget.clock)
        filled = roster(teams, day, people, budget=turn)
        lacking = [post.role for post in filled.posts if post.person is None]
        short = {role: lacking.count(role) for role in Role}
        found.append(CountyRoster(county, len(people), len(filled.posts), short))
    return tuple(found)


def _people(named: Iterable[Named], teams: tuple[str, ...]) -> Iterable[Person]:
    """Give those who are really named, and their deputies; one person has one code."""
    seen: set[str] = set()
    for each in named:
        for name in (each.name, each.deputy):
            if fold(name) not in _VACANT and fold(name) not in seen:
                seen.add(fold(name))
                yield Person(fold(name), teams)
