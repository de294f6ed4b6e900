"""HiGHS: the one place that knows its types, its options and its banner."""

from collections.abc import Callable
from dataclasses import dataclass
from math import inf, isfinite
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
Cancelled = Callable[[], bool]

_DUAL, _PRIMAL = 1, 4  # HiGHS's numbers of its simplex methods
_FEASIBLE = highspy.kSolutionStatusFeasible


@dataclass(frozen=True, eq=False)
class Program:
    """Maximise gain·x with row_lower <= matrix x <= row_upper and lower <= x <= upper.

    `matrix` is sparse, [n_rows, n_columns]; `whole` bool[n_columns] tells which x are integers.
    """

    gain: Floats
    matrix: sparse.csc_array
    row_lower: Floats
    row_upper: Floats
    lower: Floats
    upper: Floats
    whole: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Solution:
    """What was found: `x` (None where nothing was), its gain, and what no x exceeds.

    `bound` is -inf where there is no x at all.
    """

    x: Floats | None
    gain: float
    bound: float
    optimal: bool


@dataclass(frozen=True, eq=False)
class LinearSolution:
    """The optimum of a linear program, and what one more of each row's bound would gain.

    `row_price` is at least 0 where the upper bound of a row binds and at most 0 where the lower.
    """

    x: Floats
    gain: float
    row_price: Floats


class _Silent(highspy.Highs):
    """HiGHS that prints nothing: its constructor calls this, which prints a banner."""

    def enableCallbacks(self) -> None:
        self.setOptionValue("output_flag", False)
        super().enableCallbacks()  # type: ignore[no-untyped-call]  # it has no types


def solve(
    program: Program,
    *,
    limit_s: float = inf,
    alone: bool = False,
    gap: float = 0.0,
    cancelled: Cancelled | None = None,
) -> Solution:
    """Solve a linear or mixed-integer program, silently; `alone` on one thread.

    It ends when what is found comes within `gap` of the bound, and asks `cancelled` from time to
    time.
    """
    highs = _highs(limit_s, alone, cancelled)
    highs.setOptionValue("mip_rel_gap", 0.0)
    if gap > 0:
        highs.setOptionValue("mip_abs_gap", gap)
    highs.passModel(_model(program))
    highs.run()
    info = highs.getInfo()
    status = highs.getModelStatus()
    if status == highspy.HighsModelStatus.kInfeasible:
        return Solution(None, -inf, -inf, False)
    optimal = status == highspy.HighsModelStatus.kOptimal
    # HiGHS gives +-kHighsInf where it has no solution or no bound yet.
    known = info.primal_solution_status == _FEASIBLE
    gain = float(info.objective_function_value) if known else -inf
    mixed = bool(program.whole.any())
    bound = float(info.mip_dual_bound) if mixed else (gain if optimal else inf)
    x = np.array(highs.getSolution().col_value, dtype=np.float64) if known else None
    return Solution(x, gain, bound, optimal)


class LinearProgram:
    """A linear program that columns are added to; each solve goes on from the last.

    What was optimal stays feasible when columns come or gain otherwise, and its prices stay so
    when rows change: the simplex method is the one that goes on from there.
    """

    def __init__(self, program: Program) -> None:
        self._highs = _highs(inf, True, None)
        self._highs.passModel(_model(program))
        self._method, self._solved = _DUAL, False

    def add_columns(
        self, gain: Floats, matrix: sparse.csc_array, lower: Floats, upper: Floats
    ) -> None:
        """Add columns behind those that are there."""
        matrix = matrix.tocsc()
        starts, rows = matrix.indptr[:-1].astype(np.int32), matrix.indices.astype(np.int32)
        self._highs.addCols(len(gain), gain, lower, upper, matrix.nnz, starts, rows, matrix.data)
        self._method = _PRIMAL

    def change_gain(self, columns: Indices, gain: Floats) -> None:
        """Set what columns gain."""
        self._highs.changeColsCost(len(columns), columns.astype(np.int32), gain)
        self._method = _PRIMAL

    def change_row(self, row: int, lower: float, upper: float) -> None:
        """Set the bounds of a row."""
        self._highs.changeRowBounds(row, lower, upper)
        self._method = _DUAL

    def solve(
        self, *, limit_s: float = inf, cancelled: Cancelled | None = None
    ) -> LinearSolution | None:
        """Give the optimum; None where there is none, or it was not reached in time."""
        highs = self._highs
        # Time counts over all runs of one program.
        highs.setOptionValue("time_limit", highs.getRunTime() + limit_s)
        highs.setOptionValue("simplex_strategy", self._method if self._solved else _DUAL)
        _ask(highs, cancelled)
        highs.run()
        if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        self._solved = True
        found = highs.getSolution()
        return LinearSolution(
            np.array(found.col_value, dtype=np.float64),
            float(highs.getInfo().objective_function_value),
            np.array(found.row_dual, dtype=np.float64),
        )


def _highs(limit_s: float, alone: bool, cancelled: Cancelled | None) -> _Silent:
    highs = _Silent()  # type: ignore[no-untyped-call]  # its constructor has no types
    if isfinite(limit_s):
        highs.setOptionValue("time_limit", float(limit_s))
    # Never by a number of threads: HiGHS has one pool a process and refuses to run with another
    # number than the first that was asked for.
    highs.setOptionValue("parallel", "off" if alone else "choose")
    _ask(highs, cancelled)
    return highs


def _ask(highs: _Silent, cancelled: Cancelled | None) -> None:
    """Let HiGHS ask whether to stop; only then, as each question costs it a little."""
    highs.clearCallbacks()  # type: ignore[no-untyped-call]  # it has no types
    if cancelled is None:
        return

    def interrupt(event: Any) -> None:
        if cancelled():
            event.interrupt()

    for asks in (highs.cbSimplexInterrupt, highs.cbIpmInterrupt, highs.cbMipInterrupt):
        asks.subscribe(interrupt)


def _model(program: Program) -> highspy.HighsLp:
    matrix = program.matrix.tocsc()
    model = highspy.HighsLp()
    model.num_row_, model.num_col_ = matrix.shape
    model.sense_ = highspy.ObjSense.kMaximize
    model.col_cost_ = program.gain
    model.col_lower_, model.col_upper_ = program.lower, program.upper
    model.row_lower_, model.row_upper_ = program.row_lower, program.row_upper
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_ = matrix.indptr
    model.a_matrix_.index_ = matrix.indices
    model.a_matrix_.value_ = matrix.data
    if program.whole.any():
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        model.integrality_ = [kinds[each] for each in program.whole.tolist()]
    return model
