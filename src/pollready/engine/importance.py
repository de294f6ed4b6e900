"""What each component and group matters to one service point, exactly."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pollready.engine import _importance_kernels
from pollready.engine.canonical import NO_LEVEL, Canonical, canonical, own_order
from pollready.engine.condensing import element_of_leaves
from pollready.engine.gates import TRUE
from pollready.engine.network import Graph, Network, Unknowns
from pollready.engine.reliability import DiagramTooLarge, top_slopes

MAX_NODES = 1 << 20


@dataclass(frozen=True, slots=True)
class Importance:
    """The measures of one element for one point and level.

    `birnbaum` is by how much P(below the level) grows with the element's own q;
    `fussell_vesely` P(some minimal cut with it has failed) / P(below), given the hits;
    `raw` (risk achievement worth) P(below | it is out) / P(below), and `rrw` (risk reduction
    worth) P(below) / P(below | it works), infinite where nothing else brings the point down.
    """

    id: str
    birnbaum: float
    fussell_vesely: float
    raw: float
    rrw: float


def importance(
    network: Network,
    point: str,
    service: str,
    level: str,
    unknowns: Unknowns = Unknowns.WORKING,
    *,
    max_nodes: int = MAX_NODES,
) -> tuple[Importance, ...]:
    """Compute how much each element in a point's cone, private ones too, matters to it.

    Parameters
    ----------
    network : Network
    point, service, level : str
        The level that must hold at the point.
    unknowns : Unknowns
        Elements of unknown state never fail or are out for good; they have no importance.
    max_nodes : int
        Limit of the decision diagram.

    Returns
    -------
    tuple of Importance
        By Birnbaum importance, greatest first; nothing where the point lacks the service, or is
        below the level for certain or never.

    Raises
    ------
    UnknownName
        If point, service or level is none of the network's.
    DiagramTooLarge
        If the diagram needs more than `max_nodes` nodes.

    Notes
    -----
    P is linear in each q, so that RAW and RRW follow from Birnbaum's measure. Minimal cuts with
    an element are found in the diagram itself. `docs/method/importance.md`; Rauzy 1993.

    Examples
    --------
    >>> from pollready.engine.network import NetworkBuilder
    >>> builder = NetworkBuilder()
    >>> for name, q in (("sim-1", 0.1), ("sim-2", 0.2), ("devices", 0.05)):
    ...     builder.component(name, q=q)
    >>> builder.point("school", voters=900,
    ...               services={"admit": {"online": "(sim-1 | sim-2) & devices"}})
    >>> for found in importance(builder.build(), "school", "admit", "online"):
    ...     print(found.id, round(found.birnbaum, 3), round(found.fussell_vesely, 3))
    devices 0.98 0.725
    sim-1 0.19 0.29
    sim-2 0.095 0.29
    """
    number, column = network.point(point), network.level(service, level)
    part = canonical(network, service, unknowns)
    top = int(part.roots[number, column])
    if top <= TRUE:
        return ()
    names = _names(network, part, int(network.tops[service][number, column]), top)
    variable = np.array(list(names), dtype=np.int64)
    prob, slopes = top_slopes(part, top, DiagramTooLarge(service, level, max_nodes))
    through = _through(part, top, variable, DiagramTooLarge(service, level, max_nodes))
    birnbaum = slopes[part.first_level[variable]] * part.first_share[variable]
    q = part.variables.q[variable]
    if prob == 0.0:
        return ()
    found = [
        Importance(name, b, fv / prob, (prob + (1 - own) * b) / prob, _ratio(prob, prob - own * b))
        for name, b, fv, own in zip(
            names.values(), birnbaum.tolist(), through.tolist(), q.tolist(), strict=True
        )
    ]
    return tuple(sorted(found, key=lambda one: (-one.birnbaum, network.element(one.id))))


def _ratio(before: float, after: float) -> float:
    """Divide; what only rounding keeps above nothing counts as nothing."""
    return before / after if after > before * 1e-12 else float("inf")


def _names(network: Network, part: Canonical, node: int, top: int) -> dict[int, str]:
    """Name the element of each variable that a point's gate depends on, hits aside."""
    asked = {int(part.leaf_variable[leaf]) for leaf in _leaves(part.graph, top)}
    element = element_of_leaves(network)
    ids = network.element_ids
    found: dict[int, str] = {}
    for leaf in _leaves(network.graph, node):
        variable = int(part.node_variable[leaf])
        if variable in asked and part.first_level[variable] != NO_LEVEL:
            found[variable] = ids[element[leaf]]
    return found


def _leaves(graph: Graph, top: int) -> list[int]:
    """List the nodes without children below a node."""
    seen, stack, found = {top}, [top], []
    while stack:
        node = stack.pop()
        below = graph.child[graph.first[node] : graph.first[node + 1]].tolist()
        if not below and node > TRUE:
            found.append(node)
        fresh = [c for c in below if c not in seen]
        seen.update(fresh)
        stack.extend(fresh)
    return found


def _through(
    part: Canonical, top: int, variable: NDArray[np.int64], too_large: DiagramTooLarge
) -> NDArray[np.float64]:
    """Give P(a minimal cut with the variable has failed) of each variable."""
    own = own_order(part, top)
    place = np.empty_like(own.level)
    place[own.level] = np.arange(own.level.size)
    hits = part.first_level[part.variables.hit]
    given = np.zeros(place.size, dtype=np.bool_)
    given[place[hits[hits != NO_LEVEL]]] = True
    graph, room, fits = part.graph, 1 << 12, False
    while not fits:
        prob, fits = _importance_kernels.through_each(
            graph.kind, graph.param, graph.first, graph.child, own.leaf_levels, own.chance, top,
            place[part.first_level[variable]], given, room,
        )  # fmt: skip
        if not fits and room >= too_large.max_nodes:
            raise too_large
        room = min(8 * room, too_large.max_nodes)
    return prob
