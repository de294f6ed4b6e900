"""Queues against Erlang C, a Markov chain by matrix exponential, Ciw and SimPy."""

import numpy as np
import pytest

from pollready.engine.queue_simulation import Law, SecondStage, Service, ratio_interval, simulate
from pollready.engine.queueing import erlang_c, mean_wait_min
from pollready.engine.time_varying_queue import PollingDay, left_at_end, screen, waits
from tests.oracles.queue_chain import chain, chain_left, ciw_days, simpy_days

SLICES = (12.0, 30.0, 24.0, 9.0)


def day(devices=2, service_min=1.5, at_doors=6.0, slices=SLICES):
    return PollingDay(
        np.array(slices), np.full(len(slices), devices), service_min, at_doors=at_doors
    )


@pytest.mark.parametrize(("devices", "per_h"), [(1, 20), (3, 100), (8, 280)])
def test_a_long_even_day_settles_at_erlang_c(devices, per_h):
    even = PollingDay(np.full(400, per_h / 4), np.full(400, devices), 1.5)
    found = waits(even, limit_min=5.0)
    assert found.mean_by_slice[-1] == pytest.approx(mean_wait_min(devices, per_h, 1.5), rel=1e-5)
    waiting = erlang_c(devices, per_h * 1.5 / 60)
    over = waiting * np.exp(-(devices / 1.5 - per_h / 60) * 5.0)
    assert found.over_by_slice[-1] == pytest.approx(over, rel=1e-4)


@pytest.mark.parametrize("devices", [1, 2, 5])
def test_every_slice_is_that_of_the_chain(devices):
    found = waits(day(devices), limit_min=4.0)
    mean, late, left = chain(day(devices), 4.0)
    assert found.mean_by_slice == pytest.approx(mean, abs=1e-5)
    assert found.over_by_slice == pytest.approx(late, abs=1e-5)
    assert found.left_by_slice == pytest.approx(left, abs=1e-5)
    assert found.lost_mass < 1e-9


def test_devices_that_fail_and_return_leave_what_the_chain_leaves():
    broken = PollingDay(np.array(SLICES), np.array([2, 0, 3, 1]), 1.5, at_doors=6.0)
    found = waits(broken)
    assert found.left_by_slice == pytest.approx(chain_left(broken), abs=1e-5)
    assert left_at_end(broken) == pytest.approx(found.left, abs=1e-12)


def test_waits_of_days_with_outages_are_those_of_days_played():
    broken = PollingDay(np.array(SLICES), np.array([3, 0, 1, 3]), 1.5, at_doors=6.0)
    closed = broken.closed_after(3)
    found = waits(closed, limit_min=8.0)
    played = simulate(closed, 20_000, np.random.default_rng(7), limit_min=8.0, confidence=0.999)
    assert played.mean_min.low < found.mean_min < played.mean_min.high
    assert played.share_over.low < found.share_over < played.share_over.high
    _, low, high = played.by_slice[:, :4]
    assert (low < found.mean_by_slice[:4]).all()
    assert (found.mean_by_slice[:4] < high).all()


def test_days_played_are_those_of_the_exact_law():
    found = waits(day(), limit_min=8.0)
    played = simulate(day(), 20_000, np.random.default_rng(3), limit_min=8.0, confidence=0.999)
    assert played.mean_min.low < found.mean_min < played.mean_min.high
    assert played.share_over.low < found.share_over < played.share_over.high


def test_screening_is_the_same_as_one_day_at_a_time():
    rng = np.random.default_rng(11)
    arrivals, devices = rng.uniform(0, 30, (20, 8)), rng.integers(1, 4, 20)
    doors = rng.uniform(0, 20, 20)
    arrivals[7], devices[7], doors[7] = arrivals[3], devices[3], doors[3]
    found = screen(arrivals, devices, 1.5, at_doors=doors, limit_min=10.0)
    for k in range(20):
        alone = waits(PollingDay(arrivals[k], np.full(8, devices[k]), 1.5, 15.0, doors[k]), 10.0)
        told = (found.mean_min[k], found.share_over[k], found.longest_min[k], found.left[k])
        longest = alone.mean_by_slice.max()
        one = (alone.mean_min, alone.share_over, longest, alone.left_by_slice[-1])
        assert told == pytest.approx(one, rel=1e-9)


def test_days_that_ciw_plays_wait_as_long():
    sums, voters = ciw_days((SLICES, 15.0), 1.5, 2, range(60))
    theirs = ratio_interval(sums, voters, 0.999)
    assert theirs.low < waits(day(at_doors=0.0)).mean_min < theirs.high
    ours = simulate(day(at_doors=0.0), 4_000, np.random.default_rng(1)).mean_min
    assert theirs.low < ours.estimate < theirs.high


def test_days_that_simpy_plays_at_two_stages_wait_as_long():
    sums, voters = simpy_days(
        (SLICES, 15.0),
        lambda rng: rng.lognormal(np.log(1.4) - 0.125, 0.5),
        lambda rng: rng.gamma(4.0, 0.5),
        2,
        3,
        range(150),
    )
    theirs = ratio_interval(sums, voters, 0.999)
    ours = simulate(
        day(at_doors=0.0),
        6_000,
        np.random.default_rng(2),
        service=Service(1.4, Law.LOGNORMAL, np.sqrt(np.expm1(0.25))),
        second=SecondStage(3, Service(2.0, Law.GAMMA, 0.5)),
    )
    assert theirs.low < ours.mean_min.estimate < theirs.high
    assert ours.first_min.high < ours.mean_min.low
