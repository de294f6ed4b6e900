"""Days, targets, extensions and adjournment."""

from itertools import product

import numpy as np
import pytest

from pollready.engine.adjournment import adjourned, adjourned_in_all
from pollready.engine.arrivals import SEEN_IN_2019, ArrivalProfile, learn_profile
from pollready.engine.desks_needed import desks_needed
from pollready.engine.device_moves import device_moves
from pollready.engine.devices_needed import (
    Station,
    WaitTarget,
    devices_needed,
    devices_needed_between,
    extension,
    voters_in_time,
)
from pollready.engine.queue_simulation import Law, SecondStage, Service, simulate
from pollready.engine.time_varying_queue import PollingDay, screen, waits

EVEN = ArrivalProfile(np.ones(10) / 10)
TARGET = WaitTarget(mean_min=10.0, limit_min=30.0, over_share=0.05)


def even_day(per_slice=15.0, devices=1, slices=8):
    return PollingDay(np.full(slices, per_slice), np.full(slices, devices), 1.5)


def test_what_is_no_day_is_refused_with_everything_that_is_wrong():
    with pytest.raises(ValueError) as refused:
        PollingDay(np.array([-1.0]), np.array([1, 2]), 0.0, at_doors=-1)
    for word in ("arrivals", "devices", "service_min", "at_doors"):
        assert word in str(refused.value)
    with pytest.raises(ValueError, match=r"(?s)devices.*service_min.*limit_min"):
        screen(np.ones((1, 2)), np.array([0]), 0.0, limit_min=-1.0)


def test_a_day_without_voters_waits_for_nobody():
    nobody = waits(PollingDay(np.zeros(3), np.ones(3, np.int64), 1.5))
    assert (nobody.mean_min, nobody.share_over, nobody.left_by_slice[-1]) == (0, 0, 0)


def test_devices_that_do_not_come_back_wait_for_ever():
    gone = waits(PollingDay(np.full(4, 10.0), np.array([2, 2, 0, 0]), 1.5))
    assert gone.mean_min == np.inf
    assert gone.over_by_slice[-1] == pytest.approx(1)
    assert gone.left_by_slice[-1] == pytest.approx(gone.left_by_slice[1] + 20, abs=1e-6)


def test_who_stands_at_the_doors_waits_for_those_before_him():
    """With one device and an even number of exactly k the mean is (k - 1) / 2 services."""
    doors = waits(PollingDay(np.zeros(40), np.ones(40, np.int64), 2.0, at_doors=30.0))
    # Poisson numbers: E[K (K - 1)] / 2 = 30 * 30 / 2 pairs of which one waits for the other.
    assert doors.mean_min == pytest.approx(30 * 30 / 2 * 2.0 / 30, rel=1e-9)


def test_halving_finds_what_counting_up_finds():
    station = Station(EVEN, 1.5, 10)
    for voters in (50.0, 380.0, 900.0, 2500.0):
        needed = devices_needed(station, voters, TARGET)
        for count in range(1, needed + 1):
            kept = bool(station.keeps(np.array([voters]), np.array([count]), TARGET)[0])
            assert kept == (count == needed)


def test_the_most_voters_in_time_are_just_in_time():
    station = Station(SEEN_IN_2019, 1.5, 12)
    for devices in (1, 3):
        most = voters_in_time(station, devices, TARGET)
        two = np.array([most, most + 1.0])
        assert station.keeps(two, np.full(2, devices), TARGET).tolist() == [True, False]


def test_nobody_needs_no_more_than_one_device_and_no_device_serves_nobody():
    station = Station(EVEN, 1.5, 10)
    assert devices_needed(station, 0, TARGET) == 1
    assert voters_in_time(station, 0, TARGET) == 0
    assert devices_needed(station, 1e6, TARGET) is None


