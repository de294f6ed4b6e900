"""F17 replayed: 366 booths without any signal, four of them with no way that anybody knows.

India 2024: 366 booths of one state stood without signal, 283 of another, four without a satellite
either. Their messages go by hand, at opening and at closing, and somebody has to know when each of
them is in, and which never will be.
"""

import numpy as np
import pytest

from pollready.engine.couriers import DESK, CourierHours, Couriers, Wave, Way, plan_couriers

BOOTHS, LOST, RELAYS = 366, 4, 30
SPEED_KMH, STOP_H = 25.0, 5 / 60


def valley(booths_count: int = BOOTHS) -> CourierHours:
    """Lay booths over 90 by 60 km of hills around a desk, places with signal among them."""
    rng = np.random.default_rng(17)
    booths = rng.uniform((-45, -30), (45, 30), (booths_count, 2))
    relays = rng.uniform((-45, -30), (45, 30), (RELAYS, 2))

    def hours(one, other):
        return np.linalg.norm(one[:, None] - other, axis=2) * 1.3 / SPEED_KMH

    to_relay, between = hours(booths, relays), hours(booths, booths)
    to_desk = hours(booths, np.zeros((1, 2)))[:, 0]
    to_relay[:LOST], between[:LOST], between[:, :LOST], to_desk[:LOST] = (np.nan,) * 4
    return CourierHours(to_relay, to_relay.T, between, to_desk, to_desk)


def wave_of(booths: int, ready: float, target: float, couriers: int) -> Wave:
    """Ask for messages that are ready at an hour, in by another; couriers are out for ten."""
    every = np.ones(booths)
    return Wave(ready * every, target * every, ready - 2, ready + 8, couriers, messenger_h=0.25)


OPENING, CLOSING = (6.0, 8.0), (18.0, 21.0)


@pytest.mark.parametrize("hours", [OPENING, CLOSING])
def test_every_booth_has_the_hour_of_its_message_or_is_named(hours):
    found = plan_couriers(valley(), wave_of(BOOTHS, *hours, couriers=40))
    assert set(range(LOST)) <= set(found.nobody.tolist())
    silent = np.zeros(BOOTHS, dtype=bool)
    silent[found.nobody] = True
    assert (np.isnan(found.arrival_h) == silent).all()
    assert (found.arrival_h[~silent] >= hours[0]).all()  # never before it is ready
    late = np.nonzero(~silent & (found.arrival_h > hours[1]))[0]
    assert sorted(found.late.tolist()) == late.tolist()
    assert found.bound <= found.missed == len(late) + silent.sum()
    assert (found.arrival_h[~silent] >= found.earliest_h[~silent] - 1e-9).all()


def test_no_arrival_is_sooner_than_the_way_that_it_goes():
    """Walk every route again, halt by halt: a message is in once it is ready and carried there."""
    hours = valley()
    found = plan_couriers(hours, wave_of(BOOTHS, *OPENING, couriers=40))
    onward = np.column_stack([hours.to_relay, hours.to_desk])
    onward_h = onward[np.arange(BOOTHS), np.where(found.relay == DESK, RELAYS, found.relay)]
    ways = np.array(found.way)
    walked = np.nonzero(ways == Way.MESSENGER)[0]
    assert len(walked)
    assert (onward_h[walked] <= 0.25).all()
    assert found.arrival_h[walked] == pytest.approx(OPENING[0] + onward_h[walked])
    carried = [booth for route in found.routes for booth in route]
    assert sorted(carried) == np.nonzero(ways == Way.COURIER)[0].tolist()
    for route in found.routes:
        clock = OPENING[0] - 2
        for last, booth in zip((None, *route), route, strict=False):
            way = hours.from_desk[booth] if last is None else hours.between[last, booth]
            clock = max(clock + way, OPENING[0]) + STOP_H
            # He may carry it on to later halts, and hand it over from one that lies nearer.
            assert found.arrival_h[booth] >= clock - 1e-9


def test_more_couriers_miss_no_more_and_none_leave_all_but_the_messengers():
    hours = valley(120)

    def planned(couriers: int) -> Couriers:
        return plan_couriers(hours, wave_of(120, *OPENING, couriers))

    none, some, many = planned(0), planned(8), planned(24)
    assert none.missed >= some.missed >= many.missed >= many.bound >= LOST
    assert none.missed > many.missed
    assert all(way is not Way.COURIER for way in none.way)
