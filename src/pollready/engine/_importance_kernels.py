"""Compiled kernels of the importance of each event to one top."""

import numpy as np
from numba import njit, types
from numba.typed import Dict

from pollready.engine._diagram_kernels import (
    FULL,
    HIGH,
    LOW,
    VAR,
    Diagram,
    apply,
    empty_diagram,
    make,
    top_root,
)
from pollready.engine._kernels import Ints, Number

_KEY = types.UniTuple(types.int64, 3)  # type: ignore[no-untyped-call]  # numba's own has none


@njit(cache=True)
def _branches(f: int, variable: int, nodes: Ints) -> tuple[Number, Number]:
    if nodes[f, VAR] != variable:
        return f, f
    return np.int64(nodes[f, LOW]), np.int64(nodes[f, HIGH])


@njit(cache=True)
def _settled(f: int, h: int, wanted: int, diagram: Diagram, chance: Ints) -> Number:
    """Give what "through" is where it needs no work, else -1."""
    if f == 0 or h == 1 or diagram.state[FULL]:
        return 0
    if f == 1 and (wanted >= 0 or h == 0):
        return 0 if wanted >= 0 else 1  # where h is neither, conditions below decide
    variable = min(diagram.nodes[f, VAR], diagram.nodes[h, VAR])
    if 0 <= wanted < variable or apply(1, f, h, diagram, chance) == h:
        return 0
    return -1


@njit(cache=True)
def _through(
    f: int, h: int, wanted: int, given: Ints, diagram: Diagram, chance: Ints, memo: Dict
) -> Number:
    """Give "some minimal cut of f that is no cut of h, and holds `wanted`, has failed".

    `wanted` is a level, or -1 where nothing (more) must be in the cut. `given` tells the levels
    that are conditions and never part of a cut: both branches are followed as they are. Minimal
    cuts of f with its first event are those of its high branch that are no cuts of its low one
    (Rauzy 1993). A stack of its own bears any depth: f, h, wanted, and what holds without the
    event (-1 until known) of each frame.
    """
    nodes = diagram.nodes
    stack = np.empty((chance.size + 2, 4), np.int64)
    stack[0, 0], stack[0, 1], stack[0, 2], stack[0, 3] = f, h, wanted, -1
    depth, result = 0, -1
    while depth >= 0:
        f, h, wanted, without = stack[depth]
        variable = min(nodes[f, VAR], nodes[h, VAR])
        key = (np.int64(f), np.int64(h), np.int64(wanted))
        if result < 0 and without < 0:  # a frame just put on
            result = _settled(f, h, wanted, diagram, chance)
            if result < 0 and key in memo:
                result = memo[key]
            if result >= 0:
                depth -= 1
                continue
        f_low, f_high = _branches(f, variable, nodes)
        h_low, h_high = _branches(h, variable, nodes)
        if without < 0 and result < 0 and variable != wanted:
            depth += 1
            stack[depth, 0], stack[depth, 1], stack[depth, 2] = f_low, h_low, wanted
            stack[depth, 3] = -1
            continue
        if without < 0:
            stack[depth, 3] = 0 if variable == wanted else result
            result = -1
            depth += 1
            stack[depth, 0], stack[depth, 1], stack[depth, 2] = f_high, h_high, wanted
            if not given[variable]:
                stack[depth, 1] = apply(1, f_low, h_high, diagram, chance)
                stack[depth, 2] = -1 if variable == wanted else wanted
            stack[depth, 3] = -1
            continue
        held = result if given[variable] else apply(1, without, result, diagram, chance)
        result = make(variable, without, held, diagram, chance)
        memo[key] = result
        depth -= 1
    return result


@njit(cache=True, nogil=True)
def through_each(
    kind: Ints,
    param: Ints,
    first: Ints,
    child: Ints,
    leaf_levels: Ints,
    chance: Ints,
    top: int,
    wanted: Ints,
    given: Ints,
    max_nodes: int,
) -> tuple[Ints, bool]:
    """Give P(a minimal cut with the event has failed) of each level `wanted`.

    And whether all of it fits into `max_nodes` nodes.
    """
    diagram = empty_diagram(max_nodes, chance.size)
    root = top_root(kind, param, first, child, leaf_levels, chance, top, diagram)
    prob = np.zeros(wanted.size)
    for number in range(wanted.size):
        memo = Dict.empty(_KEY, types.int64)
        event = _through(root, 0, wanted[number], given, diagram, chance, memo)
        prob[number] = diagram.prob[event]
    return prob, diagram.state[FULL] == 0
