"""Compiled kernels of cut sets of order two at most, and of their sparse pair correction.

A pair of elements i < j is one number, i << 32 | j. Everything is written into buffers that grow:
a small array made for each gate would cost more than the gate.
"""

import numpy as np
from numba import njit

from pollready.engine._kernels import ALL, ANY, LEAF, Ints, Number

BITS = 32
_LOW = (1 << BITS) - 1
_FEW = 48  # so many are sorted by insertion


@njit(cache=True)
def _with_room(values: Ints, used: int, more: int) -> Ints:
    """Give the array with room for so many more, its first `used` values kept."""
    if used + more <= values.size:
        return values
    longer = np.empty(2 * values.size + more, values.dtype)
    longer[:used] = values[:used]
    return longer


@njit(cache=True)
def _sort(values: Ints, start: int, end: int) -> None:
    if end - start > _FEW:
        values[start:end].sort()
        return
    for i in range(start + 1, end):
        moved = values[i]
        j = i - 1
        while j >= start and values[j] > moved:
            values[j + 1] = values[j]
            j -= 1
        values[j + 1] = moved


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
def _hits(pair: int, mark: Ints, stamp: int) -> Number:
    """Tell whether one of the pair is marked."""
    return mark[pair >> BITS] == stamp or mark[pair & _LOW] == stamp


@njit(cache=True)
def _merge(values: Ints, start: int, middle: int, end: int, spare: Ints) -> Number:
    """Merge two sorted runs in place, equal values once; gives the new end."""
    left = middle - start
    spare[:left] = values[start:middle]
    i, j, at = 0, middle, start  # at never overtakes j: it is start + i + j - middle at most
    while i < left and j < end:
        if spare[i] <= values[j]:
            values[at] = spare[i]
            j += spare[i] == values[j]
            i += 1
        else:
            values[at] = values[j]
            j += 1
        at += 1
    while i < left:
        values[at] = spare[i]
        i += 1
        at += 1
    while j < end:
        values[at] = values[j]
        j += 1
        at += 1
    return at


@njit(cache=True)
def _union(node: int, first: Ints, child: Ints, one_first: Ints, ones: Ints, mark: Ints) -> Number:
    """Write the singles of "any child fails" behind those of the nodes before; gives the end."""
    start = end = one_first[node]
    for at in range(first[node], first[node + 1]):
        below = child[at]
        for i in range(one_first[below], one_first[below + 1]):
            if mark[ones[i]] != node:
                mark[ones[i]] = node
                ones[end] = ones[i]
                end += 1
    _sort(ones, start, end)
    return end


@njit(cache=True)
def _common(
    node: int, first: Ints, child: Ints, one_first: Ints, ones: Ints, seen: Ints, mark: Ints
) -> Number:
    """Write the singles of "all children fail": those in common; gives the end."""
    end = one_first[node]
    edge, size = first[node], first[node + 1] - first[node]
    for turn in range(size):
        below = child[edge + turn]
        for i in range(one_first[below], one_first[below + 1]):
            element = ones[i]
            if turn == 0:
                mark[element], seen[element] = node, 1
            elif mark[element] == node and seen[element] == turn:
                seen[element] = turn + 1
            if turn == size - 1 and mark[element] == node and seen[element] == size:
                ones[end] = element  # in order, for the last child's are
                end += 1
    return end


@njit(cache=True, nogil=True)
def cuts_of_order_one(
    kind: Ints, param: Ints, first: Ints, child: Ints, width: int
) -> tuple[Ints, Ints]:
    """Give the single cuts of each node, bottom up, in order (CSR: first, elements).

    `kind` is LEAF (element `param`), ALL or ANY; elements are below `width`.
    """
    nodes = kind.size
    one_first = np.zeros(nodes + 1, np.int64)
    ones = np.empty(max(4 * nodes, 1024), np.int64)
    mark, seen = np.full(width, -1, np.int64), np.zeros(width, np.int32)
    for node in range(nodes):
        most = 1
        for at in range(first[node], first[node + 1]):
            most += one_first[child[at] + 1] - one_first[child[at]]
        end = one_first[node]
        ones = _with_room(ones, end, most)
        if kind[node] == LEAF:
            ones[end] = param[node]
            end += 1
        elif kind[node] == ALL:
            end = _union(node, first, child, one_first, ones, mark)
        elif kind[node] == ANY:
            end = _common(node, first, child, one_first, ones, seen, mark)
        one_first[node + 1] = end
    return one_first, ones[: one_first[nodes]]


