"""Compiled kernels of one decision diagram for all points: what stations share is built once.

Variables near the stations come first in the order and what stands far upstream comes last, so
that stations which need the same site or centre end in the same sub-diagram. The function of a
node is "fails"; node 0 is "does not fail", 1 is "fails"; children have smaller numbers than their
parents, which makes every pass over the diagram one loop. The diagram is cleared when it is full,
and goes on with the tops that are left.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from pollready.engine._kernels import ALL, FALSE, LEAF, TRUE, Ints, Number

# A node's row of `nodes` int32: the level of its variable, and its two branches.
VAR, LOW, HIGH = range(3)
_TERMINAL = (1 << 31) - 1
# `state` int64: nodes used, 1 once there is no room.
USED, FULL = range(2)
# A frame of the stack int64: the two functions, and the low branch once known.
_F, _G, _BELOW = range(3)
_FEW = 64  # so many are sorted by insertion
KEPT = 1 << 16  # nodes after which tops that are solved are cleared away


class Diagram(NamedTuple):
    """Nodes so far with their probabilities, the tables that find them, and working memory."""

    nodes: Ints  # int32[room, 3]
    prob: Ints  # float64[room]
    unique: Ints  # int32[slots], -1 where empty
    memo: Ints  # int64[slots, 2]: what was joined, and the result
    stack: Ints  # int64[levels + 2, 3]
    state: Ints


@njit(cache=True)
def empty_diagram(room: int, levels: int) -> Diagram:
    """Make a diagram of the two terminals, with room for so many nodes."""
    slots = 64
    while slots < 2 * room:
        slots *= 2
    diagram = Diagram(
        np.empty((room, 3), np.int32),
        np.empty(room),
        np.full(slots, -1, np.int32),
        np.full((slots, 2), -1, np.int64),
        np.empty((levels + 2, 3), np.int64),
        np.array([2, 0], np.int64),
    )
    diagram.nodes[0, VAR] = diagram.nodes[1, VAR] = _TERMINAL
    diagram.prob[0], diagram.prob[1] = 0.0, 1.0
    return diagram


@njit(cache=True)
def _widened(diagram: Diagram, room: int) -> Diagram:
    """Give the diagram with more room."""
    used, wider = diagram.state[USED], empty_diagram(room, diagram.stack.shape[0] - 2)
    wider.nodes[:used], wider.prob[:used] = diagram.nodes[:used], diagram.prob[:used]
    wider.state[USED] = used
    for node in range(2, used):
        slot = _slot(
            wider.nodes[node, VAR],
            wider.nodes[node, LOW],
            wider.nodes[node, HIGH],
            wider.unique.size,
        )
        while wider.unique[slot] >= 0:
            slot = (slot + 1) & (wider.unique.size - 1)
        wider.unique[slot] = node
    return wider


@njit(cache=True)
def _slot(variable: int, low: int, high: int, slots: int) -> Number:
    key = np.uint64(variable) * np.uint64(0x9E3779B97F4A7C15)
    key = (key ^ np.uint64(low)) * np.uint64(0xC2B2AE3D27D4EB4F)
    key = (key ^ np.uint64(high)) * np.uint64(0x9E3779B97F4A7C15)
    return np.int64(key >> np.uint64(24)) & (slots - 1)


@njit(cache=True)
def make(variable: int, low: int, high: int, diagram: Diagram, chance: Ints) -> Number:
    """Give the node "if the event, then high, else low", with its probability."""
    if low == high:
        return low
    nodes, prob, unique, _, _, state = diagram
    slot = _slot(variable, low, high, unique.size)
    while unique[slot] >= 0:
        node = unique[slot]
        same = nodes[node, VAR] == variable and nodes[node, LOW] == low
        if same and nodes[node, HIGH] == high:
            return node
        slot = (slot + 1) & (unique.size - 1)
    node = state[USED]
    if node == nodes.shape[0]:
        state[FULL] = 1
        return 0
    state[USED] = node + 1
    unique[slot] = node
    nodes[node, VAR], nodes[node, LOW], nodes[node, HIGH] = variable, low, high
    prob[node] = (1.0 - chance[variable]) * prob[low] + chance[variable] * prob[high]
    return node


@njit(cache=True)
def _memo_slot(key: int, memo: Ints) -> Number:
    mixed = np.uint64(key) * np.uint64(0x9E3779B97F4A7C15)
    return np.int64(mixed >> np.uint64(24)) & (memo.shape[0] - 1)


@njit(cache=True)
def _settled(either: int, f: int, g: int) -> Number:
    """Give "f or g" (`either`) or "f and g" where it needs no work, else -1."""
    if f == g:
        return f
    low, high = min(f, g), max(f, g)
    if low == 0:
        return high if either else 0
    if low == 1:
        return 1 if either else high
    return -1


@njit(cache=True)
def _branch(side: int, f: int, variable: int, nodes: Ints) -> Number:
    """Give the branch of f on a side (LOW, HIGH) of a variable; itself if it has not that."""
    return nodes[f, side] if nodes[f, VAR] == variable else f


@njit(cache=True)
def apply(either: int, f: int, g: int, diagram: Diagram, chance: Ints) -> Number:
    """Give "f or g" where `either` is 1, else "f and g"; a stack of its own bears any depth."""
    result = _settled(either, f, g)
    if result >= 0:
        return result
    nodes, _, _, memo, stack, state = diagram
    depth, fresh = 0, True
    stack[0, _F], stack[0, _G], stack[0, _BELOW] = min(f, g), max(f, g), -1
    while True:
        f, g = stack[depth, _F], stack[depth, _G]
        variable = min(nodes[f, VAR], nodes[g, VAR])
        key = f << 32 | g << 1 | either
        slot = _memo_slot(key, memo)
        if fresh and memo[slot, 0] == key:
            result = memo[slot, 1]
        else:
            side = LOW if stack[depth, _BELOW] < 0 else HIGH
            one, other = _branch(side, f, variable, nodes), _branch(side, g, variable, nodes)
            half = _settled(either, one, other)
            fresh = half < 0
            if half < 0:
                depth += 1
                stack[depth, _F], stack[depth, _G] = min(one, other), max(one, other)
                stack[depth, _BELOW] = -1
                continue
            if side == LOW:
                stack[depth, _BELOW] = half
                continue
            low = stack[depth, _BELOW]
            result = make(variable, low, half, diagram, chance)
            memo[slot, 0], memo[slot, 1] = key, result
        while True:  # hand the result up, through frames that waited for their high branch
            if state[FULL]:
                return 0
            if depth == 0:
                return result
            depth -= 1
            low = stack[depth, _BELOW]
            if low < 0:
                stack[depth, _BELOW] = result
                fresh = False
                break
            f, g = stack[depth, _F], stack[depth, _G]
            variable = min(nodes[f, VAR], nodes[g, VAR])
            result = make(variable, low, result, diagram, chance)
            key = f << 32 | g << 1 | either
            slot = _memo_slot(key, memo)
            memo[slot, 0], memo[slot, 1] = key, result


@njit(cache=True)
def _sort_by_depth(values: Ints, size: int, nodes: Ints) -> None:
    """Sort diagrams from the deepest first variable up: joined so, each is walked little."""
    if size > _FEW:
        order = np.argsort(-nodes[values[:size], VAR])
        values[:size] = values[:size][order]
        return
    for i in range(1, size):
        moved = values[i]
        j = i - 1
        while j >= 0 and nodes[values[j], VAR] < nodes[moved, VAR]:
            values[j + 1] = values[j]
            j -= 1
        values[j + 1] = moved


@njit(cache=True)
def _root(
    sort: int, leaf: int, leaf_levels: Ints, below: Ints, diagram: Diagram, chance: Ints
) -> Number:
    """Give the diagram of a gate whose children have the diagrams `below`."""
    if sort in (FALSE, TRUE):
        return 1 if sort == FALSE else 0
    if sort == LEAF:
        root = 1
        for level in range(leaf_levels[leaf, 1] - 1, leaf_levels[leaf, 0] - 1, -1):
            root = make(level, 0, root, diagram, chance)
        return root
    _sort_by_depth(below, below.size, diagram.nodes)
    either, root = 1 if sort == ALL else 0, below[0]
    for edge in range(1, below.size):
        root = apply(either, root, below[edge], diagram, chance)
    return root


@njit(cache=True)
def _cone(
    top: int, first: Ints, child: Ints, built: Ints, now: int, at: Ints, order: Ints, stack: Ints
) -> Number:
    """List what is not built yet below a top, children first; gives how many.

    `built` int64[n_gates] is `now` for what is, `-now` for what is on the way.
    """
    count, depth = 0, 0
    if built[top] == now:
        return 0
    stack[0], at[top], built[top] = top, first[top], -now
    while depth >= 0:
        node = stack[depth]
        if at[node] == first[node + 1]:
            order[count] = node
            count += 1
            depth -= 1
            continue
        below = child[at[node]]
        at[node] += 1
        if built[below] != now and built[below] != -now:
            built[below], at[below] = -now, first[below]
            depth += 1
            stack[depth] = below
    return count


@njit(cache=True)
def _add_slopes(
    tops: Ints,
    weights: Ints,
    begun: int,
    end: int,
    roots: Ints,
    diagram: Diagram,
    chance: Ints,
    slope: Ints,
) -> None:
    """Add to `slope` how the weighted sum of probabilities grows with each event's chance.

    From the roots of the tops down; parents have larger numbers than their branches.
    """
    nodes, prob, used = diagram.nodes, diagram.prob, diagram.state[USED]
    reached = np.zeros((used, weights.shape[1]))
    for top in range(begun, end):
        for w in range(weights.shape[1]):
            reached[roots[tops[top]], w] += weights[top, w]
    for node in range(used - 1, 1, -1):
        low, high, variable = nodes[node, LOW], nodes[node, HIGH], nodes[node, VAR]
        happens = chance[variable]
        for w in range(reached.shape[1]):
            weight = reached[node, w]
            if weight != 0.0:
                slope[variable, w] += weight * (prob[high] - prob[low])
                reached[low, w] += weight * (1.0 - happens)
                reached[high, w] += weight * happens


class Walk(NamedTuple):
    """Where a pass over the gates is: what is built, each gate's root, and working memory."""

    built: Ints  # int64[n_gates]: the pass in which it was built
    at: Ints
    order: Ints
    stack: Ints
    roots: Ints
    below: Ints


