"""What one node rests on, cut out of the network: small enough to try every failure in turn."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pollready.engine import _kernels
from pollready.engine.network import Kind, Network, Unknowns, seconds
from pollready.engine.propagation import FOREVER_S, WORKING_S


@dataclass(frozen=True, eq=False)
class Cone:
    """The nodes below some nodes of a network, in its order; made by `cone_of`.

    `nodes` int64[n] are numbers in the network. `kind`, `param`, `first`, `child` are those of a
    `Graph` over places in `nodes`; `element` int64[n] is the element that decides a leaf, -1 for
    every other node.
    """

    network: Network
    nodes: NDArray[np.int64]
    kind: NDArray[np.int8]
    param: NDArray[np.int64]
    first: NDArray[np.int64]
    child: NDArray[np.int32]
    element: NDArray[np.int64]

    def place(self, node: int) -> int:
        """Give the place of one of the network's nodes in the cone."""
        return int(np.searchsorted(self.nodes, node))

    def children(self, place: int) -> list[int]:
        """List the places of a node's children."""
        found: list[int] = self.child[self.first[place] : self.first[place + 1]].tolist()
        return found

    def elements(self) -> list[int]:
        """List the elements that decide something in the cone, in the network's order."""
        found: list[int] = np.unique(self.element[self.element >= 0]).tolist()
        return found

    def outages(
        self,
        failed: Iterable[int],
        duration_h: float,
        unknowns: Unknowns = Unknowns.WORKING,
        *,
        repaired: Iterable[int] = (),
    ) -> NDArray[np.int64]:
        """Give the outage of every node of the cone, int64[n]: as `propagation.outages`.

        `failed` and `repaired` are numbers of elements; those outside the cone change nothing.
        """
        element = np.maximum(self.element, 0)
        leaf = self.element >= 0
        is_out = leaf & self.network.unknown[element] & (Unknowns(unknowns) == Unknowns.FAILED)
        is_out &= ~np.isin(self.element, list(repaired))
        leaf_s = np.where(is_out, FOREVER_S, WORKING_S).astype(np.int64)
        fails = np.isin(self.element, list(failed))
        leaf_s[fails] = np.maximum(leaf_s[fails], seconds(duration_h))
        out_s = np.empty(len(self.nodes), dtype=np.int64)
        _kernels.outages(self.kind, self.param, self.first, self.child, leaf_s, out_s)
        return out_s

    def single_points(
        self, node: int, duration_h: float, unknowns: Unknowns = Unknowns.WORKING
    ) -> frozenset[int]:
        """Find the elements whose loss alone fails a node that works.

        Each is tried in turn, so the time is elements times nodes.
        """
        place = self.place(node)
        if self.outages((), duration_h, unknowns)[place] >= 0:
            return frozenset()
        return frozenset(
            number
            for number in self.elements()
            if self.outages([number], duration_h, unknowns)[place] >= 0
        )


def cone_of(network: Network, tops: Iterable[int]) -> Cone:
    """Cut out what some nodes rest on.

    Parameters
    ----------
    network : Network
    tops : iterable of int
        Nodes of the network, negative ones left out.

    Returns
    -------
    Cone

    Notes
    -----
    A node's outage depends on what is below it alone, so it is that of the whole network.

    Examples
    --------
    >>> from pollready.engine.network import NetworkBuilder
    >>> builder = NetworkBuilder()
    >>> for name in ("site-1", "site-2", "centre", "elsewhere"):
    ...     builder.component(name)
    >>> needs = {"admit": {"online": "(site-1 | site-2) & centre"}}
    >>> builder.point("school", voters=900, services=needs)
    >>> builder.point("mosque", voters=500, services={"admit": {"online": "elsewhere"}})
    >>> network = builder.build()
    >>> top = int(network.tops["admit"][0, 0])
    >>> cone = cone_of(network, [top])
    >>> [network.element_ids[number] for number in cone.elements()]
    ['site-1', 'site-2', 'centre']
    >>> [network.element_ids[number] for number in cone.single_points(top, 2.0)]
    ['centre']
    """
    graph = network.graph
    found: set[int] = set()
    waiting = [node for node in tops if node >= 0]
    while waiting:
        node = waiting.pop()
        if node not in found:
            found.add(node)
            waiting.extend(graph.child[graph.first[node] : graph.first[node + 1]].tolist())
    nodes = np.array(sorted(found), dtype=np.int64)
    kind, param = graph.kind[nodes], graph.param[nodes]
    children = [graph.child[graph.first[node] : graph.first[node + 1]] for node in nodes]
    first = np.zeros(len(nodes) + 1, dtype=np.int64)
    np.cumsum([len(each) for each in children], out=first[1:])
    flat = np.concatenate(children) if children else np.empty(0, dtype=np.int32)
    element = np.full(len(nodes), -1, dtype=np.int64)
    element[kind == Kind.LEAF] = param[kind == Kind.LEAF]
    hit = kind == Kind.HIT
    element[hit] = len(network.component_ids) + network.hit_group[param[hit]]
    child = np.searchsorted(nodes, flat).astype(np.int32)
    return Cone(network, nodes, kind, param, first, child, element)
