"""Rides spelled out: each node at each time that is asked of it becomes a plain gate."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pollready.engine import _timing_kernels
from pollready.engine.network import Graph

NEVER_S = _timing_kernels.NEVER_S


@dataclass(frozen=True, eq=False)
class Timed:
    """Gates H(node, t) of a graph: leaves, ALL and ANY alone.

    `graph.param` of a leaf is its variable and `time_s` int64[n] its time; `roots`
    int64[n_nodes] holds the gate H(node, 0) of each node that was asked for.
    """

    graph: Graph
    time_s: NDArray[np.int64]
    roots: NDArray[np.int64]


def spelled_out(
    graph: Graph,
    nodes: NDArray[np.int32],
    *,
    timeless: NDArray[np.bool_] | None = None,
    longest_s: int = NEVER_S,
) -> Timed:
    """Make the gates H(node, 0) of `nodes`, equal ones once.

    Past `longest_s` no outage lasts, so everything holds. `timeless` bool[n_variables] tells
    which variables are the same leaf at any time; all are where it is not given.
    """
    if timeless is None:
        timeless = np.ones(int(graph.param.max(initial=0)) + 1, dtype=np.bool_)
    gates, roots = _timing_kernels.spell_out(
        graph.kind, graph.param, graph.first, graph.child, nodes, timeless, longest_s
    )
    count = int(gates.made[0])
    first = gates.first[: count + 1]
    made = Graph(gates.kind[:count], gates.param[:count], first, gates.child[: first[count]])
    return Timed(made, gates.time_s[:count], roots)
