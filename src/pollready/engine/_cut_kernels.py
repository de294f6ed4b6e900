"""Compiled kernels of cut sets of order two at most, and of their sparse pair correction."""

import numpy as np
from numba import njit

from pollready.engine._kernels import ALL, ANY, LEAF, Ints, Number


@njit(cache=True)
def _has(values: Ints, start: int, end: int, wanted: int) -> bool:
    while start < end:
        middle = (start + end) // 2
        if values[middle] < wanted:
            start = middle + 1
        elif values[middle] > wanted:
            end = middle
        else:
            return True
    return False


@njit(cache=True)
def _unique(values: Ints) -> Ints:
    if values.size == 0:
        return values
    ordered = np.sort(values)
    kept = 1
    for i in range(1, ordered.size):
        if ordered[i] != ordered[kept - 1]:
            ordered[kept] = ordered[i]
            kept += 1
    return ordered[:kept]


@njit(cache=True)
def _absorb(singles: Ints, pairs: Ints, width: int) -> Ints:
    """Keep the pairs that contain no single cut."""
    kept = 0
    for i in range(pairs.size):
        a, b = pairs[i] // width, pairs[i] % width
        if not _has(singles, 0, singles.size, a) and not _has(singles, 0, singles.size, b):
            pairs[kept] = pairs[i]
            kept += 1
    return pairs[:kept]


@njit(cache=True)
def _common(left: Ints, right: Ints) -> Ints:
    found = np.empty(min(left.size, right.size), left.dtype)
    i = j = count = 0
    while i < left.size and j < right.size:
        if left[i] < right[j]:
            i += 1
        elif left[i] > right[j]:
            j += 1
        else:
            found[count] = left[i]
            count += 1
            i += 1
            j += 1
    return found[:count]


@njit(cache=True)
def _product(one_a: Ints, two_a: Ints, one_b: Ints, two_b: Ints, width: int) -> tuple[Ints, Ints]:
    """Cut sets of "both fail": unions of one cut of each, of order two at most, minimal."""
    singles = _common(one_a, one_b)
    left = np.empty(one_a.size, np.int64)  # singles of one side only: the others are absorbed
    right = np.empty(one_b.size, np.int64)
    lefts = rights = 0
    for i in range(one_a.size):
        if not _has(singles, 0, singles.size, one_a[i]):
            left[lefts] = one_a[i]
            lefts += 1
    for i in range(one_b.size):
        if not _has(singles, 0, singles.size, one_b[i]):
            right[rights] = one_b[i]
            rights += 1
    pairs = np.empty(lefts * rights + two_a.size + two_b.size, np.int64)
    count = 0
    for i in range(lefts):
        for j in range(rights):
            low, high = min(left[i], right[j]), max(left[i], right[j])
            pairs[count] = low * width + high
            count += 1
    for i in range(two_a.size):
        a, b = two_a[i] // width, two_a[i] % width
        if (
            _has(one_b, 0, one_b.size, a)
            or _has(one_b, 0, one_b.size, b)
            or _has(two_b, 0, two_b.size, two_a[i])
        ):
            pairs[count] = two_a[i]
            count += 1
    for i in range(two_b.size):
        a, b = two_b[i] // width, two_b[i] % width
        if _has(one_a, 0, one_a.size, a) or _has(one_a, 0, one_a.size, b):
            pairs[count] = two_b[i]
            count += 1
    return singles, _absorb(singles, _unique(pairs[:count]), width)


