"""Which single failures bring each point below a level, for all points at once."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pollready.engine import _cut_kernels
from pollready.engine.gates import FALSE
from pollready.engine.network import Network, Unknowns
from pollready.engine.requirements import Requirements, requirements


@dataclass(frozen=True, eq=False)
class SinglePoints:
    """The elements whose loss alone brings a point below a level, by point (CSR).

    Point p falls with each of `element[first[p]:first[p + 1]]`, element numbers in order;
    `first` is int64[n_points + 1], `element` int64[m]. Points that are below already have none.
    """

    network: Network
    first: NDArray[np.int64]
    element: NDArray[np.int64]

    def by_point(self, names: Collection[str]) -> dict[str, frozenset[str]]:
        """Name the single points of each point that has any among `names`."""
        ids = [id if id in names else None for id in self.network.element_ids]
        ends = self.first.tolist()
        elements = self.element.tolist()
        found = {}
        for number, point in enumerate(self.network.point_ids):
            own = {ids[element] for element in elements[ends[number] : ends[number + 1]]}
            named = frozenset(id for id in own if id is not None)
            if named:
                found[point] = named
        return found

    def points_behind(self, allowed: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Tell which points fall with any of the `allowed` elements, bool[n_elements]."""
        point = np.repeat(np.arange(len(self.first) - 1), np.diff(self.first))
        behind = np.zeros(len(self.first) - 1, dtype=np.bool_)
        behind[point[allowed[self.element]]] = True
        return behind


def single_points(
    network: Network,
    service: str,
    level: str,
    duration_h: float,
    unknowns: Unknowns = Unknowns.WORKING,
) -> SinglePoints:
    """Find every component and group, private ones too, whose loss alone costs a point a level.

    Parameters
    ----------
    network : Network
    service, level : str
        The level that must hold.
    duration_h : float
        How long what fails is out (hours, at least 0).
    unknowns : Unknowns
        Elements of unknown state never fail, or are out already: they are no single points.

    Returns
    -------
    SinglePoints

    Raises
    ------
    UnknownName
        If the network has no such service or level.
    ValueError
        If `duration_h` is negative.

    Notes
    -----
    Minimal cuts of order one of each distinct requirement, bottom up: a gate that needs all
    children falls with a single cut of any, a gate that needs one with those that all have in
    common. `docs/method/contingencies.md`.

    Examples
    --------
    >>> from pollready.engine.network import NetworkBuilder
    >>> builder = NetworkBuilder()
    >>> for name in ("site-1", "site-2", "mains", "battery"):
    ...     builder.component(name)
    >>> needs = "(site-1 | site-2) & ride(mains, 4h, battery)"
    >>> builder.point("school", voters=900, services={"admit": {"online": needs}})
    >>> network = builder.build()
    >>> [single_points(network, "admit", "online", h).by_point(network.element_ids) for h in (2, 4)]
    [{}, {'school': frozenset({'mains'})}]
    """
    needs = requirements(network, service, level, duration_h, unknowns, private=True)
    graph = needs.graph
    first, singles = _cut_kernels.cuts_of_order_one(
        graph.kind, graph.param, graph.first, graph.child, len(needs.elements)
    )
    return of_gates(network, needs, first, singles)


def of_gates(
    network: Network,
    needs: Requirements,
    first: NDArray[np.int64],
    singles: NDArray[np.int64],
) -> SinglePoints:
    """Take each point's single cuts from those of its gate (CSR `first`, `singles`)."""
    gates = np.maximum(needs.gate, FALSE)  # what lacks the service has no cuts either
    start, size = first[gates], first[gates + 1] - first[gates]
    ends = np.zeros(len(gates) + 1, dtype=np.int64)
    np.cumsum(size, out=ends[1:])
    taken = np.arange(ends[-1]) - np.repeat(ends[:-1] - start, size)
    return SinglePoints(network, ends, needs.elements[singles[taken]])
