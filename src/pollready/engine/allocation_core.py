"""Whole bundles: the integer program over the options that a better plan can have."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import inf

import numpy as np
from scipy import sparse

from pollready.engine._highs import Cancelled, Program, solve
from pollready.engine.allocation_frame import Bools, Floats, Frame, Indices
from pollready.engine.allocation_linear import Linear
from pollready.engine.allocation_plan import NONE, Plan, plan_of
from pollready.engine.allocation_prices import Aim
from pollready.engine.allocation_whole import Whole, kept_whole
from pollready.engine.budget import Budget

FIRST_OPTIONS = 300  # in the first core beside each point's best
OF_FLOOR = 60  # besides, of those that each binding floor counts
GROWTH = 4
LAST_OPTIONS = 4_000  # a core that large may take all the time; a larger one only follows if solved
LEAST_S = 2.0  # of a core, where there is time at all
WHOLE = 1e-6  # HiGHS's tolerance of whole numbers
CUT_SLACK = 1e-9  # of a cut, for rounding
SHARE_OF_GAP = 0.5  # of the gap asked for that HiGHS may leave within a core
Report = Callable[[Plan, float], None]


@dataclass(frozen=True, eq=False)
class Searched:
    """The best plan found, what no plan exceeds in what is aimed at, and whether that sufficed."""

    plan: Plan
    bound: float
    enough: bool


def search(
    frame: Frame,
    linear: Linear,
    aim: Aim,
    plan: Plan,
    allowed: Callable[[float], float],
    budget: Budget,
    report: Report,
    cancelled: Cancelled | None = None,
) -> Searched:
    """Better a plan until it comes within `allowed(bound)` of the bound, or the time is spent.

    Choosing an option costs the bound its loss at the prices of the linear program, and so does a
    unit on an arc that is not the cheapest of its cell. So no plan with an option or arc that
    loses more than t exceeds the bound less t, and all others are found by the integer program
    over what loses t at most: the core. Cores grow until that is near enough; at the latest when t
    is the gap itself. Where the first does not suffice, binding floors are kept whole: the bound
    falls, and an option of their points loses by so much less.
    """
    top = bound = linear.valued.bound
    loss, arc_loss = linear.valued.loss(frame), linear.valued.arc_loss(frame)
    near, best = _near(frame, linear, loss), linear.valued.best
    count, whole = FIRST_OPTIONS, None
    while bound - plan.worth(aim) > allowed(bound):
        if budget.is_spent() or (cancelled is not None and cancelled()):
            return Searched(plan, bound, False)
        if count > FIRST_OPTIONS and whole is None and aim.relaxation == 0.0:
            # A first core did not suffice: floors bind that few points meet with whole bundles.
            whole = kept_whole(frame, linear.valued, loss, allowed(bound), budget, cancelled)
            top -= whole.total
            bound = max(min(bound, top), plan.worth(aim))
            loss, best = loss - whole.slack[frame.group], best - whole.slack
            continue
        gap = top - plan.worth(aim)
        most = _most_loss(loss, count, gap)
        certain = (best > most) & (plan.chosen != NONE)
        options = np.union1d(np.nonzero(loss <= most)[0], near)
        core = Core(frame, aim, options, plan, certain, arc_loss <= most, whole)
        turn = budget if most >= gap or count >= LAST_OPTIONS else _share(budget)
        tried = core.solve(SHARE_OF_GAP * allowed(bound), turn, cancelled)
        plan = max(plan, tried.plan, key=lambda each: each.worth(aim))
        bound = min(bound, max(tried.bound, plan.worth(aim), top - most))
        report(plan, bound)
        if most >= gap and tried.enough:
            break
        count *= GROWTH
    return Searched(plan, bound, True)


def _near(frame: Frame, linear: Linear, loss: Floats) -> Indices:
    """List what whole bundles most likely need, whatever it loses.

    These are the options of points that the linear program splits, and the cheapest that each
    binding floor counts: the few of the whole country need not be of its county.
    """
    split = frame.group[linear.columns[(linear.x > WHOLE) & (linear.x < 1 - WHOLE)]]
    found = [np.nonzero(np.isin(frame.group, split))[0]]
    counted = frame.weights.tocsc()
    for floor in np.nonzero(linear.valued.prices.floor)[0].tolist():
        rows = counted.indices[counted.indptr[floor] : counted.indptr[floor + 1]]
        found.append(rows[np.argsort(loss[rows], kind="stable")[:OF_FLOOR]])
    return np.unique(np.concatenate(found))


def _share(budget: Budget) -> Budget:
    """Leave time for greater cores, in which a better plan may be found sooner."""
    limit_s = max(budget.remaining_s() / 3, LEAST_S)
    return Budget.within(min(limit_s, budget.remaining_s()), budget.clock)


def _most_loss(loss: Floats, count: int, gap: float) -> float:
    """Give the loss up to which `count` options come in beside the best, the gap at most."""
    others = np.sort(loss[loss > 0])
    return min(float(others[count]) if count < len(others) else inf, gap)


class Core:
    """The integer program over some options and a plan's own.

    Points that are `certain` must take one: for them to take none would cost too much. Units flow
    on `arcs` alone.
    """

    def __init__(
        self,
        frame: Frame,
        aim: Aim,
        options: Indices,
        plan: Plan,
        certain: Bools | None = None,
        arcs: Bools | None = None,
        whole: Whole | None = None,
    ) -> None:
        self._frame, self._plan = frame, plan
        self._options = np.union1d(options, plan.chosen[plan.chosen != NONE])
        self._program = _with_cuts(self._stated(aim, certain, arcs), self._options, whole)

    def _stated(self, aim: Aim, certain: Bools | None, arcs: Bools | None) -> Program:
        frame, options = self._frame, self._options
        n_arcs, n_floors = len(frame.layout.arc_cell), len(frame.asked)
        lower, upper = frame.other_bounds()
        if arcs is not None:
            upper[:n_arcs][~arcs] = 0.0
        row_lower, row_upper = frame.row_bounds(aim.relaxation)
        if certain is not None:
            row_lower[: len(certain)][certain] = 1.0
        of_others = np.zeros(len(lower))
        of_others[n_arcs : n_arcs + n_floors] = -aim.penalty
        whole = np.ones(len(lower) + len(options), dtype=bool)
        whole[: n_arcs + n_floors] = False
        return Program(
            np.concatenate([of_others, aim.saves * frame.saves[options]]),
            frame.beside_others(options),
            row_lower,
            row_upper,
            np.concatenate([lower, np.zeros(len(options))]),
            np.concatenate([upper, np.ones(len(options))]),
            whole,
        )

    def solve(self, gap: float, budget: Budget, cancelled: Cancelled | None) -> Searched:
        """Give the best plan found, or the one begun with, within an absolute `gap` if in time."""
        limit_s = budget.remaining_s()
        found = solve(self._program, limit_s=limit_s, alone=True, gap=gap, cancelled=cancelled)
        if found.x is None:
            return Searched(self._plan, found.bound, found.bound == -inf)
        x = found.x[self._frame.n_others :]
        return Searched(plan_of(self._frame, self._options[x > 0.5]), found.bound, found.optimal)


def _with_cuts(program: Program, options: Indices, whole: Whole | None) -> Program:
    """Add what any plan of whole bundles keeps to, so that the relaxation keeps to it too."""
    if whole is None:
        return program
    others = program.matrix.shape[1] - len(options)
    none = sparse.csr_array((len(whole.most), others))
    cuts = sparse.hstack([none, whole.cuts[:, options]])
    return replace(
        program,
        matrix=sparse.vstack([program.matrix, cuts], format="csc"),
        row_lower=np.append(program.row_lower, np.full(len(whole.most), -inf)),
        row_upper=np.append(program.row_upper, whole.most * (1 + np.sign(whole.most) * CUT_SLACK)),
    )
