"""Compiled kernels of the decision diagram: nodes over independent binary events."""

import numpy as np
from numba import int64, njit, types

from pollready.engine._kernels import ALL, FALSE, LEAF, TRUE, Ints, Number

# Diagram node 0 is "does not fail", 1 is "fails". A diagram is built for one top at a time in
# tables small enough for the processor's cache; entries of earlier tops carry an older stamp, so
# nothing is cleared. `state` holds: nodes used, 1 once the room is full, stamp, size of tables.
_ARRAY = types.Array(types.int64, 1, "C")
_USED, _FULL, _STAMP, _SIZE = 0, 1, 2, 3
_TERMINAL_LEVEL = 1 << 40


@njit(int64(int64, int64, int64, _ARRAY, _ARRAY, _ARRAY, _ARRAY, _ARRAY, _ARRAY), cache=True)
def _make(
    variable: int,
    low: int,
    high: int,
    var: Ints,
    lo: Ints,
    hi: Ints,
    unique: Ints,
    unique_stamp: Ints,
    state: Ints,
) -> Number:
    """Give the node "if the event, then high, else low"."""
    if low == high:
        return low
    mask = state[_SIZE] - 1
    key = np.uint64(variable) * np.uint64(0x9E3779B97F4A7C15)
    key = (key ^ np.uint64(low)) * np.uint64(0xC2B2AE3D27D4EB4F)
    key = (key ^ np.uint64(high)) * np.uint64(0x9E3779B97F4A7C15)
    slot = np.int64(key >> np.uint64(24)) & mask
    while unique_stamp[slot] == state[_STAMP]:
        node = unique[slot]
        if var[node] == variable and lo[node] == low and hi[node] == high:
            return node
        slot = (slot + 1) & mask
    node = state[_USED]
    if 2 * node >= state[_SIZE]:
        state[_FULL] = 1
        return 0
    state[_USED] = node + 1
    unique[slot] = node
    unique_stamp[slot] = state[_STAMP]
    var[node], lo[node], hi[node] = variable, low, high
    return node


