"""Compiled kernels of cut sets up to a small order, and of elements that others stand for.

A list of cuts is int32[n, order]: each row the elements of one cut in ascending order, filled up
with NONE.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from pollready.engine._kernels import ALL, ANY, FALSE, LEAF, Ints, Number

NONE = (1 << 31) - 1


@njit(cache=True)
def size_of(cut: Ints) -> Number:
    """Count the elements of a cut."""
    size = 0
    while size < cut.size and cut[size] != NONE:
        size += 1
    return size


@njit(cache=True)
def mixed(key: Number, element: int) -> Number:
    """Mix one more element into a 64-bit key."""
    new = (np.uint64(key) ^ np.uint64(element + 1)) * np.uint64(0x9E3779B97F4A7C15)
    return new ^ (new >> np.uint64(29))


@njit(cache=True)
def _is_part(kept: Ints, cut: Ints, mask: int) -> bool:
    """Tell whether `kept` has exactly the elements of `cut` that `mask` picks."""
    size = 0
    for i in range(cut.size):
        if mask >> i & 1:
            if kept[size] != cut[i]:
                return False
            size += 1
    return size == kept.size or kept[size] == NONE


@njit(cache=True)
def _find_part(cut: Ints, size: int, sizes: int, kept: Ints, table: Ints) -> bool:
    """Tell whether some part of the cut, or all of it, is in the table.

    `sizes` has bit s set where a cut of size s is in it.
    """
    for mask in range(1, 1 << size):
        key, many = np.uint64(0), 0
        for i in range(size):
            if mask >> i & 1:
                key = mixed(key, cut[i])
                many += 1
        if not sizes >> many & 1:
            continue
        slot = np.int64(key & np.uint64(table.size - 1))
        while table[slot] >= 0:
            if _is_part(kept[table[slot]], cut, mask):
                return True
            slot = (slot + 1) & (table.size - 1)
    return False


@njit(cache=True)
def minimal(cuts: Ints) -> Ints:
    """Keep the cuts that contain no other, each once; smaller ones first.

    Each looks its parts up, so that the work grows with the number of cuts, not its square.
    """
    count, order = cuts.shape
    length = np.empty(count, np.int64)
    for i in range(count):
        length[i] = size_of(cuts[i])
        if length[i] == 0:
            return cuts[i : i + 1].copy()
    slots = 16
    while slots < 2 * count:
        slots *= 2
    table = np.full(slots, -1, np.int32)
    kept = np.empty_like(cuts)
    total, sizes = 0, 0
    for size in range(1, order + 1):
        for i in range(count):
            if length[i] != size or _find_part(cuts[i], size, sizes | 1 << size, kept, table):
                continue
            kept[total] = cuts[i]
            key = np.uint64(0)
            for e in cuts[i, :size]:
                key = mixed(key, e)
            slot = np.int64(key & np.uint64(slots - 1))
            while table[slot] >= 0:
                slot = (slot + 1) & (slots - 1)
            table[slot] = total
            sizes |= 1 << size
            total += 1
    return kept[:total].copy()


@njit(cache=True)
def _union(one: Ints, other: Ints, into: Ints) -> bool:
    """Write the union of two cuts; False where it is larger than the order."""
    i = j = size = 0
    order = into.size
    while True:
        a = one[i] if i < order else NONE
        b = other[j] if j < order else NONE
        least = min(a, b)
        if least == NONE:
            break
        if size == order:
            return False
        into[size] = least
        size += 1
        i += a == least
        j += b == least
    into[size:] = NONE
    return True


@njit(cache=True)
def _both(left: Ints, right: Ints) -> Ints:
    """Give the cuts of "both fail": unions of one of each, of the order at most, minimal."""
    order = left.shape[1]
    found = np.empty((64, order), np.int32)
    count = 0
    for i in range(len(left)):
        for j in range(len(right)):
            if count == len(found):
                found = np.concatenate((found, np.empty_like(found)))
            if _union(left[i], right[j], found[count]):
                count += 1
    return minimal(found[:count])


class CutLists(NamedTuple):
    """Minimal cuts of each node: rows first[node] to first[node + 1]; none where not `known`."""

    first: Ints
    cuts: Ints
    known: Ints


@njit(cache=True)
def _cuts_of_any(
    node: int, first: Ints, child: Ints, lists: CutLists, max_cuts: int
) -> tuple[Ints, bool]:
    """Multiply the lists of all children, the shortest first."""
    start, end = first[node], first[node + 1]
    sizes = np.empty(end - start, np.int64)
    for at in range(start, end):
        below = child[at]
        sizes[at - start] = lists.first[below + 1] - lists.first[below]
        if not lists.known[below]:
            sizes[at - start] = NONE
        elif sizes[at - start] == 0:
            return lists.cuts[:0].copy(), True
    turn = np.argsort(sizes)
    below = child[start + turn[0]]
    if not lists.known[below]:
        return lists.cuts[:0].copy(), False
    found = lists.cuts[lists.first[below] : lists.first[below + 1]].copy()
    for at in turn[1:]:
        below = child[start + at]
        if not lists.known[below] or len(found) * sizes[at] > 4 * max_cuts:
            return lists.cuts[:0].copy(), False
        found = _both(found, lists.cuts[lists.first[below] : lists.first[below + 1]])
        if len(found) == 0:
            return found, True
    return found, True


@njit(cache=True)
def _cuts_of_all(node: int, first: Ints, child: Ints, lists: CutLists) -> tuple[Ints, bool]:
    total = 0
    for at in range(first[node], first[node + 1]):
        below = child[at]
        if not lists.known[below]:
            return lists.cuts[:0].copy(), False
        total += lists.first[below + 1] - lists.first[below]
    found = np.empty((total, lists.cuts.shape[1]), np.int32)
    total = 0
    for at in range(first[node], first[node + 1]):
        below = child[at]
        for i in range(lists.first[below], lists.first[below + 1]):
            found[total] = lists.cuts[i]
            total += 1
    return minimal(found), True


@njit(cache=True, nogil=True)
def cuts_up_to(
    kind: Ints, param: Ints, first: Ints, child: Ints, order: int, max_cuts: int, max_all: int
) -> CutLists:
    """Give the minimal cuts of each node up to an order, bottom up.

    A node with more than `max_cuts`, or that multiplies too many, or for which `max_all` leaves
    no room, and what stands above it, is not known.
    """
    nodes = kind.size
    lists = CutLists(
        np.zeros(nodes + 1, np.int64),
        np.empty((4 * nodes + 64, order), np.int32),
        np.ones(nodes, np.bool_),
    )
    for node in range(nodes):
        found, known = np.empty((0, order), np.int32), True
        if kind[node] == LEAF:
            found = np.full((1, order), NONE, np.int32)
            found[0, 0] = param[node]
        elif kind[node] == FALSE:
            found = np.full((1, order), NONE, np.int32)
        elif kind[node] == ALL:
            found, known = _cuts_of_all(node, first, child, lists)
        elif kind[node] == ANY:
            found, known = _cuts_of_any(node, first, child, lists, max_cuts)
        if len(found) > max_cuts or lists.first[node] + len(found) > max_all:
            known = False
        if not known:
            found = found[:0]
        lists.known[node] = known
        start = lists.first[node]
        lists.first[node + 1] = start + len(found)
        cuts = lists.cuts
        while start + len(found) > len(cuts):
            cuts = np.concatenate((cuts, np.empty_like(cuts)))
        cuts[start : start + len(found)] = found
        lists = CutLists(lists.first, cuts, lists.known)
    return lists


@njit(cache=True)
def _sorted_common(left: Ints, right: Ints) -> Ints:
    found = np.empty(min(left.size, right.size), np.int64)
    i = j = count = 0
    while i < left.size and j < right.size:
        if left[i] == right[j]:
            found[count] = left[i]
            count += 1
            i += 1
            j += 1
        elif left[i] < right[j]:
            i += 1
        else:
            j += 1
    return found[:count]


class _Sets(NamedTuple):
    """A set of elements, ascending, for each node that has one (`length` -1: none yet)."""

    start: Ints
    length: Ints
    pool: Ints
    used: Ints


@njit(cache=True)
def _narrow(sets: _Sets, node: int, more: Ints) -> _Sets:
    """Let a node's set be what it has in common with `more`, or `more` where it has none yet."""
    mine = more
    if sets.length[node] >= 0:
        start = sets.start[node]
        mine = _sorted_common(more, sets.pool[start : start + sets.length[node]])
    used, pool = sets.used[0], sets.pool
    while used + mine.size > pool.size:
        pool = np.concatenate((pool, np.empty_like(pool)))
    pool[used : used + mine.size] = mine
    sets.start[node], sets.length[node] = used, mine.size
    sets.used[0] = used + mine.size
    return _Sets(sets.start, sets.length, pool, sets.used)


