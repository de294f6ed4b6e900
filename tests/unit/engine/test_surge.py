"""The morning surge on a centre and its links."""

from dataclasses import replace

import numpy as np
import pytest

from pollready.engine.surge import Morning, PowerOn, SharedService, power_on_by_min, surge

EARLY = PowerOn(-60, -40)


def morning(stations=100, per_slice=30.0, doors=10.0, devices=4, slices=8):
    return Morning(
        np.full((stations, slices), per_slice),
        np.full(stations, doors),
        np.full(stations, devices),
        handling_s=45.0,
    )


def test_a_centre_with_room_keeps_nobody():
    found = surge(morning(), SharedService(1000.0, 0.5, per_power_on=100), EARLY)
    assert found.utilisation < 0.1
    assert found.longest_check_in_s == pytest.approx(45.5, abs=0.2)
    assert found.extra_wait_h == pytest.approx(0, abs=0.1)
    assert found.clears_min < 0


def test_a_slow_centre_throttles_its_devices_to_the_response_time_law():
    """R = N / X - Z: 400 devices, two answers a second, so 200 seconds a check-in."""
    found = surge(morning(per_slice=60.0, doors=100.0), SharedService(2.0), PowerOn(0, 0))
    assert found.check_in_s[-1] == pytest.approx(400 / 2.0, rel=0.05)
    assert found.utilisation > 1
    assert found.clears_min == np.inf
    assert found.extra_wait_h > 0


def test_the_fluid_is_where_mean_value_analysis_settles():
    """Exact for a closed queue: N devices that think Z seconds, one server of C a second."""
    devices, think, per_s = 400, 45.0, 2.0
    response = queue = 0.0
    for count in range(1, devices + 1):
        response = (1 + queue) / per_s
        queue = count / (think + response) * response
    found = surge(morning(per_slice=60.0, doors=100.0), SharedService(per_s), PowerOn(0, 0))
    assert found.check_in_s[-1] == pytest.approx(think + response, rel=0.05)


def test_in_jefferson_s_way_late_power_on_chokes_the_morning_and_early_saves_it():
    """F7: updates fetched at opening choked the network; 45 seconds became 3 to 6 minutes."""
    shared = SharedService(400.0, 0.5, per_check_in=2.0, per_power_on=1000)
    late = surge(morning(), shared, PowerOn(-2, 10))
    assert 180 <= late.longest_check_in_s <= 360
    assert 0 < late.clears_min < 60
    assert late.utilisation > 1
    by = power_on_by_min(morning(), shared)
    assert by == pytest.approx(-400 * 1000 / 400 / 60)
    early = surge(morning(), shared, PowerOn(by - 15, by))
    assert early.longest_check_in_s < 60
    assert early.extra_wait_h == pytest.approx(0, abs=0.5)
    assert late.extra_wait_h > 50


def test_a_device_admits_nobody_until_it_has_what_it_fetched():
    found = surge(morning(), SharedService(100.0, per_power_on=300), PowerOn(0, 0))
    before = found.minute < 400 * 300 / 100 / 60 - 0.5
    assert (found.ready[before] == 0).all()
    assert found.ready[-1] == 1
    assert (np.diff(found.waiting[before & (found.minute > 0)]) > 0).all()


def test_a_link_carries_the_stations_behind_it_alone():
    whole = morning()
    some = replace(
        whole,
        arrivals=whole.arrivals[:10],
        at_doors=whole.at_doors[:10],
        devices=whole.devices[:10],
    )
    assert surge(some, SharedService(4.0), EARLY).utilisation == pytest.approx(
        surge(whole, SharedService(40.0), EARLY).utilisation, rel=1e-6
    )


def test_more_capacity_never_waits_longer():
    waits = [
        surge(morning(), SharedService(capacity, per_power_on=50), PowerOn(0, 0)).extra_wait_h
        for capacity in (2.0, 4.0, 8.0, 100.0)
    ]
    assert waits == sorted(waits, reverse=True)


def test_what_is_no_surge_is_refused_with_everything_that_is_wrong():
    with pytest.raises(ValueError, match=r"per_check_in.*capacity_per_s"):
        SharedService(0.0, per_check_in=-1)
    with pytest.raises(ValueError, match=r"at_doors.*handling_s"):
        Morning(np.ones((2, 2)), np.ones(1), np.ones(2, np.int64), 0.0)
    with pytest.raises(ValueError, match="after"):
        PowerOn(1, 0)
    with pytest.raises(ValueError, match="step_s"):
        surge(morning(), SharedService(1.0), EARLY, step_s=0)
