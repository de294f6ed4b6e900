"""Every single and double failure, exactly: voters and points that fall below a level."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from pollready.engine import _cut_kernels
from pollready.engine.condensing import shared_elements
from pollready.engine.gates import FALSE
from pollready.engine.network import Both, Network, Unknowns
from pollready.engine.pair_ranking import best_pairs
from pollready.engine.propagation import Levels, evaluate
from pollready.engine.requirements import Requirements, point_weights, requirements
from pollready.engine.single_points import SinglePoints, of_gates

MAX_PAIRS = 20_000_000  # pairs of cuts kept at once: 160 MB


@dataclass(frozen=True, slots=True)
class Cost:
    """Points below a level: how many, their known voters, and how many have no known number."""

    points: int
    voters: float
    points_without_voters: int


@dataclass(frozen=True, slots=True)
class Contingency:
    """One or two failed elements and what they cost; `beyond_sum` is a pair's correction."""

    ids: tuple[str, ...]
    cost: Cost
    beyond_sum: Cost


@dataclass(frozen=True, slots=True)
class Truncated:
    """The limit on pairs was reached: singles are complete, pairs lack these points.

    A true pair loss lies between the one given and that plus `undecided`.
    """

    max_pairs: int
    undecided: Cost


NO_COST = Cost(0, 0.0, 0)


class PairLosses:
    """Losses of all pairs: L(i) + L(j) + corr(i, j), with corr kept where it is not nothing."""

    def __init__(
        self,
        network: Network,
        losses: NDArray[np.float64],
        keys: NDArray[np.int64],
        corrections: NDArray[np.float64],
    ) -> None:
        self._network = network
        self._losses = losses
        self.keys = keys  # int64[n]: i * n_elements + j, sorted
        self.corrections = corrections  # float64[n, 3]: voters, points, points without voters

    def loss(self, one: str, other: str) -> Cost:
        """Give what failing both costs; raises `UnknownName`, ValueError for the same twice."""
        i, j = self._numbers(one, other)
        return _cost(self._losses[i] + self._losses[j] + self._correction(i, j))

    def beyond_sum(self, one: str, other: str) -> Cost:
        """Give corr(i, j): what the pair costs beyond its two single losses (may be negative)."""
        return _cost(self._correction(*self._numbers(one, other)))

    def _numbers(self, one: str, other: str) -> tuple[int, int]:
        i, j = sorted((self._network.element(one), self._network.element(other)))
        if i == j:
            raise ValueError(f"a pair needs two elements, not {one!r} twice")
        return i, j

    def _correction(self, i: int, j: int) -> NDArray[np.float64]:
        key = i * len(self._losses) + j
        place = int(np.searchsorted(self.keys, key))
        if place < len(self.keys) and self.keys[place] == key:
            row: NDArray[np.float64] = self.corrections[place]
            return row
        return np.zeros(3)


