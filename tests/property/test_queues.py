"""What holds of every queue: more devices never wait longer, more voters never shorter."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pollready.engine import _queue_simulation_kernels as kernels
from pollready.engine.queue_simulation import simulate
from pollready.engine.time_varying_queue import PollingDay, waits

slices = st.lists(st.floats(0, 40), min_size=1, max_size=6)
devices = st.lists(st.integers(0, 4), min_size=1, max_size=6)


def day(arrivals, working, doors=0.0):
    count = np.resize(np.array(working), len(arrivals))
    return PollingDay(np.array(arrivals), count, 2.0, at_doors=doors)


@given(slices, devices, st.floats(0, 30))
def test_no_mass_is_lost_and_everybody_is_served_or_left(arrivals, working, doors):
    found = waits(day(arrivals, working, doors))
    assert 0 <= found.lost_mass < 1e-8
    assert abs(found.left.sum() + found.lost_mass - 1) < 1e-8
    assert -1e-6 <= found.left_by_slice[-1] <= sum(arrivals) + doors + 1e-6
    assert 0 <= found.share_over <= 1


@given(slices, devices)
def test_another_device_never_makes_anybody_wait_longer(arrivals, working):
    fewer = waits(day(arrivals, working))
    more = waits(day(arrivals, [count + 1 for count in working]))
    assert (more.mean_by_slice <= fewer.mean_by_slice + 1e-7).all()
    assert (more.over_by_slice <= fewer.over_by_slice + 1e-7).all()
    assert more.mean_min <= fewer.mean_min + 1e-7
    assert more.share_over <= fewer.share_over + 1e-7


def test_a_rate_of_next_to_nothing_moves_nobody():
    """Found by hypothesis: a denormal rate made one slice count nobody."""
    found = waits(day([5.0, 1e-300], [1, 0]))
    assert found.left_by_slice[0] == found.left_by_slice[1]
    assert abs(found.over_by_slice[1] - 1) < 1e-9


@given(slices, st.integers(1, 4), st.floats(1, 1.5))
def test_more_voters_never_wait_less(arrivals, working, factor):
    fewer = waits(day(arrivals, [working]))
    more = waits(day([factor * each for each in arrivals], [working]))
    assert (more.mean_by_slice >= fewer.mean_by_slice - 1e-7).all()
    assert more.mean_min >= fewer.mean_min - 1e-7
    assert more.left_by_slice[-1] >= fewer.left_by_slice[-1] - 1e-7


@given(slices, st.integers(1, 4), st.floats(0, 20))
def test_minutes_in_line_are_the_waits_of_who_stood_in_it(arrivals, working, doors):
    """Little's law, over a day that is followed until the line is gone."""
    longer = day(arrivals, [working], doors).closed_after(12)
    found = waits(longer)
    in_line = found.queue_by_slice.sum() * longer.slice_min
    assert abs(in_line - found.mean_min * longer.voters) < 1e-4 * (1 + in_line)


@given(st.lists(st.floats(0, 3), min_size=1, max_size=30), st.integers(1, 4), st.integers(0, 9))
def test_event_by_event_is_the_same_as_by_the_first_free_device(gaps, working, seed):
    arrivals = np.cumsum(gaps)
    needs = np.random.default_rng(seed).exponential(2.0, arrivals.size)
    told = []
    for serve in ("first free", "events"):
        starts, ends = np.empty(arrivals.size), np.empty(arrivals.size)
        if serve == "events":
            change = np.zeros(1), np.array([working])
            kernels.serve_through_changes(arrivals, needs, *change, starts, ends)
        else:
            kernels.serve(arrivals, needs, np.empty(working), starts, ends)
        told.append((starts, ends))
    assert np.allclose(told[0][0], told[1][0]) and np.allclose(told[0][1], told[1][1])


@given(slices, devices, st.integers(0, 5))
def test_a_seed_plays_the_same_days_again(arrivals, working, seed):
    one, other = (
        simulate(day(arrivals, working), 3, np.random.default_rng(seed)).days for _ in range(2)
    )
    assert (one == other).all()
    assert (one[:, kernels.LEFT] <= one[:, kernels.VOTERS]).all()