@njit(cache=True, nogil=True)
def cuts_of_order_two(
    kind: Ints, param: Ints, first: Ints, child: Ints, width: int, max_pairs: int
) -> tuple[Ints, Ints, Ints, Ints, int]:
    """Give the minimal cuts of order one and two of each node, bottom up.

    `kind` is LEAF (element `param`), ALL or ANY; element i and j > i make pair i * width + j.
    Returns CSR arrays (first, singles) and (first, pairs) and the number of nodes whose pairs
    are complete: fewer than all where `max_pairs` was reached. Singles are always complete.
    """
    nodes = kind.size
    one_first = np.zeros(nodes + 1, np.int64)
    two_first = np.zeros(nodes + 1, np.int64)
    ones = np.empty(max(4 * nodes, 1024), np.int64)
    twos = np.empty(max(4 * nodes, 1024), np.int64)
    complete = nodes
    empty = np.empty(0, np.int64)
    for node in range(nodes):
        single, pair = empty, empty
        start, end = first[node], first[node + 1]
        if kind[node] == LEAF:
            single = np.full(1, param[node], np.int64)
        elif kind[node] == ALL:
            size_1 = size_2 = 0
            for at in range(start, end):
                below = child[at]
                size_1 += one_first[below + 1] - one_first[below]
                size_2 += two_first[below + 1] - two_first[below]
            single, pair = np.empty(size_1, np.int64), np.empty(size_2, np.int64)
            size_1 = size_2 = 0
            for at in range(start, end):
                below = child[at]
                for i in range(one_first[below], one_first[below + 1]):
                    single[size_1] = ones[i]
                    size_1 += 1
                for i in range(two_first[below], two_first[below + 1]):
                    pair[size_2] = twos[i]
                    size_2 += 1
            single = _unique(single)
            pair = _absorb(single, _unique(pair), width)
        elif kind[node] == ANY:
            below = child[start]
            single = ones[one_first[below] : one_first[below + 1]].copy()
            pair = twos[two_first[below] : two_first[below + 1]].copy()
            for at in range(start + 1, end):
                below = child[at]
                other = ones[one_first[below] : one_first[below + 1]]
                if node >= complete or single.size * other.size > 4 * max_pairs:
                    complete = min(complete, node)
                    single = _common(single, other)
                else:
                    single, pair = _product(
                        single, pair, other, twos[two_first[below] : two_first[below + 1]], width
                    )
        if two_first[node] + pair.size > max_pairs:
            complete = min(complete, node)
        if node >= complete:
            pair = empty
        one_first[node + 1] = one_first[node] + single.size
        two_first[node + 1] = two_first[node] + pair.size
        while one_first[node + 1] > ones.size:
            ones = np.concatenate((ones, np.empty_like(ones)))
        while two_first[node + 1] > twos.size:
            twos = np.concatenate((twos, np.empty_like(twos)))
        ones[one_first[node] : one_first[node + 1]] = single
        twos[two_first[node] : two_first[node + 1]] = pair
    return one_first, ones[: one_first[nodes]], two_first, twos[: two_first[nodes]], complete


@njit(cache=True)
def _place(keys: Ints, key: int) -> Number:
    mask = keys.size - 1
    slot = np.int64((np.uint64(key) * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(20)) & mask
    while keys[slot] != -1 and keys[slot] != key:
        slot = (slot + 1) & mask
    return slot


@njit(cache=True, nogil=True)
def add_up(
    tops: Ints,
    weights: Ints,
    one_first: Ints,
    ones: Ints,
    two_first: Ints,
    twos: Ints,
    width: int,
) -> tuple[Ints, Ints, Ints]:
    """Sum the weights of the tops over their cuts.

    `weights` float64[n_tops, 3]. Returns losses float64[width, 3] of singles, and the sparse
    correction: sorted pair keys with float64[n_pairs, 3] (plus where the pair is a minimal cut,
    minus where both of it are single cuts).
    """
    losses = np.zeros((width, 3))
    capacity = 1024
    keys = np.full(capacity, -1, np.int64)
    sums = np.zeros((capacity, 3))
    used = 0
    for top in range(tops.size):
        node = tops[top]
        start, end = one_first[node], one_first[node + 1]
        for i in range(start, end):
            for w in range(3):
                losses[ones[i], w] += weights[top, w]
        singles = end - start
        more = singles * (singles - 1) // 2 + two_first[node + 1] - two_first[node]
        if 2 * (used + more) > capacity:
            while 2 * (used + more) > capacity:
                capacity *= 2
            old_keys, old_sums = keys, sums
            keys = np.full(capacity, -1, np.int64)
            sums = np.zeros((capacity, 3))
            for slot in range(old_keys.size):
                if old_keys[slot] >= 0:
                    place = _place(keys, old_keys[slot])
                    keys[place] = old_keys[slot]
                    sums[place] = old_sums[slot]
        for i in range(start, end):
            for j in range(i + 1, end):
                place = _place(keys, ones[i] * width + ones[j])
                used += keys[place] == -1
                keys[place] = ones[i] * width + ones[j]
                for w in range(3):
                    sums[place, w] -= weights[top, w]
        for i in range(two_first[node], two_first[node + 1]):
            place = _place(keys, twos[i])
            used += keys[place] == -1
            keys[place] = twos[i]
            for w in range(3):
                sums[place, w] += weights[top, w]
    filled = np.nonzero(keys >= 0)[0]
    order = filled[np.argsort(keys[filled])]
    return losses, keys[order], sums[order]
