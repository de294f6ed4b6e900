"""The linear program of an allocation: its rows, and the columns of options in them."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from pollready.engine.allocation_layout import OUT_OF_REACH, Layout, Sources
from pollready.engine.allocation_problem import AllocationProblem

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Upgrading:
    """Upgrades as columns: the cells they take from, and what is decided about them.

    `cell` int64[n_upgrades, n_kinds]; `lower` and `upper` float64[n_upgrades], 0 or 1.
    """

    units: NDArray[np.integer]
    cost: Floats
    cell: Indices
    lower: Floats
    upper: Floats


@dataclass(frozen=True, eq=False)
class Frame:
    """An allocation as rows, and the options that can be chosen at all, grouped by point.

    Rows in this order: one a group (at most one option), one a cell (what its points take, it is
    given), one a supply (what flows out is there), one a floor, one for the relaxation of
    floors in all, one for money, and one a pair of point and upgrade (presumed only if made).

    Attributes
    ----------
    options : int64[n]
        Of the problem's, by rising point.
    group : int64[n]
        Whose option it is, as number of the group.
    first : int64[n_groups + 1]
        Where each group's options begin.
    point : int64[n_groups]
    required : bool[n_groups]
        The point must take one of its options: it is fixed.
    units : int32[n, n_kinds]
    saves, cost : float64[n]
    weights : csr [n, n_floors]
    pairs : csr [n, n_pairs]
        Which points and upgrades each option brings together.
    pair_of : int64[n_pairs]
        The upgrade of each pair.
    cell : int64[n_groups, n_kinds]
    """

    problem: AllocationProblem
    sources: Sources
    layout: Layout
    options: Indices
    group: Indices
    first: Indices
    point: Indices
    required: Bools
    units: NDArray[np.int32]
    saves: Floats
    cost: Floats
    weights: sparse.csr_array
    pairs: sparse.csr_array
    pair_of: Indices
    cell: Indices
    upgrading: Upgrading

    @cached_property
    def asked(self) -> Floats:
        """Give what each floor asks."""
        return np.array([floor.at_least for floor in self.problem.floors], dtype=np.float64)

    @cached_property
    def row_starts(self) -> Indices:
        """Give where the rows of groups, cells, supplies, floors, and so on begin, and the end."""
        layout, n_pairs = self.layout, len(self.pair_of)
        sizes = [len(self.point), layout.n_cells, len(layout.supply), len(self.asked), 1, 1]
        return np.cumsum([0, *sizes, n_pairs])

    @property
    def floor_row(self) -> int:
        """Give the row of the first floor."""
        return int(self.row_starts[3])

    @property
    def relaxation_row(self) -> int:
        """Give the row of the relaxation of floors in all."""
        return int(self.row_starts[4])

    @property
    def n_others(self) -> int:
        """Give the number of columns that are no options: flows, relaxations, upgrades."""
        return len(self.layout.arc_cell) + len(self.asked) + len(self.upgrading.cost)

    def row_bounds(self, relaxation: float, *, floors: bool = True) -> tuple[Floats, Floats]:
        """Give the bounds of rows, with floors or without, relaxed by so much in all."""
        groups, cells, supplies, first_floor, relaxed, money, _ = self.row_starts[:-1]
        lower = np.full(self.row_starts[-1], -np.inf)
        upper = np.zeros(self.row_starts[-1])
        lower[groups:cells] = np.where(self.required, 1.0, -np.inf)
        upper[groups:cells] = 1.0
        upper[supplies:first_floor] = self.layout.supply
        lower[first_floor:relaxed] = self.asked if floors else -np.inf
        upper[first_floor:relaxed] = np.inf
        upper[relaxed] = relaxation
        upper[money] = self.problem.money
        return lower, upper

    def columns(self, chosen: Indices) -> sparse.csc_array:
        """Give the columns of some options."""
        _, cells, _, floors, _, money, pairs, end = self.row_starts
        group, taken = self.group[chosen], self.units[chosen]
        column, kind = np.nonzero(taken)
        weights, paired = self.weights[chosen].tocoo(), self.pairs[chosen].tocoo()
        costs = np.nonzero(self.cost[chosen])[0]
        return _columns(
            (int(end), len(chosen)),
            (group, np.arange(len(chosen)), np.ones(len(chosen))),
            (cells + self.cell[group[column], kind], column, taken[column, kind]),
            (floors + weights.col, weights.row, weights.data),
            (np.full(len(costs), money), costs, self.cost[chosen][costs]),
            (pairs + paired.col, paired.row, paired.data),
        )

    @cached_property
    def others(self) -> sparse.csc_array:
        """Give the columns of flows, of each floor's relaxation, and of upgrades."""
        _, cells, supplies, floors, relaxed, money, pairs, end = self.row_starts
        layout, made = self.layout, self.upgrading
        flows, relaxations = np.arange(len(layout.arc_cell)), np.arange(len(self.asked))
        ups = np.arange(len(made.cost))
        up, kind = np.nonzero((made.units > 0) & (made.cell != OUT_OF_REACH))
        shift, further = len(flows), len(flows) + len(relaxations)
        return _columns(
            (int(end), self.n_others),
            (cells + layout.arc_cell, flows, np.full(len(flows), -1.0)),
            (supplies + layout.arc_supply, flows, np.ones(len(flows))),
            (floors + relaxations, relaxations + shift, self.asked),
            (np.full(len(relaxations), relaxed), relaxations + shift, np.ones(len(relaxations))),
            (cells + made.cell[up, kind], up + further, made.units[up, kind]),
            (np.full(len(ups), money), ups + further, made.cost),
            (
                pairs + np.arange(len(self.pair_of)),
                self.pair_of + further,
                np.full(len(self.pair_of), -1.0),
            ),
        )

    def beside_others(self, chosen: Indices) -> sparse.csc_array:
        """Give the columns of `others`, and behind them those of some options."""
        return sparse.hstack([self.others, self.columns(chosen)], format="csc")

    def other_bounds(self) -> tuple[Floats, Floats]:
        """Give the bounds of the columns of `others`; a floor is relaxed by all of it at most."""
        n_arcs, n_floors = len(self.layout.arc_cell), len(self.asked)
        lower = np.concatenate([np.zeros(n_arcs + n_floors), self.upgrading.lower])
        upper = np.concatenate([np.full(n_arcs, np.inf), np.ones(n_floors), self.upgrading.upper])
        return lower, upper


Entries = tuple[NDArray[np.integer], NDArray[np.integer], NDArray[np.number]]


def _columns(shape: tuple[int, int], *entries: Entries) -> sparse.csc_array:
    """Put (rows, columns, values) together."""
    row, column, value = (np.concatenate(parts) for parts in zip(*entries, strict=True))
    return sparse.csc_array((value.astype(np.float64), (row, column)), shape=shape)
