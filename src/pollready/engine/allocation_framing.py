"""From a problem to its frame: which options can be chosen at all, and in which rows they stand."""

import numpy as np
from scipy import sparse

from pollready.engine.allocation_frame import Bools, Frame, Indices, Upgrading
from pollready.engine.allocation_layout import Layout, layout_of, sources_of
from pollready.engine.allocation_problem import AllocationProblem, FixedChoice, FixedUpgrade


def frame_of(problem: AllocationProblem) -> Frame:
    """Lay a problem out; it has no faults."""
    sources = sources_of(problem)
    layout = layout_of(sources)
    cell = layout.cell_of[sources.reach_class]
    there = _reached(layout)
    upgrading = _upgrading(problem, cell[len(problem.points) :], there)
    weights = _weights(problem)
    kept = _usable(problem, cell, there, weights, upgrading)
    point, first, group = np.unique(
        problem.options.point[kept], return_index=True, return_inverse=True
    )
    pairs, pair_of = _pairs(problem, kept)
    return Frame(
        problem,
        sources,
        layout,
        kept,
        group.ravel().astype(np.int64),
        np.append(first, len(kept)).astype(np.int64),
        point.astype(np.int64),
        np.isin(point, [each.point for each in _choices(problem) if each.option is not None]),
        problem.options.units[kept].astype(np.int32),
        problem.options.saves[kept].astype(np.float64),
        problem.options.cost[kept].astype(np.float64),
        weights[kept],
        pairs,
        pair_of,
        cell[point],
        upgrading,
    )


def _choices(problem: AllocationProblem) -> list[FixedChoice]:
    return [each for each in problem.fixed if isinstance(each, FixedChoice)]


def _reached(layout: Layout) -> Bools:
    """Tell that each cell is reached, and at the end that what has no cell is not."""
    return np.append(np.ones(layout.n_cells, dtype=bool), False)


def _upgrading(problem: AllocationProblem, cell: Indices, there: Bools) -> Upgrading:
    """Lay the upgrades out: one is made, not made, or open; what nothing reaches is not made."""
    upgrades = problem.all_upgrades
    lower = np.zeros(len(upgrades.ids))
    upper = np.array(((upgrades.units == 0) | there[cell]).all(axis=1), dtype=np.float64)
    for fixed in problem.fixed:
        if isinstance(fixed, FixedUpgrade):
            lower[fixed.upgrade] = upper[fixed.upgrade] = float(fixed.made)
    return Upgrading(upgrades.units, upgrades.cost.astype(np.float64), cell, lower, upper)


def _weights(problem: AllocationProblem) -> sparse.csr_array:
    """Give what each floor counts of each option."""
    floors = problem.floors
    shape = (len(problem.options.point), len(floors))
    if not floors:
        return sparse.csr_array(shape)
    option = np.concatenate([floor.options for floor in floors])
    weight = np.concatenate([floor.weights for floor in floors]).astype(np.float64)
    column = np.repeat(np.arange(len(floors)), [len(floor.options) for floor in floors])
    weights = sparse.csr_array((weight, (option, column)), shape=shape)
    weights.eliminate_zeros()
    return weights


def _usable(
    problem: AllocationProblem,
    cell: Indices,
    there: Bools,
    weights: sparse.csr_array,
    upgrading: Upgrading,
) -> Indices:
    """List by point the options that are within reach, of any use, and not ruled out."""
    options = problem.options
    usable = (options.saves > 0) | (np.diff(weights.indptr) > 0)
    for kind in range(len(problem.kinds)):
        usable &= (options.units[:, kind] == 0) | there[cell[options.point, kind]]
    usable[options.presuming[upgrading.upper[options.presumed] == 0]] = False
    fixed = _choices(problem)
    decided = np.zeros(len(problem.points), dtype=bool)
    decided[[each.point for each in fixed]] = True
    usable &= ~decided[options.point]
    usable[[each.option for each in fixed if each.option is not None]] = True
    kept = np.nonzero(usable)[0]
    point = options.point[kept]
    return kept if (point[1:] >= point[:-1]).all() else kept[np.argsort(point, kind="stable")]


def _pairs(problem: AllocationProblem, kept: Indices) -> tuple[sparse.csr_array, Indices]:
    """Give which options bring which point and upgrade together, and the upgrade of each pair."""
    options, n_upgrades = problem.options, len(problem.all_upgrades.ids)
    place = np.full(len(options.point), -1)
    place[kept] = np.arange(len(kept))
    row = place[options.presuming]
    used, presumed = row >= 0, options.presumed
    key = options.point[options.presuming[used]].astype(np.int64) * n_upgrades + presumed[used]
    pairs, pair = np.unique(key, return_inverse=True)
    entries = (np.ones(len(key)), (row[used], pair.ravel()))
    matrix = sparse.csr_array(entries, shape=(len(kept), len(pairs)))
    matrix.data[:] = 1.0  # said twice is said once
    return matrix, (pairs % max(n_upgrades, 1)).astype(np.int64)