@njit(cache=True)
def _pairs_of_any_failing(
    node: int,
    first: Ints,
    child: Ints,
    two_first: Ints,
    twos: Ints,
    spare: Ints,
    single: Ints,
) -> Number:
    """Write the pairs of "any child fails": the union without what holds a single; the end."""
    start = end = two_first[node]
    for at in range(first[node], first[node + 1]):
        below, middle = child[at], end
        for i in range(two_first[below], two_first[below + 1]):
            if not _hits(twos[i], single, node):
                twos[end] = twos[i]
                end += 1
        if start < middle < end:
            end = _merge(twos, start, middle, end, spare)
    return end


@njit(cache=True)
def _product(
    one_a: Ints, two_a: Ints, one_b: Ints, two_b: Ints, marks: Ints, stamp: int, pairs: Ints
) -> Number:
    """Write the pairs of "both fail" into `pairs`, in order; gives how many.

    Unions of one cut of each, of order two at most. None of them holds a single that both have,
    and none is written twice: a pair that is a cut of a holds no single of a.
    """
    mark_a, mark_b = marks[0], marks[1]
    for i in range(one_a.size):
        mark_a[one_a[i]] = stamp
    for i in range(one_b.size):
        mark_b[one_b[i]] = stamp
    count = 0
    for i in range(one_a.size):
        if mark_b[one_a[i]] == stamp:
            continue
        for j in range(one_b.size):
            if mark_a[one_b[j]] != stamp:
                low, high = min(one_a[i], one_b[j]), max(one_a[i], one_b[j])
                pairs[count] = low << BITS | high
                count += 1
    for i in range(two_a.size):
        if _hits(two_a[i], mark_b, stamp) or _has(two_b, 0, two_b.size, two_a[i]):
            pairs[count] = two_a[i]
            count += 1
    for i in range(two_b.size):
        if _hits(two_b[i], mark_a, stamp):
            pairs[count] = two_b[i]
            count += 1
    _sort(pairs, 0, count)
    return count


@njit(cache=True)
def _in_common(values: Ints, other: Ints) -> Ints:
    found = np.empty(min(values.size, other.size), np.int64)
    i = j = count = 0
    while i < values.size and j < other.size:
        if values[i] == other[j]:
            found[count] = values[i]
            count += 1
        low = min(values[i], other[j])
        i += values[i] == low
        j += j < other.size and other[j] == low
    return found[:count]


@njit(cache=True, nogil=True)
def cuts_of_order_two(
    kind: Ints, param: Ints, first: Ints, child: Ints, width: int, max_pairs: int
) -> tuple[Ints, Ints, Ints, Ints, int]:
    """Give the minimal cuts of order one and two of each node, bottom up.

    `kind` is LEAF (element `param`), ALL or ANY; elements are below `width`. Returns CSR arrays
    (first, singles) and (first, pairs), in order, and the number of nodes whose pairs are
    complete: fewer than all where `max_pairs` was reached. Singles are always complete.
    """
    nodes = kind.size
    one_first, ones = cuts_of_order_one(kind, param, first, child, width)
    two_first = np.zeros(nodes + 1, np.int64)
    twos = np.empty(max(4 * nodes, 1024), np.int64)
    spare, pairs = np.empty(1024, np.int64), np.empty(1024, np.int64)
    single, marks = np.full(width, -1, np.int64), np.full((2, width), -1, np.int64)
    complete, stamp = nodes, 0
    for node in range(nodes):
        end = two_first[node]
        two_first[node + 1] = end
        edges = first[node + 1] - first[node]
        if edges == 0 or node >= complete:
            continue
        if kind[node] == ALL:
            most = 0
            for at in range(first[node], first[node + 1]):
                most += two_first[child[at] + 1] - two_first[child[at]]
            if most == 0:
                continue
            twos, spare = _with_room(twos, end, most), _with_room(spare, 0, most)
            for i in range(one_first[node], one_first[node + 1]):
                single[ones[i]] = node
            end = _pairs_of_any_failing(node, first, child, two_first, twos, spare, single)
        else:
            below = child[first[node]]
            one = ones[one_first[below] : one_first[below + 1]]
            count = two_first[below + 1] - two_first[below]
            spare = _with_room(spare, 0, count)
            spare[:count] = twos[two_first[below] : two_first[below + 1]]
            for at in range(first[node] + 1, first[node + 1]):
                below = child[at]
                other = ones[one_first[below] : one_first[below + 1]]
                two = twos[two_first[below] : two_first[below + 1]]
                most = one.size * other.size + count + two.size
                if one.size * other.size > max_pairs:
                    complete = node
                    break
                pairs = _with_room(pairs, 0, most)
                stamp += 1
                count = _product(one, spare[:count], other, two, marks, stamp, pairs)
                if edges > 2:
                    one = _in_common(one, other)
                spare, pairs = pairs, spare
            if node < complete:
                twos = _with_room(twos, end, count)
                twos[end : end + count] = spare[:count]
                end += count
        if node >= complete or end > max_pairs:
            complete = min(complete, node)
            end = two_first[node]
        two_first[node + 1] = end
    return one_first, ones, two_first, twos[: two_first[nodes]], complete


