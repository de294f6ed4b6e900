"""Compiled kernel of prime implicants, after Coudert and Madre."""

import numpy as np
from numba import njit

from pollready.engine._bdd_kernels import AND, DONE, HIGH, LOW, VAR, Ints, Number, combine
from pollready.engine._bdd_kernels import find_or_make as make
from pollready.engine._zbdd_kernels import MINUS, rest

DIAGRAM_FULL, FAMILY_FULL = 1, 2
_F, _STAGE, _BOTH, _LOW_ONLY, _HIGH_ONLY = range(5)


@njit(cache=True, nogil=True)
def prime_implicants(
    frames: Ints,
    depth: Ints,
    primes: Ints,
    nodes: Ints,
    heads: Ints,
    memo: Ints,
    stack: Ints,
    state: Ints,
    sets: Ints,
    set_heads: Ints,
    set_memo: Ints,
    set_stack: Ints,
    set_state: Ints,
) -> Number:
    """Give the family of prime implicants of a diagram's node: `primes`, -1 where not yet known.

    Level v of the diagram is level 2v of the family where it is true, 2v + 1 where it is false.
    A product that does not name a variable is one of "low and high"; the others of low and of
    high name it. `frames` int32[levels + 2, 5] starts with the node in its first row and
    `depth[0]` 1. Called again after either table has grown (`primes` is then as long as `nodes`),
    it goes on.
    """
    while depth[0] > 0:
        at = depth[0] - 1
        f, stage = frames[at, _F], frames[at, _STAGE]
        low, high = nodes[f, LOW], nodes[f, HIGH]
        if stage == 0:
            both = combine(AND, low, high, nodes, heads, memo, stack, state)
            if both < 0 or state[0] > primes.size:
                return DIAGRAM_FULL
            frames[at, _BOTH], frames[at, _STAGE] = both, 1
            stage = 1
        if stage == 1:
            both = frames[at, _BOTH]
            needed = np.int64(-1)
            if primes[both] < 0:
                needed = np.int64(both)
            elif primes[low] < 0:
                needed = np.int64(low)
            elif primes[high] < 0:
                needed = np.int64(high)
            if needed >= 0:
                frames[at + 1, _F], frames[at + 1, _STAGE] = needed, 0
                depth[0] += 1
                continue
            frames[at, _STAGE] = stage = 2
        shared = primes[frames[at, _BOTH]]
        if stage == 2:
            part = rest(
                MINUS, primes[low], shared, sets, sets, set_heads, set_memo, set_stack, set_state
            )
            if part < 0:
                return FAMILY_FULL
            frames[at, _LOW_ONLY], frames[at, _STAGE] = part, 3
            stage = 3
        if stage == 3:
            part = rest(
                MINUS, primes[high], shared, sets, sets, set_heads, set_memo, set_stack, set_state
            )
            if part < 0:
                return FAMILY_FULL
            frames[at, _HIGH_ONLY], frames[at, _STAGE] = part, 4
        level = 2 * nodes[f, VAR]
        result: Number = np.int64(shared)
        if frames[at, _LOW_ONLY] != 0:
            result = make(level + 1, result, frames[at, _LOW_ONLY], sets, set_heads, set_state)
        if result >= 0 and frames[at, _HIGH_ONLY] != 0:
            result = make(level, result, frames[at, _HIGH_ONLY], sets, set_heads, set_state)
        if result < 0:
            return FAMILY_FULL
        primes[f] = result
        depth[0] -= 1
    return DONE
