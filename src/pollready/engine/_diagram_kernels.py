"""Compiled kernels of the decision diagram: nodes over independent binary events."""

import numpy as np
from numba import int64, njit, types

from pollready.engine._kernels import ALL, FALSE, LEAF, TRUE, Ints, Number

# Diagram node 0 is "does not fail", 1 is "fails"; `used[0]` counts nodes, `used[1]` is 1 once
# the room is full.
_ARRAY = types.Array(types.int64, 1, "C")


@njit(int64(int64, int64, int64, _ARRAY, _ARRAY, _ARRAY, _ARRAY, _ARRAY), cache=True)
def _make(
    variable: int, low: int, high: int, var: Ints, lo: Ints, hi: Ints, unique: Ints, used: Ints
) -> Number:
    """Give the node "if the event, then high, else low"."""
    if low == high:
        return low
    mask = unique.size - 1
    key = np.uint64(variable) * np.uint64(0x9E3779B97F4A7C15)
    key = (key ^ np.uint64(low)) * np.uint64(0xC2B2AE3D27D4EB4F)
    key = (key ^ np.uint64(high)) * np.uint64(0x9E3779B97F4A7C15)
    slot = np.int64(key >> np.uint64(24)) & mask
    while unique[slot] >= 0:
        node = unique[slot]
        if var[node] == variable and lo[node] == low and hi[node] == high:
            return node
        slot = (slot + 1) & mask
    node = used[0]
    if node >= var.size:
        used[1] = 1
        return 0
    used[0] = node + 1
    unique[slot] = node
    var[node], lo[node], hi[node] = variable, low, high
    return node


@njit(
    int64(int64, int64, int64, _ARRAY, _ARRAY, _ARRAY, _ARRAY, _ARRAY, _ARRAY, _ARRAY),
    cache=True,
)
def _apply(
    either: int,
    f: int,
    g: int,
    var: Ints,
    lo: Ints,
    hi: Ints,
    unique: Ints,
    used: Ints,
    memo_key: Ints,
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
    if used[1]:
        return 0
    key = (f << 33) | (g << 1) | either
    slot = np.int64((np.uint64(key) * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(24))
    slot &= memo.size - 1
    if memo_key[slot] == key:
        return memo[slot]
    variable = min(var[f], var[g])
    f_low, f_high = (lo[f], hi[f]) if var[f] == variable else (f, f)
    g_low, g_high = (lo[g], hi[g]) if var[g] == variable else (g, g)
    low = _apply(either, f_low, g_low, var, lo, hi, unique, used, memo_key, memo)
    high = _apply(either, f_high, g_high, var, lo, hi, unique, used, memo_key, memo)
    result = _make(variable, low, high, var, lo, hi, unique, used)
    memo_key[slot], memo[slot] = key, result
    return result


@njit(cache=True)
def failure_diagrams(
    kind: Ints, param: Ints, first: Ints, child: Ints, leaf_first: Ints, room: int
) -> tuple[Ints, Ints, Ints, Ints, int]:
    """Build the diagram of "this node fails" for every node, all in one shared diagram.

    Leaf `param` fails if all events `leaf_first[param, 0] .. leaf_first[param, 1] - 1` happen.
    Returns var, lo, hi of the diagram, the root of each node, and how many nodes were done:
    fewer than all where `room` was too small.
    """
    capacity = 1024
    while capacity < 2 * room:
        capacity *= 2
    var = np.empty(room, np.int64)
    lo = np.empty(room, np.int64)
    hi = np.empty(room, np.int64)
    unique = np.full(capacity, -1, np.int64)
    memo_key = np.full(capacity, -1, np.int64)
    memo = np.empty(capacity, np.int64)
    used = np.array([2, 0], np.int64)
    var[0] = var[1] = 1 << 40
    lo[0] = hi[0] = 0
    lo[1] = hi[1] = 1
    roots = np.zeros(kind.size, np.int64)
    for node in range(kind.size):
        if kind[node] == FALSE:
            root = 1
        elif kind[node] == TRUE:
            root = 0
        elif kind[node] == LEAF:
            root = 1
            for event in range(leaf_first[param[node], 1] - 1, leaf_first[param[node], 0] - 1, -1):
                root = _make(event, 0, root, var, lo, hi, unique, used)
        else:
            either = 1 if kind[node] == ALL else 0
            root = roots[child[first[node]]]
            for at in range(first[node] + 1, first[node + 1]):
                root = _apply(
                    either, root, roots[child[at]], var, lo, hi, unique, used, memo_key, memo
                )
        if used[1]:
            return var[: used[0]], lo[: used[0]], hi[: used[0]], roots, node
        roots[node] = root
    return var[: used[0]], lo[: used[0]], hi[: used[0]], roots, kind.size


@njit(cache=True)
def probabilities(var: Ints, lo: Ints, hi: Ints, event_prob: Ints) -> Ints:
    """Give the probability of each diagram node; children stand before their parents."""
    prob = np.empty(var.size)
    prob[0], prob[1] = 0.0, 1.0
    for node in range(2, var.size):
        happens = event_prob[var[node]]
        prob[node] = (1.0 - happens) * prob[lo[node]] + happens * prob[hi[node]]
    return prob
