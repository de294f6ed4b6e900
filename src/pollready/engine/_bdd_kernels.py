"""Compiled kernels of large decision diagrams: built by a program, stopped and taken up again."""

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

Ints = NDArray[Any]
Number = Any  # what indexing such an array gives: mypy knows no scalar type for it

# Node 0 is false (no set at all), node 1 true (the empty set). A node's row holds its variable's
# level, its branches, and the next node of its chain in the unique table. Children are made
# before their parents, so ascending numbers are a topological order.
VAR, LOW, HIGH, NEXT = range(4)
TERMINAL_LEVEL = (1 << 31) - 1
AND, OR, XOR = range(3)
_FUSED = 4  # a memo's key holds 4 * f + operation: nodes stay below 2^28

# What a stopped run needs in order to go on: nodes used, next instruction, depth of the stack,
# result handed up.
USED, AT, DEPTH, RESULT = range(4)
DONE, NO_ROOM = range(2)


@njit(cache=True)
def clear_terminals(nodes: Ints) -> None:
    """Write the two terminals."""
    for node in range(2):
        nodes[node, VAR] = TERMINAL_LEVEL
        nodes[node, LOW] = nodes[node, HIGH] = node
        nodes[node, NEXT] = -1


@njit(cache=True)
def enter_all(nodes: Ints, heads: Ints, used: int) -> None:
    """Chain all nodes anew in a larger unique table."""
    heads[:] = -1
    for node in range(2, used):
        slot = _slot(nodes[node, VAR], nodes[node, LOW], nodes[node, HIGH], heads.size)
        nodes[node, NEXT] = heads[slot]
        heads[slot] = node


@njit(cache=True)
def remembered(memo: Ints, size: int) -> Ints:
    """Copy a memo into a larger one."""
    larger = np.full((size, 3), -1, np.int32)
    for row in range(memo.shape[0]):
        if memo[row, 0] >= 0:
            slot = _slot(0, memo[row, 0], memo[row, 1], size)
            larger[slot] = memo[row]
    return larger


@njit(cache=True, inline="always")
def _slot(a: int, b: int, c: int, size: int) -> Number:
    key = np.uint64(a) * np.uint64(0x9E3779B97F4A7C15)
    key = (key ^ np.uint64(b)) * np.uint64(0xC2B2AE3D27D4EB4F)
    key = (key ^ (key >> np.uint64(32)) ^ np.uint64(c)) * np.uint64(0x9E3779B97F4A7C15)
    return np.int64((key >> np.uint64(28)) & np.uint64(size - 1))


@njit(cache=True)
def find_or_make(var: int, low: int, high: int, nodes: Ints, heads: Ints, state: Ints) -> Number:
    """Give the node of this content, made if it is new; -1 where there is no room for it."""
    slot = _slot(var, low, high, heads.size)
    node = heads[slot]
    while node >= 0:
        if nodes[node, LOW] == low and nodes[node, HIGH] == high and nodes[node, VAR] == var:
            return np.int64(node)
        node = nodes[node, NEXT]
    new = state[USED]
    if new >= nodes.shape[0]:
        return np.int64(-1)
    state[USED] = new + 1
    nodes[new, VAR], nodes[new, LOW], nodes[new, HIGH] = var, low, high
    nodes[new, NEXT] = heads[slot]
    heads[slot] = new
    return np.int64(new)


@njit(cache=True)
def _known(op: int, f: int, g: int, memo: Ints) -> Number:
    """Give the result of an operation if it is trivial or remembered, else -1."""
    if op == AND:
        if f == 0 or g == 0:
            return np.int64(0)
        if f == 1 or f == g:
            return np.int64(g)
        if g == 1:
            return np.int64(f)
    elif op == OR:
        if f == 1 or g == 1:
            return np.int64(1)
        if f == 0 or f == g:
            return np.int64(g)
        if g == 0:
            return np.int64(f)
    else:
        if f == g:
            return np.int64(0)
        if f == 0:
            return np.int64(g)
        if g == 0:
            return np.int64(f)
    if f > g:
        f, g = g, f
    slot = _slot(0, f * _FUSED + op, g, memo.shape[0])
    if memo[slot, 0] == f * _FUSED + op and memo[slot, 1] == g:
        return np.int64(memo[slot, 2])
    return np.int64(-1)


@njit(cache=True)
def combine(
    op: int, f: int, g: int, nodes: Ints, heads: Ints, memo: Ints, stack: Ints, state: Ints
) -> Number:
    """Give "f op g"; -1 where there is no room: called again, it goes on from there.

    A stack of its own replaces recursion, so that no number of variables is too deep. Rows of
    `stack`: f, g, stage, result of the low branch.
    """
    if state[DEPTH] == 0:
        ready = _known(op, f, g, memo)
        if ready >= 0:
            return ready
        stack[0, 0], stack[0, 1], stack[0, 2] = f, g, 0
        state[DEPTH] = 1
    depth = state[DEPTH] - 1
    handed = state[RESULT]
    while depth >= 0:
        f, g, stage = stack[depth, 0], stack[depth, 1], stack[depth, 2]
        f_var, g_var = nodes[f, VAR], nodes[g, VAR]
        var = min(f_var, g_var)
        if stage == 0:
            below_f = nodes[f, LOW] if f_var == var else f
            below_g = nodes[g, LOW] if g_var == var else g
            handed = _known(op, below_f, below_g, memo)
            stack[depth, 2] = stage = 1
            if handed < 0:
                depth += 1
                stack[depth, 0], stack[depth, 1], stack[depth, 2] = below_f, below_g, 0
                continue
        if stage == 1:
            stack[depth, 3] = handed
            below_f = nodes[f, HIGH] if f_var == var else f
            below_g = nodes[g, HIGH] if g_var == var else g
            handed = _known(op, below_f, below_g, memo)
            stack[depth, 2] = 2
            if handed < 0:
                depth += 1
                stack[depth, 0], stack[depth, 1], stack[depth, 2] = below_f, below_g, 0
                continue
        low = stack[depth, 3]
        result = np.int64(low)
        if low != handed:
            result = find_or_make(var, low, handed, nodes, heads, state)
            if result < 0:
                state[DEPTH], state[RESULT] = depth + 1, handed
                return result
        if f > g:
            f, g = g, f
        slot = _slot(0, f * _FUSED + op, g, memo.shape[0])
        memo[slot, 0], memo[slot, 1], memo[slot, 2] = f * _FUSED + op, g, result
        handed = result
        depth -= 1
    state[DEPTH] = 0
    return handed


