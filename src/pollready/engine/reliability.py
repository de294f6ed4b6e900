"""Exact probability that a point is below a level, by decision diagrams."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pollready.engine import _diagram_kernels
from pollready.engine.canonical import NO_LEVEL, Canonical, canonical, own_order
from pollready.engine.errors import EngineError
from pollready.engine.network import Both, Network, Unknowns
from pollready.engine.requirements import point_weights

MAX_NODES = 1 << 22  # of one point's diagram: about 300 MB
BLOCK_TOPS = 8192  # distinct requirements that one thread or worker solves at a time
THREADS = 2


class DiagramTooLarge(EngineError):
    """The diagram of some point's service level needs more than `max_nodes` nodes."""

    code = "engine.diagram-too-large"

    def __init__(self, service: str, level: str, max_nodes: int) -> None:
        super().__init__(service, level, max_nodes)
        self.service = service
        self.level = level
        self.max_nodes = max_nodes


@dataclass(frozen=True, eq=False)
class Reliability:
    """P(below the level) of every point: float64[n_points], NaN where the service is absent.

    `expected_voters_affected` sums voters x probability over points with a known number;
    `points_without_voters` counts the others. `birnbaum` float64[n_elements, 2] says by how much
    the expected voters and points below the level grow with each element's own q, NaN for what
    is private to a point or behind none (`importance` has the private ones, point by point).
    """

    network: Network
    service: str
    level: str
    unknowns: Unknowns
    prob_below: NDArray[np.float64]
    expected_voters_affected: float
    points_without_voters: int
    birnbaum: NDArray[np.float64]

    def prob(self, point: str) -> float:
        """Give the probability of one point; raises `UnknownName`."""
        return float(self.prob_below[self.network.point(point)])


def exact(
    network: Network,
    service: str,
    level: str,
    unknowns: Unknowns = Unknowns.WORKING,
    *,
    max_nodes: int = MAX_NODES,
) -> Reliability:
    """Compute the exact probability that each point is below a level at a moment.

    Parameters
    ----------
    network : Network
    service, level : str
        The level that must hold.
    unknowns : Unknowns
        Elements of unknown state never fail, or are out for good (a group's hits stay as its
        reach says).
    max_nodes : int
        Limit of one point's decision diagram.

    Returns
    -------
    Reliability

    Raises
    ------
    UnknownName
        If the network has no such service or level.
    DiagramTooLarge
        If the diagram needs more than `max_nodes` nodes.

    Notes
    -----
    P(out for at least t) = q exp(-t / mttr); the events for t1 < t2 < ... of one element are
    nested, so event k is encoded as "at least t_k, given at least t_(k-1)": these are
    independent. Points that differ only in private parts of equal figures are solved once.
    `docs/method/exact-probability.md`; Bryant 1986 for the diagram.

    Examples
    --------
    >>> from pollready.engine.network import NetworkBuilder
    >>> builder = NetworkBuilder()
    >>> builder.component("mains", q=0.1, mttr_h=4)
    >>> builder.component("battery", q=0.2)
    >>> builder.point("school", voters=1000,
    ...               services={"admit": {"online": "ride(mains, 4h, battery)"}})
    >>> result = exact(builder.build(), "admit", "online")
    >>> round(result.prob("school"), 5), round(result.expected_voters_affected, 2)
    (0.04943, 49.43)
    """
    tops, present, place = tops_of(network, service, level, unknowns, max_nodes)
    blocks = blocks_of(len(tops.gates))
    with ThreadPoolExecutor(min(THREADS, max(len(blocks), 1))) as pool:
        found = list(pool.map(lambda block: solve_block(tops, block), blocks))
    return gathered(network, service, level, unknowns, tops, present, place, found)


def exact_both(
    network: Network, service: str, level: str, *, max_nodes: int = MAX_NODES
) -> Both[Reliability]:
    """Compute with unknowns working and with unknowns failed."""
    return Both(
        exact(network, service, level, Unknowns.WORKING, max_nodes=max_nodes),
        exact(network, service, level, Unknowns.FAILED, max_nodes=max_nodes),
    )


@dataclass(frozen=True, eq=False)
class Tops:
    """The distinct gates of a service level, numbers only: what a worker needs to solve some.

    `gates` int64[n] and `weights` float64[n, 2], the known voters and the points behind each.
    """

    part: Canonical
    gates: NDArray[np.int64]
    weights: NDArray[np.float64]
    too_large: DiagramTooLarge


