"""The allocation engine against every plan there is, on small problems with everything."""

import numpy as np
import pytest

from pollready.engine.allocation import allocate, preview
from pollready.engine.allocation_checking import check_for_faults
from pollready.engine.allocation_framing import frame_of
from pollready.engine.allocation_linear import Columns
from pollready.engine.allocation_prices import Aim
from pollready.engine.allocation_whole import kept_whole
from pollready.engine.budget import UNLIMITED
from tests.oracles.allocation_enumeration import (
    allowed,
    best_by_enumeration,
    counted,
    most_alone,
    random_problem,
)

CASES, BLOCK = 400, 50


def problems(first):
    for seed in range(first, first + BLOCK):
        problem = random_problem(np.random.default_rng(seed))
        if not check_for_faults(problem):
            yield seed, problem


def chosen_of(allocation):
    return tuple(None if option < 0 else option for option in allocation.option.tolist())


@pytest.mark.parametrize("first", range(0, CASES, BLOCK))
def test_the_plan_is_the_best_there_is(first):
    for seed, problem in problems(first):
        relaxed, saved = best_by_enumeration(problem)
        found = allocate(problem, target_gap=0.0)
        assert allowed(problem, chosen_of(found), found.upgrades.tolist()), seed
        assert found.saved == pytest.approx(saved, abs=1e-4), seed
        assert saved - 1e-6 <= found.bound <= saved + 1e-3, seed
        missed = sum(max(1 - each.reached / each.asked, 0) for each in found.floors if each.asked)
        assert missed == pytest.approx(relaxed, abs=1e-5), seed


@pytest.mark.parametrize("most", [0.5, 1e6])
def test_floors_kept_whole_bound_every_plan_that_meets_them(most):
    fallen = 0
    for first in range(0, CASES, BLOCK):
        for seed, problem in problems(first):
            relaxed, saved = best_by_enumeration(problem)
            if relaxed or not problem.floors:
                continue
            frame = frame_of(problem)
            aim = Aim(1.0, 1e7, np.inf)
            valued = Columns(frame, aim).solve(UNLIMITED).valued
            loss = valued.loss(frame)
            found = kept_whole(frame, valued, loss, most, UNLIMITED, None)
            assert saved <= valued.bound - found.total + 1e-4, seed
            chosen = np.isin(frame.options, allocate(problem, target_gap=0.0).option)
            assert (found.cuts @ chosen <= found.most + 1e-4).all(), seed
            fallen += found.total > 1e-3
    assert fallen > 5


@pytest.mark.parametrize("first", range(0, CASES, 4 * BLOCK))
def test_floors_are_counted_as_the_plan_has_them(first):
    for seed, problem in problems(first):
        found = allocate(problem, target_gap=0.0)
        for number, (floor, met) in enumerate(zip(problem.floors, found.floors, strict=True)):
            assert met.reached == pytest.approx(counted(floor, chosen_of(found))), seed
            assert met.reached >= met.held_to - 1e-5 * max(1, met.asked), seed
            if met.is_broken:
                assert met.alone == pytest.approx(most_alone(problem, number), abs=1e-4), seed
            else:
                assert met.alone is None


@pytest.mark.parametrize("first", range(0, CASES, 4 * BLOCK))
def test_the_preview_is_a_plan_within_everything_but_floors(first):
    for seed, problem in problems(first):
        found = preview(problem)
        assert allowed(problem, chosen_of(found), found.upgrades.tolist()), seed
        assert found.saved <= found.bound