@njit(cache=True)
def _walk(first: Ints) -> Walk:
    gates, widest = first.size - 1, 2
    for node in range(gates):
        widest = max(widest, first[node + 1] - first[node])
    return Walk(
        np.zeros(gates, np.int64),
        np.empty(gates, np.int64),
        np.empty(gates, np.int64),
        np.empty(gates + 1, np.int64),
        np.empty(gates, np.int64),
        np.empty(widest, np.int64),
    )


@njit(cache=True)
def _build(
    kind: Ints, param: Ints, first: Ints, child: Ints, leaf_levels: Ints, chance: Ints,
    tops: Ints, begun: int, now: int, max_nodes: int, walk: Walk, diagram: Diagram,
) -> tuple[int, Diagram]:  # fmt: skip
    """Build tops from number `begun` on while there is room; gives the first that is not built.

    None is built where one alone needs more than `max_nodes` nodes.
    """
    number, roots = begun, walk.roots
    while number < tops.size:
        top = tops[number]
        count = _cone(top, first, child, walk.built, now, walk.at, walk.order, walk.stack)
        i = 0
        while i < count:
            node = walk.order[i]
            size = first[node + 1] - first[node]
            for edge in range(size):
                walk.below[edge] = roots[child[first[node] + edge]]
            below = walk.below[:size]
            root = _root(kind[node], param[node], leaf_levels, below, diagram, chance)
            if diagram.state[FULL]:
                # Where others take the room, they go first: a small diagram stays in the
                # processor's cache, which is worth more than what a large one shares.
                room = diagram.prob.size
                if room >= max_nodes or (room >= KEPT and number > begun):
                    return number, diagram
                diagram = _widened(diagram, min(4 * room, max_nodes))
                continue  # the same gate again
            roots[node], walk.built[node] = root, now
            i += 1
        number += 1
    return number, diagram