Solved = tuple[NDArray[np.float64], NDArray[np.float64]]  # probabilities, slopes of the levels


def tops_of(
    network: Network, service: str, level: str, unknowns: Unknowns, max_nodes: int
) -> tuple[Tops, NDArray[np.int64], NDArray[np.int64]]:
    """Give the distinct gates, the points that have the service, and which gate each needs."""
    column = network.level(service, level)
    part = canonical(network, service, unknowns)
    roots = part.roots[:, column]
    present = np.nonzero(roots >= 0)[0]
    gates, place = np.unique(roots[present], return_inverse=True)
    weights = np.zeros((gates.size, 2))
    np.add.at(weights, place, point_weights(network)[present, :2])
    nothing = np.empty(0, dtype=np.int64)
    lean = replace(part, roots=nothing[:, None], node_variable=nothing)
    return Tops(lean, gates, weights, DiagramTooLarge(service, level, max_nodes)), present, place


def blocks_of(tops: int, size: int = BLOCK_TOPS) -> list[tuple[int, int]]:
    """Cut the tops into blocks: always the same, so that sums are the same on any machine."""
    return [(start, min(start + size, tops)) for start in range(0, tops, size)]


def solve_block(tops: Tops, block: tuple[int, int]) -> Solved:
    """Give each top's probability, and how their weighted sums grow with each level's chance."""
    mine = slice(*block)
    return _solve(tops.part, tops.gates[mine], tops.weights[mine], tops.too_large)


def gathered(
    network: Network,
    service: str,
    level: str,
    unknowns: Unknowns,
    tops: Tops,
    present: NDArray[np.int64],
    place: NDArray[np.int64],
    found: list[Solved],
) -> Reliability:
    """Put the first blocks together; points of blocks that are missing have probability NaN."""
    solved = np.concatenate([prob for prob, _ in found]) if found else np.empty(0)
    slopes = np.zeros((tops.part.chance.size, 2))
    for _, slope in found:
        slopes += slope
    done = place < len(solved)
    prob_below = np.full(len(network.point_ids), np.nan)
    prob_below[present[done]] = solved[place[done]]
    weights = point_weights(network)[present[done]]
    return Reliability(
        network=network,
        service=service,
        level=level,
        unknowns=Unknowns(unknowns),
        prob_below=prob_below,
        expected_voters_affected=float(weights[:, 0] @ prob_below[present[done]]),
        points_without_voters=round(weights[:, 2].sum()),
        birnbaum=_by_element(network, tops.part, slopes),
    )


def top_slopes(
    part: Canonical, top: int, too_large: DiagramTooLarge
) -> tuple[float, NDArray[np.float64]]:
    """Give one top's probability, and how it grows with each level's chance."""
    prob, slopes = _solve(part, np.array([top]), np.ones((1, 1)), too_large)
    return float(prob[0]), slopes[:, 0]


def _solve(
    part: Canonical,
    tops: NDArray[np.int64],
    weights: NDArray[np.float64],
    too_large: DiagramTooLarge,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    graph = part.graph
    prob, slopes = np.zeros(tops.size), np.zeros((part.chance.size, weights.shape[1]))
    start = 0
    while start < tops.size:
        found, slope, end = _diagram_kernels.shared_probabilities(
            graph.kind, graph.param, graph.first, graph.child, part.leaf_levels, part.chance,
            tops, weights, start, too_large.max_nodes,
        )  # fmt: skip
        prob[start:end] = found[start:end]
        slopes += slope
        start = end
        if end < tops.size:  # one top does not fit in the order of all: it gets its own
            own = own_order(part, int(tops[end]))
            found, slope, done = _diagram_kernels.shared_probabilities(
                graph.kind, graph.param, graph.first, graph.child, own.leaf_levels, own.chance,
                tops[end : end + 1], weights[end : end + 1], 0, too_large.max_nodes,
            )  # fmt: skip
            if not done:
                raise too_large
            prob[end] = found[0]
            slopes[own.level] += slope
            start = end + 1
    return prob, slopes


def _by_element(
    network: Network, part: Canonical, slopes: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Give what the slopes of the first events are per element's own q."""
    birnbaum = np.full((len(network.element_ids), slopes.shape[1]), np.nan)
    named = np.nonzero((part.variables.element >= 0) & (part.first_level != NO_LEVEL))[0]
    birnbaum[part.variables.element[named]] = (
        slopes[part.first_level[named]] * part.first_share[named, None]
    )
    return birnbaum
