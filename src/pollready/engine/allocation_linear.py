"""The linear program of an allocation by its columns: options come in as prices call for them."""

from dataclasses import dataclass

import numpy as np

from pollready.engine._highs import Cancelled, LinearProgram, LinearSolution, Program
from pollready.engine.allocation_frame import Floats, Frame, Indices
from pollready.engine.allocation_plan import NONE, Plan
from pollready.engine.allocation_prices import Aim, Prices, Valued, first_prices, value
from pollready.engine.budget import Budget

FIRST_OPTIONS = 3  # of each point, by worth at the first prices
CLOSE = 1e-9  # share of the bound within which the optimum is taken as reached
DEAR = 1e-9  # share of the greatest saving by which an option must be worth more to come in


@dataclass(frozen=True, eq=False)
class Linear:
    """Where the linear program stands.

    Attributes
    ----------
    valued : Valued
        At the prices of the lowest bound.
    gain : float
        Of the best solution, in what is aimed at; -inf where there is none.
    columns : int64[n_columns]
        Options that have come in.
    x : float64[n_columns]
    relaxed : float64[n_floors]
        By which share of what it asks each floor is relaxed.
    reached : bool
        The optimum is reached.
    """

    valued: Valued
    gain: float
    columns: Indices
    x: Floats
    relaxed: Floats
    reached: bool


class Columns:
    """The linear program with the options that have come in so far.

    It begins without floors, from where the dual simplex soon reaches them: begun with floors it
    takes ten times as long. `free_bound` is what no plan saves even without floors.
    """

    def __init__(self, frame: Frame, aim: Aim) -> None:
        self._frame, self._aim = frame, aim
        self._first = value(frame, aim, first_prices(frame))
        self._there = np.zeros(len(frame.options), dtype=bool)
        self._columns = np.zeros(0, dtype=np.int64)
        lower, upper = frame.other_bounds()
        self._program = LinearProgram(
            Program(
                self._gain_of_others(aim),
                frame.others,
                *frame.row_bounds(aim.relaxation, floors=False),
                lower,
                upper,
                np.zeros(len(lower), dtype=bool),
            )
        )
        self._held, self.free_bound = False, self._first.bound
        self.add(_first_options(frame, self._first.worth))

    def add(self, options: Indices) -> None:
        """Let options in that are not there yet."""
        new = np.unique(options[~self._there[options]])
        self._there[new] = True
        self._columns = np.concatenate([self._columns, new])
        gain = self._aim.saves * self._frame.saves[new]
        # The row of its point says as much; said of each column, the dual simplex begins feasible.
        most = np.ones(len(new))
        self._program.add_columns(gain, self._frame.columns(new), np.zeros(len(new)), most)

    def turn_to(self, aim: Aim, plan: Plan | None = None) -> None:
        """Aim at something else, with what has come in, and a plan's options."""
        frame, self._aim = self._frame, aim
        if plan is not None:
            self.add(plan.chosen[plan.chosen != NONE])
        self._program.change_row(frame.relaxation_row, -np.inf, aim.relaxation)
        gain = np.concatenate([self._gain_of_others(aim), aim.saves * frame.saves[self._columns]])
        self._program.change_gain(np.arange(len(gain)), gain)

    def solve(self, budget: Budget, cancelled: Cancelled | None = None) -> Linear:
        """Let options in until none is worth more than its point's best, or the time is spent."""
        found = self._converge(budget, cancelled)
        if not self._held and found.reached:
            self._held, self.free_bound = True, found.valued.bound
            for row, asked in enumerate(self._frame.asked, start=self._frame.floor_row):
                self._program.change_row(row, float(asked), np.inf)
            found = self._converge(budget, cancelled)
        return found

    def _converge(self, budget: Budget, cancelled: Cancelled | None) -> Linear:
        valued, standing = value(self._frame, self._aim, self._first.prices), None
        while not budget.is_spent() and not (cancelled is not None and cancelled()):
            found = self._program.solve(limit_s=budget.remaining_s(), cancelled=cancelled)
            if found is None:
                break
            standing = found
            latest = value(self._frame, self._aim, self._prices(found))
            valued = min(latest, valued, key=lambda each: each.bound)
            worth_more = self._worth_more(latest)
            near = valued.bound - found.gain <= CLOSE * max(abs(valued.bound), 1.0)
            if near or not len(worth_more):
                return self._stands(valued, found, reached=True)
            self.add(worth_more)
        return self._stands(valued, standing, reached=False)

    def _gain_of_others(self, aim: Aim) -> Floats:
        frame = self._frame
        gain = np.zeros(frame.n_others)
        n_arcs = len(frame.layout.arc_cell)
        gain[n_arcs : n_arcs + len(frame.asked)] = -aim.penalty
        return gain

    def _prices(self, found: LinearSolution) -> Prices:
        """Read the prices off; what is below 0 by rounding is 0."""
        starts = self._frame.row_starts
        _, _, supply, floor, relaxation, money, pair = np.split(found.row_price, starts[1:-1])
        return Prices(
            np.maximum(supply, 0.0),
            np.maximum(-floor, 0.0),
            max(float(relaxation[0]), 0.0),
            max(float(money[0]), 0.0),
            np.maximum(pair, 0.0),
        )

    def _worth_more(self, latest: Valued) -> Indices:
        """List of each point its best option, where that is worth more than those that are in."""
        frame = self._frame
        there = np.where(self._there, latest.worth, -np.inf)
        least = np.where(frame.required, -np.inf, 0.0)
        known = np.maximum(np.maximum.reduceat(there, frame.first[:-1]), least)
        dear = DEAR * max(float(frame.saves.max(initial=0.0)), 1.0)
        better = (latest.best - known > dear)[frame.group]
        rows = np.nonzero(better & (latest.worth == latest.best[frame.group]))[0]
        _, first = np.unique(frame.group[rows], return_index=True)
        return np.asarray(rows[first])

    def _stands(self, valued: Valued, found: LinearSolution | None, *, reached: bool) -> Linear:
        frame, n_arcs = self._frame, len(self._frame.layout.arc_cell)
        if found is None:
            none, no_floors = np.zeros(len(self._columns)), np.zeros(len(frame.asked))
            return Linear(valued, -np.inf, self._columns, none, no_floors, False)
        x = np.zeros(len(self._columns))
        x[: len(found.x) - frame.n_others] = found.x[frame.n_others :]
        relaxed = found.x[n_arcs : n_arcs + len(frame.asked)]
        return Linear(valued, found.gain, self._columns, x, relaxed, reached)


def _first_options(frame: Frame, worth: Floats) -> Indices:
    """List of each point the few options that are worth most."""
    order = np.lexsort((-worth, frame.group))
    rank = np.arange(len(order)) - frame.first[:-1][frame.group[order]]
    return np.asarray(order[rank < FIRST_OPTIONS])
