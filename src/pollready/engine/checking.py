"""Checks of a network before it is frozen; each adds every fault it finds."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from pollready.engine.errors import Fault
from pollready.engine.expression import All, Any, AtLeast, Expression, Leaf, Ride
from pollready.engine.faults import (
    CountOutOfRange,
    CyclicDependency,
    EmptyGate,
    GroupAsRequirement,
    LevelOrderDiffers,
    NegativeNumber,
    ProbabilityOutOfRange,
    UnknownId,
)


class Checker:
    """Collects faults of numbers, ids and gates."""

    def __init__(self, components: Collection[str], groups: Collection[str]) -> None:
        self.components = components
        self.groups = groups
        self.faults: list[Fault] = []

    def check_for_bad_numbers(self, id: str, q: float, mttr_h: float | None) -> None:
        """Find a q outside [0, 1] and a negative time to repair."""
        self.check_for_bad_probability(id, "q", q)
        if mttr_h is not None:
            self.check_for_negative(id, "mttr_h", mttr_h)

    def check_for_bad_probability(self, id: str, field: str, value: float) -> None:
        """Find what is not in [0, 1]; NaN is not."""
        if not 0 <= value <= 1:
            self.faults.append(ProbabilityOutOfRange(id, field, value))

    def check_for_negative(self, id: str, field: str, value: float) -> None:
        """Find what is not a finite number of at least 0."""
        if not 0 <= value < float("inf"):
            self.faults.append(NegativeNumber(id, field, value))

    def check_for_unknown_id(self, where: str, id: str) -> None:
        """Find an id that no component carries."""
        if id in self.groups:
            self.faults.append(GroupAsRequirement(where, id))
        elif id not in self.components:
            self.faults.append(UnknownId(where, id))

    def check_for_bad_gates(self, where: str, expression: Expression) -> None:
        """Find unknown ids, empty gates, k out of range and negative hours."""
        match expression:
            case Leaf(id=name):
                self.check_for_unknown_id(where, name)
            case Ride(main=main, hours=hours, store=store):
                self.check_for_negative(where, "hours", hours)
                self.check_for_bad_gates(where, main)
                self.check_for_bad_gates(where, store)
            case All(children=children) | Any(children=children):
                self._check_children(where, children)
            case AtLeast(k=k, children=children):
                if children and not 1 <= k <= len(children):
                    self.faults.append(CountOutOfRange(where, k, len(children)))
                self._check_children(where, children)

    def _check_children(self, where: str, children: Sequence[Expression]) -> None:
        if not children:
            self.faults.append(EmptyGate(where))
        for child in children:
            self.check_for_bad_gates(where, child)


def merge_levels(
    points: Iterable[tuple[str, Mapping[str, Mapping[str, Expression]]]],
) -> tuple[dict[str, tuple[str, ...]], list[Fault]]:
    """Order each service's levels so that every point's order is kept."""
    merged: dict[str, list[str]] = {}
    faults: list[Fault] = []
    for point, services in points:
        for service, declared in services.items():
            order = merged.setdefault(service, [])
            place = 0
            for level in declared:
                if level not in order:
                    order.insert(place, level)
                elif order.index(level) < place:
                    faults.append(LevelOrderDiffers(point, service, tuple(declared)))
                    break
                place = order.index(level) + 1
    return {service: tuple(order) for service, order in merged.items()}, faults


def find_cycles(
    requires: Mapping[str, Sequence[str]],
) -> tuple[list[Fault], tuple[str, ...]]:
    """Find circles, each once with its path, and an order in which what is required comes first.

    Iterative depth-first search: chains of any length are fine.
    """
    faults: list[Fault] = []
    order: list[str] = []
    state: dict[str, int] = {}  # 1 on the path, 2 done
    for start in requires:
        if start in state:
            continue
        path = [start]
        state[start] = 1
        waiting = [iter(requires[start])]
        while path:
            follower = next((c for c in waiting[-1] if c in requires), None)
            if follower is None:
                state[path[-1]] = 2
                order.append(path.pop())
                waiting.pop()
            elif follower not in state:
                state[follower] = 1
                path.append(follower)
                waiting.append(iter(requires[follower]))
            elif state[follower] == 1:
                circle = path[path.index(follower) :]
                faults.append(CyclicDependency((*circle, follower)))
    return faults, tuple(order)
