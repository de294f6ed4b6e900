"""What is said of a plan: who gets nothing and why, what is used, what one more would save."""

from math import fsum

import numpy as np

from pollready.engine.allocation_frame import Floats, Frame, Indices
from pollready.engine.allocation_layout import OUT_OF_REACH
from pollready.engine.allocation_plan import NONE, Plan
from pollready.engine.allocation_prices import NEVER, Valued, cell_prices
from pollready.engine.allocation_problem import FixedChoice
from pollready.engine.allocation_result import (
    Allocation,
    FloorMet,
    PointWithoutMeans,
    Shipments,
    Stop,
    WhyNothing,
)


def allocation_of(
    frame: Frame,
    plan: Plan,
    shipments: Shipments,
    bound: float,
    valued: Valued | None,
    alone: dict[int, float | None],
    stopped: Stop,
) -> Allocation:
    """State a plan with its bound; `valued` at the optimal prices, where they were reached.

    `alone` gives for floors that cannot be met what each can reach by itself.
    """
    problem, upgrades = frame.problem, frame.problem.all_upgrades
    option = np.full(len(problem.points), NONE, dtype=np.int64)
    taken = plan.chosen != NONE
    option[frame.point[taken]] = frame.options[plan.chosen[taken]]
    used = np.zeros((len(problem.depots), len(problem.kinds)), dtype=np.int64)
    np.add.at(used, (shipments.depot, shipments.kind), shipments.units)
    costs = problem.options.cost[option[option != NONE]]
    spent = fsum([*costs, *upgrades.cost[plan.upgrades]])
    return Allocation(
        option=option,
        upgrades=plan.upgrades,
        shipments=shipments,
        saved=plan.saved,
        bound=max(bound, plan.saved),
        used=used,
        left=problem.stock - used,
        spent=spent,
        money_left=problem.money - spent,
        floors=_floors(frame, plan, alone, valued),
        without_means=_without_means(frame, option, valued),
        stock_value=None if valued is None else _stock_value(frame, valued),
        money_value=None if valued is None else valued.prices.money,
        linear_bound=np.inf if valued is None else valued.bound,
        stopped=stopped,
    )


def _floors(
    frame: Frame, plan: Plan, alone: dict[int, float | None], valued: Valued | None
) -> tuple[FloorMet, ...]:
    chosen = plan.chosen[plan.chosen != NONE]
    reached = np.asarray(frame.weights[chosen].sum(axis=0)).ravel()
    return tuple(
        FloorMet(
            floor.name,
            float(floor.at_least),
            float(floor.at_least) * (1.0 - float(plan.relaxed[number])),
            float(reached[number]),
            alone.get(number),
            None if valued is None else float(valued.prices.floor[number]),
        )
        for number, floor in enumerate(frame.problem.floors)
    )


def _without_means(
    frame: Frame, option: Indices, valued: Valued | None
) -> tuple[PointWithoutMeans, ...]:
    problem, options = frame.problem, frame.problem.options
    most = np.zeros(len(option))
    np.maximum.at(most, options.point, options.saves)
    fixed = {each.point for each in problem.fixed if isinstance(each, FixedChoice)}
    best = _best(frame, valued)
    found = []
    for point in np.nonzero(option == NONE)[0].tolist():
        if point in fixed:
            found.append(PointWithoutMeans(point, WhyNothing.FIXED, None, 0.0, None))
        elif most[point] <= 0:
            found.append(PointWithoutMeans(point, WhyNothing.NOTHING_SAVES, None, 0.0, None))
        elif point not in best:
            found.append(PointWithoutMeans(point, WhyNothing.OUT_OF_REACH, None, 0.0, None))
        else:
            place = best[point]
            saves = float(frame.saves[place])
            price = None if valued is None else saves - float(valued.worth[place])
            row = int(frame.options[place])
            found.append(PointWithoutMeans(point, WhyNothing.WORTH_LESS, row, saves, price))
    return tuple(found)


def _best(frame: Frame, valued: Valued | None) -> dict[int, int]:
    """Give of each point the option, of those that save, that is worth most, or saves most."""
    worth = frame.saves if valued is None else valued.worth
    rows = np.nonzero(frame.saves > 0)[0]
    rows = rows[np.lexsort((-worth[rows], frame.group[rows]))]
    group, first = np.unique(frame.group[rows], return_index=True)
    return dict(zip(frame.point[group].tolist(), rows[first].tolist(), strict=True))


def _stock_value(frame: Frame, valued: Valued) -> Floats:
    """Price one more unit in each depot: what the dearest cell pays that it could go to.

    NaN where it would reach a class that none of the kind reaches yet: no price says what it
    would save there.
    """
    problem, cell = frame.problem, cell_prices(frame, valued.prices.supply)
    n_depots, n_kinds = problem.stock.shape
    found = np.zeros((n_depots, n_kinds))
    there = frame.layout.supply_of[:n_depots] != OUT_OF_REACH
    found[there] = valued.prices.supply[frame.layout.supply_of[:n_depots][there]]
    for depot, kind in zip(*np.nonzero(~there), strict=True):
        classes = np.nonzero(frame.sources.within[:, depot, kind])[0]
        price = cell[frame.layout.cell_of[classes, kind]].max(initial=0.0)
        found[depot, kind] = np.nan if price >= NEVER else price
    return found
