"""Compiled kernels: flat arrays in, flat arrays out; the public modules validate and explain.

Numba is imported here alone; its import takes about half a second, so `network` and
`expression` do without it. Kernels are compiled once and kept on disk.
"""

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from pollready.engine.arrays import FOREVER_S as FOREVER_S  # for the other kernels too

FALSE, TRUE, LEAF, HIT, ALL, ANY, AT_LEAST, RIDE = range(8)
NOBODY, MANY = -1, -2
LEAF_TRUE, LEAF_FALSE = -1, -2  # what a leaf is replaced by, instead of a variable
WORKING_S = -1  # "outage" of what works

Ints = NDArray[Any]
Number = Any  # what indexing such an array gives: mypy knows no scalar type for it


@njit(cache=True)
def owners(kind: Ints, first: Ints, child: Ints, tops: Ints) -> Ints:
    """Give for each node the one point above it, NOBODY or MANY."""
    owner = np.full(kind.size, NOBODY, np.int32)
    for point in range(tops.shape[0]):
        for level in range(tops.shape[1]):
            node = tops[point, level]
            if node >= 0:
                same = owner[node] == NOBODY or owner[node] == point
                owner[node] = point if same else MANY
    for node in range(kind.size - 1, -1, -1):
        above = owner[node]
        if above == NOBODY:
            continue
        for at in range(first[node], first[node + 1]):
            below = child[at]
            same = owner[below] == NOBODY or owner[below] == above
            owner[below] = above if same else MANY
    return owner


@njit(cache=True)
def _first_slot(kind: int, param: int, kids: Ints, size: int, slots: int) -> Number:
    """Give where in a table of `slots` (a power of two) to look for a node of this content."""
    # Mixed even without children: leaves numbered in a row would fill one long run of slots,
    # and every gate that falls into it would search it to its end.
    key = np.uint64(kind * 1000003 + param) * np.uint64(0xC2B2AE3D27D4EB4F)
    key ^= key >> np.uint64(29)
    for i in range(size):
        key = (key ^ np.uint64(kids[i])) * np.uint64(0x9E3779B97F4A7C15)
        key ^= key >> np.uint64(29)
    return np.int64(key & np.uint64(slots - 1))


@njit(cache=True)
def find_or_add(
    new_kind: Ints,
    new_param: Ints,
    new_first: Ints,
    new_child: Ints,
    table: Ints,
    count: int,
    kind: int,
    param: int,
    kids: Ints,
    size: int,
) -> Number:
    """Give the node with this content; written at `count` if it is new."""
    mask = table.size - 1
    slot = _first_slot(kind, param, kids, size, table.size)
    while table[slot] >= 0:
        node = table[slot]
        start = new_first[node]
        if (
            new_kind[node] == kind
            and new_param[node] == param
            and new_first[node + 1] - start == size
        ):
            same = True
            for i in range(size):
                if new_child[start + i] != kids[i]:
                    same = False
                    break
            if same:
                return node
        slot = (slot + 1) & mask
    table[slot] = count
    new_kind[count] = kind
    new_param[count] = param
    start = new_first[count]
    for i in range(size):
        new_child[start + i] = kids[i]
    new_first[count + 1] = start + size
    return count


@njit(cache=True)
def _sort_small(values: Ints, size: int) -> None:
    for i in range(1, size):
        moved = values[i]
        j = i - 1
        while j >= 0 and values[j] > moved:
            values[j + 1] = values[j]
            j -= 1
        values[j + 1] = moved


@njit(cache=True)
def simplify(kind: int, param: int, kids: Ints, size: int) -> tuple[int, int, int]:
    """Simplify a gate in place: (kind, param, size); size 1 of ALL/ANY means that child."""
    if kind == RIDE:
        if kids[0] <= TRUE or kids[1] == FALSE or param == 0:
            return ALL, 0, 1
        return RIDE, param, 2
    kept = 0
    k = param
    for i in range(size):
        below = kids[i]
        if below == FALSE:
            if kind == ALL:
                return FALSE, 0, 0
        elif below == TRUE:
            if kind == ANY:
                return TRUE, 0, 0
            k -= 1
        else:
            kids[kept] = below
            kept += 1
    if kind == AT_LEAST:
        if k <= 0:
            return TRUE, 0, 0
        if k > kept:
            return FALSE, 0, 0
        _sort_small(kids, kept)
        if k > 1 and k < kept:
            return AT_LEAST, k, kept
        kind = ALL if k == kept else ANY
    elif kept == 0:
        return (TRUE, 0, 0) if kind == ALL else (FALSE, 0, 0)
    else:
        _sort_small(kids, kept)
    unique = 1
    for i in range(1, kept):
        if kids[i] != kids[unique - 1]:
            kids[unique] = kids[i]
            unique += 1
    return kind, 0, unique