@njit(cache=True, nogil=True)
def stand_ins(
    kind: Ints, first: Ints, child: Ints, is_top: Ints, one_first: Ints, ones: Ints
) -> tuple[Ints, Ints, Ints]:
    """Give for each node the elements whose failure makes that node's state indifferent.

    D(node) is what, for every parent, fails the parent alone or makes it indifferent in turn;
    for a top also what fails it alone. Node n has those from start[n], length[n] of them (-1
    where no top stands above it): returns start, length and the pool they are in. Cuts of order
    one come in as (one_first, ones), each list in ascending order.
    """
    nodes = kind.size
    sets = _Sets(
        np.zeros(nodes, np.int64),
        np.full(nodes, -1, np.int64),
        np.empty(ones.size + 1024, np.int64),
        np.zeros(1, np.int64),
    )
    for node in range(nodes - 1, -1, -1):
        own = ones[one_first[node] : one_first[node + 1]]
        if is_top[node]:
            sets = _narrow(sets, node, own)
        if sets.length[node] < 0:
            continue
        start = sets.start[node]
        indifferent = sets.pool[start : start + sets.length[node]]
        either = np.unique(np.concatenate((own, indifferent)))
        for at in range(first[node], first[node + 1]):
            sets = _narrow(sets, child[at], either)
    return sets.start, sets.length, sets.pool
