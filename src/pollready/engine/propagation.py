"""Levels of all points for a set of failures."""

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
    return Levels(network, levels_of(network, outages(network, failed, duration_h, unknowns)))


def outages(
    network: Network,
    failed: Iterable[str],
    duration_h: float,
    unknowns: Unknowns = Unknowns.WORKING,
    *,
    repaired: Iterable[str] = (),
) -> NDArray[np.int64]:
    """Give the length of the outage of every node, int64[n_nodes] in seconds.

    Negative where the node works. What is `repaired` works whatever is known of it, unless it
    is among `failed`; else arguments and errors are those of `evaluate`.
    """
    if not duration_h >= 0:
        raise ValueError(f"a duration is at least 0 hours, not {duration_h}")
    element_s = base_outages(network, unknowns)
    for name in repaired:
        element_s[network.element(name)] = WORKING_S
    for name in failed:
        number = network.element(name)
        element_s[number] = max(element_s[number], seconds(duration_h))
    graph = network.graph
    leaf_s = leaf_outages(network, element_s)
    out_s = np.empty(graph.kind.size, dtype=np.int64)
    _kernels.outages(graph.kind, graph.param, graph.first, graph.child, leaf_s, out_s)
    return out_s


def base_outages(network: Network, unknowns: Unknowns) -> NDArray[np.int64]:
    """Give the outage of each element before anything fails."""
    out = network.unknown & (Unknowns(unknowns) == Unknowns.FAILED)
    return np.where(out, FOREVER_S, WORKING_S).astype(np.int64)


def leaf_outages(network: Network, element_s: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give the outage of each leaf: that of the element that decides it."""
    graph = network.graph
    leaf_s = np.full(graph.kind.size, WORKING_S, dtype=np.int64)
    own = np.nonzero(graph.kind == Kind.LEAF)[0]
    leaf_s[own] = element_s[graph.param[own]]
    hit = np.nonzero(graph.kind == Kind.HIT)[0]
    leaf_s[hit] = element_s[len(network.component_ids) + network.hit_group[graph.param[hit]]]
    return leaf_s


def levels_of(network: Network, out_s: NDArray[np.int64]) -> dict[str, NDArray[np.int8]]:
    """Give the level of each point by service, from the outages of all nodes."""
    levels = {}
    for service, tops in network.tops.items():
        # A level holds wherever a better one does, so the failing ones are counted.
        number = (out_s[tops] >= 0).sum(axis=1)
        levels[service] = np.where(tops[:, 0] < 0, -1, number).astype(np.int8)
    return levels
