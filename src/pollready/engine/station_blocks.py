"""Exact probability of every point, in blocks of stations over any workers."""

from pollready.engine.budget import UNLIMITED, Budget
from pollready.engine.network import Network, Unknowns
from pollready.engine.reliability import (
    BLOCK_TOPS,
    MAX_NODES,
    Reliability,
    blocks_of,
    gathered,
    solve_block,
    tops_of,
)
from pollready.engine.sweep import Progress, Workers, sweep


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
        The same to the bit as of `reliability.exact`; with another `block_tops`, the sums of
        Birnbaum's measure may differ in their last digits. A spent budget leaves them at what
        the points solved by then make.

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
    tops, present, place = tops_of(network, service, level, unknowns, max_nodes)
    blocks = blocks_of(len(tops.gates), block_tops)
    swept = sweep(solve_block, tops, blocks, workers=workers, progress=progress, budget=budget)
    return gathered(network, service, level, unknowns, tops, present, place, list(swept.results))
