"""What the decision diagrams of a service are made of: gates over numbered events."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pollready.engine import _numbering_kernels
from pollready.engine.condensing import (
    Condensed,
    condensed,
    element_of_leaves,
    owner_of_nodes,
)
from pollready.engine.network import SECONDS_PER_H, Graph, Kind, Network, Unknowns
from pollready.engine.timing import spelled_out

FOREVER_H = float("inf")
NO_LEVEL = -1


@dataclass(frozen=True, eq=False)
class Variables:
    """The leaves' variables: `q` float64[n], `mttr_h` float64[n] (infinite: no duration).

    `element` int64[n] is the component or group whose state a variable is, -1 where it is a hit
    (`hit` bool[n]) or stands for private parts of equal figures.
    """

    q: NDArray[np.float64]
    mttr_h: NDArray[np.float64]
    element: NDArray[np.int64]
    hit: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Canonical:
    """Gates LEAF, ALL, ANY over independent events, in the order of a diagram's levels.

    `roots` int64[n_points, n_levels of the service] holds the gate of each level, -1 without the
    service. Leaf number l (`graph.param`) fails if all events of the levels
    `leaf_levels[l, 0]` up to `leaf_levels[l, 1]` happen, `chance` float64[n] says how likely
    each is, given those of its variable before. `first_level` int64[n_variables] is the level
    of a variable's first event, NO_LEVEL where nothing asks for it, and `first_share` float64
    the part of q that this event's chance is. `leaf_variable` int64[n_gates] is the variable of
    each leaf here, `node_variable` int64[n_nodes] that of each leaf of the network.
    """

    graph: Graph
    roots: NDArray[np.int64]
    leaf_levels: NDArray[np.int64]
    chance: NDArray[np.float64]
    variables: Variables
    first_level: NDArray[np.int64]
    first_share: NDArray[np.float64]
    leaf_variable: NDArray[np.int64]
    node_variable: NDArray[np.int64]


def canonical(network: Network, service: str, unknowns: Unknowns) -> Canonical:
    """Condense for probabilities: private parts are numbered by place and figures, not by name.

    The n-th private part of one point and that of another become one variable where q and mttr
    agree; no diagram contains both, so nothing is assumed about them together.
    """
    key = ("canonical", service, Unknowns(unknowns))
    if key not in network.derived:
        value, second, variables = _numbered(network, service)
        part = condensed(network, service, unknowns, element_of_leaves(network), value, second)
        network.derived[key] = _timed(part, variables, value)
    result: Canonical = network.derived[key]
    return result


def _numbered(
    network: Network, service: str
) -> tuple[NDArray[np.int64], NDArray[np.int64], Variables]:
    """Give the variable of each leaf, of a hit also the second, and what they are."""
    graph, forever = network.graph, np.array([FOREVER_H]).view(np.int64)
    figures = np.column_stack([network.q, network.mttr_h])
    value, second, names = _numbering_kernels.number_leaves(
        graph.kind, graph.param, owner_of_nodes(network, service), len(network.point_ids),
        len(network.component_ids), network.hit_group, network.reach,
        figures.view(np.int64), network.reach.view(np.int64), forever[0],
    )  # fmt: skip
    own = np.ascontiguousarray(names[:, 2:]).view(np.float64)
    element = np.where(names[:, 0] == _numbering_kernels.OWN, names[:, 1], -1)
    hit = (names[:, 0] == _numbering_kernels.SHARED_HIT) | (
        names[:, 0] == _numbering_kernels.PRIVATE_HIT
    )
    return value, second, Variables(own[:, 0], own[:, 1], element, hit)


def _timed(part: Condensed, variables: Variables, node_variable: NDArray[np.int64]) -> Canonical:
    """Spell the rides out for all levels, the lowest first: it is made of the others."""
    tops = np.concatenate([np.unique(column[column >= 0]) for column in part.tops.T[::-1]])
    timeless = np.isinf(variables.mttr_h)
    timed = spelled_out(part.graph, tops, timeless=timeless)
    root_of = np.full(part.graph.kind.size, -1, dtype=np.int64)
    root_of[tops] = timed.roots
    roots = np.where(part.tops >= 0, root_of[part.tops], -1)
    graph = timed.graph
    leaf = np.nonzero(graph.kind == Kind.LEAF)[0]
    number = np.zeros_like(graph.param)
    number[leaf] = np.arange(leaf.size)
    variable, time_s = graph.param[leaf], timed.time_s[leaf]
    order = _order(graph, roots, leaf, variable, time_s, variables.q.size)
    new = np.append(True, np.diff(variable[order]) != 0)[: leaf.size]
    first_of = np.maximum.accumulate(np.where(new, np.arange(leaf.size), 0))
    leaf_levels = np.empty((leaf.size, 2), dtype=np.int64)
    leaf_levels[order, 0], leaf_levels[order, 1] = first_of, np.arange(leaf.size) + 1
    share = _shares(variable[order], time_s[order], new, variables)
    chance = np.where(new, variables.q[variable[order]] * share, share)
    first_level = np.full(variables.q.size, NO_LEVEL, dtype=np.int64)
    first_level[variable[order][new]] = np.nonzero(new)[0]
    first_share = np.zeros(variables.q.size)
    first_share[variable[order][new]] = share[new]
    return Canonical(
        Graph(graph.kind, number, graph.first, graph.child),
        roots, leaf_levels, chance, variables, first_level, first_share, graph.param, node_variable,
    )  # fmt: skip


def _order(
    graph: Graph,
    roots: NDArray[np.int64],
    leaf: NDArray[np.int64],
    variable: NDArray[np.int64],
    time_s: NDArray[np.int64],
    count: int,
) -> NDArray[np.int64]:
    """Order the leaves: variables with few ways to them first, times of one variable rising.

    What few ways lead to is near the stations; what is far upstream comes last, where the
    diagrams of all stations meet.
    """
    paths = _numbering_kernels.paths_above(graph.first, graph.child, np.unique(roots[roots >= 0]))
    ways = np.bincount(variable, paths[leaf], count)
    lowest = np.full(count, graph.kind.size)
    np.minimum.at(lowest, variable, leaf)
    return np.lexsort((time_s, variable, -lowest[variable], ways[variable]))


def _shares(
    variable: NDArray[np.int64],
    time_s: NDArray[np.int64],
    new: NDArray[np.bool_],
    variables: Variables,
) -> NDArray[np.float64]:
    """Give the part of those out so far that is still out at each time asked for.

    Repair times are exponential: exp(-waited / mttr), waited since the time before (or 0). What
    is given to last some hours (`given`) is out at every time up to those, and at none after.
    """
    before_s = np.where(new, 0, np.append(0, time_s)[: time_s.size])
    waited_h = (time_s - before_s) / SECONDS_PER_H
    mttr_h = variables.mttr_h[variable]
    share = np.ones(time_s.size)
    waiting = waited_h > 0
    share[waiting] = np.where(
        mttr_h[waiting] > 0,
        np.exp(-waited_h[waiting] / np.maximum(mttr_h[waiting], 1e-300)),
        0.0,
    )
    lasts = mttr_h < 0
    share[lasts] = time_s[lasts] <= -mttr_h[lasts] * SECONDS_PER_H
    return share


@dataclass(frozen=True, eq=False)
class OwnOrder:
    """Levels in the order in which one top meets its leaves; `level` is each one's in all."""

    leaf_levels: NDArray[np.int64]
    chance: NDArray[np.float64]
    level: NDArray[np.int64]


def own_order(part: Canonical, top: int) -> OwnOrder:
    """Order the levels by a depth-first walk from one top; those it does not ask for go last."""
    graph, seen = part.graph, {top}
    stack, met = [top], []
    while stack:
        node = stack.pop()
        if graph.kind[node] == Kind.LEAF:
            met.append(int(graph.param[node]))
        below = graph.child[graph.first[node] : graph.first[node + 1]].tolist()
        fresh = [c for c in reversed(below) if c not in seen]
        seen.update(fresh)
        stack.extend(fresh)
    starts = np.unique(part.leaf_levels[:, 0])
    ends = np.append(starts[1:], part.chance.size)
    end_of = dict(zip(starts.tolist(), ends.tolist(), strict=True))
    firsts = dict.fromkeys(int(part.leaf_levels[leaf, 0]) for leaf in met)
    firsts.update(dict.fromkeys(end_of))
    level = np.concatenate([np.arange(start, end_of[start]) for start in firsts])
    place = np.empty_like(level)
    place[level] = np.arange(level.size)
    size = part.leaf_levels[:, 1] - part.leaf_levels[:, 0]
    first = place[part.leaf_levels[:, 0]]
    return OwnOrder(np.column_stack([first, first + size]), part.chance[level], level)
