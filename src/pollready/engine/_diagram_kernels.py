"""Compiled kernels of the decision diagram: nodes over independent binary events."""

import numpy as np
from numba import int64, njit, types

from pollready.engine._kernels import ALL, FALSE, LEAF, TRUE, Ints, Number

# Diagram node 0 is "does not fail", 1 is "fails". A diagram is built for one top at a time in
# tables small enough for the processor's cache; entries of earlier tops carry an older stamp, so
# nothing is cleared. All tables are columns of one array, for each array that a call passes on
# costs it time: a node's row holds its variable and branches; the slots of the unique table and
# of the memo use the same rows by their own numbers. `state` holds: nodes used, 1 once the room
# is full, stamp, size of tables.
_TABLES = types.Array(types.int64, 2, "C")
_STATE = types.Array(types.int64, 1, "C")
_VAR, _LOW, _HIGH, _UNIQUE, _UNIQUE_STAMP, _MEMO, _MEMO_KEY, _MEMO_STAMP = range(8)
_USED, _FULL, _STAMP, _SIZE = range(4)
_TERMINAL_LEVEL = 1 << 40


@njit(cache=True)
def _empty_tables(size: int) -> Ints:
    """Make tables with room for `size` / 2 nodes; the two terminals are there."""
    tables = np.empty((size, 8), np.int64)
    tables[:, _UNIQUE_STAMP] = -1
    tables[:, _MEMO_STAMP] = -1
    tables[0, _VAR] = tables[1, _VAR] = _TERMINAL_LEVEL
    return tables


@njit(int64(int64, int64, int64, _TABLES, _STATE), cache=True)
def _make(variable: int, low: int, high: int, tables: Ints, state: Ints) -> Number:
    """Give the node "if the event, then high, else low"."""
    if low == high:
        return low
    mask = state[_SIZE] - 1
    key = np.uint64(variable) * np.uint64(0x9E3779B97F4A7C15)
    key = (key ^ np.uint64(low)) * np.uint64(0xC2B2AE3D27D4EB4F)
    key = (key ^ np.uint64(high)) * np.uint64(0x9E3779B97F4A7C15)
    slot = np.int64(key >> np.uint64(24)) & mask
    while tables[slot, _UNIQUE_STAMP] == state[_STAMP]:
        node = tables[slot, _UNIQUE]
        same = tables[node, _VAR] == variable and tables[node, _LOW] == low
        if same and tables[node, _HIGH] == high:
            return node
        slot = (slot + 1) & mask
    node = state[_USED]
    if 2 * node >= state[_SIZE]:
        state[_FULL] = 1
        return 0
    state[_USED] = node + 1
    tables[slot, _UNIQUE], tables[slot, _UNIQUE_STAMP] = node, state[_STAMP]
    tables[node, _VAR], tables[node, _LOW], tables[node, _HIGH] = variable, low, high
    return node


@njit(int64(int64, int64, int64, _TABLES, _STATE), cache=True)
def _apply(either: int, f: int, g: int, tables: Ints, state: Ints) -> Number:
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
    if tables[slot, _MEMO_STAMP] == state[_STAMP] and tables[slot, _MEMO_KEY] == key:
        return tables[slot, _MEMO]
    f_var, g_var = tables[f, _VAR], tables[g, _VAR]
    variable = min(f_var, g_var)
    f_low, f_high, g_low, g_high = f, f, g, g
    if f_var == variable:
        f_low, f_high = tables[f, _LOW], tables[f, _HIGH]
    if g_var == variable:
        g_low, g_high = tables[g, _LOW], tables[g, _HIGH]
    low = _apply(either, f_low, g_low, tables, state)
    high = _apply(either, f_high, g_high, tables, state)
    result = _make(variable, low, high, tables, state)
    tables[slot, _MEMO], tables[slot, _MEMO_KEY] = result, key
    tables[slot, _MEMO_STAMP] = state[_STAMP]
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


@njit(cache=True, nogil=True)
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
                tables = _empty_tables(size)
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
                        root = _make(level[event], 0, root, tables, state)
                else:
                    # From the last child: what comes first in the order is copied once only.
                    either = 1 if kind[node] == ALL else 0
                    root = roots[child[first[node + 1] - 1]]
                    for edge in range(first[node + 1] - 2, first[node] - 1, -1):
                        root = _apply(either, root, roots[child[edge]], tables, state)
                roots[node] = root
                if state[_FULL]:
                    break
            if not state[_FULL]:
                break
            if size >= 2 * max_nodes:
                return result, number
            size *= 8
        for node in range(2, state[_USED]):
            happens = level_chance[tables[node, _VAR]]
            low, high = prob[tables[node, _LOW]], prob[tables[node, _HIGH]]
            prob[node] = (1.0 - happens) * low + happens * high
        result[number] = prob[roots[tops[number]]]
    return result, tops.size