@njit(cache=True, nogil=True)
def condense(
    kind: Ints,
    param: Ints,
    first: Ints,
    child: Ints,
    needed: Ints,
    leaf_a: Ints,
    leaf_b: Ints,
) -> tuple[Ints, Ints, Ints, Ints, Ints]:
    """Replace leaves and hash-cons what remains.

    A needed leaf becomes variable `leaf_a` (or a constant); where `leaf_b` is a variable too,
    it holds if either does. Returns kind, param, first, child of the new graph and the new
    number of each old node (-1 where not needed).
    """
    room, edges, widest = 2, 0, 2
    for node in range(kind.size):
        if needed[node]:
            size = first[node + 1] - first[node]
            room += 3 if kind[node] == HIT else 1
            edges += 2 if kind[node] == HIT else size
            widest = max(widest, size)
    new_kind = np.empty(room, np.int8)
    new_param = np.zeros(room, np.int64)
    new_first = np.zeros(room + 1, np.int64)
    new_child = np.empty(edges, np.int32)
    capacity = 64
    while capacity < 2 * room:
        capacity *= 2
    table = np.full(capacity, -1, np.int32)
    kids = np.empty(widest, np.int64)
    mapped = np.full(kind.size, -1, np.int32)
    new_kind[0], new_kind[1] = FALSE, TRUE
    mapped[0], mapped[1] = FALSE, TRUE
    count = 2
    for node in range(2, kind.size):
        if not needed[node]:
            continue
        if kind[node] == LEAF or kind[node] == HIT:
            for size, variable in enumerate((leaf_a[node], leaf_b[node])):
                if variable >= 0:
                    found = find_or_add(
                        new_kind,
                        new_param,
                        new_first,
                        new_child,
                        table,
                        count,
                        LEAF,
                        variable,
                        kids,
                        0,
                    )
                    count = max(count, found + 1)
                    kids[size] = found
                else:
                    kids[size] = TRUE if variable == LEAF_TRUE else FALSE
            gate, number, size = ANY, 0, 2
        else:
            start, size = first[node], first[node + 1] - first[node]
            for i in range(size):
                kids[i] = mapped[child[start + i]]
            gate, number = kind[node], param[node]
        gate, number, size = simplify(gate, number, kids, size)
        if size == 0:
            mapped[node] = gate
        elif size == 1:
            mapped[node] = kids[0]
        else:
            found = find_or_add(
                new_kind, new_param, new_first, new_child, table, count, gate, number, kids, size
            )
            count = max(count, found + 1)
            mapped[node] = found
    return (
        new_kind[:count],
        new_param[:count],
        new_first[: count + 1],
        new_child[: new_first[count]],
        mapped,
    )


@njit(cache=True, nogil=True)
def outages(kind: Ints, param: Ints, first: Ints, child: Ints, leaf_s: Ints, out_s: Ints) -> None:
    """Fill `out_s`: for how many seconds each node is out (WORKING_S where it works)."""
    for node in range(kind.size):
        out_s[node] = outage(node, kind, param, first, child, leaf_s, out_s)


@njit(cache=True)
def outage(
    node: int, kind: Ints, param: Ints, first: Ints, child: Ints, leaf_s: Ints, out_s: Ints
) -> Number:
    """Give for how many seconds a node is out, its children known.

    A node that is out for d fails H(node, t) exactly for t <= d; so ALL takes the longest
    outage, ANY the shortest, k of n the k-th shortest, and a ride whose store works takes its
    hours off the main's outage.
    """
    sort = kind[node]
    start, end = first[node], first[node + 1]
    if sort in (LEAF, HIT):
        return leaf_s[node]
    if sort == FALSE:
        return FOREVER_S
    if sort == TRUE:
        return WORKING_S
    if sort == RIDE:
        main, store = out_s[child[start]], out_s[child[start + 1]]
        if store >= 0:
            return main
        return max(main - param[node], WORKING_S)
    best = out_s[child[start]]
    if sort == ALL:
        for at in range(start + 1, end):
            best = max(best, out_s[child[at]])
        return best
    if sort == ANY:
        for at in range(start + 1, end):
            best = min(best, out_s[child[at]])
        return best
    ordered = np.empty(end - start, np.int64)
    for at in range(start, end):
        ordered[at - start] = out_s[child[at]]
    _sort_small(ordered, end - start)
    return ordered[param[node] - 1]