@njit(cache=True, nogil=True)
def run_program(
    program: Ints, values: Ints, nodes: Ints, heads: Ints, memo: Ints, stack: Ints, state: Ints
) -> Number:
    """Carry out instructions (operation, left, right, target) over the registers `values`."""
    while state[AT] < program.shape[0]:
        op, left, right, target = program[state[AT]]
        result = combine(op, values[left], values[right], nodes, heads, memo, stack, state)
        if result < 0:
            return NO_ROOM
        values[target] = result
        state[AT] += 1
    return DONE


@njit(cache=True, nogil=True)
def close_upwards(
    bdd: Ints, values: Ints, nodes: Ints, heads: Ints, memo: Ints, stack: Ints, state: Ints
) -> Number:
    """Make the least increasing function above a diagram: values[n] is that above its node n.

    The same tables hold both. Start with state[AT] = 2.
    """
    values[0], values[1] = 0, 1
    while state[AT] < bdd.shape[0]:
        node = state[AT]
        low = values[bdd[node, LOW]]
        high = combine(OR, low, values[bdd[node, HIGH]], nodes, heads, memo, stack, state)
        result = high
        if high >= 0 and low != high:
            result = find_or_make(bdd[node, VAR], low, high, nodes, heads, state)
        if result < 0:
            return NO_ROOM
        values[node] = result
        state[AT] += 1
    return DONE


@njit(cache=True, nogil=True)
def copied(
    bdd: Ints, values: Ints, nodes: Ints, heads: Ints, memo: Ints, stack: Ints, state: Ints
) -> Number:
    """Enter a diagram's nodes in other tables: values[n] is its node n there."""
    values[0], values[1] = 0, 1
    while state[AT] < bdd.shape[0]:
        row = state[AT]
        low, high = values[bdd[row, LOW]], values[bdd[row, HIGH]]
        node = find_or_make(bdd[row, VAR], low, high, nodes, heads, state)
        if node < 0:
            return NO_ROOM
        values[row] = node
        state[AT] += 1
    return DONE


@njit(cache=True, nogil=True)
def reachable(nodes: Ints, root: int) -> Ints:
    """Copy what lies below a root, renumbered in ascending order: int32[n, 3], the root last.

    The terminals are always its first rows; below the root 0 there is that one row alone.
    """
    if root == 0:
        alone = np.zeros((1, 3), np.int32)
        alone[0, VAR] = TERMINAL_LEVEL
        return alone
    number = np.zeros(root + 1, np.int32)
    number[root] = 1
    for node in range(root, 1, -1):
        if number[node]:
            number[nodes[node, LOW]] = number[nodes[node, HIGH]] = 1
    count = 2
    for node in range(2, root + 1):
        if number[node]:
            number[node] = count
            count += 1
    number[0], number[1] = 0, 1
    copied = np.empty((count, 3), np.int32)
    copied[0, VAR] = copied[1, VAR] = TERMINAL_LEVEL
    copied[0, LOW] = copied[0, HIGH] = 0
    copied[1, LOW] = copied[1, HIGH] = 1
    for node in range(2, root + 1):
        if number[node]:
            row = number[node]
            copied[row, VAR] = nodes[node, VAR]
            copied[row, LOW] = number[nodes[node, LOW]]
            copied[row, HIGH] = number[nodes[node, HIGH]]
    return copied


@njit(cache=True, nogil=True)
def probability_of_nodes(bdd: Ints, prob: Ints) -> Ints:
    """Give P(true) of every node, `prob` by level."""
    result = np.zeros(bdd.shape[0])
    result[1:2] = 1.0
    for node in range(2, bdd.shape[0]):
        p = prob[bdd[node, VAR]]
        result[node] = (1.0 - p) * result[bdd[node, LOW]] + p * result[bdd[node, HIGH]]
    return result


@njit(cache=True, nogil=True)
def derivative_of_levels(bdd: Ints, prob: Ints, of_nodes: Ints, levels: int) -> Ints:
    """Give dP(root)/dprob of every level; the root is the last node."""
    reach = np.zeros(bdd.shape[0])
    result = np.zeros(levels)
    reach[-1] = 1.0
    for node in range(bdd.shape[0] - 1, 1, -1):
        var, low, high = bdd[node, VAR], bdd[node, LOW], bdd[node, HIGH]
        result[var] += reach[node] * (of_nodes[high] - of_nodes[low])
        reach[low] += reach[node] * (1.0 - prob[var])
        reach[high] += reach[node] * prob[var]
    return result
