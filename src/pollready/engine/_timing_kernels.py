"""Compiled kernels that spell rides out: a gate for each node at each time asked of it."""

from typing import NamedTuple

import numpy as np
from numba import njit

from pollready.engine._kernels import (
    ALL,
    ANY,
    AT_LEAST,
    FALSE,
    LEAF,
    RIDE,
    TRUE,
    Ints,
    Number,
    enter,
    find_or_add,
    simplify,
)

NEVER_S = 1 << 62  # longer than any time that rides add up to


class Gates(NamedTuple):
    """Gates made so far, with room for more; `made` int64[1] tells how many there are."""

    kind: Ints
    param: Ints
    time_s: Ints
    first: Ints
    child: Ints
    table: Ints
    made: Ints


class Known(NamedTuple):
    """The gate of each (node, time) made so far: one chain a node, `used` int64[1] entries."""

    head: Ints
    time_s: Ints
    gate: Ints
    following: Ints
    used: Ints


@njit(cache=True)
def _nothing_made(nodes: int) -> tuple[Gates, Known]:
    """Start with the two constants, and nothing known of `nodes` nodes."""
    gates = Gates(
        np.array([FALSE, TRUE], np.int8),
        np.zeros(2, np.int64),
        np.zeros(2, np.int64),
        np.zeros(3, np.int64),
        np.empty(0, np.int32),
        np.empty(0, np.int32),
        np.full(1, 2, np.int64),
    )
    known = Known(
        np.full(nodes, -1, np.int64),
        np.empty(1024, np.int64),
        np.empty(1024, np.int64),
        np.empty(1024, np.int64),
        np.zeros(1, np.int64),
    )
    return gates, known


@njit(cache=True)
def _with_room(gates: Gates, nodes: int, edges: int) -> Gates:
    """Give the gates with room for so many more."""
    count = gates.made[0]
    used = gates.first[count]
    if count + nodes <= gates.kind.size and used + edges <= gates.child.size:
        return gates
    room, width = 2 * (count + nodes), 2 * (used + edges)
    kind, param, time_s = (
        np.empty(room, np.int8),
        np.zeros(room, np.int64),
        np.zeros(room, np.int64),
    )
    first, child = np.zeros(room + 1, np.int64), np.empty(width, np.int32)
    kind[:count], param[:count], time_s[:count] = (
        gates.kind[:count], gates.param[:count], gates.time_s[:count],
    )  # fmt: skip
    first[: count + 1], child[:used] = gates.first[: count + 1], gates.child[:used]
    slots = 64
    while slots < 2 * room:
        slots *= 2
    table = np.full(slots, -1, np.int32)
    for node in range(count):
        if first[node + 1] > first[node]:
            enter(kind, param, first, child, table, node)
    return Gates(kind, param, time_s, first, child, table, gates.made)


@njit(cache=True)
def _gate(gates: Gates, sort: int, kids: Ints, size: int) -> Number:
    """Give ALL or ANY of the gates `kids`, simplified; there must be room for it."""
    sort, number, size = simplify(sort, 0, kids, size)
    if size == 0:
        return sort
    if size == 1:
        return kids[0]
    count = gates.made[0]
    found = find_or_add(
        gates.kind, gates.param, gates.first, gates.child, gates.table, count,
        sort, number, kids, size,
    )  # fmt: skip
    gates.made[0] = max(count, found + 1)
    return found


@njit(cache=True)
def _two(gates: Gates, sort: int, one: int, other: int) -> Number:
    kids = np.empty(2, np.int64)
    kids[0], kids[1] = one, other
    return _gate(gates, sort, kids, 2)


@njit(cache=True)
def _leaf(gates: Gates, variable: int, time_s: int) -> Number:
    """Add the leaf of a variable at a time; each is asked for once only."""
    node = gates.made[0]
    gates.kind[node], gates.param[node], gates.time_s[node] = LEAF, variable, time_s
    gates.first[node + 1] = gates.first[node]
    gates.made[0] = node + 1
    return node


@njit(cache=True)
def _at_least(gates: Gates, k: int, below: Ints, size: int) -> Number:
    """Spell k of n out from the last child: with a child j - 1 of those after, or j of them."""
    held = np.full(k + 1, FALSE, np.int64)  # held[j]: at least j of the children after
    held[0] = TRUE
    for i in range(size - 1, -1, -1):
        for j in range(k, max(k - i, 1) - 1, -1):
            with_child = _two(gates, ALL, below[i], held[j - 1])
            held[j] = _two(gates, ANY, with_child, held[j])
    return held[k]


