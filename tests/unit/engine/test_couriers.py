import numpy as np
import pytest

from pollready.engine.couriers import DESK, CourierHours, Wave, Way, WrongWave, plan_couriers
from pollready.engine.siting import NOWHERE


def on_a_road(stations, relays, desk=0.0):
    """Lay stations, relays and the desk along one road, an hour to the unit."""
    at, by = np.array(stations, dtype=float), np.array(relays, dtype=float)
    return CourierHours(
        np.abs(at[:, None] - by), np.abs(by[:, None] - at), np.abs(at[:, None] - at),
        np.abs(at - desk), np.abs(at - desk),
    )  # fmt: skip


def wave(stations, **changes):
    asked = {"from_h": 0.0, "until_h": 12.0, "couriers": 1, "messenger_h": 0.5, "stop_min": 0.0}
    ready, target = changes.pop("ready", 6.0), changes.pop("target", 8.0)
    return Wave(np.full(stations, ready), np.full(stations, target), **(asked | changes))


def test_a_messenger_goes_where_there_is_signal_within_his_reach():
    found = plan_couriers(on_a_road([1.0, 5.0], [1.5]), wave(2, couriers=0))
    assert found.way == (Way.MESSENGER, Way.NOBODY)
    assert found.relay.tolist() == [0, NOWHERE] and found.arrival_h[0] == 6.5
    assert found.nobody.tolist() == [1] and np.isnan(found.arrival_h[1])
    assert found.missed == 1 and found.bound == 1


def test_a_courier_waits_until_the_message_is_ready():
    found = plan_couriers(on_a_road([1.0], []), wave(1))
    assert found.arrival_h.tolist() == [7.0] and found.relay.tolist() == [DESK]


def test_a_courier_hands_over_on_his_way_where_there_is_signal():
    found = plan_couriers(on_a_road([2.0, 6.0], [3.0], desk=0.0), wave(2, ready=2.0, target=3.0))
    assert found.routes == ((0, 1),)
    assert found.arrival_h.tolist() == [3.0, 9.0]  # at the relay first, then on and back to it
    assert found.late.tolist() == [1]


def test_messages_past_their_target_whatever_is_done_are_the_bound():
    found = plan_couriers(on_a_road([1.0, 3.0], []), wave(2, couriers=9))
    assert found.late.tolist() == [1] and found.bound == found.missed == 1
    assert found.earliest_h.tolist() == [7.0, 9.0]


def test_an_unknown_way_is_nobody_s():
    hours = on_a_road([1.0, 1.0], [])
    hours.to_desk[0] = np.nan
    found = plan_couriers(hours, wave(2))
    assert found.way == (Way.NOBODY, Way.COURIER)
    assert found.bound == 1 and found.routes == ((1,),)


def test_couriers_come_back_in_their_hours():
    found = plan_couriers(on_a_road([1.0, -1.0, 4.0], []), wave(3, until_h=9.0))
    assert found.nobody.tolist() == [2]
    assert np.nanmax(found.arrival_h) <= 9.0


def test_two_couriers_miss_no_more_than_one():
    hours = on_a_road(np.linspace(-3, 3, 12), [2.5])
    missed = [plan_couriers(hours, wave(12, couriers=n)).missed for n in (0, 1, 2, 6)]
    assert missed == sorted(missed, reverse=True)


def test_no_stations_need_nobody():
    found = plan_couriers(on_a_road([], []), wave(0))
    assert found.routes == () and found.missed == 0


@pytest.mark.parametrize("changes", [{"until_h": -1.0}, {"couriers": -1}, {"stop_min": -5.0}])
def test_a_wave_that_runs_backwards_is_refused(changes):
    with pytest.raises(WrongWave):
        plan_couriers(on_a_road([1.0], []), wave(1, **changes))
