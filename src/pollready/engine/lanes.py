"""Exact probabilities of many variants of a network at once: one diagram, evaluated in lanes."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from pollready.engine import _diagram_kernels
from pollready.engine.canonical import NO_LEVEL, Canonical, canonical, own_order
from pollready.engine.network import Kind, Network, Unknowns
from pollready.engine.reliability import THREADS, DiagramTooLarge, blocks_of

MAX_NODES = 1 << 20  # of one point's diagram: beside 400 MB of lanes where there are fifty
SWITCH_H = 1e12  # marks a switch's figures; as a duration it is for good
BLOCK_TOPS = 512  # distinct requirements that one thread solves at a time

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Lanes:
    """A network with switches: components that in each lane are out, or work, for certain.

    Parameters
    ----------
    network : Network
    switches : sequence of str
        Components that stand for a choice. They require nothing and are in no group.
    down : bool[n_lanes, n_switches]
        Which of them are out in which lane.
    max_nodes : int
        Limit of one point's decision diagram.

    Raises
    ------
    UnknownName
        If a switch is none of the network's.

    Notes
    -----
    A diagram is made once for all lanes, and its nodes are evaluated lane by lane: at the node of
    a switch each lane goes down one branch. `docs/method/exact-probability.md`.

    Examples
    --------
    >>> from pollready.engine.network import NetworkBuilder
    >>> builder = NetworkBuilder()
    >>> for name, q in (("mains", 0.1), ("generator", 0.2), ("given", 0.5)):
    ...     builder.component(name, q=q)
    >>> builder.point("school", voters=900,
    ...               services={"admit": {"online": "mains | given & generator"}})
    >>> lanes = Lanes(builder.build(), ["given"], np.array([[True], [False]]))
    >>> lanes.prob_below("admit", "online", Unknowns.WORKING).round(3).tolist()
    [[0.1, 0.02]]
    """

    network: Network
    switches: Sequence[str]
    down: Bools
    max_nodes: int = MAX_NODES

    def prob_below(self, service: str, level: str, unknowns: Unknowns) -> Floats:
        """Compute P(below the level) of each point in each lane: float64[n_points, n_lanes].

        NaN where the service is absent. Each column is what `reliability.exact` gives of the
        network whose switches have q 1 where they are down, else 0.

        Raises
        ------
        UnknownName
            If the network has no such service or level.
        DiagramTooLarge
            If a diagram needs more than `max_nodes` nodes.
        """
        network = self._marked
        part = canonical(network, service, unknowns)
        roots = part.roots[:, network.level(service, level)]
        present = np.nonzero(roots >= 0)[0]
        gates, place = np.unique(roots[present], return_inverse=True)
        chance, down = self._chances(part), np.ascontiguousarray(self.down.T)
        too_large = DiagramTooLarge(service, level, self.max_nodes)
        blocks = [gates[slice(*each)] for each in blocks_of(len(gates), BLOCK_TOPS)]
        with ThreadPoolExecutor(min(THREADS, max(len(blocks), 1))) as pool:
            found = list(pool.map(lambda tops: _solve(part, chance, tops, down, too_large), blocks))
        prob = np.full((len(network.point_ids), len(self.down)), np.nan)
        if found:
            prob[present] = np.concatenate(found)[place]
        return prob

    @cached_property
    def _numbers(self) -> NDArray[np.int64]:
        return np.array([self.network.element(name) for name in self.switches], dtype=np.int64)

    @cached_property
    def _marked(self) -> Network:
        """Give each switch a duration that nothing else has: parts of equal figures are one."""
        mttr_h = self.network.mttr_h.copy()
        mttr_h[self._numbers] = -SWITCH_H - np.arange(len(self.switches))
        mttr_h.setflags(write=False)
        return replace(self.network, mttr_h=mttr_h, derived={})

    def _chances(self, part: Canonical) -> Floats:
        """Give the chances of the levels; of a switch's level its number, as the kernel reads."""
        graph, chance = self.network.graph, part.chance.copy()
        leaves = np.nonzero((graph.kind == Kind.LEAF) & np.isin(graph.param, self._numbers))[0]
        place = {number: place for place, number in enumerate(self._numbers.tolist())}
        for node in leaves.tolist():
            variable = int(part.node_variable[node])
            level = part.first_level[variable] if variable >= 0 else NO_LEVEL
            if level != NO_LEVEL:
                chance[level] = -1.0 - place[int(graph.param[node])]
        return chance


def _solve(
    part: Canonical,
    chance: Floats,
    tops: NDArray[np.int64],
    down: Bools,
    too_large: DiagramTooLarge,
) -> Floats:
    graph, limit = part.graph, too_large.max_nodes
    prob, start = np.zeros((tops.size, down.shape[1])), 0
    while start < tops.size:
        found, end = _diagram_kernels.lane_probabilities(
            graph.kind, graph.param, graph.first, graph.child, part.leaf_levels, chance,
            tops, down, start, limit,
        )  # fmt: skip
        prob[start:end] = found[start:end]
        start = end
        if end < tops.size:  # one top does not fit in the order of all: it gets its own
            own = own_order(part, int(tops[end]))
            found, done = _diagram_kernels.lane_probabilities(
                graph.kind, graph.param, graph.first, graph.child, own.leaf_levels,
                chance[own.level], tops[end : end + 1], down, 0, limit,
            )  # fmt: skip
            if not done:
                raise too_large
            prob[end] = found[0]
            start = end + 1
    return prob
