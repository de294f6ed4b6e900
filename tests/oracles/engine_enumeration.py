"""The slow, obvious answers: H(e, t) as defined, over many states at once, by enumeration.

Nothing here is taken from the engine but the nodes of expressions. A state gives each component
and group the hours it has been out (-1: works); states stand along numpy's first axis.
"""

from itertools import combinations
from math import exp

import numpy as np

from pollready.engine.expression import All, Any, AtLeast, Expression, Leaf, Ride
from tests.oracles.engine_networks import LEVELS, Small, behind, shared_names

FOR_GOOD = 1e9


class States:
    """Hours out of each element, and which hits happen, in each of n states."""

    def __init__(self, small: Small, size: int) -> None:
        self.small = small
        self.size = size
        self.hours = {name: np.full(size, -1.0) for name in [*small.components, *small.groups]}
        self.hit = {
            (g, m): np.ones(size, dtype=bool)
            for g, group in small.groups.items()
            for m in group.members
        }
        self._known: dict[tuple[str, float], np.ndarray] = {}

    def fail_unknowns(self) -> None:
        for name, part in [*self.small.components.items(), *self.small.groups.items()]:
            if part.unknown:
                self.hours[name][:] = FOR_GOOD

    def component(self, name: str, t: float) -> np.ndarray:
        """Tell where it has not been out for t hours or more: own health, requirement, groups."""
        if (name, t) not in self._known:
            good = ~(self.hours[name] >= t)
            requires = self.small.components[name].requires
            if requires is not None:
                good = good & self.holds(requires, t)
            for g, group in self.small.groups.items():
                if name in group.members:
                    good = good & ~(self.hit[g, name] & (self.hours[g] >= t))
            self._known[name, t] = good
        return self._known[name, t]

    def holds(self, e: Expression, t: float) -> np.ndarray:
        match e:
            case Leaf(id=name):
                return self.component(name, t)
            case All(children=children):
                return np.all([self.holds(c, t) for c in children], axis=0)
            case Any(children=children):
                return np.any([self.holds(c, t) for c in children], axis=0)
            case AtLeast(k=k, children=children):
                return np.sum([self.holds(c, t) for c in children], axis=0) >= k
            case Ride(main=main, hours=hours, store=store):
                return self.holds(main, t) | (self.holds(store, 0) & self.holds(main, t + hours))
        raise AssertionError(e)

    def at_least(self, point: str, level: str) -> np.ndarray:
        """A level also holds where a better one does."""
        levels = self.small.points[point][1][: LEVELS.index(level) + 1]
        return np.any([self.holds(e, 0) for e in levels], axis=0)


def losses(small: Small, level: str, duration_h: float, failed: bool) -> dict:
    """Cost of failing each shared one and each pair of them: {ids: (points, voters, unknown)}."""
    shared = shared_names(small)
    sets = [(), *combinations(shared, 1), *combinations(shared, 2)]
    states = States(small, len(sets))
    for row, chosen in enumerate(sets):
        for name in chosen:
            states.hours[name][row] = duration_h
    if failed:
        states.fail_unknowns()
    found = {frozenset(s): [0, 0.0, 0] for s in sets}
    for point, (voters, _) in small.points.items():
        good = states.at_least(point, level)
        for row, chosen in enumerate(sets):
            falls = not good[row] if not chosen else bool(good[0] and not good[row])
            if falls:
                cost = found[frozenset(chosen)]
                cost[0] += 1
                cost[1] += voters or 0.0
                cost[2] += voters is None
    return {ids: tuple(cost) for ids, cost in found.items()}


def probability(small: Small, point: str, level: str, failed: bool) -> float:
    """Sum the probabilities of all states in which the point is below the level."""
    _, _, chances, below = enumerated(small, point, level, failed)
    return float(chances[below].sum())


def enumerated(
    small: Small, point: str, level: str, failed: bool
) -> tuple[list[object], list[list[tuple[float, float]]], np.ndarray, np.ndarray]:
    """Go through all states: columns (names, hits), their axes, chances, and where it is below.

    Each element is up or has been out for a time in one of the intervals between the sums of
    ride hours that can be asked of it; each hit of a group happens or does not.
    """
    cone = behind(small, point)
    groups = [g for g in small.groups if cone & set(small.groups[g].members)]
    times = asked_times(small, point)
    axes: list[list[tuple[float, float]]] = []  # per axis: (value, probability)
    columns: list[object] = []
    for name in [*sorted(cone), *groups]:
        part = small.components.get(name) or small.groups[name]
        columns.append(name)
        if part.unknown:
            axes.append([(FOR_GOOD if failed else -1.0, 1.0)])
        else:
            axes.append(intervals(part.q, part.mttr_h, times[name]))
    for g in groups:
        for member in sorted(cone & set(small.groups[g].members)):
            columns.append((g, member))
            reach = small.groups[g].reach
            axes.append([(1.0, reach), (0.0, 1 - reach)] if reach < 1 else [(1.0, 1.0)])
    values = np.meshgrid(*[[v for v, _ in axis] for axis in axes], indexing="ij", copy=False)
    chances = np.ones([1] * len(axes))
    for at, axis in enumerate(axes):
        shape = [1] * len(axes)
        shape[at] = len(axis)
        chances = chances * np.reshape([p for _, p in axis], shape)
    states = States(small, chances.size)
    for column, value in zip(columns, values, strict=True):
        if isinstance(column, tuple):
            states.hit[column] = value.ravel() > 0
        else:
            states.hours[column] = value.ravel()
    return columns, axes, chances.ravel(), ~states.at_least(point, level)


def intervals(q: float, mttr_h: float, times: set[float]) -> list[tuple[float, float]]:
    """(hours out, probability): works, or out for a time in [t_k, t_(k+1))."""
    steps = sorted({0.0} | times)
    tails = [q * exp(-t / mttr_h) for t in steps] + [0.0]
    return [(-1.0, 1 - q)] + [
        (t, here - later) for t, here, later in zip(steps, tails, tails[1:], strict=False)
    ]


def asked_times(small: Small, point: str) -> dict[str, set[float]]:
    """At which t each element is asked for, by walking everything."""
    times: dict[str, set[float]] = {n: set() for n in [*small.components, *small.groups]}

    def walk(e: Expression, t: float) -> None:
        match e:
            case Leaf(id=name):
                if t in times[name]:
                    return
                times[name].add(t)
                for g, group in small.groups.items():
                    if name in group.members:
                        times[g].add(t)
                requires = small.components[name].requires
                if requires is not None:
                    walk(requires, t)
            case Ride(main=main, hours=hours, store=store):
                walk(main, t)
                walk(main, t + hours)
                walk(store, 0.0)
            case All() | Any() | AtLeast():
                for child in e.children:
                    walk(child, t)

    for e in small.points[point][1]:
        walk(e, 0.0)
    return times


def size_of(small: Small, point: str) -> int:
    """How many states `probability` would go through."""
    cone, times = behind(small, point), asked_times(small, point)
    size = 1
    for name in cone:
        size *= 1 if small.components[name].unknown else 1 + len(times[name] | {0.0})
    for g, group in small.groups.items():
        hit = cone & set(group.members)
        if hit:
            size *= 1 if group.unknown else 1 + len(times[g] | {0.0})
            size *= 2 ** len(hit) if group.reach < 1 else 1
    return size