@njit(cache=True)
def _clear(diagram: Diagram) -> None:
    diagram.unique[:], diagram.memo[:, 0] = -1, -1
    diagram.state[USED], diagram.state[FULL] = 2, 0


@njit(cache=True, nogil=True)
def shared_probabilities(
    kind: Ints,
    param: Ints,
    first: Ints,
    child: Ints,
    leaf_levels: Ints,
    chance: Ints,
    tops: Ints,
    weights: Ints,
    start: int,
    max_nodes: int,
) -> tuple[Ints, Ints, int]:
    """Give the probability that each top fails, the slopes, and how many tops were solved.

    Leaf l fails if all events of the levels `leaf_levels[l, 0]` up to `leaf_levels[l, 1]` happen;
    `chance` float64[n_levels] is by level. The slopes float64[n_levels, n_weights] are those of
    the sum of `weights[top]` times its probability. Solving begins at top number `start`, and
    ends before a top that alone needs more than `max_nodes` nodes.
    """
    result, slope = np.zeros(tops.size), np.zeros((chance.size, weights.shape[1]))
    walk = _walk(first)
    diagram = empty_diagram(max(2, min(1 << 14, max_nodes)), chance.size)
    begun, now = start, 1
    while begun < tops.size:
        number, diagram = _build(
            kind, param, first, child, leaf_levels, chance, tops, begun, now, max_nodes, walk,
            diagram,
        )  # fmt: skip
        if number == begun:
            break
        for top in range(begun, number):
            result[top] = diagram.prob[walk.roots[tops[top]]]
        _add_slopes(tops, weights, begun, number, walk.roots, diagram, chance, slope)
        _clear(diagram)
        begun, now = number, now + 1
    return result, slope, begun


