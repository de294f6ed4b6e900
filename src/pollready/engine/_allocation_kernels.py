"""Compiled kernel of the greedy allocation."""

import numpy as np
from numba import njit

from pollready.engine._kernels import Ints, Number

NONE = -1


@njit(cache=True)
def _source(cell: int, units: int, first: Ints, supplies: Ints, left: Ints) -> Number:
    """Give the supply with the most units left of those that reach a cell, -1 where too few."""
    best = NONE
    for at in range(first[cell], first[cell + 1]):
        supply = supplies[at]
        if left[supply] >= units and (best == NONE or left[supply] > left[best]):
            best = supply
    return best


@njit(cache=True)
def _give(
    group: int, bundle: Ints, cell: Ints, first: Ints, supplies: Ints, left: Ints, drawn: Ints
) -> bool:
    """Draw a bundle, each kind from one supply; nothing is drawn where one kind lacks."""
    for kind in range(bundle.size):
        drawn[group, kind] = NONE
        if bundle[kind] > 0:
            source = _source(cell[group, kind], bundle[kind], first, supplies, left)
            if source == NONE:
                _take_back(group, bundle, left, drawn)
                return False
            drawn[group, kind] = source
            left[source] -= bundle[kind]
    return True


@njit(cache=True)
def _take_back(group: int, bundle: Ints, left: Ints, drawn: Ints) -> None:
    for kind in range(bundle.size):
        if drawn[group, kind] >= 0:
            left[drawn[group, kind]] += bundle[kind]
            drawn[group, kind] = NONE


@njit(cache=True, nogil=True)
def give_in_order(
    order: Ints, group: Ints, units: Ints, saves: Ints, cost: Ints, cell: Ints, first: Ints,
    supplies: Ints, left: Ints, money: float, chosen: Ints, locked: Ints, turns: int,
) -> None:  # fmt: skip
    """Go through options in order: a point takes one that is there and saves more than its own.

    `left` int64[n_supplies] and `chosen` int64[n_groups] are changed; a group that is `locked`
    keeps its own.
    """
    drawn = np.full((chosen.size, units.shape[1]), NONE)
    for _ in range(turns):
        changed = False
        for option in order:
            g = group[option]
            own = chosen[g]
            if locked[g] or (own != NONE and saves[option] <= saves[own]):
                continue
            before = cost[own] if own != NONE else 0.0
            if cost[option] - before > money:
                continue
            kept = drawn[g].copy()
            if own != NONE:
                _take_back(g, units[own], left, drawn)
            if _give(g, units[option], cell, first, supplies, left, drawn):
                chosen[g] = option
                money -= cost[option] - before
                changed = True
            elif own != NONE:
                drawn[g] = kept
                for kind in range(units.shape[1]):
                    if kept[kind] >= 0:
                        left[kept[kind]] -= units[own, kind]
        if not changed:
            break
