"""Compiled kernels on sets held as bits: which contain others, and greedy covers.

A set is a row of uint64[n_sets, n_words].
"""

import numpy as np
from numba import njit

from pollready.engine._kernels import Ints, Number


@njit(cache=True, nogil=True)
def inside_another(bits: Ints, size: Ints) -> Ints:
    """Tell of each set whether it lies in another; of equal ones the first is not said to.

    Larger sets are looked at first, and only sets that lie in no other are compared with.
    """
    sets, words = bits.shape
    inside = np.zeros(sets, np.bool_)
    kept, many = np.empty(sets, np.int64), 0
    for i in np.argsort(-size, kind="mergesort"):
        for at in range(many):
            other, word = kept[at], 0
            while word < words and bits[i, word] & ~bits[other, word] == 0:
                word += 1
            if word == words:
                inside[i] = True
                break
        if not inside[i]:
            kept[many] = i
            many += 1
    return inside


@njit(cache=True, nogil=True)
def greedy_cover(
    first: Ints, point: Ints, site_first: Ints, site: Ints, weight: Ints, order: Ints, at_most: int
) -> Ints:
    """Take the site that covers most weight not yet covered, until nothing is left to cover.

    `point[first[j]:first[j + 1]]` are site j's points, and the other way about for `site`. Of
    sites that cover equally much the first in `order` is taken.
    """
    sites = first.size - 1
    gain = np.zeros(sites)
    for j in range(sites):
        for at in range(first[j], first[j + 1]):
            gain[j] += weight[point[at]]
    covered = np.zeros(weight.size, np.bool_)
    chosen, many = np.empty(min(sites, at_most), np.int64), 0
    while many < chosen.size:
        best = order[0]
        for j in order:
            if gain[j] > gain[best] + 1e-9:
                best = j
        if gain[best] <= 1e-9:
            break
        chosen[many] = best
        many += 1
        for at in range(first[best], first[best + 1]):
            _take(point[at], covered, weight, site_first, site, gain)
    return chosen[:many].copy()


@njit(cache=True, nogil=True)
def _take(i: int, covered: Ints, weight: Ints, site_first: Ints, site: Ints, gain: Ints) -> None:
    """Cover one point: no site gains by it any more."""
    if covered[i]:
        return
    covered[i] = True
    for at in range(site_first[i], site_first[i + 1]):
        gain[site[at]] -= weight[i]


@njit(cache=True, nogil=True)
def spare_first(first: Ints, point: Ints, chosen: Ints, points: int) -> Number:
    """Give the place of a chosen site whose points are all covered by others, or -1."""
    times = np.zeros(points, np.int64)
    for j in chosen:
        for at in range(first[j], first[j + 1]):
            times[point[at]] += 1
    for place in range(chosen.size):
        j = chosen[place]
        needed = False
        for at in range(first[j], first[j + 1]):
            if times[point[at]] == 1:
                needed = True
                break
        if not needed:
            return place
    return -1
