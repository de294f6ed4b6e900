"""Whether what is fixed can be: its upgrades, its means and its money are there."""

from collections.abc import Iterable

import numpy as np

from pollready.engine.allocation_faults import (
    FixedBeyondMoney,
    FixedBeyondStock,
    FixedWithoutUpgrade,
)
from pollready.engine.allocation_flow import flow_to
from pollready.engine.allocation_frame import Indices
from pollready.engine.allocation_layout import layout_of, sources_of
from pollready.engine.allocation_problem import AllocationProblem, FixedChoice, FixedUpgrade
from pollready.engine.errors import Fault


def check_what_is_fixed(problem: AllocationProblem) -> tuple[Fault, ...]:
    """Find decisions that contradict each other, the stock within reach, or the money."""
    chosen = np.array(
        [
            each.option
            for each in problem.fixed
            if isinstance(each, FixedChoice) and each.option is not None
        ],
        dtype=np.int64,
    )
    made = _made(problem, chosen)
    return (*_without_upgrade(problem, chosen), *_beyond(problem, chosen, made))


def _made(problem: AllocationProblem, chosen: Indices) -> Indices:
    """List the upgrades that are fixed to be made, or presumed by what is fixed."""
    fixed = [each.upgrade for each in problem.fixed if isinstance(each, FixedUpgrade) and each.made]
    presumed = problem.options.presumed[np.isin(problem.options.presuming, chosen)]
    return np.union1d(np.array(fixed, dtype=np.int64), presumed).astype(np.int64)


def _without_upgrade(problem: AllocationProblem, chosen: Indices) -> Iterable[Fault]:
    out = {
        each.upgrade for each in problem.fixed if isinstance(each, FixedUpgrade) and not each.made
    }
    options = problem.options
    for pair in np.nonzero(np.isin(options.presuming, chosen))[0].tolist():
        if options.presumed[pair] in out:
            point = problem.points[options.point[options.presuming[pair]]]
            yield FixedWithoutUpgrade(point, problem.all_upgrades.ids[options.presumed[pair]])


def _beyond(problem: AllocationProblem, chosen: Indices, made: Indices) -> Iterable[Fault]:
    options, upgrades = problem.options, problem.all_upgrades
    sources = sources_of(problem)
    layout = layout_of(sources)
    place = np.concatenate([options.point[chosen], made + len(problem.points)])
    units = np.concatenate([options.units[chosen], upgrades.units[made]])
    cell = layout.cell_of[sources.reach_class[place]]
    for kind, name in enumerate(problem.kinds):
        demand = np.zeros(layout.n_cells + 1, dtype=np.int64)  # at the end: what none reaches
        np.add.at(demand, cell[:, kind], units[:, kind])
        missing = int(demand.sum() - flow_to(layout, demand[:-1]).sum())
        if missing > 0:
            yield FixedBeyondStock(name, missing)
    cost = float(options.cost[chosen].sum() + upgrades.cost[made].sum())
    if cost > problem.money:
        yield FixedBeyondMoney(cost, problem.money)
