"""The distinct requirements that points have of a level, and the voters behind each."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pollready.engine.condensing import shared_part
from pollready.engine.gates import TRUE
from pollready.engine.network import Graph, Network, Unknowns, seconds
from pollready.engine.propagation import evaluate
from pollready.engine.timing import spelled_out


@dataclass(frozen=True, eq=False)
class Requirements:
    """What the points that hold a level need in an outage of a given length, equal needs once.

    `graph` has leaves (`param` is the element), ALL and ANY alone. `gate` int64[n_points] is the
    gate of each point, -1 without the service; `below` int8[n_points] its level with nothing
    failed, `base_below` bool[n_points] whether that is below the level asked for. `tops` int64[n]
    lists the gates that can fail of points that hold it, `weights` float64[n, 3] the known
    voters, the points and the points without voters behind each.
    """

    graph: Graph
    gate: NDArray[np.int64]
    below: NDArray[np.int8]
    base_below: NDArray[np.bool_]
    tops: NDArray[np.int64]
    weights: NDArray[np.float64]


def requirements(
    network: Network, service: str, level: str, duration_h: float, unknowns: Unknowns
) -> Requirements:
    """Give the distinct requirements on what is shared; private parts work.

    Raises `UnknownName`, and ValueError where `duration_h` is negative.
    """
    column = network.level(service, level)
    if not duration_h >= 0:
        raise ValueError(f"a duration is at least 0 hours, not {duration_h}")
    part = shared_part(network, service, unknowns)
    nodes = part.tops[:, column]
    present = np.nonzero(nodes >= 0)[0]
    gate = np.full(len(nodes), -1, dtype=np.int64)
    distinct, place = np.unique(nodes[present], return_inverse=True)
    timed = spelled_out(part.graph, distinct, longest_s=seconds(duration_h))
    gate[present] = timed.roots[place]
    below = evaluate(network, (), duration_h, unknowns)[service]
    base_below = (below > column) | (below < 0)
    counted = np.nonzero(~base_below & (gate > TRUE))[0]
    tops, place = np.unique(gate[counted], return_inverse=True)
    merged = np.zeros((len(tops), 3))
    np.add.at(merged, place, point_weights(network)[counted])
    return Requirements(timed.graph, gate, below, base_below, tops, merged)


def point_weights(network: Network) -> NDArray[np.float64]:
    """Give float64[n_points, 3]: known voters, 1, and 1 where voters are not known."""
    unknown = np.isnan(network.voters)
    known = np.where(unknown, 0.0, network.voters)
    return np.column_stack([known, np.ones(len(known)), unknown.astype(np.float64)])
