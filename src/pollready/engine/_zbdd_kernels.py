"""Compiled kernels of families of sets: minimal solutions of a decision diagram, counted."""

import numpy as np
from numba import njit

from pollready.engine._bdd_kernels import (
    AT,
    DEPTH,
    DONE,
    HIGH,
    LOW,
    NO_ROOM,
    RESULT,
    VAR,
    Ints,
    Number,
    _slot,
    find_or_make,
)

# A family's node is "the sets of `high`, each with the variable, and those of `low`".


WITHOUT, MINUS = range(2)


@njit(cache=True)
def _known_rest(op: int, sets: int, g: int, memo: Ints) -> Number:
    if sets == 0 or (op == WITHOUT and g == 1) or (op == MINUS and sets == g):
        return np.int64(0)
    if g == 0 or (op == WITHOUT and sets == 1):
        return np.int64(sets)
    slot = _slot(0, sets, g, memo.shape[0])
    if memo[slot, 0] == sets and memo[slot, 1] == g:
        return np.int64(memo[slot, 2])
    return np.int64(-1)


@njit(cache=True)
def rest(
    op: int,
    sets: int,
    g: int,
    others: Ints,
    nodes: Ints,
    heads: Ints,
    memo: Ints,
    stack: Ints,
    state: Ints,
) -> Number:
    """Give a part of a family of sets; -1 where there is no room: called again, it goes on.

    WITHOUT keeps the sets that do not make the increasing function g true, MINUS those that are
    not in the family g; g is a node of `others`. A memo serves one operation only.
    """
    if state[DEPTH] == 0:
        ready = _known_rest(op, sets, g, memo)
        if ready >= 0:
            return ready
        stack[0, 0], stack[0, 1], stack[0, 2] = sets, g, 0
        state[DEPTH] = 1
    depth = state[DEPTH] - 1
    handed = state[RESULT]
    while depth >= 0:
        sets, g, stage = stack[depth, 0], stack[depth, 1], stack[depth, 2]
        var, g_var = nodes[sets, VAR], others[g, VAR]
        if stage == 0:
            if g_var < var:  # the variable is in no set: it counts as false
                stack[depth, 2] = 3
                below_sets, below_g = sets, others[g, LOW]
            else:
                stack[depth, 2] = 1
                below_sets = nodes[sets, LOW]
                below_g = others[g, LOW] if g_var == var else g
            handed = _known_rest(op, below_sets, below_g, memo)
            if handed < 0:
                depth += 1
                stack[depth, 0], stack[depth, 1], stack[depth, 2] = below_sets, below_g, 0
                continue
            stage = stack[depth, 2]
        if stage == 1:
            stack[depth, 3] = handed
            below_sets = nodes[sets, HIGH]
            below_g = others[g, HIGH] if g_var == var else g
            if op == MINUS and g_var != var:
                below_g = 0
            handed = _known_rest(op, below_sets, below_g, memo)
            stack[depth, 2] = stage = 2
            if handed < 0:
                depth += 1
                stack[depth, 0], stack[depth, 1], stack[depth, 2] = below_sets, below_g, 0
                continue
        result = np.int64(handed)
        if stage == 2:
            result = np.int64(stack[depth, 3])
            if handed != 0:
                result = find_or_make(var, stack[depth, 3], handed, nodes, heads, state)
                if result < 0:
                    state[DEPTH], state[RESULT] = depth + 1, handed
                    return result
        slot = _slot(0, sets, g, memo.shape[0])
        memo[slot, 0], memo[slot, 1], memo[slot, 2] = sets, g, result
        handed = result
        depth -= 1
    state[DEPTH] = 0
    return handed


@njit(cache=True, nogil=True)
def minimal_solutions(
    bdd: Ints, values: Ints, nodes: Ints, heads: Ints, memo: Ints, stack: Ints, state: Ints
) -> Number:
    """Give the minimal solutions of every node of an increasing function: the family values[n].

    Start with state[AT] = 2.
    """
    values[0], values[1] = 0, 1
    while state[AT] < bdd.shape[0]:
        node = state[AT]
        low, high = bdd[node, LOW], bdd[node, HIGH]
        kept = rest(WITHOUT, values[high], low, bdd, nodes, heads, memo, stack, state)
        result = kept
        if kept == 0:
            result = np.int64(values[low])
        elif kept > 0:
            result = find_or_make(bdd[node, VAR], values[low], kept, nodes, heads, state)
        if result < 0:
            return NO_ROOM
        values[node] = result
        state[AT] += 1
    return DONE


@njit(cache=True, nogil=True)
def counts_by_size(family: Ints, weight: Ints) -> Ints:
    """Give how many sets of each size up to the largest asked each node stands for.

    `weight` float64[levels, n_sizes]: how many sets of each size a level's variable stands for.
    """
    sizes = weight.shape[1]
    result = np.zeros((family.shape[0], sizes))
    result[1:2, 0] = 1.0
    for node in range(2, family.shape[0]):
        var, high = family[node, VAR], family[node, HIGH]
        result[node] = result[family[node, LOW]]
        for size in range(sizes):
            if weight[var, size] != 0.0:
                for more in range(sizes - size):
                    result[node, size + more] += weight[var, size] * result[high, more]
    return result


@njit(cache=True, nogil=True)
def weighted_counts(family: Ints, weight: Ints) -> Ints:
    """Give how many sets each node stands for, `weight` by level."""
    result = np.zeros(family.shape[0])
    result[1:2] = 1.0
    for node in range(2, family.shape[0]):
        more = weight[family[node, VAR]] * result[family[node, HIGH]]
        result[node] = more + result[family[node, LOW]]
    return result
