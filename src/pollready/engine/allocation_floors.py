"""Floors that cannot all be met: the least relaxation, and what each could reach alone."""

import numpy as np

from pollready.engine._highs import Cancelled, Program, solve
from pollready.engine.allocation_core import Core
from pollready.engine.allocation_frame import Frame
from pollready.engine.allocation_linear import Columns
from pollready.engine.allocation_plan import Plan
from pollready.engine.allocation_prices import Aim
from pollready.engine.allocation_result import TOLERANCE
from pollready.engine.budget import Budget

MOST_OPTIONS = 150_000  # in the integer program; of more, those that the linear program brought in
GAP = 1e-4  # share of what a floor asks within which a relaxation is the least
LEAST_RELAXATION = Aim(saves=0.0, penalty=1.0, relaxation=np.inf)


def misses(plan: Plan) -> bool:
    """Tell whether a plan misses a floor."""
    return bool((plan.relaxed > TOLERANCE).any())


def least_relaxed(
    frame: Frame, columns: Columns, plan: Plan, budget: Budget, cancelled: Cancelled | None
) -> Plan:
    """Find a plan that relaxes the floors the least in all, whatever it saves."""
    columns.turn_to(LEAST_RELAXATION)
    linear = columns.solve(budget, cancelled)
    few = len(frame.options) <= MOST_OPTIONS
    options = np.arange(len(frame.options)) if few else linear.columns
    found = Core(frame, LEAST_RELAXATION, options, plan).solve(GAP, budget, cancelled).plan
    return max(plan, found, key=lambda each: each.worth(LEAST_RELAXATION))


def alone(
    frame: Frame, plan: Plan, budget: Budget, cancelled: Cancelled | None
) -> dict[int, float | None]:
    """Give for each floor that a plan misses what it could reach were it the only one."""
    missed = np.nonzero(plan.relaxed > TOLERANCE)[0].tolist()
    found: dict[int, float | None] = {}
    for done, floor in enumerate(missed):
        share = Budget.within(budget.remaining_s() / (len(missed) - done), budget.clock)
        found[floor] = _most_of(frame, floor, share, cancelled)
    return found


def _most_of(frame: Frame, floor: int, budget: Budget, cancelled: Cancelled | None) -> float | None:
    """Give the most of a floor's weight, None where the time did not suffice."""
    weight = frame.weights[:, [floor]].toarray().ravel()
    options = np.nonzero((weight > 0) | frame.required[frame.group])[0]
    lower, upper = frame.other_bounds()
    row_lower, row_upper = frame.row_bounds(np.inf, floors=False)
    whole = np.ones(len(lower) + len(options), dtype=bool)
    whole[: len(frame.layout.arc_cell) + len(frame.asked)] = False
    program = Program(
        np.concatenate([np.zeros(len(lower)), weight[options]]),
        frame.beside_others(options),
        row_lower,
        row_upper,
        np.concatenate([lower, np.zeros(len(options))]),
        np.concatenate([upper, np.ones(len(options))]),
        whole,
    )
    gap = GAP * max(frame.asked[floor], 1.0)
    found = solve(program, limit_s=budget.remaining_s(), alone=True, gap=gap, cancelled=cancelled)
    return max(found.gain, 0.0) if found.optimal else None
