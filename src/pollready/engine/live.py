"""Levels of all points as failures come and go."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np
from numpy.typing import NDArray

from pollready.engine import _kernels, _live_kernels
from pollready.engine.network import Graph, Kind, Network, Unknowns, seconds
from pollready.engine.propagation import (
    Levels,
    base_outages,
    leaf_outages,
    levels_of,
)


@dataclass(frozen=True, slots=True)
class Change:
    """A point that went from one level of a service to another."""

    point: str
    service: str
    before: str
    after: str


class Changes(Sequence[Change]):
    """What one event changed, in the order of points; equal to any sequence of the same.

    `rows` int64[n, 4]: point, service (in the network's order), level before and after. A row
    is put into names when it is asked for: an event may change thousands.
    """

    def __init__(self, network: Network, rows: NDArray[np.int64]) -> None:
        self.network = network
        self.rows = rows

    def __len__(self) -> int:
        """Count the changes."""
        return len(self.rows)

    @overload
    def __getitem__(self, index: int) -> Change: ...

    @overload
    def __getitem__(self, index: slice) -> "Changes": ...

    def __getitem__(self, index: int | slice) -> "Change | Changes":
        """Give one change, or some of them."""
        if isinstance(index, slice):
            return Changes(self.network, self.rows[index])
        point, number, before, after = self.rows[index].tolist()
        service = tuple(self.network.tops)[number]
        names = self.network.level_names(service)
        return Change(self.network.point_ids[point], service, names[before], names[after])

    def __iter__(self) -> Iterator[Change]:
        """Go through the changes."""
        return (self[number] for number in range(len(self)))

    def __eq__(self, other: object) -> bool:
        """Compare with any sequence of changes."""
        return isinstance(other, Sequence) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]  # compared by what it holds

    def __repr__(self) -> str:
        """Show the changes as a tuple of them."""
        return repr(tuple(self))


class LiveState:
    """The network as failures come and go; each change touches only what depends on it.

    Parameters
    ----------
    network : Network
    unknowns : Unknowns

    Notes
    -----
    Each gate counts its failing children, so that most changes end at a gate that still has
    what it needs. `docs/method/live-events.md`.

    Examples
    --------
    >>> from pollready.engine.network import NetworkBuilder
    >>> builder = NetworkBuilder()
    >>> builder.component("site")
    >>> builder.point("school", voters=900, services={"admit": {"online": "site"}})
    >>> state = LiveState(builder.build())
    >>> state.fail("site", 2.0)
    (Change(point='school', service='admit', before='online', after='closed'),)
    >>> len(state.repair("site")), state.fail("site", 2.0)[0].point
    (1, 'school')
    """

    def __init__(self, network: Network, *, unknowns: Unknowns = Unknowns.WORKING) -> None:
        self.network = network
        graph = network.graph
        self._base_s = base_outages(network, unknowns)
        leaf_s = leaf_outages(network, self._base_s)
        out_s = np.empty(graph.kind.size, dtype=np.int64)
        _kernels.outages(graph.kind, graph.param, graph.first, graph.child, leaf_s, out_s)
        failing = np.empty(graph.kind.size, dtype=np.int32)
        _live_kernels.count_failing(graph.first, graph.child, out_s, failing)
        levels = levels_of(network, out_s)
        points, services = len(network.point_ids), len(network.tops)
        level = np.empty((points, services), dtype=np.int8)
        for number, service in enumerate(network.tops):
            level[:, number] = levels[service]
        self._lists = _lists(network)
        self._moment = _live_kernels.Moment(
            out_s,
            failing,
            level,
            np.empty(graph.kind.size, dtype=np.int64),
            np.zeros(graph.kind.size, dtype=np.int8),
            np.empty(points, dtype=np.int64),
            np.zeros(points, dtype=np.int64),
            np.zeros(1, dtype=np.int64),
            np.empty((points * services, 4), dtype=np.int64),
        )

    @property
    def levels(self) -> Levels:
        """Copy the levels as they are now."""
        columns = self._moment.level.T.copy()
        return Levels(self.network, dict(zip(self.network.tops, columns, strict=True)))

    def fail(self, name: str, duration_h: float = float("inf")) -> Changes:
        """Fail a component or group for an expected time; infinite means for good.

        Raises `UnknownName`, and ValueError for a negative duration.
        """
        if not duration_h >= 0:
            raise ValueError(f"a duration is at least 0 hours, not {duration_h}")
        number = self.network.element(name)
        return self._set(number, max(seconds(duration_h), int(self._base_s[number])))

    def repair(self, name: str) -> Changes:
        """Bring a component or group back to its base state; raises `UnknownName`."""
        number = self.network.element(name)
        return self._set(number, int(self._base_s[number]))

    def _set(self, element: int, out_s: int) -> Changes:
        graph = self.network.graph
        count = _live_kernels.change(
            element, out_s, graph.kind, graph.param, graph.first, graph.child, self._lists,
            self._moment,
        )  # fmt: skip
        return Changes(self.network, self._moment.found[:count].copy())


def backwards(graph: Graph) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Give the parents of each node (CSR): first int64[n + 1], parents int32[m]."""
    nodes = graph.kind.size
    parent_of_edge = np.repeat(np.arange(nodes, dtype=np.int32), np.diff(graph.first))
    first, order = _grouped(graph.child, nodes)
    return first, parent_of_edge[order]


def _lists(network: Network) -> _live_kernels.Lists:
    graph = network.graph
    nodes = graph.kind.size
    leaf = np.nonzero((graph.kind == Kind.LEAF) | (graph.kind == Kind.HIT))[0]
    element = graph.param[leaf]
    hit = graph.kind[leaf] == Kind.HIT
    element[hit] = len(network.component_ids) + network.hit_group[element[hit]]
    leaf_first, leaf_order = _grouped(element, len(network.element_ids))
    none = np.empty((len(network.point_ids), 0), dtype=np.int32)
    tops = np.concatenate([none, *network.tops.values()], axis=1)
    point, column = np.nonzero(tops >= 0)
    point_first, point_order = _grouped(tops[point, column], nodes)
    widths = [columns.shape[1] for columns in network.tops.values()]
    return _live_kernels.Lists(
        *backwards(graph),
        leaf_first,
        leaf[leaf_order],
        point_first,
        point[point_order],
        np.ascontiguousarray(tops),
        np.concatenate([[0], np.cumsum(widths)]).astype(np.int64),
    )


def _grouped(
    key: NDArray[np.int64] | NDArray[np.int32], size: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Give where the entries of each key begin (CSR), and the entries in that order."""
    first = np.zeros(size + 1, dtype=np.int64)
    np.cumsum(np.bincount(key, minlength=size), out=first[1:])
    return first, np.argsort(key, kind="stable")