@njit(cache=True)
def _place(keys: Ints, key: int) -> Number:
    mask = keys.size - 1
    slot = np.int64((np.uint64(key) * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(24)) & mask
    while keys[slot] != -1 and keys[slot] != key:
        slot = (slot + 1) & mask
    return slot


@njit(cache=True)
def _larger(keys: Ints, sums: Ints) -> tuple[Ints, Ints]:
    """Give the table with four times the room."""
    wide_keys, wide_sums = np.full(4 * keys.size, -1, np.int64), np.zeros((4 * keys.size, 3))
    for slot in range(keys.size):
        if keys[slot] >= 0:
            place = _place(wide_keys, keys[slot])
            wide_keys[place], wide_sums[place] = keys[slot], sums[slot]
    return wide_keys, wide_sums


@njit(cache=True)
def _count(key: int, weights: Ints, top: int, sign: int, keys: Ints, sums: Ints) -> Number:
    """Add the weights of a top to a pair; gives 1 where the pair is new."""
    place = _place(keys, key)
    new = keys[place] == -1
    keys[place] = key
    for w in range(3):
        sums[place, w] += sign * weights[top, w]
    return new


@njit(cache=True, nogil=True)
def single_losses(tops: Ints, weights: Ints, one_first: Ints, ones: Ints, width: int) -> Ints:
    """Sum the weights of the tops over their single cuts: float64[width, 3]."""
    losses = np.zeros((width, 3))
    for top in range(tops.size):
        node = tops[top]
        for i in range(one_first[node], one_first[node + 1]):
            for w in range(3):
                losses[ones[i], w] += weights[top, w]
    return losses


@njit(cache=True, nogil=True)
def pair_corrections(
    tops: Ints, weights: Ints, one_first: Ints, ones: Ints, two_first: Ints, twos: Ints
) -> tuple[Ints, Ints]:
    """Sum the weights of the tops over pairs, plus over minimal cuts, minus over two singles.

    `weights` float64[n_tops, 3]. Returns sorted pairs int64[n] and float64[n, 3].
    """
    keys, sums = np.full(1 << 14, -1, np.int64), np.zeros((1 << 14, 3))
    used = 0
    for top in range(tops.size):
        node = tops[top]
        start, end = one_first[node], one_first[node + 1]
        more = (end - start) * (end - start - 1) // 2 + two_first[node + 1] - two_first[node]
        while 2 * (used + more) > keys.size:
            keys, sums = _larger(keys, sums)
        for i in range(start, end):
            for j in range(i + 1, end):
                used += _count(ones[i] << BITS | ones[j], weights, top, -1, keys, sums)
        for i in range(two_first[node], two_first[node + 1]):
            used += _count(twos[i], weights, top, 1, keys, sums)
    filled = np.nonzero(keys >= 0)[0]
    order = filled[np.argsort(keys[filled])]
    return keys[order], sums[order]
