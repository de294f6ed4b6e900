"""Levels of all points for a set of failures, at once or as failures come and go."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pollready.engine import _kernels
from pollready.engine.network import Kind, Network, UnknownName, Unknowns, seconds

FOREVER_S, WORKING_S = _kernels.FOREVER_S, _kernels.WORKING_S


@dataclass(frozen=True, eq=False)
class Levels(Mapping[str, NDArray[np.int8]]):
    """Level of each point by service: int8[n_points] into `network.level_names`, -1 for none."""

    network: Network
    by_service: dict[str, NDArray[np.int8]]

    def __getitem__(self, service: str) -> NDArray[np.int8]:
        """Give the level numbers of a service; raises `UnknownName`."""
        if service not in self.by_service:
            raise UnknownName("service", service)
        return self.by_service[service]

    def __iter__(self):  # type: ignore[no-untyped-def]  # the mapping's own signature
        """Go through the services."""
        return iter(self.by_service)

    def __len__(self) -> int:
        """Count the services."""
        return len(self.by_service)

    def name(self, service: str, point: str) -> str | None:
        """Name the level of one point, None where it lacks the service."""
        number = int(self[service][self.network.point(point)])
        return None if number < 0 else self.network.level_names(service)[number]


def evaluate(
    network: Network,
    failed: Iterable[str],
    duration_h: float,
    unknowns: Unknowns = Unknowns.WORKING,
) -> Levels:
    """Give the level of every point while `failed` is out for `duration_h` hours.

    Parameters
    ----------
    network : Network
    failed : iterable of str
        Components and groups (a group fails all its members).
    duration_h : float
        Hours, at least 0; a ride of exactly that length does not carry it.
    unknowns : Unknowns
        Elements of unknown state work, or are out for good.

    Returns
    -------
    Levels

    Raises
    ------
    UnknownName
        If an id is none of the network's.
    ValueError
        If `duration_h` is negative.

    Notes
    -----
    One pass in topological order; each node carries the length of its outage, which says for
    which t H(node, t) fails. `docs/method/ride-through.md`.

    Examples
    --------
    >>> from pollready.engine.network import NetworkBuilder
    >>> builder = NetworkBuilder()
    >>> for name in ("mains", "battery"):
    ...     builder.component(name)
    >>> builder.point("school", voters=900,
    ...               services={"admit": {"online": "ride(mains, 4h, battery)"}})
    >>> network = builder.build()
    >>> [evaluate(network, ["mains"], hours).name("admit", "school") for hours in (3.9, 4)]
    ['online', 'closed']
    """
    if not duration_h >= 0:
        raise ValueError(f"a duration is at least 0 hours, not {duration_h}")
    element_s = _base(network, unknowns)
    for name in failed:
        number = network.element(name)
        element_s[number] = max(element_s[number], seconds(duration_h))
    graph = network.graph
    leaf_s = _leaf_outages(network, element_s)
    out_s = np.empty(graph.kind.size, dtype=np.int64)
    _kernels.outages(graph.kind, graph.param, graph.first, graph.child, leaf_s, out_s)
    return Levels(network, _levels(network, out_s))


@dataclass(frozen=True, slots=True)
class Change:
    """A point that went from one level of a service to another."""

    point: str
    service: str
    before: str
    after: str


class LiveState:
    """The network as failures come and go; each change touches only what depends on it.

    Parameters
    ----------
    network : Network
    unknowns : Unknowns

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
        self._base_s = _base(network, unknowns)
        self._element_s = self._base_s.copy()
        self._leaf_s = _leaf_outages(network, self._element_s)
        self._out_s = np.empty(graph.kind.size, dtype=np.int64)
        _kernels.outages(
            graph.kind, graph.param, graph.first, graph.child, self._leaf_s, self._out_s
        )
        self._levels = _levels(network, self._out_s)
        self._leaves, self._parents, self._points = _reverse(network)
        # Plain lists: a change reads few of them, and numpy's scalars cost more than the reading.
        self._services = [
            (service, tops.tolist(), network.level_names(service))
            for service, tops in network.tops.items()
        ]
        self._queued = np.zeros(graph.kind.size, dtype=np.int8)
        self._heap = np.empty(graph.kind.size, dtype=np.int64)
        self._flipped = np.empty(graph.kind.size, dtype=np.int64)

    @property
    def levels(self) -> Levels:
        """Copy the levels as they are now."""
        return Levels(self.network, {s: v.copy() for s, v in self._levels.items()})

    def fail(self, name: str, duration_h: float = float("inf")) -> tuple[Change, ...]:
        """Fail a component or group for an expected time; infinite means for good.

        Raises `UnknownName`, and ValueError for a negative duration.
        """
        if not duration_h >= 0:
            raise ValueError(f"a duration is at least 0 hours, not {duration_h}")
        number = self.network.element(name)
        out_s = FOREVER_S if duration_h == float("inf") else seconds(duration_h)
        return self._set(number, max(out_s, int(self._base_s[number])))

    def repair(self, name: str) -> tuple[Change, ...]:
        """Bring a component or group back to its base state; raises `UnknownName`."""
        number = self.network.element(name)
        return self._set(number, int(self._base_s[number]))

    def _set(self, element: int, out_s: int) -> tuple[Change, ...]:
        graph = self.network.graph
        self._element_s[element] = out_s
        touched: set[int] = set()
        for leaf in self._leaves.get(element, ()):
            self._leaf_s[leaf] = out_s
            count = _kernels.spread(
                leaf, graph.kind, graph.param, graph.first, graph.child,
                self._parents[0], self._parents[1], self._leaf_s, self._out_s,
                self._queued, self._heap, self._flipped,
            )  # fmt: skip
            for node in self._flipped[:count].tolist():
                touched.update(self._points.get(node, ()))
        return tuple(c for point in sorted(touched) for c in self._relevel(point))

    def _relevel(self, point: int) -> list[Change]:
        changes = []
        for service, tops, names in self._services:
            nodes = tops[point]
            if nodes[0] < 0:
                continue
            before = int(self._levels[service][point])
            # A level holds wherever a better one does, so the failing ones are counted.
            after = sum(1 for node in nodes if self._out_s[node] >= 0)
            if before != after:
                self._levels[service][point] = after
                name = self.network.point_ids[point]
                changes.append(Change(name, service, names[before], names[after]))
        return changes


