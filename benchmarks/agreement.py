"""The fast ways beside slow ones on the reference networks: none may differ.

Pairs: each is failed in the compiled network and every node evaluated anew. Probabilities: each
station's requirement is built from the network's own nodes in the decision diagram of another
project (oxidd), time by time, group by group. `tests/oracles` has the same by enumeration on small
random networks.
"""

from math import exp, isclose
from time import perf_counter
from typing import Any

import numpy as np
from numba import njit
from oxidd.bdd import BDDManager

from benchmarks.reference.national import NATION_100K, PROVINCE, Size, national
from pollready.engine import _kernels
from pollready.engine.contingency import analyse
from pollready.engine.network import Kind, Network, Unknowns, seconds
from pollready.engine.propagation import base_outages
from pollready.engine.reliability import exact

PAIRS, STATIONS, DURATION_H = 200_000, 10_000, 2.0
Row = dict[str, Any]


def measure() -> list[Row]:
    """Compare 200,000 pairs of a province and 10,000 station probabilities of a nation."""
    return [pairs_row(), probabilities_row()]


def pairs_row(pairs: int = PAIRS) -> Row:
    """Fail random pairs, half of them neighbours in order, and count what differs."""
    size = PROVINCE
    network = national(Size(**{f: getattr(size, f) for f in size.__slots__} | {"private": False}))
    result = analyse(network, "admit", "online", DURATION_H)
    generator = np.random.default_rng(7)
    shared = np.nonzero(result.shared)[0]
    one = generator.choice(shared, pairs)
    other = np.where(
        generator.random(pairs) < 0.5,
        generator.choice(shared, pairs),
        shared[(np.searchsorted(shared, one) + generator.integers(1, 100, pairs)) % shared.size],
    )
    one, other = one[one != other], other[one != other]
    graph = network.graph
    element = np.where(graph.kind == Kind.LEAF, graph.param, -1)
    hit = graph.kind == Kind.HIT
    element[hit] = len(network.component_ids) + network.hit_group[graph.param[hit]]
    start = perf_counter()
    slow = _evaluated(
        graph.kind, graph.param, graph.first, graph.child, element,
        base_outages(network, Unknowns.WORKING), one, other, seconds(DURATION_H),
        network.tops["admit"][:, 0], np.nan_to_num(network.voters),
    )  # fmt: skip
    each_us = (perf_counter() - start) / len(one) * 1e6
    names = network.element_ids
    differing = corrected = 0
    for i, j, voters in zip(one.tolist(), other.tolist(), slow.tolist(), strict=True):
        differing += result.pairs.loss(names[i], names[j]).voters != voters
        corrected += result.pairs.beyond_sum(names[i], names[j]).points != 0
    return {"what": "pairs by evaluating anew", "compared": len(one), "differing": differing,
            "with a correction": corrected, "evaluating anew, us a pair": each_us}  # fmt: skip


@njit(cache=True)
def _evaluated(kind, param, first, child, element, base_s, one, other, duration_s, tops, voters):
    """Evaluate every node for every pair, and sum the voters of the points that fall."""
    out_s = np.empty(kind.size, np.int64)
    leaf_s = np.full(kind.size, -1, np.int64)
    fallen = np.zeros(one.size)
    for pair in range(one.size):
        for node in range(kind.size):
            if element[node] >= 0:
                leaf_s[node] = base_s[element[node]]
                if element[node] == one[pair] or element[node] == other[pair]:
                    leaf_s[node] = max(leaf_s[node], duration_s)
        _kernels.outages(kind, param, first, child, leaf_s, out_s)
        for point in range(tops.size):
            if tops[point] >= 0 and out_s[tops[point]] >= 0:
                fallen[pair] += voters[point]
    return fallen


