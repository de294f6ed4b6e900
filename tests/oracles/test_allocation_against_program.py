"""The allocation engine against HiGHS on the whole program, at middle sizes."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.reference.means import series_problem
from pollready.engine.allocation import allocate
from tests.oracles.allocation_program import solve_whole_program


@pytest.mark.parametrize("seed", range(6))
def test_the_plan_agrees_with_the_whole_program(seed):
    problem = series_problem(80, 3, seed=seed)
    if seed % 2:
        cost = problem.options.units.sum(axis=1).astype(float)
        problem = replace(problem, options=replace(problem.options, cost=cost), money=35.0)
    problem = replace(problem, floors=problem.floors[3:] if seed % 3 else ())
    whole = solve_whole_program(problem)
    found = allocate(problem, target_gap=1e-4)
    assert whole.optimal
    assert found.gap <= 1e-4
    assert found.saved <= whole.gain + 1e-4
    assert found.saved >= whole.gain * (1 - 1e-4) - 1e-4
    assert found.bound >= whole.gain - 1e-4
    assert not found.broken_floors


def test_prices_bound_what_one_more_unit_saves():
    problem = replace(series_problem(80, 3, seed=1), floors=())
    before = allocate(problem, target_gap=0.0)
    for depot, kind in ((0, 0), (1, 2), (2, 4)):
        stock = problem.stock.copy()
        stock[depot, kind] += 1
        gain = solve_whole_program(replace(problem, stock=stock)).gain
        assert gain <= before.linear_bound + before.stock_value[depot, kind] + 1e-4
    assert np.nanmin(before.stock_value, initial=0.0) >= 0
