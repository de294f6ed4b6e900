"""What a level loses while shared components fail and are repaired: voters and points only."""

from dataclasses import dataclass

import numpy as np

from pollready.engine import _live_kernels
from pollready.engine.contingency import Cost
from pollready.engine.live import backwards
from pollready.engine.network import Kind, Network, Unknowns
from pollready.engine.requirements import requirements


@dataclass(frozen=True, slots=True)
class _Tables:
    """Parents of each gate (CSR), failing children, weights, the sum, and working memory."""

    parent_first: np.ndarray
    parent: np.ndarray
    failing: np.ndarray
    weights: np.ndarray
    total: np.ndarray
    stack: np.ndarray


class LiveLosses:
    """The cost of what is out now, for one service level and duration, kept up to date.

    Where `LiveState` follows every point, private parts and each outage's own length, this
    counts what shared elements cost together, in a millionth of a second an event: for trying
    sets of failures one after another.

    Parameters
    ----------
    network : Network
    service, level : str
        The level that must hold.
    duration_h : float
        How long what fails is out (hours, at least 0).
    unknowns : Unknowns

    Raises
    ------
    UnknownName
        If the network has no such service or level.
    ValueError
        If `duration_h` is negative.

    Notes
    -----
    `docs/method/live-events.md`.

    Examples
    --------
    >>> from pollready.engine.network import NetworkBuilder
    >>> builder = NetworkBuilder()
    >>> for name in ("site-1", "site-2"):
    ...     builder.component(name)
    >>> for name in ("a", "b"):
    ...     builder.point(name, voters=500, services={"admit": {"online": "site-1 | site-2"}})
    >>> live = LiveLosses(builder.build(), "admit", "online", 2.0)
    >>> live.fail("site-1").voters, live.fail("site-2").voters, live.repair("site-1").voters
    (0.0, 1000.0, 0.0)
    """

    def __init__(
        self,
        network: Network,
        service: str,
        level: str,
        duration_h: float,
        unknowns: Unknowns = Unknowns.WORKING,
    ) -> None:
        needs = requirements(network, service, level, duration_h, unknowns)
        self.network = network
        self._graph = graph = needs.graph
        leaves = np.nonzero(graph.kind == Kind.LEAF)[0]
        element = needs.elements[graph.param[leaves]]
        self._leaf = dict(zip(element.tolist(), leaves.tolist(), strict=True))
        parent_first, parent = backwards(graph)
        size = graph.kind.size
        weights = np.zeros((size, 3))
        weights[needs.tops] = needs.weights
        self._tables = _Tables(
            parent_first, parent, np.zeros(size, dtype=np.int32), weights, np.zeros(3),
            np.empty(size, dtype=np.int64),
        )  # fmt: skip
        self._down: set[int] = set()

    def fail(self, name: str) -> Cost:
        """Fail a component or group; gives the cost of all that is out. Raises `UnknownName`.

        What one point alone depends on costs nothing here.
        """
        return self._switch(self.network.element(name), down=True)

    def repair(self, name: str) -> Cost:
        """Repair a component or group; gives the cost of all that is out still."""
        return self._switch(self.network.element(name), down=False)

    def _switch(self, element: int, *, down: bool) -> Cost:
        leaf, tables = self._leaf.get(element), self._tables
        if leaf is not None and (element in self._down) != down:
            (self._down.add if down else self._down.remove)(element)
            _live_kernels.switch(
                leaf, down, self._graph.kind, self._graph.first, tables.parent_first,
                tables.parent, tables.failing, tables.weights, tables.total, tables.stack,
            )  # fmt: skip
        voters, points, unknown = tables.total.tolist()
        return Cost(round(points), voters, round(unknown))