@njit(
    int64(
        int64, int64, int64,
        _ARRAY, _ARRAY, _ARRAY, _ARRAY, _ARRAY, _ARRAY, _ARRAY, _ARRAY, _ARRAY,
    ),
    cache=True,
)  # fmt: skip
def _apply(
    either: int,
    f: int,
    g: int,
    var: Ints,
    lo: Ints,
    hi: Ints,
    unique: Ints,
    unique_stamp: Ints,
    state: Ints,
    memo_key: Ints,
    memo_stamp: Ints,
    memo: Ints,
) -> Number:
    """Give "f or g" where `either` is 1, else "f and g"."""
    if f == g:
        return f
    if f > g:
        f, g = g, f
    if f == 0:
        return g if either else 0
    if f == 1:
        return 1 if either else g
    if state[_FULL]:
        return 0
    key = (f << 33) | (g << 1) | either
    slot = np.int64((np.uint64(key) * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(24))
    slot &= state[_SIZE] - 1
    if memo_stamp[slot] == state[_STAMP] and memo_key[slot] == key:
        return memo[slot]
    variable = min(var[f], var[g])
    f_low, f_high = (lo[f], hi[f]) if var[f] == variable else (f, f)
    g_low, g_high = (lo[g], hi[g]) if var[g] == variable else (g, g)
    low = _apply(
        either, f_low, g_low, var, lo, hi, unique, unique_stamp, state, memo_key, memo_stamp, memo
    )
    high = _apply(
        either, f_high, g_high, var, lo, hi, unique, unique_stamp, state, memo_key, memo_stamp, memo
    )
    result = _make(variable, low, high, var, lo, hi, unique, unique_stamp, state)
    memo_key[slot], memo[slot], memo_stamp[slot] = key, result, state[_STAMP]
    return result


@njit(cache=True)
def _cone(
    top: int, first: Ints, child: Ints, stamp: int, seen: Ints, at: Ints, order: Ints, stack: Ints
) -> int:
    """List the nodes below a top, children first, in depth-first order; give how many."""
    count, depth = 0, 0
    stack[0], at[top], seen[top] = top, first[top], stamp
    while depth >= 0:
        node = stack[depth]
        if at[node] == first[node + 1]:
            order[count] = node
            count += 1
            depth -= 1
            continue
        below = child[at[node]]
        at[node] += 1
        if seen[below] != stamp:
            seen[below] = stamp
            at[below] = first[below]
            depth += 1
            stack[depth] = below
    return count


@njit(cache=True)
def top_probabilities(
    kind: Ints,
    param: Ints,
    first: Ints,
    child: Ints,
    leaf_events: Ints,
    chance: Ints,
    tops: Ints,
    max_nodes: int,
) -> tuple[Ints, int]:
    """Give the probability that each top fails, and how many tops were solved.

    Leaf number l fails if all events from `leaf_events[l, 0]` up to `leaf_events[l, 1]` happen;
    `leaf_events[l, 2]` is the end of the events of its variable. `chance` float64[n_events].
    Fewer than all tops are solved where one needs more than `max_nodes` nodes.
    """
    nodes = kind.size
    seen = np.full(nodes, -1, np.int64)
    at = np.empty(nodes, np.int64)
    order = np.empty(nodes, np.int64)
    stack = np.empty(nodes + 1, np.int64)
    roots = np.empty(nodes, np.int64)
    level = np.empty(chance.size, np.int64)
    level_stamp = np.full(chance.size, -1, np.int64)
    level_chance = np.empty(chance.size)
    result = np.empty(tops.size)
    size = 1 << 10
    while size > 8 and size > 2 * max_nodes:
        size //= 2
    room = 0
    state = np.array([2, 0, 0, size], np.int64)
    for number in range(tops.size):
        count = _cone(tops[number], first, child, number, seen, at, order, stack)
        levels = 0
        for i in range(count):
            if kind[order[i]] != LEAF:
                continue
            leaf = param[order[i]]
            for event in range(leaf_events[leaf, 0], leaf_events[leaf, 2]):
                if level_stamp[event] != number:
                    level_stamp[event] = number
                    level[event] = levels
                    level_chance[levels] = chance[event]
                    levels += 1
        while True:
            if room != size:  # (re)made where a top did not fit
                room = size
                var = np.empty(size, np.int64)
                lo = np.empty(size, np.int64)
                hi = np.empty(size, np.int64)
                unique = np.empty(size, np.int64)
                unique_stamp = np.full(size, -1, np.int64)
                memo_key = np.empty(size, np.int64)
                memo_stamp = np.full(size, -1, np.int64)
                memo = np.empty(size, np.int64)
                var[0] = var[1] = _TERMINAL_LEVEL
                prob = np.empty(size)
                prob[0], prob[1] = 0.0, 1.0
            state[_USED], state[_FULL], state[_SIZE] = 2, 0, size
            state[_STAMP] = number
            for i in range(count):
                node = order[i]
                if kind[node] == FALSE or kind[node] == TRUE:
                    root = 1 if kind[node] == FALSE else 0
                elif kind[node] == LEAF:
                    root = 1
                    leaf = param[node]
                    for event in range(leaf_events[leaf, 1] - 1, leaf_events[leaf, 0] - 1, -1):
                        root = _make(
                            level[event], 0, root, var, lo, hi, unique, unique_stamp, state
                        )
                else:
                    # From the last child: what comes first in the order is copied once only.
                    either = 1 if kind[node] == ALL else 0
                    root = roots[child[first[node + 1] - 1]]
                    for edge in range(first[node + 1] - 2, first[node] - 1, -1):
                        root = _apply(
                            either, root, roots[child[edge]],
                            var, lo, hi, unique, unique_stamp, state, memo_key, memo_stamp, memo,
                        )  # fmt: skip
                roots[node] = root
                if state[_FULL]:
                    break
            if not state[_FULL]:
                break
            if size >= 2 * max_nodes:
                return result, number
            size *= 8
        for node in range(2, state[_USED]):
            happens = level_chance[var[node]]
            prob[node] = (1.0 - happens) * prob[lo[node]] + happens * prob[hi[node]]
        result[number] = prob[roots[tops[number]]]
    return result, tops.size
