"""Compiled kernel that finds the costliest pairs of all, without listing all."""

import numpy as np
from numba import njit

from pollready.engine._kernels import Ints, Number


@njit(cache=True)
def _is_worse(
    voters: float, points: float, i: int, j: int, best: Ints, ids: Ints, place: int
) -> bool:
    """Tell whether a pair costs more than the one at `place`; of equals the first number wins."""
    if voters != best[place, 0]:
        return bool(voters > best[place, 0])
    if points != best[place, 1]:
        return bool(points > best[place, 1])
    if i != ids[place, 0]:
        return bool(i < ids[place, 0])
    return bool(j < ids[place, 1])


@njit(cache=True)
def _insert(
    voters: float, points: float, i: int, j: int, best: Ints, ids: Ints, count: int
) -> Number:
    """Put a pair in its place among the `count` costliest so far."""
    size = best.shape[0]
    if count == size and not _is_worse(voters, points, i, j, best, ids, size - 1):
        return count
    place = count if count < size else size - 1
    while place > 0 and _is_worse(voters, points, i, j, best, ids, place - 1):
        best[place], ids[place] = best[place - 1], ids[place - 1]
        place -= 1
    best[place, 0], best[place, 1] = voters, points
    ids[place, 0], ids[place, 1] = i, j
    return min(count + 1, size)


@njit(cache=True, nogil=True)
def costliest_pairs(
    k: int, losses: Ints, allowed: Ints, order: Ints, keys: Ints, corrections: Ints
) -> Ints:
    """Give the k costliest pairs, int64[found, 2], of allowed elements, by voters, points, number.

    `losses` and `corrections` float64[n, 3] and [m, 3]; `order` lists the allowed elements by
    falling loss: once a pair of two neighbours in it costs less than the k-th, so do all to come.
    """
    width = losses.shape[0]
    best, ids = np.zeros((k, 2)), np.zeros((k, 2), np.int64)
    count = 0
    for at in range(keys.size):
        i, j = keys[at] // width, keys[at] % width
        if allowed[i] and allowed[j]:
            voters = losses[i, 0] + losses[j, 0] + corrections[at, 0]
            points = losses[i, 1] + losses[j, 1] + corrections[at, 1]
            if points > 0:
                count = _insert(voters, points, i, j, best, ids, count)
    for a in range(order.size):
        for b in range(a + 1, order.size):
            i, j = min(order[a], order[b]), max(order[a], order[b])
            voters = losses[i, 0] + losses[j, 0]
            points = losses[i, 1] + losses[j, 1]
            less = points == 0 or (
                count == k
                and (
                    voters < best[k - 1, 0]
                    or (voters == best[k - 1, 0] and points < best[k - 1, 1])
                )
            )
            if less:
                if b == a + 1:
                    return ids[:count]
                break
            key = i * width + j
            place = np.searchsorted(keys, key)
            if place == keys.size or keys[place] != key:
                count = _insert(voters, points, i, j, best, ids, count)
    return ids[:count]
