"""All minimal cut sets of one service point."""

from collections.abc import Iterable

import numpy as np

from pollready.engine.condensing import whole_part
from pollready.engine.errors import EngineError
from pollready.engine.gates import FALSE, TRUE
from pollready.engine.network import Graph, Kind, Network, Unknowns, seconds
from pollready.engine.timing import spelled_out

MAX_SETS = 200_000
Cuts = tuple[int, ...]  # each a set of elements as bits


class TooManyCutSets(EngineError):
    """A point has more cut sets than `max_sets` on the way; a lower `max_order` may help."""

    code = "engine.too-many-cut-sets"

    def __init__(self, point: str, max_sets: int) -> None:
        super().__init__(point, max_sets)
        self.point = point
        self.max_sets = max_sets


def minimal_cut_sets(
    network: Network,
    point: str,
    service: str,
    level: str,
    duration_h: float,
    unknowns: Unknowns = Unknowns.WORKING,
    *,
    max_order: int | None = None,
    max_sets: int = MAX_SETS,
) -> tuple[frozenset[str], ...]:
    """List every minimal set of components and groups whose loss brings a point below a level.

    Parameters
    ----------
    network : Network
    point, service, level : str
        The level that must hold at the point.
    duration_h : float
        How long the failed are out (hours, at least 0).
    unknowns : Unknowns
    max_order : int, optional
        List only sets of at most so many; all of those are found.
    max_sets : int
        Limit on the way.

    Returns
    -------
    tuple of frozenset of str
        Private parts included, groups taken with reach 1; smallest first, then in the network's
        order. The empty set alone if the point is below the level already; nothing if nothing
        brings it there or it lacks the service.

    Raises
    ------
    UnknownName
        If point, service or level is none of the network's.
    TooManyCutSets
        If `max_sets` is passed.

    Notes
    -----
    Bottom up over the point's cone: a gate that needs all children fails with any cut of one, a
    gate that needs one with a union of cuts of each; supersets are absorbed at every gate.
    `docs/method/cut-sets.md`.

    Examples
    --------
    >>> from pollready.engine.network import NetworkBuilder
    >>> builder = NetworkBuilder()
    >>> for name in ("sim-1", "sim-2", "devices"):
    ...     builder.component(name)
    >>> builder.point("school", voters=900,
    ...               services={"admit": {"online": "(sim-1 | sim-2) & devices"}})
    >>> [sorted(cut) for cut in minimal_cut_sets(builder.build(), "school", "admit", "online", 2)]
    [['devices'], ['sim-1', 'sim-2']]
    """
    column, row = network.level(service, level), network.point(point)
    if not duration_h >= 0:
        raise ValueError(f"a duration is at least 0 hours, not {duration_h}")
    part = whole_part(network, service, unknowns)
    top = int(part.tops[row, column])
    if top < 0:
        return ()
    timed = spelled_out(part.graph, np.array([top], dtype=np.int32), longest_s=seconds(duration_h))
    cuts = _bottom_up(timed.graph, int(timed.roots[0]), max_order, max_sets, point)
    names = network.element_ids
    found = [tuple(i for i in range(cut.bit_length()) if cut >> i & 1) for cut in cuts]
    found.sort(key=lambda cut: (len(cut), cut))
    return tuple(frozenset(names[i] for i in cut) for cut in found)


def _bottom_up(graph: Graph, root: int, max_order: int | None, max_sets: int, point: str) -> Cuts:
    first, children = graph.first.tolist(), graph.child.tolist()
    cuts: dict[int, Cuts] = {}
    for node, kind in enumerate(graph.kind[: root + 1].tolist()):
        below = [cuts[child] for child in children[first[node] : first[node + 1]]]
        if kind == FALSE:
            found: Cuts = (0,)
        elif kind == TRUE:
            found = ()
        elif kind == Kind.LEAF:
            found = (1 << int(graph.param[node]),)
        elif kind == Kind.ALL:
            found = minimal(cut for child in below for cut in child)
        else:
            found = below[0]
            for other in below[1:]:
                found = _both(found, other, max_order)
                if len(found) > max_sets:
                    raise TooManyCutSets(point, max_sets)
        if len(found) > max_sets:
            raise TooManyCutSets(point, max_sets)
        cuts[node] = found
    return cuts[root]


def _both(left: Cuts, right: Cuts, max_order: int | None) -> Cuts:
    unions = {a | b for a in left for b in right}
    if max_order is not None:
        unions = {cut for cut in unions if cut.bit_count() <= max_order}
    return minimal(unions)


def minimal(sets: Iterable[int]) -> Cuts:
    """Keep the sets that contain no other.

    Examples
    --------
    >>> minimal([0b111, 0b011, 0b100, 0b011])
    (4, 3)
    """
    kept: list[int] = []
    for cut in sorted(set(sets), key=lambda each: (each.bit_count(), each)):
        if not any(small & cut == small for small in kept):
            kept.append(cut)
    return tuple(kept)