@njit(cache=True)
def _made_of(
    sort: int, number: int, time_s: int, below: Ints, size: int, gates: Gates
) -> tuple[Gates, Number]:
    """Make the gate of a node whose children at their times are the gates `below`."""
    k = number if sort == AT_LEAST else 1
    gates = _with_room(gates, 2 * k * size + 1, 4 * k * size)
    if sort == LEAF:
        return gates, below[0] if size else _leaf(gates, number, time_s)
    if sort == RIDE:
        if below[1] == TRUE:  # H(e, t) implies H(e, t + h)
            return gates, below[2]
        return gates, _two(gates, ANY, below[0], _two(gates, ALL, below[1], below[2]))
    if sort == AT_LEAST:
        return gates, _at_least(gates, k, below, size)
    return gates, _gate(gates, sort, below, size)


@njit(cache=True)
def _find(known: Known, node: int, time_s: int, longest_s: int) -> Number:
    """Give the gate of H(node, t), -1 where it is not made yet."""
    if node <= TRUE:
        return node
    if time_s > longest_s:
        return TRUE  # no outage lasts so long; what is out for good is FALSE already
    entry = known.head[node]
    while entry >= 0:
        if known.time_s[entry] == time_s:
            return known.gate[entry]
        entry = known.following[entry]
    return -1


@njit(cache=True)
def _learn(known: Known, node: int, time_s: int, gate: int) -> Known:
    """Note a gate; gives the chains, made longer where they were full."""
    entry = known.used[0]
    if entry == known.time_s.size:
        known = Known(
            known.head,
            np.concatenate((known.time_s, np.empty_like(known.time_s))),
            np.concatenate((known.gate, np.empty_like(known.gate))),
            np.concatenate((known.following, np.empty_like(known.following))),
            known.used,
        )
    known.time_s[entry], known.gate[entry] = time_s, gate
    known.following[entry] = known.head[node]
    known.head[node] = entry
    known.used[0] = entry + 1
    return known


@njit(cache=True)
def _ask(
    node: int,
    time_s: int,
    kind: Ints,
    param: Ints,
    first: Ints,
    child: Ints,
    timeless: Ints,
    asked: Ints,
) -> Number:
    """List the (node, time) that H(node, t) is made of into `asked`; gives how many."""
    start, size = first[node], first[node + 1] - first[node]
    if kind[node] == RIDE:
        main, store = child[start], child[start + 1]
        asked[0, 0], asked[0, 1] = main, time_s
        asked[1, 0], asked[1, 1] = store, 0
        asked[2, 0], asked[2, 1] = main, time_s + param[node]
        return 3
    if kind[node] == LEAF and timeless[param[node]] and time_s > 0:
        asked[0, 0], asked[0, 1] = node, 0
        return 1
    for i in range(size):
        asked[i, 0], asked[i, 1] = child[start + i], time_s
    return size


@njit(cache=True, nogil=True)
def spell_out(
    kind: Ints,
    param: Ints,
    first: Ints,
    child: Ints,
    tops: Ints,
    timeless: Ints,
    longest_s: int,
) -> tuple[Gates, Ints]:
    """Make the gates of H(top, 0) of each top, and of all that these ask for.

    H(ride(e, h, b), t) = H(e, t) or (H(b, 0) and H(e, t + h)); all other gates pass t on. Past
    `longest_s` everything holds; a variable that is `timeless` is the same leaf at any time.
    Depth first with a stack of its own, so that depth does not matter. Gates are of kind LEAF
    (`param` is the variable, `time_s` its time), ALL and ANY, children before parents.
    """
    widest = 3
    for node in range(kind.size):
        widest = max(widest, first[node + 1] - first[node])
    asked, below = np.empty((widest, 2), np.int64), np.empty(widest, np.int64)
    gates, known = _nothing_made(kind.size)
    roots = np.empty(tops.size, np.int64)
    stack = np.empty((1024, 2), np.int64)
    for number in range(tops.size):
        stack[0, 0], stack[0, 1], depth = tops[number], 0, 1
        while depth > 0:
            node, time_s = stack[depth - 1, 0], stack[depth - 1, 1]
            if _find(known, node, time_s, longest_s) >= 0:
                depth -= 1
                continue
            size = _ask(node, time_s, kind, param, first, child, timeless, asked)
            while depth + size > len(stack):
                stack = np.concatenate((stack, np.empty_like(stack)))
            ready = True
            for i in range(size):
                below[i] = _find(known, asked[i, 0], asked[i, 1], longest_s)
                if below[i] < 0:
                    stack[depth, 0], stack[depth, 1] = asked[i, 0], asked[i, 1]
                    depth += 1
                    ready = False
            if ready:
                gates, made = _made_of(kind[node], param[node], time_s, below, size, gates)
                known = _learn(known, node, time_s, made)
        roots[number] = _find(known, tops[number], 0, longest_s)
    return gates, roots
