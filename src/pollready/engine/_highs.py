"""HiGHS: the one place that knows its types, its options and its banner."""

from dataclasses import dataclass
from math import inf, isfinite

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Floats = NDArray[np.float64]


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
    """What was found: `x` (None where nothing was), its gain, and what no x exceeds."""

    x: Floats | None
    gain: float
    bound: float
    optimal: bool


class _Silent(highspy.Highs):
    """HiGHS that prints nothing: its constructor calls this, which prints a banner."""

    def enableCallbacks(self) -> None:
        self.setOptionValue("output_flag", False)
        super().enableCallbacks()  # type: ignore[no-untyped-call]  # it has no types


def solve(program: Program, *, limit_s: float = inf, threads: int = 0) -> Solution:
    """Solve a linear or mixed-integer program, silently; 0 threads lets HiGHS choose."""
    highs = _Silent()  # type: ignore[no-untyped-call]  # its constructor has no types
    if isfinite(limit_s):
        highs.setOptionValue("time_limit", float(limit_s))
    highs.setOptionValue("mip_rel_gap", 0.0)
    highs.setOptionValue("threads", threads)
    highs.passModel(_model(program))
    highs.run()
    info = highs.getInfo()
    optimal = highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
    # HiGHS gives +-kHighsInf where it has no solution or no bound yet.
    known = info.primal_solution_status == highspy.kSolutionStatusFeasible
    gain = float(info.objective_function_value) if known else -inf
    mixed = bool(program.whole.any())
    bound = float(info.mip_dual_bound) if mixed else (gain if optimal else inf)
    x = np.array(highs.getSolution().col_value, dtype=np.float64) if known else None
    return Solution(x, gain, bound, optimal)


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
    kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
    model.integrality_ = [kinds[each] for each in program.whole.tolist()]
    return model
