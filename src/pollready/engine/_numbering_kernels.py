"""Compiled kernel that numbers the variables of decision diagrams."""

import numpy as np
from numba import njit

from pollready.engine._kernels import HIT, LEAF, LEAF_FALSE, MANY, NOBODY, Ints, Number

# What a variable's name begins with; its number and its figures follow.
OWN, PRIVATE, SHARED_HIT, PRIVATE_HIT = range(4)


@njit(cache=True)
def _variable(
    sort: int, number: int, q_bits: int, mttr_bits: int, names: Ints, table: Ints, count: Ints
) -> Number:
    """Give the variable of this name, numbered if it is new."""
    key = np.uint64(sort * 1000003 + number)
    key = (key ^ np.uint64(q_bits)) * np.uint64(0x9E3779B97F4A7C15)
    key = (key ^ (key >> np.uint64(29)) ^ np.uint64(mttr_bits)) * np.uint64(0xC2B2AE3D27D4EB4F)
    slot = np.int64(key >> np.uint64(20)) & (table.size - 1)
    while table[slot] >= 0:
        found = table[slot]
        if (
            names[found, 0] == sort
            and names[found, 1] == number
            and names[found, 2] == q_bits
            and names[found, 3] == mttr_bits
        ):
            return found
        slot = (slot + 1) & (table.size - 1)
    made = count[0]
    table[slot] = made
    names[made, 0], names[made, 1], names[made, 2], names[made, 3] = sort, number, q_bits, mttr_bits
    count[0] = made + 1
    return made


@njit(cache=True)
def number_leaves(
    kind: Ints,
    param: Ints,
    owner: Ints,
    points: int,
    components: int,
    hit_group: Ints,
    reach: Ints,
    figures: Ints,
    reach_bits: Ints,
    never_bits: int,
) -> tuple[Ints, Ints, Ints]:
    """Give each leaf's variable `value`, for a hit also `second`, and the variables' names.

    `figures` int64[n_elements, 2] are q and mttr as bits. What stands behind one point alone is
    named by its place among that point's leaves and its figures, what is shared by its number.
    The name of a variable, int64[n, 4], ends with its chance and its duration as bits.
    """
    leaves = 0
    for node in range(kind.size):
        leaves += kind[node] == LEAF or kind[node] == HIT
    slots = 64
    while slots < 4 * leaves + 4:
        slots *= 2
    names, table = np.empty((2 * leaves + 1, 4), np.int64), np.full(slots, -1, np.int32)
    count = np.zeros(1, np.int64)
    value, second = (
        np.full(kind.size, LEAF_FALSE, np.int64),
        np.full(kind.size, LEAF_FALSE, np.int64),
    )
    place = np.full(points, -1, np.int64)
    for node in range(kind.size):
        point = owner[node]
        if point == NOBODY or not (kind[node] == LEAF or kind[node] == HIT):
            continue
        if point != MANY:
            place[point] += 1
        if kind[node] == LEAF:
            element = param[node]
            sort, number = (OWN, element) if point == MANY else (PRIVATE, place[point])
            value[node] = _variable(
                sort, number, figures[element, 0], figures[element, 1], names, table, count
            )
            continue
        group = hit_group[param[node]]
        event = components + group
        value[node] = _variable(
            OWN, event, figures[event, 0], figures[event, 1], names, table, count
        )
        if reach[group] < 1:
            sort, number = (
                (SHARED_HIT, param[node]) if point == MANY else (PRIVATE_HIT, place[point])
            )
            second[node] = _variable(
                sort, number, reach_bits[group], never_bits, names, table, count
            )
    return value, second, names[: count[0]]


@njit(cache=True)
def paths_above(first: Ints, child: Ints, tops: Ints) -> Ints:
    """Count the ways down from the tops to each gate, float64[n_gates]."""
    paths = np.zeros(first.size - 1)
    for top in range(tops.size):
        paths[tops[top]] += 1.0
    for node in range(first.size - 2, -1, -1):
        for edge in range(first[node], first[node + 1]):
            paths[child[edge]] += paths[node]
    return paths