@njit(cache=True)
def _lanes_of(
    tops: Ints, begun: int, end: int, roots: Ints, diagram: Diagram, chance: Ints, down: Ints,
    result: Ints,
) -> None:  # fmt: skip
    """Write the probabilities of tops lane by lane: only of nodes that some of them reaches."""
    nodes, used, lanes = diagram.nodes, diagram.state[USED], down.shape[1]
    needed = np.zeros(used, np.bool_)
    for top in range(begun, end):
        needed[roots[tops[top]]] = True
    for node in range(used - 1, 1, -1):
        if needed[node]:
            needed[nodes[node, LOW]], needed[nodes[node, HIGH]] = True, True
    prob = np.zeros((used, lanes))
    prob[1] = 1.0
    for node in range(2, used):
        if not needed[node]:
            continue
        low, high, variable = nodes[node, LOW], nodes[node, HIGH], nodes[node, VAR]
        if chance[variable] < 0.0:
            switch = int(-chance[variable]) - 1
            for lane in range(lanes):
                prob[node, lane] = prob[high, lane] if down[switch, lane] else prob[low, lane]
        else:
            happens = chance[variable]
            for lane in range(lanes):
                prob[node, lane] = (1.0 - happens) * prob[low, lane] + happens * prob[high, lane]
    for top in range(begun, end):
        result[top] = prob[roots[tops[top]]]


@njit(cache=True, nogil=True)
def lane_probabilities(
    kind: Ints, param: Ints, first: Ints, child: Ints, leaf_levels: Ints, chance: Ints,
    tops: Ints, down: Ints, start: int, max_nodes: int,
) -> tuple[Ints, int]:  # fmt: skip
    """Give float64[n_tops, n_lanes], the probability that each top fails in each lane.

    A level whose `chance` is -1 - s is that of switch s: its event happens in the lanes where
    `down` bool[n_switches, n_lanes]. The rest is as in `shared_probabilities`.
    """
    result = np.zeros((tops.size, down.shape[1]))
    walk = _walk(first)
    diagram = empty_diagram(max(2, min(1 << 14, max_nodes)), chance.size)
    begun, now = start, 1
    while begun < tops.size:
        number, diagram = _build(
            kind, param, first, child, leaf_levels, chance, tops, begun, now, max_nodes, walk,
            diagram,
        )  # fmt: skip
        if number == begun:
            break
        _lanes_of(tops, begun, number, walk.roots, diagram, chance, down, result)
        _clear(diagram)
        begun, now = number, now + 1
    return result, begun


@njit(cache=True)
def top_root(
    kind: Ints,
    param: Ints,
    first: Ints,
    child: Ints,
    leaf_levels: Ints,
    chance: Ints,
    top: int,
    diagram: Diagram,
) -> Number:
    """Build one top in a diagram and give its root; `diagram.state[FULL]` tells if it fitted."""
    gates = kind.size
    built, at = np.zeros(gates, np.int64), np.empty(gates, np.int64)
    order, walk = np.empty(gates, np.int64), np.empty(gates + 1, np.int64)
    roots = np.zeros(gates, np.int64)
    for i in range(_cone(top, first, child, built, 1, at, order, walk)):
        node = order[i]
        below = roots[child[first[node] : first[node + 1]]]
        roots[node] = _root(kind[node], param[node], leaf_levels, below, diagram, chance)
    return roots[top]