@dataclass(frozen=True, eq=False)
class Contingencies:
    """N-1 and N-2 of one service, level, duration and reading of unknowns, exact and complete.

    `shared` bool[n_elements] tells what was failed: components behind two or more points, and
    groups, but nothing of unknown state. `losses` float64[n_elements, 3] holds voters, points,
    points without voters; `single_points` tells which of them each point falls with, taken from
    `single_cuts`: the requirements and the single cuts of their gates (CSR).
    """

    network: Network
    service: str
    level: str
    duration_h: float
    unknowns: Unknowns
    already_below: Cost
    shared: NDArray[np.bool_]
    losses: NDArray[np.float64]
    pairs: PairLosses
    single_cuts: tuple[Requirements, NDArray[np.int64], NDArray[np.int64]]
    truncated: Truncated | None

    @cached_property
    def single_points(self) -> SinglePoints:
        """Which of the shared elements each point falls with."""
        return of_gates(self.network, *self.single_cuts)

    def single(self, name: str) -> Cost:
        """Give what failing one shared component or group costs; raises `UnknownName`."""
        return _cost(self.losses[self.network.element(name)])

    def top_singles(
        self, k: int, *, max_tier: int | None = None, groups: bool = True
    ) -> tuple[Contingency, ...]:
        """List the `k` costliest, by voters, then points, then in the network's order."""
        allowed = np.nonzero(self.allowed(max_tier, groups) & (self.losses[:, 1] > 0))[0]
        order = np.lexsort((allowed, -self.losses[allowed, 1], -self.losses[allowed, 0]))
        names = self.network.element_ids
        return tuple(
            Contingency((names[i],), _cost(self.losses[i]), NO_COST)
            for i in allowed[order[: max(k, 0)]]
        )

    def top_pairs(
        self, k: int, *, max_tier: int | None = None, groups: bool = True
    ) -> tuple[Contingency, ...]:
        """List the `k` costliest of all pairs, those without a correction included."""
        allowed = self.allowed(max_tier, groups)
        names = self.network.element_ids
        found = best_pairs(k, self.losses, allowed, self.pairs.keys, self.pairs.corrections)
        return tuple(
            Contingency(
                (names[i], names[j]),
                self.pairs.loss(names[i], names[j]),
                self.pairs.beyond_sum(names[i], names[j]),
            )
            for i, j in found
        )

    def behind_singles(self, *, max_tier: int | None = None, groups: bool = True) -> Cost:
        """Count the points that some single failure brings below the level, each once."""
        behind = self.single_points.points_behind(self.allowed(max_tier, groups))
        return _cost(point_weights(self.network)[behind].sum(axis=0))

    def allowed(self, max_tier: int | None, groups: bool) -> NDArray[np.bool_]:
        """Tell which elements are shared, of a tier at most, and no groups where not wanted."""
        allowed = self.shared.copy()
        if max_tier is not None:
            allowed &= self.network.tier <= max_tier
        if not groups:
            allowed[len(self.network.component_ids) :] = False
        return allowed


def analyse(
    network: Network,
    service: str,
    level: str,
    duration_h: float,
    unknowns: Unknowns = Unknowns.WORKING,
    *,
    max_pairs: int = MAX_PAIRS,
) -> Contingencies:
    """Compute every single and double failure's cost: points and voters falling below a level.

    Parameters
    ----------
    network : Network
    service, level : str
        The level that must hold; only points that hold it in the base state are counted.
    duration_h : float
        How long what fails is out (hours, at least 0).
    unknowns : Unknowns
        How elements of unknown state are read.
    max_pairs : int
        Limit on the pairs kept at once.

    Returns
    -------
    Contingencies
        Over components behind two or more points and groups (reach taken as 1). Where
        `truncated` is not None, singles are complete and pairs are lower bounds.

    Raises
    ------
    UnknownName
        If the network has no such service or level.
    ValueError
        If `duration_h` is negative.

    Notes
    -----
    Minimal cuts of order one and two of each distinct requirement, bottom up; then
    loss(i, j) = L(i) + L(j) + corr(i, j). `docs/method/contingencies.md`.

    Examples
    --------
    >>> from pollready.engine.network import NetworkBuilder
    >>> builder = NetworkBuilder()
    >>> for name in ("site-1", "site-2"):
    ...     builder.component(name)
    >>> for name, needs in (("a", "site-1"), ("b", "site-1 | site-2"), ("c", "site-2")):
    ...     builder.point(name, voters=100, services={"admit": {"online": needs}})
    >>> result = analyse(builder.build(), "admit", "online", 2.0)
    >>> result.single("site-1").voters, result.pairs.loss("site-1", "site-2").voters
    (100.0, 300.0)
    """
    needs = requirements(network, service, level, duration_h, unknowns)
    graph, elements, width = needs.graph, needs.elements, len(network.element_ids)
    ones_first, ones, twos_first, twos, complete = _cut_kernels.cuts_of_order_two(
        graph.kind, graph.param, graph.first, graph.child, len(elements), max_pairs
    )
    losses = _losses(network, needs, ones_first, ones)
    pairs, corrections = _cut_kernels.pair_corrections(
        needs.tops, needs.weights, ones_first, ones, twos_first, twos
    )
    low = (1 << _cut_kernels.BITS) - 1
    keys = elements[pairs >> _cut_kernels.BITS] * width + elements[pairs & low]
    undecided = needs.weights[needs.tops >= complete].sum(axis=0)
    return Contingencies(
        network=network,
        service=service,
        level=level,
        duration_h=duration_h,
        unknowns=Unknowns(unknowns),
        already_below=_cost(point_weights(network)[needs.gate == FALSE].sum(axis=0)),
        # What is unknown never fails in one reading and is out already in the other.
        shared=shared_elements(network, service) & ~network.unknown,
        losses=losses,
        pairs=PairLosses(network, losses, keys, corrections),
        single_cuts=(needs, ones_first, ones),
        truncated=Truncated(max_pairs, _cost(undecided)) if undecided[1] > 0 else None,
    )


