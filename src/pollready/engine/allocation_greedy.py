"""The instant preview: bundles in the order of what they save for the scarcity of their means."""

from dataclasses import dataclass

import numpy as np

from pollready.engine import _allocation_kernels as kernels
from pollready.engine.allocation_flow import flow_to
from pollready.engine.allocation_frame import Bools, Floats, Frame, Indices
from pollready.engine.allocation_plan import NONE, Plan, demand_of, plan_of

TURNS = 3  # through all options
MOST_UPGRADES = 20  # that are tried, those that most could be saved with first


def greedy(frame: Frame, worth: Floats | None = None) -> Plan:
    """Give a plan within stock, reach, money and what is fixed; floors it may break.

    Without `worth` float64[n] options go by what they save for the scarcity of what they take;
    else by falling worth, above 0.
    """
    order = _by_scarcity(frame) if worth is None else np.argsort(-worth, kind="stable")
    order = order if worth is None else order[worth[order] > 0]
    made = frame.upgrading.lower > 0
    best = _fill(frame, order, made)
    for upgrade in _promising(frame) if worth is None else []:
        tried = made.copy()
        tried[upgrade] = True
        plan = _fill(frame, order, tried)
        if plan is not None and (best is None or plan.saved > best.saved):
            best, made = plan, tried
    assert best is not None  # what is fixed is there: the problem was checked
    return best


def _by_scarcity(frame: Frame) -> Indices:
    """Order options by what they save for the shares of stock, and of money, that they take."""
    stock = frame.sources.stock.sum(axis=0)
    scarcity = frame.units @ (1.0 / np.maximum(stock, 1))
    if np.isfinite(frame.problem.money):
        scarcity += frame.cost / max(frame.problem.money, 1e-9)
    useful = np.nonzero(frame.saves > 0)[0]
    return useful[np.argsort(-frame.saves[useful] / (scarcity[useful] + 1e-12), kind="stable")]


def _promising(frame: Frame) -> list[int]:
    """List the open upgrades that most could be saved with, in that order."""
    made = frame.upgrading
    row, pair = frame.pairs.nonzero()
    by_pair = np.zeros(len(frame.pair_of))
    np.maximum.at(by_pair, pair, frame.saves[row])
    gain = np.bincount(frame.pair_of, weights=by_pair, minlength=len(made.cost))
    gain[made.lower == made.upper] = 0.0
    order = np.argsort(-gain, kind="stable")[:MOST_UPGRADES]
    return [int(upgrade) for upgrade in order if gain[upgrade] > 0]


@dataclass(frozen=True, eq=False)
class _Start:
    """What is left once the fixed options and the upgrades have what they take."""

    left: Indices
    money: float
    chosen: Indices


def _fill(frame: Frame, order: Indices, made: Bools) -> Plan | None:
    """Give bundles in order, with these upgrades; None where these take more than there is."""
    start = _start(frame, made)
    if start is None:
        return None
    absent = frame.pairs @ (~made[frame.pair_of]).astype(np.float64)
    first, supplies = _reaching(frame)
    kernels.give_in_order(
        order[absent[order] == 0],
        frame.group,
        frame.units,
        frame.saves,
        frame.cost,
        frame.cell,
        first,
        supplies,
        start.left,
        start.money,
        start.chosen,
        frame.required,
        TURNS,
    )
    return plan_of(frame, start.chosen[start.chosen != NONE])


def _start(frame: Frame, made: Bools) -> _Start | None:
    required = frame.first[:-1][frame.required]
    plan = plan_of(frame, required)
    taken = Plan(plan.chosen, plan.upgrades | made, 0.0, plan.relaxed)
    cost = frame.cost[required].sum() + frame.upgrading.cost[taken.upgrades].sum()
    demand = demand_of(frame, taken)
    flow = flow_to(frame.layout, demand)
    if flow.sum() < demand.sum() or cost > frame.problem.money:
        return None
    drawn = np.zeros_like(frame.layout.supply)
    np.add.at(drawn, frame.layout.arc_supply, flow)
    return _Start(frame.layout.supply - drawn, frame.problem.money - float(cost), plan.chosen)


def _reaching(frame: Frame) -> tuple[Indices, Indices]:
    """Give for each cell the supplies that reach it, as CSR."""
    order = np.argsort(frame.layout.arc_cell, kind="stable")
    count = np.bincount(frame.layout.arc_cell, minlength=frame.layout.n_cells)
    return np.concatenate([[0], np.cumsum(count)]), frame.layout.arc_supply[order]
