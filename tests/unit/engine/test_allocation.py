"""What an allocation says, on problems small enough to reckon by hand."""

from dataclasses import replace

import numpy as np
import pytest

from pollready.engine.allocation import allocate, preview, value_of_one_more
from pollready.engine.allocation_faults import InvalidAllocationProblem
from pollready.engine.allocation_problem import (
    AllocationProblem,
    FixedChoice,
    FixedUpgrade,
    Floor,
    KeptUnits,
    Options,
    Upgrades,
)
from pollready.engine.allocation_result import Stage, Stop, WhyNothing
from pollready.engine.budget import Budget

GENERATOR, MODEM = 0, 1
SPENT = Budget(0.0, lambda: 1.0)


def two_counties(**changed):
    """Four points and two depots: 0 and 1 in the north, 2 and 3 in the south.

    The northern depot reaches all, the southern only the south.
    """
    options = Options(
        point=np.array([0, 1, 2, 3, 3]),
        units=np.array([[1, 0], [1, 0], [1, 0], [1, 0], [1, 1]]),
        saves=np.array([40.0, 30.0, 90.0, 10.0, 70.0]),
        cost=np.array([1.0, 1.0, 1.0, 1.0, 2.0]),
    )
    problem = AllocationProblem(
        points=("n1", "n2", "s1", "s2"),
        kinds=("generator", "modem"),
        depots=("north", "south"),
        stock=np.array([[1, 0], [1, 1]]),
        reach_class=np.array([0, 0, 1, 1]),
        within=np.array([[[1, 1], [0, 0]], [[1, 1], [1, 1]]], dtype=bool),
        travel_h=np.array([[0.5, np.nan], [1.0, np.nan], [2.0, 0.2], [2.0, 0.4]]),
        options=options,
    )
    return replace(problem, **changed)


def chosen(allocation):
    return allocation.option.tolist()


def test_the_means_go_where_they_save_most_together():
    found = allocate(two_counties())
    assert (chosen(found), found.saved, found.bound) == ([-1, -1, 2, 4], 160.0, 160.0)
    assert (found.stopped, found.gap) == (Stop.GAP, 0.0)


def test_units_come_from_where_the_road_is_shortest_in_all():
    sent = allocate(two_counties()).shipments
    rows = zip(sent.depot.tolist(), sent.kind.tolist(), sent.point.tolist(), strict=True)
    assert sorted(rows) == [(0, GENERATOR, 3), (1, GENERATOR, 2), (1, MODEM, 3)]
    assert sent.travel_h.sum() == pytest.approx(2.6)


def test_what_is_used_and_left_is_told_by_depot():
    found = allocate(two_counties(stock=np.array([[1, 2], [1, 1]])))
    assert (found.used + found.left).tolist() == [[1, 2], [1, 1]]
    assert found.used_up[:, GENERATOR].tolist() == [True, True]
    assert found.left[:, MODEM].sum() == 2


def test_a_point_with_nothing_is_told_why():
    problem = two_counties(
        points=("n1", "n2", "s1", "s2", "no options", "far", "fixed"),
        reach_class=np.array([0, 0, 1, 1, 0, 2, 0]),
        within=np.concatenate([two_counties().within, np.zeros((1, 2, 2), dtype=bool)]),
        travel_h=np.concatenate([two_counties().travel_h, [[1, np.nan], [9, 9], [1, np.nan]]]),
        options=Options(
            point=np.array([0, 1, 2, 3, 3, 5, 6]),
            units=np.array([[1, 0], [1, 0], [1, 0], [1, 0], [1, 1], [1, 0], [1, 0]]),
            saves=np.array([40.0, 30.0, 90.0, 10.0, 70.0, 500.0, 500.0]),
            cost=np.zeros(7),
        ),
        fixed=(FixedChoice(6, None),),
    )
    why = {each.point: each for each in allocate(problem).without_means}
    assert {point: each.why for point, each in why.items()} == {
        0: WhyNothing.WORTH_LESS,
        1: WhyNothing.WORTH_LESS,
        4: WhyNothing.NOTHING_SAVES,
        5: WhyNothing.OUT_OF_REACH,
        6: WhyNothing.FIXED,
    }
    assert (why[0].option, why[0].saves) == (0, 40.0)
    assert why[0].price >= 40.0


def test_what_is_fixed_stands_whatever_it_saves():
    assert chosen(allocate(two_counties(fixed=(FixedChoice(1, 1),)))) == [-1, 1, 2, -1]
    assert chosen(allocate(two_counties(fixed=(FixedChoice(2, None),)))) == [0, -1, -1, 4]


def test_a_kept_unit_stays_in_its_county():
    kept = KeptUnits(depot=0, kind=GENERATOR, units=1, points=np.array([0, 1]))
    assert chosen(allocate(two_counties(kept=(kept,)))) == [0, -1, 2, -1]


def test_a_floor_takes_means_to_where_they_save_less():
    floor = Floor("north", np.array([0, 1]), np.array([40.0, 30.0]), 35.0)
    found = allocate(two_counties(floors=(floor,)))
    assert (chosen(found), found.saved) == ([0, -1, 2, -1], 130.0)
    assert (found.floors[0].reached, found.floors[0].is_broken) == (40.0, False)
    assert found.floors[0].price > 0
    assert found.floors[0].is_binding


def test_a_floor_that_is_met_anyway_costs_nothing():
    floor = Floor("south", np.array([2]), np.array([90.0]), 35.0)
    found = allocate(two_counties(floors=(floor,))).floors[0]
    assert (found.price, found.slack, found.is_binding) == (0.0, 55.0, False)


