import numpy as np
import pytest

from pollready.engine.couriers import CourierHours, Wave, Way, plan_couriers
from pollready.engine.covering import cover_all, cover_most
from pollready.engine.desks import group_into_desks
from pollready.engine.p_center import p_center
from pollready.engine.p_median import p_median
from pollready.engine.siting import NOWHERE
from tests.oracles import siting_enumeration as naive


def small(seed):
    """Make hours of 3 to 9 points and 2 to 8 sites, with ties and ways that nobody knows."""
    rng = np.random.default_rng(seed)
    points, sites = int(rng.integers(3, 10)), int(rng.integers(2, 9))
    hours = rng.integers(0, 12, (points, sites)) / (1.0 if seed % 2 else 3.7)
    hours[rng.random(hours.shape) < (0.0, 0.2, 0.6)[seed % 3]] = np.nan
    if np.isnan(hours).all():
        hours[0, 0] = 1.0
    return hours, int(rng.integers(1, sites + 1)), rng.integers(0, 9, points).astype(float)


@pytest.mark.parametrize("seed", range(60))
def test_the_p_median_is_the_least_of_all_choices(seed):
    hours, p, weights = small(seed)
    found = p_median(hours, p, weights=weights)
    assert found.proven
    assert found.cost == pytest.approx(naive.least_sum(hours, p, weights))
    assert found.unreached.tolist() == np.nonzero(np.isnan(hours).all(axis=1))[0].tolist()


@pytest.mark.parametrize("seed", range(60))
def test_the_p_center_is_the_least_of_all_choices(seed):
    hours, p, _ = small(seed)
    found = p_center(hours, p)
    assert found.proven
    assert found.cost == pytest.approx(naive.least_longest(hours, p))
    assert len(found.sites) == p


@pytest.mark.parametrize("seed", range(60))
def test_covers_are_the_least_of_all_choices(seed):
    hours, p, weights = small(seed)
    every = cover_all(hours, 2.0)
    assert every.proven and every.cost == naive.fewest(hours, 2.0)
    reachable = (hours <= 2.0).any(axis=1)
    assert every.unreached.tolist() == np.nonzero(~reachable)[0].tolist()
    assert (every.site_of[reachable] != NOWHERE).all()
    most = cover_most(hours, 2.0, p, weights=weights)
    assert most.proven
    assert most.cost == pytest.approx(naive.least_beyond(hours, 2.0, p, weights))


@pytest.mark.parametrize("seed", range(60))
def test_with_fixed_sites_each_is_the_least_of_the_choices_that_have_them(seed):
    hours, p, weights = small(seed)
    rng = np.random.default_rng(seed)
    fixed = rng.choice(hours.shape[1], int(rng.integers(1, p + 1)), replace=False).tolist()
    sums = p_median(hours, p, weights=weights, fixed=fixed)
    longest = p_center(hours, p, fixed=fixed)
    every = cover_all(hours, 2.0, fixed=fixed)
    most = cover_most(hours, 2.0, p, weights=weights, fixed=fixed)
    for found in (sums, longest, every, most):
        assert found.proven and set(fixed) <= set(found.sites.tolist())
    assert sums.cost == pytest.approx(naive.least_sum(hours, p, weights, fixed))
    assert longest.cost == pytest.approx(naive.least_longest(hours, p, fixed))
    assert every.cost == len(every.sites) == naive.fewest(hours, 2.0, fixed)
    assert most.cost == pytest.approx(naive.least_beyond(hours, 2.0, p, weights, fixed))
    reachable = (hours <= 2.0).any(axis=1)
    assert (every.site_of[reachable] != NOWHERE).all()


@pytest.mark.parametrize("seed", range(8))
def test_the_p_median_is_that_of_the_textbook_s_program(seed):
    at = np.random.default_rng(seed).random((28, 2))
    hours = np.hypot(*(at[:, None] - at).transpose(2, 0, 1))
    p = (2, 3, 5, 9)[seed % 4]
    fixed = [3, 8][: seed % 3]
    theirs = naive.least_sum_by_program(hours, p, fixed)
    assert p_median(hours, p, fixed=fixed).cost == pytest.approx(theirs)


@pytest.mark.parametrize("seed", range(12))
def test_desks_keep_between_their_bound_and_all_groupings(seed):
    rng = np.random.default_rng(seed)
    at = rng.random((7, 2))
    hours = np.hypot(*(at[:, None] - at).transpose(2, 0, 1))
    found = group_into_desks(hours, least=2, most=4, desks=2)
    best = naive.best_groups(hours, 2, 2, 4)
    assert found.bound <= best + 1e-9
    assert best - 1e-9 <= found.cost <= 1.25 * best


def county(seed, stations=5):
    rng = np.random.default_rng(seed)
    at, relays = rng.random((stations, 2)) * 3, rng.random((2, 2)) * 3

    def apart(one, other):
        return np.hypot(*(one[:, None] - other).transpose(2, 0, 1))

    desk = np.array([[1.5, 1.5]])
    return CourierHours(
        apart(at, relays), apart(relays, at), apart(at, at),
        apart(desk, at)[0], apart(at, desk)[:, 0],
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(15))
def test_one_courier_leaves_as_few_out_or_late_as_any_route_or_one_more(seed):
    roads = county(seed)
    wave = Wave(np.full(5, 6.0), np.full(5, 8.0), 4.0, 12.0, 1, messenger_h=0.3, stop_min=6.0)
    found = plan_couriers(roads, wave)
    asked = [s for s in range(5) if found.way[s] is not Way.MESSENGER]
    out, late = naive.least_missed(roads, wave, asked)
    late_here = sum(found.way[s] is Way.COURIER for s in found.late.tolist())
    assert found.bound <= found.missed
    assert (out, late) <= (len(found.nobody), late_here) <= (out, late + 1)


@pytest.mark.parametrize("seed", range(15))
def test_arrivals_are_those_of_walking_the_route_with_some_halts(seed):
    roads = county(seed, 7)
    wave = Wave(np.full(7, 6.0), np.full(7, 8.0), 4.0, 14.0, 2, messenger_h=0.2, stop_min=6.0)
    found = plan_couriers(roads, wave)
    for route in found.routes:
        walks = [
            naive.courier_arrivals(roads, wave, route, {len(route) - 1, *halts})
            for mask in range(1 << (len(route) - 1))
            for halts in [[k for k in range(len(route) - 1) if mask >> k & 1]]
        ]
        planned = {station: found.arrival_h[station] for station in route}
        assert any(walk is not None and walk == pytest.approx(planned) for walk in walks)
