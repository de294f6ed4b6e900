"""What holds of every allocation."""

from dataclasses import replace

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pollready.engine.allocation import allocate, preview
from pollready.engine.allocation_checking import check_for_faults
from pollready.engine.allocation_problem import FixedChoice, FixedUpgrade
from pollready.engine.budget import Budget
from tests.oracles.allocation_enumeration import allowed, random_problem


@st.composite
def problems(draw):
    problem = random_problem(np.random.default_rng(draw(st.integers(0, 1_000_000))))
    assume(not check_for_faults(problem))
    return problem


def chosen_of(allocation):
    return tuple(None if option < 0 else option for option in allocation.option.tolist())


def is_met(found):
    return not any(floor.is_broken for floor in found.floors)


@settings(max_examples=60, deadline=None)
@given(problems(), st.integers(0, 2**30))
def test_more_stock_never_hurts(problem, seed):
    random = np.random.default_rng(seed)
    more = replace(problem, stock=problem.stock + random.integers(0, 2, problem.stock.shape))
    before, after = allocate(problem, target_gap=0.0), allocate(more, target_gap=0.0)
    missed = [sum(1 - f.held_to / f.asked for f in a.floors if f.asked) for a in (before, after)]
    assert missed[1] <= missed[0] + 1e-5
    if is_met(before):
        assert after.saved >= before.saved - 1e-4


@settings(max_examples=60, deadline=None)
@given(problems())
def test_greedy_is_at_most_the_best_and_the_best_at_most_the_bound(problem):
    quick, found = preview(problem), allocate(problem, target_gap=0.0)
    assert found.saved <= found.bound
    assert quick.saved <= quick.bound
    if is_met(quick):
        assert quick.saved <= found.saved + 1e-4
        assert is_met(found)


@settings(max_examples=60, deadline=None)
@given(problems(), st.booleans())
def test_every_plan_is_within_stock_reach_money_and_what_is_fixed(problem, is_spent):
    budget = Budget(0.0 if is_spent else np.inf, lambda: 1.0)
    found = allocate(problem, budget=budget)
    assert allowed(problem, chosen_of(found), found.upgrades.tolist())
    assert (found.left >= 0).all()
    assert found.saved <= found.bound
    for fixed in problem.fixed:
        if isinstance(fixed, FixedChoice):
            assert chosen_of(found)[fixed.point] == fixed.option
        elif isinstance(fixed, FixedUpgrade):
            assert found.upgrades[fixed.upgrade] == fixed.made


@settings(max_examples=60, deadline=None)
@given(problems())
def test_what_is_shipped_is_what_is_chosen_from_within_reach(problem):
    found = allocate(problem)
    sent = found.shipments
    got = np.zeros((len(problem.points), len(problem.kinds)), dtype=int)
    to_point = sent.point >= 0
    np.add.at(got, (sent.point[to_point], sent.kind[to_point]), sent.units[to_point])
    for point, option in enumerate(chosen_of(found)):
        wanted = np.zeros(len(problem.kinds)) if option is None else problem.options.units[option]
        assert got[point].tolist() == list(wanted)
    classes = problem.reach_class[sent.point[to_point]]
    assert problem.within[classes, sent.depot[to_point], sent.kind[to_point]].all()
    assert (found.used <= problem.stock).all()


@settings(max_examples=40, deadline=None)
@given(problems(), st.integers(0, 2**30))
def test_the_order_of_points_and_depots_changes_nothing(problem, seed):
    random = np.random.default_rng(seed)
    assume(not problem.fixed and not problem.kept)
    depots = random.permutation(len(problem.depots))
    points = random.permutation(len(problem.points))
    place = np.argsort(points)
    turned = replace(
        problem,
        points=tuple(problem.points[each] for each in points),
        depots=tuple(problem.depots[each] for each in depots),
        stock=problem.stock[depots],
        reach_class=problem.reach_class[points],
        within=problem.within[:, depots],
        travel_h=problem.travel_h[points][:, depots],
        options=replace(problem.options, point=place[problem.options.point]),
        upgrades=replace(problem.upgrades, travel_h=problem.upgrades.travel_h[:, depots]),
    )
    one, other = allocate(problem, target_gap=0.0), allocate(turned, target_gap=0.0)
    assert abs(one.saved - other.saved) <= 1e-4