def test_the_preview_names_the_floors_it_breaks():
    floor = Floor("second in the south", np.array([3, 4]), np.ones(2), 1.0)
    found = preview(two_counties(floors=(floor,)))
    assert [each.name for each in found.broken_floors] == ["second in the south"]
    assert (found.floors[0].reached, found.stopped) == (0.0, Stop.PREVIEW)


def test_floors_that_cannot_be_met_are_relaxed_the_least():
    floors = (
        Floor("north", np.array([0, 1]), np.array([1.0, 1.0]), 2.0),
        Floor("south", np.array([2, 3, 4]), np.array([1.0, 1.0, 1.0]), 1.0),
    )
    found = allocate(two_counties(floors=floors))
    assert [each.is_broken for each in found.floors] == [True, False]
    north = found.floors[0]
    assert (north.asked, north.held_to, north.reached, north.alone) == (2.0, 1.0, 1.0, 1.0)
    assert (chosen(found), found.saved) == ([0, -1, 2, -1], 130.0)


def with_upgrade(**changed):
    """A shared upgrade in the south takes the northern generator and serves s1 and s2 alone."""
    options = replace(
        two_counties().options,
        point=np.array([0, 1, 2, 3, 3, 2, 3]),
        units=np.array([[1, 0], [1, 0], [1, 0], [1, 0], [1, 1], [0, 0], [0, 0]]),
        saves=np.array([40.0, 30.0, 90.0, 10.0, 70.0, 80.0, 60.0]),
        cost=np.array([1.0, 1.0, 1.0, 1.0, 2.0, 0.0, 0.0]),
        presuming=np.array([5, 6]),
        presumed=np.array([0, 0]),
    )
    upgrade = Upgrades(
        ("site",), np.array([[1, 0]]), np.array([5.0]), np.array([1]), np.array([[1.0, 0.3]])
    )
    return two_counties(options=options, upgrades=upgrade, **changed)


def test_an_upgrade_is_made_where_it_saves_through_those_who_presume_it():
    found = allocate(with_upgrade())
    assert (chosen(found), found.upgrades.tolist(), found.saved) == ([0, -1, 5, 6], [True], 180.0)
    assert found.shipments.upgrade.max() == 0
    assert found.spent == 6.0


def test_an_upgrade_ruled_out_takes_its_options_with_it():
    found = allocate(with_upgrade(fixed=(FixedUpgrade(0, False),)))
    assert (found.saved, found.upgrades.tolist()) == (160.0, [False])


def test_money_ends_what_stock_would_allow():
    found = allocate(two_counties(money=2.0))
    assert (chosen(found), found.spent, found.money_left) == ([0, -1, 2, -1], 2.0, 0.0)
    assert found.money_value > 0


def test_a_spent_budget_gives_a_plan_with_a_bound():
    found = allocate(two_counties(), budget=SPENT)
    assert found.stopped is Stop.BUDGET
    assert found.is_cut
    assert preview(two_counties()).saved <= found.saved <= 160.0
    assert found.bound >= 160.0
    assert found.stock_value is None


def test_a_spent_budget_never_bounds_a_plan_that_misses_floors_by_plans_that_do_not():
    floor = Floor("north", np.array([0, 1]), np.array([40.0, 30.0]), 70.0)
    found = allocate(two_counties(floors=(floor,)), budget=SPENT)
    assert [each.name for each in found.broken_floors] == ["north"]
    assert found.bound >= found.saved


def test_who_asks_is_told_and_can_stop_it():
    told = []
    found = allocate(two_counties(), progress=told.append, cancelled=lambda: len(told) > 0)
    assert told[0].stage is Stage.GREEDY
    assert told[-1].stage is Stage.ASSIGNMENT
    assert found.stopped is Stop.CANCELLED


def test_one_more_unit_saves_what_solving_again_says():
    more = value_of_one_more(two_counties(), GENERATOR, 0)
    assert (more.low, more.high) == pytest.approx((40.0, 40.0))
    assert more.before.stock_value[0, GENERATOR] >= 40.0 - 1e-6


def test_a_unit_where_none_of_its_kind_reaches_has_no_price_but_a_value():
    problem = two_counties(stock=np.array([[1, 0], [1, 0]]))
    found = allocate(problem)
    assert np.isnan(found.stock_value[:, MODEM]).all()
    more = value_of_one_more(problem, MODEM, 1, before=found)
    assert (more.low, more.high) == pytest.approx((30.0, 30.0))


def test_a_problem_without_points_options_or_stock_is_an_empty_plan():
    none = Options(np.zeros(0, int), np.zeros((0, 2), int), np.zeros(0), np.zeros(0))
    for problem in (
        two_counties(options=none),
        two_counties(stock=np.zeros((2, 2), dtype=int)),
        AllocationProblem(
            (), (), (), np.zeros((0, 0), int), np.zeros(0, int), np.zeros((0, 0, 0), bool),
            np.zeros((0, 0)), Options(np.zeros(0, int), np.zeros((0, 0), int), np.zeros(0),
            np.zeros(0)),
        ),
    ):  # fmt: skip
        for found in (allocate(problem), preview(problem)):
            assert (found.saved, found.bound, found.gap) == (0.0, 0.0, 0.0)
            assert (found.option == -1).all()


def test_a_faulty_problem_is_refused_with_all_its_faults():
    problem = two_counties(money=-1.0, stock=np.array([[-1, 0], [1, 1]]))
    with pytest.raises(InvalidAllocationProblem) as raised:
        allocate(problem)
    assert [fault.field for fault in raised.value.faults] == ["stock", "money"]
