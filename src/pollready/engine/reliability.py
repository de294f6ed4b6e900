"""Exact probability that a point is below a level, by decision diagrams."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp

import numpy as np
from numpy.typing import NDArray

from pollready.engine import _diagram_kernels
from pollready.engine.condensing import (
    LEAF_FALSE,
    Condensed,
    condensed,
    element_of_leaves,
    owner_of_nodes,
)
from pollready.engine.errors import EngineError
from pollready.engine.network import SECONDS_PER_H, Both, Graph, Kind, Network, Unknowns
from pollready.engine.requirements import point_weights
from pollready.engine.timing import spelled_out

MAX_NODES = 1 << 22  # of one point's diagram: about 500 MB
FOREVER_H = float("inf")

Variables = Sequence[tuple[float, float]]  # probability, mean hours out (infinite: no duration)


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
    `points_without_voters` counts the others.
    """

    network: Network
    service: str
    level: str
    unknowns: Unknowns
    prob_below: NDArray[np.float64]
    expected_voters_affected: float
    points_without_voters: int

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
    column = network.level(service, level)
    part = _canonical(network, service, unknowns)
    roots = part.roots[:, column]
    present = np.nonzero(roots >= 0)[0]
    distinct, place = np.unique(roots[present], return_inverse=True)
    graph = part.graph
    prob, done = _diagram_kernels.top_probabilities(
        graph.kind, graph.param, graph.first, graph.child,
        part.events, part.chances, distinct, max_nodes,
    )  # fmt: skip
    if done < len(distinct):
        raise DiagramTooLarge(service, level, max_nodes)
    prob_below = np.full(len(roots), np.nan)
    prob_below[present] = prob[place]
    weights = point_weights(network)[present]
    return Reliability(
        network=network,
        service=service,
        level=level,
        unknowns=Unknowns(unknowns),
        prob_below=prob_below,
        expected_voters_affected=float(weights[:, 0] @ prob_below[present]),
        points_without_voters=round(weights[:, 2].sum()),
    )


def exact_both(
    network: Network, service: str, level: str, *, max_nodes: int = MAX_NODES
) -> Both[Reliability]:
    """Compute with unknowns working and with unknowns failed."""
    return Both(
        exact(network, service, level, Unknowns.WORKING, max_nodes=max_nodes),
        exact(network, service, level, Unknowns.FAILED, max_nodes=max_nodes),
    )


@dataclass(frozen=True, eq=False)
class _Canonical:
    """What the diagrams of a service are made of.

    Gates whose leaves are numbered in `param`; `roots` int64[n_points, n_levels] holds the gate
    of each level, -1 without the service; `events` and `chances` as of `_Leaves.events`.
    """

    graph: Graph
    roots: NDArray[np.int64]
    events: NDArray[np.int64]
    chances: NDArray[np.float64]


def _canonical(network: Network, service: str, unknowns: Unknowns) -> _Canonical:
    """Condense for probabilities: private parts are numbered by place and figures, not by name.

    The n-th private part of one point and that of another become one variable where q and mttr
    agree; no diagram contains both, so nothing is assumed about them together.
    """
    key = ("canonical", service, Unknowns(unknowns))
    if key not in network.derived:
        numbering = _Numbering(network, service, unknowns)
        element = element_of_leaves(network)
        part = condensed(network, service, unknowns, element, numbering.value, numbering.second)
        network.derived[key] = _timed(part, numbering.figures)
    result: _Canonical = network.derived[key]
    return result


def _timed(part: Condensed, figures: Variables) -> _Canonical:
    """Spell the rides out for all levels, the lowest first: it is made of the others."""
    tops = np.concatenate([np.unique(column[column >= 0]) for column in part.tops.T[::-1]])
    timeless = np.array([mttr_h == FOREVER_H for _, mttr_h in figures], dtype=np.bool_)
    timed = spelled_out(part.graph, tops, timeless=timeless)
    root_of = np.full(part.graph.kind.size, -1, dtype=np.int64)
    root_of[tops] = timed.roots
    graph = timed.graph
    leaf = np.nonzero(graph.kind == Kind.LEAF)[0]
    leaves = _Leaves(figures, graph.param[leaf].tolist(), timed.time_s[leaf].tolist())
    number = np.zeros_like(graph.param)
    number[leaf] = np.arange(leaf.size)
    return _Canonical(
        Graph(graph.kind, number, graph.first, graph.child),
        np.where(part.tops >= 0, root_of[part.tops], -1),
        *leaves.events(),
    )


