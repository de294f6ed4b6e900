"""Exact probability of every point, in blocks of stations over any workers."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pollready.engine import _diagram_kernels
from pollready.engine.budget import UNLIMITED, Budget
from pollready.engine.contingency import point_weights
from pollready.engine.network import Network, Unknowns
from pollready.engine.reliability import MAX_NODES, DiagramTooLarge, Reliability, _canonical
from pollready.engine.sweep import Progress, Workers, sweep

BLOCK_TOPS = 2048


class _Diagrams(NamedTuple):
    """What the diagrams of all tops are made of; numbers only, no name."""

    kind: NDArray[np.int8]
    param: NDArray[np.int64]
    first: NDArray[np.int64]
    child: NDArray[np.int32]
    events: NDArray[np.int64]
    chances: NDArray[np.float64]
    tops: NDArray[np.int64]
    max_nodes: int


def exact_in_blocks(
    network: Network,
    service: str,
    level: str,
    unknowns: Unknowns = Unknowns.WORKING,
    *,
    max_nodes: int = MAX_NODES,
    block_tops: int = BLOCK_TOPS,
    workers: Workers = None,
    progress: Progress | None = None,
    budget: Budget = UNLIMITED,
) -> Reliability:
    """Compute what `reliability.exact` does, spread over workers in blocks of stations.

    Parameters
    ----------
    network : Network
    service, level, unknowns, max_nodes
        As of `reliability.exact`.
    block_tops : int
        Distinct requirements in a block.
    workers, progress, budget
        As of `sweep`. Points that a spent budget left out have probability NaN, and are neither
        in the expected voters nor in `points_without_voters`.

    Returns
    -------
    Reliability
        The same to the bit as of `reliability.exact`.

    Raises
    ------
    UnknownName
        If the network has no such service or level.
    DiagramTooLarge
        If a diagram needs more than `max_nodes` nodes.
    WorkersLost
        As of `sweep`.

    Examples
    --------
    >>> from pollready.engine.network import NetworkBuilder
    >>> builder = NetworkBuilder()
    >>> builder.component("feeder", q=0.1)
    >>> builder.point("school", voters=900, services={"admit": {"online": "feeder"}})
    >>> exact_in_blocks(builder.build(), "admit", "online").prob("school")
    0.1
    """
    column = network.level(service, level)
    part = _canonical(network, service, unknowns)
    roots = part.roots[:, column]
    present = np.nonzero(roots >= 0)[0]
    distinct, place = np.unique(roots[present], return_inverse=True)
    graph = part.graph
    diagrams = _Diagrams(
        graph.kind, graph.param, graph.first, graph.child, part.events, part.chances,
        distinct, max_nodes,
    )  # fmt: skip
    blocks = [(start, start + block_tops) for start in range(0, len(distinct), block_tops)]
    swept = sweep(solve_block, diagrams, blocks, workers=workers, progress=progress, budget=budget)
    if any(found is None for found in swept.results):
        raise DiagramTooLarge(service, level, max_nodes)
    prob = np.full(len(distinct), np.nan)
    solved = np.concatenate([*swept.results, np.empty(0)])
    prob[: len(solved)] = solved
    prob_below = np.full(len(roots), np.nan)
    prob_below[present] = prob[place]
    done = present[place < len(solved)]
    weights = point_weights(network)[done]
    return Reliability(
        network=network,
        service=service,
        level=level,
        unknowns=Unknowns(unknowns),
        prob_below=prob_below,
        expected_voters_affected=float(weights[:, 0] @ prob_below[done]),
        points_without_voters=round(weights[:, 2].sum()),
    )


def solve_block(diagrams: _Diagrams, block: tuple[int, int]) -> NDArray[np.float64] | None:
    """Give the probability of each top of one block, None where a diagram is too large."""
    kind, param, first, child, events, chances, tops, max_nodes = diagrams
    mine = tops[slice(*block)]
    prob, done = _diagram_kernels.top_probabilities(
        kind, param, first, child, events, chances, mine, max_nodes
    )
    return None if done < len(mine) else prob
