"""Worst cases the slow way: every set of at most k, and networks on which that is still quick."""

import random
from itertools import combinations

import numpy as np

from tests.oracles.engine_enumeration import States
from tests.oracles.engine_networks import (
    Component,
    Group,
    Small,
    draw,
    expression,
    shared_names,
)

Loss = tuple[float, int]  # voters, points: compared in this order


def every_loss(small: Small, names: list[str], k: int, level: str, duration_h: float, failed: bool):
    """Give {set: (voters, points)} of all sets of at most k of `names`, points held before only."""
    sets = [chosen for size in range(k + 1) for chosen in combinations(names, size)]
    states = States(small, len(sets))
    rows = {name: [row for row, chosen in enumerate(sets) if name in chosen] for name in names}
    for name, those in rows.items():
        states.hours[name][those] = duration_h
    if failed:
        states.fail_unknowns()
    voters, points = np.zeros(len(sets)), np.zeros(len(sets), dtype=int)
    for point, (known, _) in small.points.items():
        good = states.at_least(point, level)
        fallen = good[0] & ~good
        voters += fallen * (known or 0.0)
        points += fallen
    return {
        frozenset(chosen): (float(v), int(p))
        for chosen, v, p in zip(sets, voters, points, strict=True)
    }


def worst_by_size(losses: dict[frozenset, Loss], k: int) -> list[Loss]:
    """Give the greatest loss of sets of at most 1, 2, ... k."""
    return [
        max(loss for ids, loss in losses.items() if len(ids) <= size) for size in range(1, k + 1)
    ]


def names_that_may_fail(small: Small, max_tier: int | None, groups: bool) -> list[str]:
    """List what contingencies fail; the groups of these networks are of tier 0."""
    return [
        name
        for name in shared_names(small)
        if (
            name in small.components
            and (max_tier is None or small.components[name].tier <= max_tier)
        )
        or (name in small.groups and groups)
    ]


def draw_many_points(random_: random.Random) -> Small:
    """Draw a network with more points than the others have, so that sets compete."""
    names = [f"c{i}" for i in range(random_.randint(10, 13))]
    components = {}
    for i, name in enumerate(names):
        requires = expression(random_, names[:i], 1) if i >= 2 and random_.random() < 0.4 else None
        components[name] = Component(0.1, 4.0, requires, random_.random() < 0.05, i % 5)
    groups = {
        f"g{g}": Group(0.2, 1.0, 0.5, tuple(random_.sample(names, 3)), random_.random() < 0.05)
        for g in range(random_.randint(0, 2))
    }
    points = {}
    for p in range(random_.randint(8, 14)):
        voters = None if random_.random() < 0.15 else random_.randint(1, 9) * 50.0
        both = expression(random_, names, 3)
        points[f"p{p}"] = (voters, (both, both))
    return Small(components, groups, points)


def draw_either(random_: random.Random) -> Small:
    """Draw a network of one kind or the other."""
    return draw(random_) if random_.random() < 0.4 else draw_many_points(random_)
