"""Which components each point rests on, and how many points rest on each."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from pollready.engine import _reach_kernels
from pollready.engine.network import Network


@dataclass(frozen=True, eq=False)
class Reach:
    """The components behind each point by one service (CSR).

    Point p rests on each of `component[first[p]:first[p + 1]]`, in no order; `first` is
    int64[n_points + 1], `component` int32[m].
    """

    network: Network
    first: NDArray[np.int64]
    component: NDArray[np.int32]

    @cached_property
    def points_behind(self) -> NDArray[np.int64]:
        """Count the points that rest on each component: int64[n_components]."""
        return self._counted(self.component)

    def behind_of(self, points: NDArray[np.int64]) -> NDArray[np.int64]:
        """Count, of `points` alone (numbers), those that rest on each component."""
        return self._counted(self.component[self._places(points)])

    def points_on(self, components: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Number the points that rest on any of the components, bool[n_components]."""
        places = np.nonzero(components[self.component])[0]
        found = np.searchsorted(self.first, places, side="right") - 1
        return np.unique(found).astype(np.int64)

    def _counted(self, components: NDArray[np.int32]) -> NDArray[np.int64]:
        width = len(self.network.component_ids)
        counts: NDArray[np.int64] = np.bincount(components, minlength=width).astype(np.int64)
        return counts

    def _places(self, points: NDArray[np.int64]) -> NDArray[np.int64]:
        start, size = self.first[points], self.first[points + 1] - self.first[points]
        ends = np.cumsum(size)
        total = int(ends[-1]) if ends.size else 0
        places: NDArray[np.int64] = np.arange(total) - np.repeat(ends - size - start, size)
        return places


def reach(network: Network, service: str) -> Reach:
    """Find every component in the cone of each point, whatever the level of the service.

    Parameters
    ----------
    network : Network
    service : str

    Returns
    -------
    Reach
        Points without the service rest on nothing; groups are left out, they reach through
        their members.

    Raises
    ------
    UnknownName
        If the network has no such service.

    Notes
    -----
    One walk per point: time and memory grow with the sum of the cones. `docs/method/what-if.md`.

    Examples
    --------
    >>> from pollready.engine.network import NetworkBuilder
    >>> builder = NetworkBuilder()
    >>> builder.component("core")
    >>> builder.component("site", requires="core")
    >>> for name, needs in (("a", "site"), ("b", "core")):
    ...     builder.point(name, voters=100, services={"admit": {"online": needs}})
    >>> reach(builder.build(), "admit").points_behind.tolist()
    [2, 1]
    """
    network.level_names(service)  # raises UnknownName
    graph = network.graph
    first, component = _reach_kernels.components_behind(
        graph.kind, graph.param, graph.first, graph.child, network.tops[service]
    )
    return Reach(network, first, component)
