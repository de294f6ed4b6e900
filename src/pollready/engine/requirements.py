"""The distinct requirements of a service level during an outage, as plain gates."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pollready.engine.condensing import Condensed, shared_part, whole_part
from pollready.engine.gates import TRUE
from pollready.engine.network import Graph, Kind, Network, Unknowns, seconds
from pollready.engine.timing import spelled_out


@dataclass(frozen=True, eq=False)
class Requirements:
    """Plain gates: what each point needs to hold a level for a time.

    Leaf v of `graph` (LEAF, ALL, ANY) is element `elements[v]`, in order. `gate` int64[n_points]
    is the gate of each point, FALSE where it is below in the base state and -1 where it lacks
    the service. `tops` int64[n] are the distinct gates that something can bring down, `weights`
    float64[n, 3] the known voters, points, and points without a known number behind each.
    """

    graph: Graph
    elements: NDArray[np.int64]
    gate: NDArray[np.int64]
    tops: NDArray[np.int64]
    weights: NDArray[np.float64]


def requirements(
    network: Network,
    service: str,
    level: str,
    duration_h: float,
    unknowns: Unknowns,
    *,
    private: bool = False,
) -> Requirements:
    """Give the distinct requirements, derived once per network, level, time and reading.

    Over shared elements alone (private ones work), or over all where `private`. Raises
    `UnknownName`, and ValueError for a negative duration.
    """
    column = network.level(service, level)
    if not duration_h >= 0:
        raise ValueError(f"a duration is at least 0 hours, not {duration_h}")
    duration_s = seconds(duration_h)
    key = ("requirements", service, column, duration_s, Unknowns(unknowns), private)
    if key not in network.derived:
        part = (whole_part if private else shared_part)(network, service, unknowns)
        network.derived[key] = _made(network, part, column, duration_s)
    result: Requirements = network.derived[key]
    return result


def point_weights(network: Network) -> NDArray[np.float64]:
    """Give float64[n_points, 3]: known voters, 1, and 1 where voters are not known."""
    unknown = np.isnan(network.voters)
    known = np.where(unknown, 0.0, network.voters)
    return np.column_stack([known, np.ones(len(known)), unknown.astype(np.float64)])


def _made(network: Network, part: Condensed, column: int, duration_s: int) -> Requirements:
    nodes = part.tops[:, column]
    asked = np.zeros(part.graph.kind.size, dtype=np.bool_)
    present = nodes >= 0
    asked[nodes[present]] = True
    distinct = np.nonzero(asked)[0]
    timed = spelled_out(part.graph, distinct.astype(np.int32), longest_s=duration_s)
    gate_of = np.empty(part.graph.kind.size, dtype=np.int64)
    gate_of[distinct] = timed.roots
    # All that is left works in the base state, so only what is FALSE is below there.
    gate = np.where(present, gate_of[nodes], -1)
    counted = gate > TRUE
    size = timed.graph.kind.size
    weights = point_weights(network)[counted]
    sums = [np.bincount(gate[counted], weight, size) for weight in weights.T]
    behind = np.column_stack(sums).astype(np.float64, copy=False)
    tops = np.nonzero(behind[:, 1])[0]
    graph, elements = _numbered(timed.graph)
    return Requirements(graph, elements, gate, tops, behind[tops])


def _numbered(graph: Graph) -> tuple[Graph, NDArray[np.int64]]:
    """Number the elements that remain from 0 on, in order, and give which they are."""
    leaf = np.nonzero(graph.kind == Kind.LEAF)[0]
    elements, number = np.unique(graph.param[leaf], return_inverse=True)
    param = np.zeros_like(graph.param)
    param[leaf] = number
    return Graph(graph.kind, param, graph.first, graph.child), elements