def _base(network: Network, unknowns: Unknowns) -> NDArray[np.int64]:
    """Give the outage of each element before anything fails."""
    out = network.unknown & (Unknowns(unknowns) == Unknowns.FAILED)
    return np.where(out, FOREVER_S, WORKING_S).astype(np.int64)


def _leaf_outages(network: Network, element_s: NDArray[np.int64]) -> NDArray[np.int64]:
    graph = network.graph
    leaf_s = np.full(graph.kind.size, WORKING_S, dtype=np.int64)
    own = np.nonzero(graph.kind == Kind.LEAF)[0]
    leaf_s[own] = element_s[graph.param[own]]
    hit = np.nonzero(graph.kind == Kind.HIT)[0]
    leaf_s[hit] = element_s[len(network.component_ids) + network.hit_group[graph.param[hit]]]
    return leaf_s


def _levels(network: Network, out_s: NDArray[np.int64]) -> dict[str, NDArray[np.int8]]:
    levels = {}
    for service, tops in network.tops.items():
        # A level holds wherever a better one does, so the failing ones are counted.
        number = (out_s[tops] >= 0).sum(axis=1)
        levels[service] = np.where(tops[:, 0] < 0, -1, number).astype(np.int8)
    return levels


def _reverse(
    network: Network,
) -> tuple[dict[int, list[int]], tuple[NDArray[np.int64], NDArray[np.int32]], dict[int, list[int]]]:
    """Give leaves by element, parents by node (CSR), and points by top node."""
    graph = network.graph
    parent_of_edge = np.repeat(np.arange(graph.kind.size, dtype=np.int32), np.diff(graph.first))
    order = np.argsort(graph.child, kind="stable")
    first = np.zeros(graph.kind.size + 1, dtype=np.int64)
    np.cumsum(np.bincount(graph.child, minlength=graph.kind.size), out=first[1:])
    leaves: dict[int, list[int]] = {}
    components = len(network.component_ids)
    for node in np.nonzero((graph.kind == Kind.LEAF) | (graph.kind == Kind.HIT))[0].tolist():
        number = int(graph.param[node])
        if graph.kind[node] == Kind.HIT:
            number = components + int(network.hit_group[number])
        leaves.setdefault(number, []).append(node)
    points: dict[int, list[int]] = {}
    for tops in network.tops.values():
        for point, row in enumerate(tops.tolist()):
            for node in row:
                points.setdefault(node, []).append(point)
    return leaves, (first, parent_of_edge[order]), points
