"""Compiled kernels on lists of cuts: what remains once some elements failed, and exact bests."""

import numpy as np
from numba import njit

from pollready.engine._kernels import Ints, Number
from pollready.engine._worst_cut_kernels import NONE, minimal, mixed

FAILED, WORKING, OPEN = 1, 2, 0  # states of an element


@njit(cache=True)
def _what_remains(cuts: Ints, start: int, end: int, state: Ints, r: int) -> tuple[Ints, bool]:
    """Give the cuts of one top of order r at most among open elements; whether it fails already."""
    found = np.empty((end - start, r), np.int32)
    count = 0
    for c in range(start, end):
        size = 0
        for i in range(cuts.shape[1]):
            e = cuts[c, i]
            if e == NONE:
                break
            if state[e] == OPEN:
                if size < r:
                    found[count, size] = e
                size += 1
            elif state[e] == WORKING:
                size = r + 1
                break
        if size == 0:
            return found[:0], True
        if size <= r:
            found[count, size:] = NONE
            count += 1
    return found[:count], False


@njit(cache=True)
def _in_order(cuts: Ints) -> tuple[Ints, Number]:
    """Put cuts in an order that equal lists share, by a key of each; gives a key of the list."""
    keys = np.zeros(len(cuts), np.uint64)
    whole = np.uint64(len(cuts))
    for c in range(len(cuts)):
        for e in cuts[c]:
            keys[c] = mixed(keys[c], e)
        whole += keys[c]
    return cuts[np.argsort(keys)], whole ^ (whole >> np.uint64(32))


@njit(cache=True)
def _same(one: Ints, other: Ints) -> bool:
    if len(one) != len(other):
        return False
    for c in range(len(one)):
        for i in range(one.shape[1]):
            if one[c, i] != other[c, i]:
                return False
    return True


@njit(cache=True, nogil=True)
def after(
    first: Ints, cuts: Ints, weights: Ints, state: Ints, r: int
) -> tuple[Ints, Ints, Ints, Number]:
    """Give first, cuts int32[n, r] and weights of what can still fail, and the weight that fails.

    `state` int8[n_elements] is OPEN, FAILED or WORKING (never fails). Equal lists become one.
    """
    tops = weights.size
    new_first = np.zeros(tops + 1, np.int64)
    new_cuts = np.empty((len(cuts), r), np.int32)
    new_weights = np.zeros(tops, np.int64)
    slots = 16
    while slots < 2 * tops:
        slots *= 2
    table = np.full(slots, -1, np.int64)
    lost, count, used = 0, 0, 0
    for top in range(tops):
        found, fails = _what_remains(cuts, first[top], first[top + 1], state, r)
        if fails:
            lost += weights[top]
            continue
        if len(found) == 0:
            continue
        found, key = _in_order(minimal(found))
        slot = np.int64(key & np.uint64(slots - 1))
        while table[slot] >= 0:
            other = table[slot]
            if _same(found, new_cuts[new_first[other] : new_first[other + 1]]):
                break
            slot = (slot + 1) & (slots - 1)
        if table[slot] < 0:
            table[slot] = count
            new_cuts[used : used + len(found)] = found
            used += len(found)
            new_first[count + 1] = used
            count += 1
        new_weights[table[slot]] += weights[top]
    return new_first[: count + 1].copy(), new_cuts[:used].copy(), new_weights[:count].copy(), lost


@njit(cache=True)
def _single_losses(first: Ints, cuts: Ints, weights: Ints, elements: int) -> Ints:
    losses = np.zeros(elements, np.int64)
    for top in range(weights.size):
        for c in range(first[top], first[top + 1]):
            if cuts.shape[1] == 1 or cuts[c, 1] == NONE:
                losses[cuts[c, 0]] += weights[top]
    return losses


@njit(cache=True, nogil=True)
def best_single(first: Ints, cuts: Ints, weights: Ints, elements: int) -> tuple[Number, Number]:
    """Give the element that fails most weight alone, the first of equals, and that weight."""
    losses = _single_losses(first, cuts, weights, elements)
    best = np.argmax(losses)
    return best, losses[best]


@njit(cache=True)
def _tops_by_element(first: Ints, cuts: Ints, tops: int, elements: int) -> tuple[Ints, Ints]:
    """List the tops that each element has a cut of, in CSR; a top stands once an element."""
    last = np.full(elements, -1, np.int64)
    by_first = np.zeros(elements + 1, np.int64)
    for turn in range(2):
        if turn == 1:
            for e in range(elements):
                by_first[e + 1] += by_first[e]
            by = np.empty(by_first[elements], np.int64)
            place = by_first[:-1].copy()
            last[:] = -1
        for top in range(tops):
            for c in range(first[top], first[top + 1]):
                for i in range(cuts.shape[1]):
                    e = cuts[c, i]
                    if e == NONE:
                        break
                    if last[e] == top:
                        continue
                    last[e] = top
                    if turn == 0:
                        by_first[e + 1] += 1
                    else:
                        by[place[e]] = top
                        place[e] += 1
    return by_first, by


@njit(cache=True, nogil=True)
def best_pair(
    first: Ints, cuts: Ints, weights: Ints, elements: int
) -> tuple[Number, Number, Number]:
    """Give the pair that fails most weight, the first of equals, and that weight.

    `cuts` are int32[n, 2]. For each element i: loss(i) and the most that another adds to it,
    among those that share a top with i, and the greatest of those that do not.
    """
    losses = _single_losses(first, cuts, weights, elements)
    by_first, by = _tops_by_element(first, cuts, weights.size, elements)
    ranked = np.argsort(-losses, kind="mergesort")
    beyond = np.zeros(elements, np.int64)
    touched = np.full(elements, -1, np.int64)
    names = np.empty(elements, np.int64)
    best_i, best_j, best = 0, min(1, elements - 1), np.int64(-1)
    for i in range(elements):
        many = 0
        for at in range(by_first[i], by_first[i + 1]):
            top = by[at]
            alone = False
            for c in range(first[top], first[top + 1]):
                alone |= cuts[c, 0] == i and cuts[c, 1] == NONE
            for c in range(first[top], first[top + 1]):
                a, b = cuts[c, 0], cuts[c, 1]
                if alone and b == NONE and a != i:
                    other, change = a, -weights[top]
                elif not alone and b != NONE and (a == i or b == i):
                    other, change = (b if a == i else a), weights[top]
                else:
                    continue
                if touched[other] != i:
                    touched[other] = i
                    beyond[other] = 0
                    names[many] = other
                    many += 1
                beyond[other] += change
        for at in range(elements):
            j = ranked[at]
            if j != i and touched[j] != i:
                names[many] = j
                many += 1
                touched[j] = i
                beyond[j] = 0
                break
        for at in range(many):
            j = names[at]
            total = losses[i] + losses[j] + beyond[j]
            low, high = min(i, j), max(i, j)
            if total > best or (
                total == best and (low < best_i or (low == best_i and high < best_j))
            ):
                best_i, best_j, best = low, high, total
    return best_i, best_j, best
