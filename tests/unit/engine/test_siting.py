from itertools import count

import numpy as np
import pytest

from pollready.engine import _median_kernels as kernels
from pollready.engine.budget import Budget
from pollready.engine.covering import cover_all, cover_most
from pollready.engine.desks import NoSizeFits, UnknownTravel, group_into_desks
from pollready.engine.p_center import p_center
from pollready.engine.p_median import p_median
from pollready.engine.siting import NOWHERE, Stop, TooManyFixedSites, WrongNumberOfSites


def plane(points, seed=0):
    at = np.random.default_rng(seed).random((points, 2))
    return np.hypot(*(at[:, None] - at).transpose(2, 0, 1))


def spent_after(ticks):
    """Give a budget that is spent once its clock was asked so many times."""
    clock = count()
    return Budget(ticks, lambda: float(next(clock)))


@pytest.mark.parametrize("p", [0, 4])
@pytest.mark.parametrize("choose", [p_median, p_center, lambda h, p: cover_most(h, 1.0, p)])
def test_more_sites_than_candidates_or_none_are_refused(choose, p):
    with pytest.raises(WrongNumberOfSites) as refused:
        choose(np.ones((5, 3)), p)
    assert refused.value.fields == {"asked": p, "candidates": 3}


@pytest.mark.parametrize(
    "choose", [p_median, p_center, lambda h, p, **k: cover_most(h, 1.0, p, **k)]
)
def test_fewer_sites_than_are_fixed_are_refused(choose):
    with pytest.raises(TooManyFixedSites) as refused:
        choose(np.ones((5, 3)), 1, fixed=[0, 2, 2])
    assert refused.value.fields == {"fixed": 2, "asked": 1}
    with pytest.raises(IndexError):
        choose(np.ones((5, 3)), 1, fixed=[3])


@pytest.mark.parametrize(
    "choose", [p_median, p_center, lambda h, p, **k: cover_most(h, 0.2, p, **k)]
)
def test_all_sites_fixed_is_that_choice_proven(choose):
    found = choose(plane(30), 3, fixed=[7, 2, 11])
    assert found.sites.tolist() == [2, 7, 11] and found.proven


def test_a_fixed_site_stays_where_none_is_needed():
    far = np.array([[0.1, 9.0], [0.1, 9.0]])
    found = cover_all(far, 1.0, fixed=[1])
    assert found.sites.tolist() == [0, 1] and found.cost == 2 and found.proven


def test_the_bound_of_a_large_problem_is_that_with_its_fixed_sites():
    hours = plane(150)
    free, held = p_median(hours, 6), p_median(hours, 6, fixed=[0, 1, 2])
    assert held.proven and free.cost < held.cost
    cut = p_median(hours, 6, fixed=[0, 1, 2], budget=spent_after(1))
    assert cut.bound <= held.cost <= cut.cost and set(cut.sites.tolist()) >= {0, 1, 2}


@pytest.mark.parametrize("ticks", [0, 1])
def test_a_spent_budget_still_gives_sites_with_a_true_bound(ticks):
    hours = plane(150)
    cut, whole = p_median(hours, 6, budget=spent_after(ticks)), p_median(hours, 6)
    assert whole.proven and cut.stopped is Stop.BUDGET
    assert cut.bound <= whole.cost <= cut.cost
    assert cut.gap == pytest.approx(1 - cut.bound / cut.cost)
    assert len(cut.sites) == 6


def test_a_center_without_time_is_at_most_twice_the_best():
    hours = plane(60)
    cut, whole = p_center(hours, 5, budget=spent_after(0)), p_center(hours, 5)
    assert whole.proven and cut.stopped is Stop.BUDGET
    assert cut.bound <= whole.cost <= cut.cost <= 2 * whole.cost


@pytest.mark.parametrize("choose", [p_median, p_center])
def test_a_point_without_any_way_is_named_and_costs_nothing(choose):
    hours = np.array([[1.0, 2.0], [np.nan, np.nan], [2.0, 1.0]])
    found = choose(hours, 1)
    assert found.unreached.tolist() == [1]
    assert found.site_of[1] == NOWHERE and np.isnan(found.hours[1])
    assert found.proven and found.cost == choose(hours[[0, 2]], 1).cost


def test_a_point_that_only_a_site_not_chosen_reaches_is_nowhere_but_not_unreached():
    hours = np.array([[1.0, np.nan], [1.0, np.nan], [np.nan, 1.0]])
    found = p_median(hours, 1)
    assert found.sites.tolist() == [0] and found.site_of.tolist() == [0, 0, NOWHERE]
    assert not len(found.unreached) and found.cost == 4.0


def test_a_center_that_no_p_sites_give_has_no_finite_radius():
    found = p_center(np.array([[1.0, np.nan], [np.nan, 1.0]]), 1)
    assert np.isinf(found.cost) and np.isinf(found.bound)
    assert (found.site_of == NOWHERE).sum() == 1


def test_the_target_itself_is_in_reach_and_an_unknown_way_is_not():
    found = cover_all(np.array([[0.5, np.nan], [0.5001, np.nan]]), 0.5)
    assert found.sites.tolist() == [0] and found.unreached.tolist() == [1]
    assert found.site_of.tolist() == [0, NOWHERE]


def test_nothing_in_reach_needs_no_site():
    found = cover_all(np.array([[3.0, np.nan]]), 0.5)
    assert found.cost == 0 and found.proven and found.unreached.tolist() == [0]


def test_no_weight_at_all_is_no_cost():
    assert p_median(plane(5), 2, weights=np.zeros(5)).cost == 0.0
    assert cover_most(plane(5), 0.1, 1, weights=np.zeros(5)).cost == 0.0


def test_weights_draw_the_site():
    hours = np.abs(np.subtract.outer([0.0, 1.0, 5.0], [0.0, 1.0, 5.0]))
    assert p_median(hours, 1, weights=np.array([1.0, 1.0, 9.0])).sites.tolist() == [2]


def test_desks_keep_their_sizes_and_name_stations_without_known_ways():
    hours = plane(83)
    found = group_into_desks(hours)
    sizes = np.bincount(found.desk_of)
    assert sizes.min() >= 10 and sizes.max() <= 25 and len(sizes) == 4
    hours[5, :] = np.nan
    with pytest.raises(UnknownTravel) as refused:
        group_into_desks(hours)
    assert refused.value.stations == (5,)


@pytest.mark.parametrize(("stations", "desks"), [(9, None), (60, 2), (60, 7)])
def test_numbers_that_no_desks_fit_are_refused(stations, desks):
    with pytest.raises(NoSizeFits) as refused:
        group_into_desks(plane(stations), desks=desks)
    assert refused.value.fields == {"stations": stations, "least": 10, "most": 25}


def test_what_rounding_alone_seems_to_save_is_not_swapped_for_ever():
    # 0.1 + 0.7 + 0.3 less each of them again is below nought.
    cost = np.array([[0.0, 0.0, 0.0], [0.1, 0.7, 0.3], [0.0, 0.0, 0.0]])
    sites, everywhere, kept = np.array([0, 1]), np.arange(3), np.zeros(3, dtype=bool)
    assert kernels.swap_all(cost, sites, everywhere, kept, 1 << 40) == 0.0


def test_no_candidate_reaches_nobody():
    found = cover_all(np.zeros((3, 0)), 1.0)
    assert found.cost == 0 and found.unreached.tolist() == [0, 1, 2]
