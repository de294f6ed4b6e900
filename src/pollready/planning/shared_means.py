"""Means that several plans count on: each alone has enough, together they may not.

Nothing rules out that two scenarios happen together, so every plan of a round is set beside
every other. Where one other plan suffices to need more than there is, that is a gap; where only
all of them together do, it is a question: nobody says that they will all be needed at once.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from pollready.planning.gaps import Gap, Weight
from pollready.planning.means import Stock, is_kind


@dataclass(frozen=True, slots=True)
class Need:
    """How many of a kind of means the plan of a scenario needs, all its steps together."""

    scenario: int
    kind: str
    count: int


@dataclass(frozen=True, slots=True)
class Shared:
    """A kind that a plan needs, the other plans that count the same, and what there is."""

    kind: str
    needed: int
    others: Sequence[Need]
    there: Stock | None

    @property
    def together(self) -> int:
        """What all these plans need at once."""
        return self.needed + sum(other.count for other in self.others)


def shared_by(
    scenario: int, needs: Iterable[Need], stock: Callable[[str], Stock | None]
) -> list[Shared]:
    """Give, for each kind that the scenario's plan needs, who else counts the same means."""
    listed = [need for need in needs if need.count > 0]
    found = []
    for own in (need for need in listed if need.scenario == scenario):
        others = sorted(
            (n for n in listed if n.scenario != scenario and _are_same(own.kind, n.kind)),
            key=lambda need: (-need.count, need.scenario),
        )
        widest = _widest([own.kind, *(other.kind for other in others)])
        found.append(Shared(own.kind, own.count, others, stock(widest)))
    return found


def shared_gaps(rows: Iterable[Shared]) -> Iterator[Gap]:
    """Name the kinds of which the plans together need more than there is, or than is tested.

    What a plan needs too many of by itself, its own gaps say already.
    """
    for row in rows:
        there = row.there
        if not row.others or there is None:
            continue
        fields: dict[str, object] = {
            "means": row.kind,
            "needed": row.together,
            "scenarios": tuple(dict.fromkeys(other.scenario for other in row.others)),
        }
        if there.at_most is not None and row.together > there.at_most >= row.needed:
            with_one = row.needed + row.others[0].count
            weight = Weight.GAP if with_one > there.at_most else Weight.QUESTION
            yield Gap("means_shared", weight, fields | {"there": there.at_most})
        elif row.together > there.at_least >= row.needed:
            yield Gap("means_shared_untested", Weight.QUESTION, fields | {"there": there.at_least})


def _are_same(one: str, other: str) -> bool:
    """Tell whether two plans mean the same stock, by a kind's name or by a lot's own word."""
    return is_kind(one, other) or is_kind(other, one)


def _widest(kinds: Sequence[str]) -> str:
    """Give the kind that takes in the others: `generator` before one lot of generators."""
    return max(kinds, key=lambda kind: sum(is_kind(kind, other) for other in kinds))