def probabilities_row(stations: int = STATIONS) -> Row:
    """Solve random stations in the other project's diagram, and give the largest difference."""
    network = national(NATION_100K)
    result = exact(network, "admit", "online")
    chosen = np.random.default_rng(7).choice(len(network.point_ids), stations, replace=False)
    worst, differing = 0.0, 0
    for point in chosen.tolist():
        theirs = Diagram(network, int(network.tops["admit"][point, 0])).probability()
        ours = float(result.prob_below[point])
        worst = max(worst, abs(ours - theirs) / theirs)
        differing += not isclose(ours, theirs, rel_tol=1e-9)
    return {"what": "probabilities by oxidd", "compared": stations, "differing": differing,
            "largest relative difference": worst}  # fmt: skip


class Diagram:
    """The failure of one node of a network, in another project's decision diagram."""

    def __init__(self, network: Network, node: int) -> None:
        self.network, self.node = network, node
        self.manager = BDDManager(1 << 16, 1 << 12, 1)
        self.chances: list[float] = []
        self.events: dict[object, Any] = {}
        self.known: dict[tuple[int, int], Any] = {}
        self.times: dict[int, set[int]] = {}
        self._ask(node, 0, set())

    def _ask(self, node: int, time_s: int, seen: set[tuple[int, int]]) -> None:
        """Collect at which times each element is asked for."""
        if (node, time_s) in seen:
            return
        seen.add((node, time_s))
        graph = self.network.graph
        below = graph.child[graph.first[node] : graph.first[node + 1]].tolist()
        if graph.kind[node] in (Kind.LEAF, Kind.HIT):
            self.times.setdefault(self._element(node), set()).add(time_s)
        elif graph.kind[node] == Kind.RIDE:
            self._ask(below[0], time_s, seen)
            self._ask(below[0], time_s + int(graph.param[node]), seen)
            self._ask(below[1], 0, seen)
        else:
            for child in below:
                self._ask(child, time_s, seen)

    def _element(self, node: int) -> int:
        param = int(self.network.graph.param[node])
        if self.network.graph.kind[node] == Kind.LEAF:
            return param
        return len(self.network.component_ids) + int(self.network.hit_group[param])

    def _event(self, name: object, chance: float) -> Any:
        if name not in self.events:
            level = self.manager.add_vars(1).start
            self.chances.append(chance)
            self.events[name] = self.manager.var(level)
        return self.events[name]

    def _out(self, element: int, time_s: int) -> Any:
        """Out for at least so long: all events up to it, each given the one before."""
        q, mttr_h = float(self.network.q[element]), float(self.network.mttr_h[element])
        result, before = self.manager.true(), 1.0
        for step in sorted(self.times[element]):
            if step <= time_s:
                tail = q * exp(-step / 3600 / mttr_h)
                result &= self._event((element, step), tail / before)
                before = tail
        return result

    def fails(self, node: int, time_s: int) -> Any:
        """Give "out for at least so long" of a node."""
        if (node, time_s) not in self.known:
            self.known[node, time_s] = self._made(node, time_s)
        return self.known[node, time_s]

    def _made(self, node: int, time_s: int) -> Any:
        graph = self.network.graph
        below = graph.child[graph.first[node] : graph.first[node + 1]].tolist()
        kind = Kind(int(graph.kind[node]))
        if kind == Kind.LEAF:
            return self._out(int(graph.param[node]), time_s)
        if kind == Kind.HIT:
            hit = int(graph.param[node])
            reach = float(self.network.reach[self.network.hit_group[hit]])
            return self._out(self._element(node), time_s) & self._event(("hit", hit), reach)
        if kind == Kind.RIDE:
            later = self.fails(below[0], time_s + int(graph.param[node]))
            return self.fails(below[0], time_s) & (self.fails(below[1], 0) | later)
        joined = self.fails(below[0], time_s)
        for child in below[1:]:
            other = self.fails(child, time_s)
            joined = joined | other if kind == Kind.ALL else joined & other
        return joined

    def probability(self) -> float:
        """Give the probability that the node is out at a moment."""
        known: dict[Any, float] = {self.manager.false(): 0.0, self.manager.true(): 1.0}

        def prob(f: Any) -> float:
            if f not in known:
                happens = self.chances[f.node_level()]
                high, low = f.cofactors()
                known[f] = happens * prob(high) + (1 - happens) * prob(low)
            return known[f]

        return prob(self.fails(self.node, 0))
