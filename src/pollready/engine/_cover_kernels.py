"""Compiled kernels of the bound on worst cases: what covers the cuts of each requirement.

A cover of a list of cuts gives each element a share such that the shares of every cut sum to 1
or more; whoever fails the requirement then holds shares of 1 or more of it.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from pollready.engine._kernels import Ints, Number
from pollready.engine._worst_cut_kernels import size_of

WHOLE = 60  # a share of 1: whole halves, thirds, quarters, fifths and sixths
SOFTNESS = 3.0  # of prices at first, in greatest loads; measured, not derived
FREE = 1e-9  # added to prices, so that what costs nothing is taken first


class _Lists(NamedTuple):
    """Cuts of each top in places of its own elements `name[name_first[top] + place]`.

    `smallest` int64 stands beside `name`: the size of the smallest cut through that element.
    """

    first: Ints
    local: Ints
    name_first: Ints
    name: Ints
    smallest: Ints


@njit(cache=True)
def _lists(first: Ints, cuts: Ints, elements: int) -> _Lists:
    local = np.full(cuts.shape, -1, np.int32)
    name_first = np.zeros(first.size, np.int64)
    name = np.empty(cuts.size, np.int32)
    smallest = np.empty(cuts.size, np.int64)
    place = np.full(elements, -1, np.int64)
    used = 0
    for top in range(first.size - 1):
        start = used
        for c in range(first[top], first[top + 1]):
            size = size_of(cuts[c])
            for i in range(size):
                e = cuts[c, i]
                if place[e] < start:
                    place[e] = used
                    name[used], smallest[used] = e, size
                    used += 1
                smallest[place[e]] = min(smallest[place[e]], size)
                local[c, i] = place[e] - start
        name_first[top + 1] = used
    return _Lists(first, local, name_first, name[:used], smallest[:used])


@njit(cache=True)
def _holds(cut: Ints, place: int) -> bool:
    found = False
    for each in cut:
        found |= each == place
    return found


@njit(cache=True)
def _choose(top: int, lists: _Lists, price: Ints, hits: Ints, chosen: Ints) -> Number:
    """Choose places until each cut has one, most cuts a price first; gives how many.

    `hits` receives for each cut of the top how many of the chosen it has.
    """
    start, size = lists.first[top], lists.first[top + 1] - lists.first[top]
    names = lists.name[lists.name_first[top] : lists.name_first[top + 1]]
    count = np.zeros(names.size, np.int64)
    hits[:size] = 0
    for c in range(size):
        for place in lists.local[start + c]:
            if place >= 0:
                count[place] += 1
    left, many = size, 0
    while left > 0:
        best, best_rate = 0, -1.0
        for place in range(names.size):
            rate = count[place] / (price[names[place]] + FREE)
            if rate > best_rate:
                best, best_rate = place, rate
        chosen[many] = best
        many += 1
        for c in range(size):
            cut = lists.local[start + c]
            if not _holds(cut, best):
                continue
            if hits[c] == 0:
                left -= 1
                for place in cut:
                    if place >= 0:
                        count[place] -= 1
            hits[c] += 1
    return many


@njit(cache=True)
def _drop_needless(top: int, lists: _Lists, hits: Ints, chosen: Ints, many: int) -> Number:
    """Drop from the last on what no cut needs, for later choices may have made it so."""
    start, size = lists.first[top], lists.first[top + 1] - lists.first[top]
    kept = many
    for s in range(many - 1, -1, -1):
        needed = False
        for c in range(size):
            if hits[c] == 1 and _holds(lists.local[start + c], chosen[s]):
                needed = True
                break
        if needed:
            continue
        for c in range(size):
            if _holds(lists.local[start + c], chosen[s]):
                hits[c] -= 1
        kept -= 1
        for later in range(s, kept):
            chosen[later] = chosen[later + 1]
    return kept


@njit(cache=True)
def _load(
    lists: _Lists, weights: Ints, price: Ints, times: int, hits: Ints, chosen: Ints, loads: Ints
) -> Number:
    """Add each top's weight to the elements of the cheaper of two covers; gives what is paid.

    One cover takes whole elements, the other of each element one part in the size of its
    smallest cut. Where both cost 1 or more the top's weight is paid outright.
    """
    paid = 0
    for top in range(weights.size):
        many = _choose(top, lists, price, hits, chosen)
        many = _drop_needless(top, lists, hits, chosen, many)
        start, end = lists.name_first[top], lists.name_first[top + 1]
        whole = 0.0
        for s in range(many):
            whole += price[lists.name[start + chosen[s]]]
        parts = 0.0
        for at in range(start, end):
            parts += price[lists.name[at]] / lists.smallest[at]
        weight = times * weights[top]
        if min(whole, parts) >= 1.0:
            paid += WHOLE * weight
        elif whole <= parts:
            for s in range(many):
                loads[lists.name[start + chosen[s]]] += WHOLE * weight
        else:
            for at in range(start, end):
                loads[lists.name[at]] += WHOLE // lists.smallest[at] * weight
    return paid


@njit(cache=True)
def _set_prices(loads: Ints, total: float, width: float, r: int, price: Ints) -> None:
    """Set prices from 0 to 1 that sum to r, high where loads are: clip((load - level) / width)."""
    low, high = -width, loads.max() / total
    for _ in range(30):
        level = 0.5 * (low + high)
        amount = 0.0
        for i in range(loads.size):
            amount += min(max((loads[i] / total - level) / width, 0.0), 1.0)
        if amount > r:
            low = level
        else:
            high = level
    for i in range(loads.size):
        price[i] = min(max((loads[i] / total - high) / width, 0.0), 1.0)


@njit(cache=True, nogil=True)
def cover(
    first: Ints, cuts: Ints, weights: Ints, r: int, price: Ints, rounds: int
) -> tuple[Ints, Number, Number]:
    """Give loads int64[n_elements], what is paid, and in how many shares of 1 both are counted.

    No r elements fail more than the paid and the r greatest loads, divided by the shares. The
    loads are a mean over rounds (later ones weigh more), each by the cheapest covers at prices
    that follow the mean; `price` float64[n_elements] is what to begin with, and is changed.
    """
    lists = _lists(first, cuts, price.size)
    longest, widest = 1, 1
    for top in range(weights.size):
        longest = max(longest, first[top + 1] - first[top])
        widest = max(widest, lists.name_first[top + 1] - lists.name_first[top])
    hits, chosen = np.empty(longest, np.int64), np.empty(widest + 1, np.int64)
    loads = np.zeros(price.size, np.int64)
    paid, shares = 0, 0
    for turn in range(1, rounds + 1):
        paid += _load(lists, weights, price, turn, hits, chosen, loads)
        shares += WHOLE * turn
        greatest = loads.max() / shares
        if turn < rounds and greatest > 0.0:
            _set_prices(loads, float(shares), SOFTNESS * greatest / turn**0.5, r, price)
    return loads, paid, shares
