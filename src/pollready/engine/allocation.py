"""Allocation: which point gets which means from which depot, with a bound that no plan exceeds."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import inf

import numpy as np

from pollready.engine._highs import Cancelled
from pollready.engine.allocation_account import allocation_of
from pollready.engine.allocation_checking import check_for_faults
from pollready.engine.allocation_core import Searched, search
from pollready.engine.allocation_faults import InvalidAllocationProblem
from pollready.engine.allocation_floors import alone, least_relaxed, misses
from pollready.engine.allocation_frame import Frame
from pollready.engine.allocation_framing import frame_of
from pollready.engine.allocation_greedy import greedy
from pollready.engine.allocation_linear import Columns, Linear
from pollready.engine.allocation_plan import Plan
from pollready.engine.allocation_prices import Aim, Valued, first_prices, value
from pollready.engine.allocation_problem import AllocationProblem
from pollready.engine.allocation_result import TOLERANCE, Allocation, Progress, Stage, Stop
from pollready.engine.allocation_shipments import shipments_of
from pollready.engine.budget import UNLIMITED, Budget

TARGET_GAP = 1e-4
ROUNDING = 1e-9  # of a relaxation that is held to
Tell = Callable[[Progress], None]


def preview(problem: AllocationProblem) -> Allocation:
    """Give the greedy plan, which keeps stock, reach, money and what is fixed.

    Parameters
    ----------
    problem : AllocationProblem

    Returns
    -------
    Allocation
        Bundles in the order of what they save for the scarcity of their means. Floors it may
        break: `broken_floors` names them. Its bound is the rough one of one price a kind.

    Raises
    ------
    InvalidAllocationProblem
        With every fault of the problem.
    """
    frame = _framed(problem)
    plan = greedy(frame)
    bound = value(frame, Aim(1.0, 0.0, inf), first_prices(frame)).bound
    return allocation_of(frame, plan, shipments_of(frame, plan), bound, None, {}, Stop.PREVIEW)


def allocate(
    problem: AllocationProblem,
    *,
    target_gap: float = TARGET_GAP,
    budget: Budget = UNLIMITED,
    progress: Tell | None = None,
    cancelled: Cancelled | None = None,
) -> Allocation:
    """Find the plan that saves the most expected voters, and prove how much more any could save.

    Parameters
    ----------
    problem : AllocationProblem
    target_gap : float
        Share of the bound within which the search ends; 0 for the optimum.
    budget : Budget
        When it is spent the best plan by then is given, with what is proven by then. The check,
        the greedy plan and the assignment to depots are made in any case.
    progress : callable, optional
        Told of each stage with the best plan and the bound.
    cancelled : callable, optional
        Asked from time to time; True ends the search as a spent budget does.

    Returns
    -------
    Allocation
        Where the floors cannot all be met, the best of the plans that relax them the least in
        all; `floors` says which, by how much, and what each could reach alone.

    Raises
    ------
    InvalidAllocationProblem
        With every fault of the problem.

    Notes
    -----
    Linear program over bundles by columns; integer program over the bundles that a better plan
    can have; bounds by Lagrange. `docs/method/allocation.md`.

    Examples
    --------
    One generator and one modem; either alone saves little, and only b can use both.

    >>> import numpy as np
    >>> from pollready.engine.allocation_problem import AllocationProblem, Options
    >>> options = Options(
    ...     point=np.array([0, 1, 1]),
    ...     units=np.array([[1, 0], [1, 0], [1, 1]]),
    ...     saves=np.array([50.0, 20.0, 90.0]),
    ...     cost=np.zeros(3),
    ... )
    >>> plan = allocate(
    ...     AllocationProblem(
    ...         points=("a", "b"),
    ...         kinds=("generator", "modem"),
    ...         depots=("store",),
    ...         stock=np.array([[1, 1]]),
    ...         reach_class=np.array([0, 0]),
    ...         within=np.ones((1, 1, 2), dtype=bool),
    ...         travel_h=np.array([[0.5], [1.0]]),
    ...         options=options,
    ...     )
    ... )
    >>> plan.option.tolist(), plan.saved, plan.bound, plan.without_means[0].why.value
    ([-1, 2], 90.0, 90.0, 'worth-less')
    """
    return _Run(_framed(problem), target_gap, budget, progress, cancelled).allocation()


def _framed(problem: AllocationProblem) -> Frame:
    faults = check_for_faults(problem)
    if faults:
        raise InvalidAllocationProblem(faults)
    return frame_of(problem)


@dataclass(frozen=True, slots=True)
class OneMore:
    """What one more unit would save: at least `low`, at most `high` expected voters.

    They differ by the gaps of the two plans that are compared, `before` and `after`.
    """

    low: float
    high: float
    before: Allocation
    after: Allocation


def value_of_one_more(
    problem: AllocationProblem,
    kind: int,
    depot: int,
    *,
    before: Allocation | None = None,
    target_gap: float = 0.0,
    budget: Budget = UNLIMITED,
    cancelled: Cancelled | None = None,
) -> OneMore:
    """Find what one more unit of a kind in a depot would save, by solving again with it.

    Parameters
    ----------
    problem : AllocationProblem
    kind, depot : int
    before : Allocation, optional
        The allocation of the problem as it is; without it that is computed too.
    target_gap, budget, cancelled
        As in `allocate`.

    Returns
    -------
    OneMore
        The range lies within the price `stock_value`, where there is one. Where floors are
        relaxed, the unit may go to relaxing them less, and `low` may be 0.

    Raises
    ------
    InvalidAllocationProblem
    """
    if before is None:
        before = allocate(problem, target_gap=target_gap, budget=budget, cancelled=cancelled)
    stock = problem.stock.copy()
    stock[depot, kind] += 1
    more = replace(problem, stock=stock)
    after = allocate(more, target_gap=target_gap, budget=budget, cancelled=cancelled)
    high = after.bound - before.saved
    if before.stock_value is not None and not np.isnan(before.stock_value[depot, kind]):
        price = float(before.stock_value[depot, kind])
        high = min(high, before.linear_bound + price - before.saved)
    low = max(after.saved - before.bound, 0.0)
    return OneMore(low, max(high, low), before, after)


class _Run:
    """One computation: its best plan and bound so far, and who is told of them."""

    def __init__(
        self,
        frame: Frame,
        target_gap: float,
        budget: Budget,
        progress: Tell | None,
        cancelled: Cancelled | None,
    ) -> None:
        self._frame, self._target_gap, self._budget = frame, target_gap, budget
        self._progress, self._cancelled = progress, cancelled

    def allocation(self) -> Allocation:
        """Go from the greedy plan to the bound, to whole bundles, to the depots."""
        frame, aim = self._frame, self._first_aim()
        plan = greedy(frame)
        self._tell(Stage.GREEDY, plan, inf)
        columns = Columns(frame, aim)
        linear = columns.solve(self._budget, self._cancelled)
        plan = max(plan, _rounded(frame, linear), key=lambda each: each.worth(aim))
        self._tell(Stage.BOUND, plan, linear.valued.bound)
        met = linear.reached and bool((linear.relaxed <= TOLERANCE).all())
        held = replace(aim, relaxation=0.0)  # a missed floor still counts against a plan
        found = self._searched(linear, held, plan) if met else _cut(plan, linear)
        if misses(found.plan) and linear.reached and not self._is_ended():
            return self._relaxed(columns, found.plan)
        bound = columns.free_bound if misses(found.plan) else found.bound
        valued = linear.valued if linear.reached else None
        return self._stated(found.plan, bound, valued, {}, enough=found.enough)

    def _relaxed(self, columns: Columns, plan: Plan) -> Allocation:
        """Relax floors the least, then save the most that can be saved with so little relaxed."""
        frame = self._frame
        self._tell(Stage.FLOORS, plan, columns.free_bound)
        third = self._budget.remaining_s() / 3
        turn = Budget.within(third, self._budget.clock)
        plan = least_relaxed(frame, columns, plan, turn, self._cancelled)
        turn = Budget.within(third, self._budget.clock)
        reachable = alone(frame, plan, turn, self._cancelled)
        aim = Aim(1.0, 0.0, float(plan.relaxed.sum()) * (1 + ROUNDING) + ROUNDING)
        columns.turn_to(aim, plan)
        linear = columns.solve(self._budget, self._cancelled)
        if not linear.reached:
            return self._stated(plan, columns.free_bound, None, reachable, enough=False)
        found = self._searched(linear, aim, plan)
        return self._stated(found.plan, found.bound, linear.valued, reachable, enough=found.enough)

    def _first_aim(self) -> Aim:
        """Make missing a floor cost more than all that could be saved."""
        saves = np.maximum(self._frame.saves, 0.0)
        most = np.maximum.reduceat(saves, self._frame.first[:-1]) if len(saves) else saves
        return Aim(1.0, max(float(most.sum()), 1.0), inf)

    def _searched(self, linear: Linear, aim: Aim, plan: Plan) -> Searched:
        return search(
            self._frame,
            linear,
            aim,
            plan,
            lambda bound: self._target_gap * max(bound, 0.0),
            self._budget,
            lambda plan, bound: self._tell(Stage.CORE, plan, bound),
            self._cancelled,
        )

    def _stated(
        self,
        plan: Plan,
        bound: float,
        valued: Valued | None,
        reachable: dict[int, float | None],
        *,
        enough: bool,
    ) -> Allocation:
        self._tell(Stage.ASSIGNMENT, plan, bound)
        stopped = Stop.GAP if enough else self._why_ended()
        shipments = shipments_of(self._frame, plan)
        return allocation_of(self._frame, plan, shipments, bound, valued, reachable, stopped)

    def _is_ended(self) -> bool:
        return self._budget.is_spent() or (self._cancelled is not None and self._cancelled())

    def _why_ended(self) -> Stop:
        is_cancelled = self._cancelled is not None and self._cancelled()
        return Stop.CANCELLED if is_cancelled else Stop.BUDGET

    def _tell(self, stage: Stage, plan: Plan, bound: float) -> None:
        if self._progress is not None:
            self._progress(Progress(stage, plan.saved, bound))


def _cut(plan: Plan, linear: Linear) -> Searched:
    return Searched(plan, linear.valued.bound, False)


def _rounded(frame: Frame, linear: Linear) -> Plan:
    """Give the options that the linear program chooses whole, then what fits by worth."""
    x = np.zeros(len(frame.options))
    x[linear.columns] = linear.x
    most = max(float(np.abs(linear.valued.worth).max(initial=0.0)), 1.0)
    return greedy(frame, linear.valued.worth + x * most * 2)