class _Leaves:
    """The leaves of the gates: each a variable that is out for at least a time."""

    def __init__(self, figures: Variables, variables: list[int], times_s: list[int]) -> None:
        self.figures = figures
        self.asked = {
            asked: number for number, asked in enumerate(zip(variables, times_s, strict=True))
        }

    def events(self) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Give each leaf's events and all events' chances.

        int64[n_leaves, 3]: first and end of the events that together are the leaf's failure, and
        the end of all events of its variable.
        """
        times: dict[int, list[int]] = {}
        for variable, time_s in self.asked:
            times.setdefault(variable, []).append(time_s)
        ranges = np.zeros((len(self.asked), 3), dtype=np.int64)
        chances: list[float] = []
        for variable, asked in times.items():
            start, before = len(chances), 1.0
            for time_s in sorted(asked):
                prob = self._out_for(variable, time_s)
                chances.append(prob / before if before > 0 else 0.0)
                before = prob
                ranges[self.asked[variable, time_s]] = start, len(chances), start + len(asked)
        return ranges, np.array(chances, dtype=np.float64)

    def _out_for(self, variable: int, time_s: int) -> float:
        q, mttr_h = self.figures[variable]
        if time_s == 0 or mttr_h == FOREVER_H:
            return q
        return q * exp(-time_s / SECONDS_PER_H / mttr_h) if mttr_h > 0 else 0.0


class _Numbering:
    """Variables of each leaf: `value`, and for a hit `second` (the hit beside the event)."""

    def __init__(self, network: Network, service: str, unknowns: Unknowns) -> None:
        graph = network.graph
        self.network = network
        self.own_figures = list(zip(network.q.tolist(), network.mttr_h.tolist(), strict=True))
        self.figures: list[tuple[float, float]] = []
        self.known: dict[tuple[object, ...], int] = {}
        self.value = np.full(graph.kind.size, LEAF_FALSE, dtype=np.int64)
        self.second = np.full(graph.kind.size, LEAF_FALSE, dtype=np.int64)
        owner = owner_of_nodes(network, service)
        place: dict[int, int] = {}
        used = (owner != -1) & ((graph.kind == Kind.LEAF) | (graph.kind == Kind.HIT))
        nodes = np.nonzero(used)[0]
        # Plain lists: numpy's scalars cost more than the numbering.
        rows = (nodes, owner[nodes], graph.kind[nodes] == Kind.LEAF, graph.param[nodes])
        for node, point, is_own, number in zip(*(row.tolist() for row in rows), strict=True):
            slot = -1
            if point >= 0:
                slot = place[point] = place.get(point, -1) + 1
            if is_own:
                self.value[node] = self._element(number, slot)
            else:
                self._hit(node, number, slot)

    def _element(self, element: int, slot: int) -> int:
        figures = self.own_figures[element]
        name = ("own", element) if slot < 0 else ("private", slot, *figures)
        return self._variable(name, figures)

    def _hit(self, node: int, hit: int, slot: int) -> None:
        group = int(self.network.hit_group[hit])
        reach = float(self.network.reach[group])
        self.value[node] = self._element(len(self.network.component_ids) + group, -1)
        if reach < 1:
            name = ("hit", hit) if slot < 0 else ("private hit", slot, reach)
            self.second[node] = self._variable(name, (reach, FOREVER_H))

    def _variable(self, name: tuple[object, ...], figures: tuple[float, float]) -> int:
        found = self.known.get(name)
        if found is None:
            found = self.known[name] = len(self.figures)
            self.figures.append(figures)
        return found