def single_losses(
    network: Network,
    service: str,
    level: str,
    duration_h: float,
    unknowns: Unknowns = Unknowns.WORKING,
) -> NDArray[np.float64]:
    """Compute every single failure's cost alone, as `analyse(...).losses`.

    Returns float64[n_elements, 3]: voters, points, points without voters. Arguments and errors
    are those of `analyse`.
    """
    needs = requirements(network, service, level, duration_h, unknowns)
    graph = needs.graph
    first, ones = _cut_kernels.cuts_of_order_one(
        graph.kind, graph.param, graph.first, graph.child, len(needs.elements)
    )
    return _losses(network, needs, first, ones)


def _losses(
    network: Network, needs: Requirements, first: NDArray[np.int64], ones: NDArray[np.int64]
) -> NDArray[np.float64]:
    losses = np.zeros((len(network.element_ids), 3))
    losses[needs.elements] = _cut_kernels.single_losses(
        needs.tops, needs.weights, first, ones, len(needs.elements)
    )
    return losses


def analyse_both(
    network: Network, service: str, level: str, duration_h: float, *, max_pairs: int = MAX_PAIRS
) -> Both[Contingencies]:
    """Analyse with unknowns working and with unknowns failed."""
    return Both(
        analyse(network, service, level, duration_h, Unknowns.WORKING, max_pairs=max_pairs),
        analyse(network, service, level, duration_h, Unknowns.FAILED, max_pairs=max_pairs),
    )


@dataclass(frozen=True, eq=False)
class SetCost:
    """What one set of failures costs: the levels before and after."""

    network: Network
    before: Levels
    after: Levels

    def cost(self, service: str, level: str) -> Cost:
        """Count the points that held the level and no longer do."""
        weights = point_weights(self.network)
        return _cost(weights[self._fallen(service, level)].sum(axis=0))

    def fallen(self, service: str, level: str) -> tuple[str, ...]:
        """Name those points."""
        points = np.nonzero(self._fallen(service, level))[0]
        return tuple(self.network.point_ids[p] for p in points)

    def _fallen(self, service: str, level: str) -> NDArray[np.bool_]:
        column = self.network.level(service, level)
        before, after = self.before[service], self.after[service]
        fallen: NDArray[np.bool_] = (before >= 0) & (before <= column) & (after > column)
        return fallen


def evaluate_contingency(
    network: Network,
    failed: Iterable[str],
    duration_h: float,
    unknowns: Unknowns = Unknowns.WORKING,
) -> SetCost:
    """Tell what closes with a set of failed components and groups, out for `duration_h`.

    Parameters
    ----------
    network : Network
    failed : iterable of str
        Components (private ones too) and groups; a group fails all its members.
    duration_h : float
        Hours, at least 0.
    unknowns : Unknowns

    Returns
    -------
    SetCost

    Raises
    ------
    UnknownName
        If an id is none of the network's.
    ValueError
        If `duration_h` is negative.

    Notes
    -----
    One pass over the network: `docs/method/ride-through.md`.
    """
    return SetCost(
        network,
        evaluate(network, (), duration_h, unknowns),
        evaluate(network, failed, duration_h, unknowns),
    )


def _cost(row: NDArray[np.float64]) -> Cost:
    return Cost(round(row[1]), float(row[0]), round(row[2]))
