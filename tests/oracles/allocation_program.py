"""Allocation as one mixed-integer program, depot by depot and point by point, without classes."""

import numpy as np
from scipy import sparse

from pollready.engine._highs import Program, solve


def solve_whole_program(problem):
    """Give HiGHS's optimum of a problem without upgrades, fixed decisions and kept units."""
    options, (n_points, n_depots) = problem.options, problem.travel_h.shape
    n_options, n_kinds = options.units.shape
    reached = problem.within[problem.reach_class]  # point, depot, kind
    point, depot, kind = np.nonzero(reached)
    flow = n_options + np.arange(len(point))
    option, of_kind = np.nonzero(options.units)
    demand, stock = n_points, n_points + n_points * n_kinds
    floors, money = stock + n_depots * n_kinds, stock + n_depots * n_kinds + len(problem.floors)
    entries = [
        (options.point, np.arange(n_options), np.ones(n_options)),
        (
            demand + options.point[option] * n_kinds + of_kind,
            option,
            options.units[option, of_kind],
        ),
        (demand + point * n_kinds + kind, flow, -np.ones(len(flow))),
        (stock + depot * n_kinds + kind, flow, np.ones(len(flow))),
        (np.full(n_options, money), np.arange(n_options), options.cost),
        *(
            (np.full(len(floor.options), floors + number), floor.options, floor.weights)
            for number, floor in enumerate(problem.floors)
        ),
    ]
    row, column, value = (np.concatenate(parts) for parts in zip(*entries, strict=True))
    shape = (money + 1, n_options + len(flow))
    asked = np.array([floor.at_least for floor in problem.floors])
    upper = [np.ones(n_points), np.zeros(n_points * n_kinds), problem.stock.ravel()]
    return solve(
        Program(
            np.concatenate([options.saves, np.zeros(len(flow))]),
            sparse.csc_array((value.astype(float), (row, column)), shape=shape),
            np.concatenate([np.full(floors, -np.inf), asked, [-np.inf]]),
            np.concatenate([*upper, np.full(len(asked), np.inf), [problem.money]]).astype(float),
            np.zeros(shape[1]),
            np.concatenate([np.ones(n_options), np.full(len(flow), np.inf)]),
            np.arange(shape[1]) < n_options,
        ),
        alone=True,
    )
