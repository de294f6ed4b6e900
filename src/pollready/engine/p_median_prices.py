"""Prices of a p-median's points: the lists they are raised on, and what they prove of sites."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pollready.engine import _median_kernels as kernels
from pollready.engine.siting import Floats, Ints

State = NDArray[np.int8]  # [n_sites]: FREE, OPEN or CLOSED
LISTED = 16  # sites listed of a point, in multiples of candidates per chosen site; at least LEAST
LEAST = 100


@dataclass(frozen=True, eq=False)
class Lists:
    """Each point's nearest sites in ascending cost, and their costs: [n_points, n_listed]."""

    site: NDArray[np.int32]
    cost: Floats


def listed(cost: Floats, state: State, p: int) -> Lists:
    """List each point's nearest sites among those not closed; `cost` [n_sites, n_points]."""
    left = np.nonzero(state != kernels.CLOSED)[0]
    near = np.ascontiguousarray(cost[left].T)
    length = min(len(left), max(LEAST, LISTED * len(left) // p))
    if length < len(left):
        place = np.argpartition(near, length - 1, axis=1)[:, :length]
        near = np.take_along_axis(near, place, axis=1)
    else:
        place = np.broadcast_to(np.arange(len(left)), near.shape)
    order = np.argsort(near, axis=1, kind="stable")
    site = left[np.take_along_axis(place, order, axis=1)].astype(np.int32)
    return Lists(site, np.take_along_axis(near, order, axis=1))


def choice(lists: Lists, price: Floats, state: State, p: int) -> tuple[Ints, Floats]:
    """Give the p sites that save most at these prices, ascending, and what each site saves."""
    saving = np.empty(len(state))
    kernels.savings(lists.site, lists.cost, price, saving)
    key = np.where(state == kernels.OPEN, -np.inf, saving)
    key[state == kernels.CLOSED] = np.inf
    return np.sort(np.argsort(key, kind="stable")[:p]), saving


def fixed(state: State, saving: Floats, p: int, slack: float) -> State:
    """Close and open free sites whose contrary raises the bound by more than `slack`."""
    free = state == kernels.FREE
    ranked = np.sort(saving[free])
    wanted = p - int((state == kernels.OPEN).sum())
    if not 0 < wanted < len(ranked):
        return state
    changed = state.copy()
    changed[free & (saving - ranked[wanted - 1] > slack)] = kernels.CLOSED
    changed[free & (ranked[wanted] - saving > slack)] = kernels.OPEN
    return changed