def test_stations_that_differ_widen_what_is_needed():
    station = Station(ArrivalProfile(SEEN_IN_2019.shares, 0.0, 40.0), 1.5, 12)
    between = devices_needed_between(station, 1200.0, TARGET, np.random.default_rng(4), draws=20)
    assert between.low <= between.devices <= between.high
    assert between.low < between.high
    sure = devices_needed_between(
        Station(EVEN, 1.5, 10), 900.0, TARGET, np.random.default_rng(4), draws=3
    )
    assert sure.low == sure.devices == sure.high


def test_an_extension_serves_those_in_line_and_nobody_else():
    bought = extension(even_day(30.0), 2.0)
    assert bought.left[0] == pytest.approx(waits(even_day(30.0)).left_by_slice[-1])
    assert (np.diff(bought.left) < 0).all()
    assert bought.served == pytest.approx(80, abs=0.5)  # one device, two hours, 90 seconds each
    with pytest.raises(ValueError, match="shorter than a slice"):
        extension(even_day(), 0.05)


def test_in_ghana_s_way_who_is_left_votes_the_next_day():
    """F18: 18 % of stations had device trouble; who was not served came again the next day."""
    day = PollingDay(np.full(40, 12.5), np.r_[np.full(32, 2), np.zeros(8)].astype(np.int64), 1.5)
    hit = adjourned(day)
    assert hit.voters == pytest.approx(100, abs=6)  # all who come after the device failed
    assert hit.high > hit.voters
    assert hit.hours == pytest.approx(hit.high * 1.5 / 60 / 2)
    in_all = adjourned_in_all([hit] * 500, 0.18, 1.5)
    assert in_all.voters.estimate == pytest.approx(500 * 0.18 * hit.voters)
    drawn = np.random.default_rng(8).binomial(500, 0.18, 2000) * hit.voters
    inside = (in_all.voters.low <= drawn) & (drawn <= in_all.voters.high)
    assert 0.92 < inside.mean() < 0.98
    assert adjourned(day, devices_next=0).hours == np.inf
    assert adjourned(even_day(5.0, devices=4).closed_after(1)).voters < 1e-6


def test_shares_keep_their_sum_in_any_number_of_slices():
    for slices in (1, 7, 40, 48, 100):
        assert SEEN_IN_2019.over(slices).sum() == pytest.approx(1)
    day = SEEN_IN_2019.day(1000, 3, 1.5, 10)
    assert day.voters == pytest.approx(1000)
    assert day.at_doors == pytest.approx(12.8)


def test_a_profile_that_is_none_is_refused():
    with pytest.raises(ValueError, match=r"sum to 1.*at_doors"):
        ArrivalProfile(np.array([0.5, 0.2]), at_doors=1.0)


def test_counts_teach_the_shares_that_made_them():
    rng = np.random.default_rng(12)
    truth = np.convolve(np.r_[1, 2, 4, 6, 5, 3, 3, 2], [0.25, 0.5, 0.25], "same")
    truth /= truth.sum()
    observed = np.ones((60, 8))
    observed[rng.random((60, 8)) < 0.2] = 0.5
    alike = rng.dirichlet(200 * truth, 60)
    casts = rng.poisson(800 * alike * observed)
    learned = learn_profile(casts, observed)
    smooth = np.convolve(np.r_[truth[0], truth, truth[-1]], [0.25, 0.5, 0.25], "valid")
    assert learned.shares == pytest.approx(smooth / smooth.sum(), abs=0.012)
    assert 40 < learned.concentration < 260  # at least as alike as this, with confidence
    with pytest.raises(ValueError, match="two stations"):
        learn_profile(casts[:1], observed[:1])


def test_slices_that_nobody_watched_are_filled_from_those_beside_them():
    casts, observed = np.tile([0, 40, 40, 0, 40], (2, 1)), np.tile([0, 1, 1, 0, 1.0], (2, 1))
    assert learn_profile(casts, observed).shares.tolist() == pytest.approx([0.2] * 5)


