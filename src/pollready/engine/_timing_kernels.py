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
    find_or_add,
    simplify,
)

NEVER_S = 1 << 62  # longer than any time that rides add up to


class Asked(NamedTuple):
    """The times asked of each node, one chain a node, and the gate made for each.

    `head` int64[n_nodes] and `following` int64[n] link the entries, -1 at the end; `time_s` and
    `gate` int64[n] are theirs.
    """

    head: Ints
    following: Ints
    time_s: Ints
    gate: Ints


class Gates(NamedTuple):
    """Gates made so far, with room for all; `made` int64[1] tells how many there are."""

    kind: Ints
    param: Ints
    time_s: Ints
    first: Ints
    child: Ints
    table: Ints
    made: Ints


@njit(cache=True)
def _with_room(values: Ints, more: int) -> Ints:
    """Give the array, longer by itself and `more`."""
    longer = np.empty(2 * values.size + more, values.dtype)
    longer[: values.size] = values
    return longer


@njit(cache=True)
def _entry(node: int, time_s: int, head: Ints, following: Ints, times_s: Ints) -> Number:
    """Give the entry of H(node, t), -1 where it is not asked for."""
    entry = head[node]
    while entry >= 0 and times_s[entry] != time_s:
        entry = following[entry]
    return entry


@njit(cache=True)
def _time_of(
    node: int, time_s: int, kind: Ints, param: Ints, timeless: Ints, longest_s: int
) -> Number:
    """Give the time to ask of a node at `time_s`: a timeless leaf is the same at any."""
    if kind[node] == LEAF and timeless[param[node]] and time_s <= longest_s:
        return 0
    return time_s


@njit(cache=True)
def _later(time_s: int, ride_s: int) -> int:
    """Give the time by which what a ride carries must be back: rides add up."""
    return time_s + ride_s


@njit(cache=True)
def _ask(
    node: int, time_s: int, longest_s: int, head: Ints, following: Ints, times_s: Ints, used: int
) -> Number:
    """Ask for H(node, t) unless it is known or asked for; gives how many are asked for."""
    if node <= TRUE or time_s > longest_s:
        return used
    if _entry(node, time_s, head, following, times_s) >= 0:
        return used
    times_s[used], following[used], head[node] = time_s, head[node], used
    return used + 1


@njit(cache=True)
def _asked_of(
    kind: Ints,
    param: Ints,
    first: Ints,
    child: Ints,
    tops: Ints,
    timeless: Ints,
    longest_s: int,
) -> tuple[Asked, int, int]:
    """List what H(top, 0) of all tops asks for; gives the most gates and edges it can make.

    H(ride(e, h, b), t) = H(e, t) or (H(b, 0) and H(e, t + h)); all other gates pass t on.
    """
    nodes = kind.size
    head = np.full(nodes, -1, np.int64)
    following, time_s = np.empty(nodes + tops.size, np.int64), np.empty(nodes + tops.size, np.int64)
    used, room, edges = 0, 2, 0
    for number in range(tops.size):
        used = _ask(tops[number], 0, longest_s, head, following, time_s, used)
    for node in range(nodes - 1, TRUE, -1):
        start, size = first[node], first[node + 1] - first[node]
        entry = head[node]
        while entry >= 0:
            if used + size + 1 > time_s.size:
                following, time_s = _with_room(following, size), _with_room(time_s, size)
            asked_s = time_s[entry]
            for at in range(start, start + size):
                store = kind[node] == RIDE and at > start
                below_s = _time_of(
                    child[at], 0 if store else asked_s, kind, param, timeless, longest_s
                )
                used = _ask(child[at], below_s, longest_s, head, following, time_s, used)
            made = 1
            if kind[node] == RIDE:
                later_s = _later(asked_s, param[node])
                below_s = _time_of(child[start], later_s, kind, param, timeless, longest_s)
                used = _ask(child[start], below_s, longest_s, head, following, time_s, used)
                made = 2
            elif kind[node] == AT_LEAST:
                made = 2 * param[node] * size
            room += made
            edges += size if made == 1 else 2 * made
            entry = following[entry]
    return Asked(head, following, time_s, np.empty(used, np.int64)), room, edges


@njit(cache=True)
def _nothing_made(room: int, edges: int) -> Gates:
    """Start with the two constants, and room for so many gates and edges."""
    slots = 64
    while slots < 2 * room:
        slots *= 2
    gates = Gates(
        np.empty(room, np.int8),
        np.zeros(room, np.int64),
        np.zeros(room, np.int64),
        np.zeros(room + 1, np.int64),
        np.empty(edges, np.int32),
        np.full(slots, -1, np.int32),
        np.full(1, 2, np.int64),
    )
    gates.kind[0], gates.kind[1] = FALSE, TRUE
    return gates


@njit(cache=True)
def _gate(gates: Gates, sort: int, kids: Ints, size: int) -> Number:
    """Give ALL or ANY of the gates `kids`, simplified."""
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
def _find(
    node: int,
    time_s: int,
    asked: Asked,
    kind: Ints,
    param: Ints,
    timeless: Ints,
    longest_s: int,
) -> Number:
    """Give the gate of H(node, t), which is made already."""
    if node <= TRUE:
        return node
    if time_s > longest_s:
        return TRUE  # no outage lasts so long; what is out for good is FALSE already
    time_s = _time_of(node, time_s, kind, param, timeless, longest_s)
    return asked.gate[_entry(node, time_s, asked.head, asked.following, asked.time_s)]


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

    Past `longest_s` everything holds; a variable that is `timeless` is the same leaf at any
    time. What is asked of each node is found from the parents down, and made from the children
    up, so that depth does not matter. Gates are of kind LEAF (`param` is the variable, `time_s`
    its time), ALL and ANY, children before parents.
    """
    asked, room, edges = _asked_of(kind, param, first, child, tops, timeless, longest_s)
    gates = _nothing_made(room, edges)
    widest = 3
    for node in range(kind.size):
        widest = max(widest, first[node + 1] - first[node])
    below = np.empty(widest, np.int64)
    for node in range(TRUE + 1, kind.size):
        start, size = first[node], first[node + 1] - first[node]
        entry = asked.head[node]
        while entry >= 0:
            time_s = asked.time_s[entry]
            for i in range(size):
                store = kind[node] == RIDE and i > 0
                below[i] = _find(
                    child[start + i], 0 if store else time_s,
                    asked, kind, param, timeless, longest_s,
                )  # fmt: skip
            if kind[node] == LEAF:
                made = _leaf(gates, param[node], time_s)
            elif kind[node] == RIDE:
                later_s = _later(time_s, param[node])
                later = _find(child[start], later_s, asked, kind, param, timeless, longest_s)
                made = later  # where the store always works: H(e, t) implies H(e, t + h)
                if below[1] != TRUE:
                    made = _two(gates, ANY, below[0], _two(gates, ALL, below[1], later))
            elif kind[node] == AT_LEAST:
                made = _at_least(gates, param[node], below, size)
            else:
                made = _gate(gates, kind[node], below, size)
            asked.gate[entry] = made
            entry = asked.following[entry]
    roots = np.empty(tops.size, np.int64)
    for number in range(tops.size):
        roots[number] = _find(tops[number], 0, asked, kind, param, timeless, longest_s)
    return gates, roots
