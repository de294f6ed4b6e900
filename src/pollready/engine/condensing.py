"""Smaller graphs that answer one kind of question: shared parts only, or canonical private ones."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pollready.engine import _kernels
from pollready.engine.network import Graph, Kind, Network, Unknowns

LEAF_TRUE, LEAF_FALSE = _kernels.LEAF_TRUE, _kernels.LEAF_FALSE
MANY = _kernels.MANY


@dataclass(frozen=True, eq=False)
class Condensed:
    """A graph over variables, and the node of each point's levels, -1 without the service."""

    graph: Graph
    tops: NDArray[np.int32]


def owner_of_nodes(network: Network, service: str) -> NDArray[np.int32]:
    """Give for each node the one point above it by this service, else NOBODY or MANY."""
    key = ("owners", service)
    if key not in network.derived:
        graph = network.graph
        network.derived[key] = _kernels.owners(
            graph.kind, graph.first, graph.child, network.tops[service]
        )
    owner: NDArray[np.int32] = network.derived[key]
    return owner


def shared_elements(network: Network, service: str) -> NDArray[np.bool_]:
    """Tell which elements are behind two or more points by this service; groups always are."""
    owner = owner_of_nodes(network, service)
    shared = np.zeros(len(network.element_ids), dtype=np.bool_)
    shared[len(network.component_ids) :] = True
    leaf = np.nonzero((network.graph.kind == Kind.LEAF) & (owner == MANY))[0]
    shared[network.graph.param[leaf]] = True
    return shared


def shared_part(network: Network, service: str, unknowns: Unknowns) -> Condensed:
    """Condense for contingencies: private leaves work, a hit is its group (reach taken as 1)."""
    key = ("shared", service, Unknowns(unknowns))
    if key not in network.derived:
        leaf = element_of_leaves(network)
        kept = shared_elements(network, service)
        value = np.where(kept[leaf], leaf, LEAF_TRUE) if kept.size else np.zeros_like(leaf)
        network.derived[key] = condensed(network, service, unknowns, leaf, value)
    result: Condensed = network.derived[key]
    return result


def whole_part(network: Network, service: str, unknowns: Unknowns) -> Condensed:
    """Condense for cut sets: every element stays, a hit is its group (reach taken as 1)."""
    key = ("whole", service, Unknowns(unknowns))
    if key not in network.derived:
        leaf = element_of_leaves(network)
        network.derived[key] = condensed(network, service, unknowns, leaf, leaf)
    result: Condensed = network.derived[key]
    return result


def element_of_leaves(network: Network) -> NDArray[np.int64]:
    """Number the element that decides each leaf; 0 where a node is no leaf."""
    graph = network.graph
    element = np.where(graph.kind == Kind.LEAF, graph.param, 0)
    hit = np.nonzero(graph.kind == Kind.HIT)[0]
    element[hit] = len(network.component_ids) + network.hit_group[graph.param[hit]]
    return element


def condensed(
    network: Network,
    service: str,
    unknowns: Unknowns,
    element: NDArray[np.int64],
    value: NDArray[np.int64],
    second: NDArray[np.int64] | None = None,
) -> Condensed:
    """Replace each leaf by variable `value` (or `second`), its element's unknown state first."""
    graph, tops = network.graph, network.tops[service]
    state = LEAF_TRUE if unknowns == Unknowns.WORKING else LEAF_FALSE
    first_value = np.where(network.unknown[element], state, value) if network.q.size else value
    if second is None:
        second = np.full(graph.kind.size, LEAF_FALSE, dtype=np.int64)
    needed = owner_of_nodes(network, service) != _kernels.NOBODY
    kind, param, first, child, mapped = _kernels.condense(
        graph.kind, graph.param, graph.first, graph.child, needed, first_value, second
    )
    new_tops = np.where(tops >= 0, mapped[tops], -1).astype(np.int32)
    return Condensed(Graph(kind, param, first, child), new_tops)