def test_days_cut_off_leave_who_was_not_served():
    day = even_day(30.0, devices=1, slices=4)
    played = simulate(day, 4000, np.random.default_rng(5), end_min=60.0, confidence=0.999)
    expected = waits(day).left_by_slice[-1]
    assert played.left.low < expected < played.left.high
    assert played.cleared_min.estimate <= 60


def test_who_is_cut_off_while_he_is_served_is_in_no_mean():
    day = even_day(120.0, devices=2, slices=4)
    played = simulate(
        day, 200, np.random.default_rng(6), service=Service(500.0, Law.GAMMA, 0.01), end_min=60.0
    )
    assert played.left.estimate > 100  # nobody is served to the end
    assert played.mean_min.estimate == 0


def test_services_that_are_none_are_refused():
    with pytest.raises(ValueError, match="positive"):
        Service(0.0)
    with pytest.raises(ValueError, match="seen_min"):
        Service.seen(np.array([1.0, -1.0]))
    with pytest.raises(ValueError, match="at least 2"):
        simulate(even_day(), 1, np.random.default_rng(0))


def test_halving_finds_the_desks_that_counting_up_finds():
    day = PollingDay(np.full(12, 18.0), np.full(12, 3), 1.5)
    target = WaitTarget(mean_min=4.0)
    for minutes in (1.0, 3.0, 8.0):
        at_desks = Service(minutes, Law.GAMMA, 0.7)
        found = desks_needed(day, Service(1.5), at_desks, target, seed=3, replications=300)
        for count in range(1, found.desks + 1):
            played = simulate(
                day, 300, np.random.default_rng(3), second=SecondStage(count, at_desks), curve=False
            )
            kept = played.mean_min.estimate <= 4 and played.share_over.estimate <= 0.05
            assert kept == (count == found.desks)


def test_no_desks_help_where_the_devices_are_short():
    day = PollingDay(np.full(12, 40.0), np.full(12, 1), 1.5)
    found = desks_needed(
        day, Service(1.5), Service(1.0), WaitTarget(mean_min=4.0), seed=3, replications=50
    )
    assert (found.desks, found.sure) == (None, True)


def test_moves_are_the_cheapest_of_all_ways():
    rng = np.random.default_rng(6)
    for _ in range(30):
        spare, lacking = rng.integers(0, 3, 3), rng.integers(0, 3, 2)
        km = rng.integers(1, 20, (3, 2)).astype(float)
        km[rng.random((3, 2)) < 0.2] = np.inf
        found = device_moves(spare, lacking, km)
        best = min(every_way(spare, lacking, km))
        arrived = sum(move.devices for move in found)
        assert (-arrived, sum(move.devices * move.km for move in found)) == best
        for place in range(3):
            assert sum(m.devices for m in found if m.source == place) <= spare[place]
        for place in range(2):
            assert sum(m.devices for m in found if m.target == place) <= lacking[place]


def every_way(spare, lacking, km):
    """Give, of every way to move devices, how many arrive (negative) and their kilometres."""
    cells = [(i, j) for i in range(3) for j in range(2)]
    for moved in product(*(range(min(spare[i], lacking[j]) + 1) for i, j in cells)):
        table = np.array(moved).reshape(3, 2)
        fits = (table.sum(axis=1) <= spare).all() and (table.sum(axis=0) <= lacking).all()
        if fits and not np.isinf(km[table > 0]).any():
            yield -int(table.sum()), float((table[table > 0] * km[table > 0]).sum())


def test_moves_that_make_no_sense_are_refused():
    with pytest.raises(ValueError, match="km"):
        device_moves(np.array([1]), np.array([1, 2]), np.ones((1, 1)))
    with pytest.raises(ValueError, match="at least 0"):
        device_moves(np.array([-1]), np.array([1]), np.ones((1, 1)))
    assert device_moves(np.array([0]), np.array([3]), np.ones((1, 1))) == ()
