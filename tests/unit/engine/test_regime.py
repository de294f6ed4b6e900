"""When many places leave their own past at once, and when they do not."""

import numpy as np
import pytest

from pollready.engine.regime import BadSeries, Direction, find_regime_change
from tests.oracles.connectivity_simulator import MECHANISMS, quiet


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_a_shutdown_of_all_is_reported_within_two_readings(mechanism):
    series = quiet(mechanism, 1, days=8, places=30)
    series[130:] *= 0.05
    change = find_regime_change(series)
    assert change.direction is Direction.DOWN
    assert 130 <= change.noticed_index <= 131
    assert 128 <= change.at_index <= 130
    assert change.places_share > 0.9
    assert change.surprise_sd > 5
    assert change.seen < 10 < change.expected
    assert change.false_alarm_prob <= 0.01


def test_a_rise_is_a_change_too():
    series = quiet("gaussian", 2, days=6, places=20)
    series[100:] += 40
    assert find_regime_change(series).direction is Direction.UP


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_one_place_s_outage_is_no_change_of_regime(mechanism):
    series = quiet(mechanism, 3, days=8, places=30)
    series[120:, 4] = 0
    assert find_regime_change(series) is None


def test_a_fifth_of_the_places_is_no_change_of_regime():
    series = quiet("gaussian", 4, days=8, places=30)
    series[120:, :6] = 0
    assert find_regime_change(series) is None
    assert 6 <= find_regime_change(series, least_share=0.15).places < 15


def test_a_daily_course_is_no_change():
    hours = np.arange(24 * 8)
    series = np.random.default_rng(1).normal(0, 1, (hours.size, 15))
    series += 60 + 30 * np.cos(2 * np.pi * hours / 24)[:, None]
    assert find_regime_change(series) is None


def test_silence_is_not_down():
    series = quiet("gaussian", 5, days=8, places=30)
    series[130:, :20] = np.nan
    assert find_regime_change(series) is None


def test_what_comes_after_a_time_does_not_change_what_was_said_at_it():
    series = quiet("gaussian", 6, days=8, places=30)
    series[130:] = 0
    change = find_regime_change(series)
    shorter = find_regime_change(series[: change.noticed_index + 1])
    assert shorter is not None
    assert shorter.noticed_index <= change.noticed_index


def test_the_stated_rate_of_false_alarms_is_kept():
    alarms = sum(
        find_regime_change(quiet(mechanism, seed, days=6, places=20), false_alarm_prob=0.05)
        is not None
        for mechanism in MECHANISMS
        for seed in range(100, 115)
    )
    assert alarms <= 3  # 2.25 of 45 are stated


@pytest.mark.parametrize(
    ("series", "more"),
    [
        (np.zeros(48), {}),
        (np.zeros((48, 3)), {}),
        (np.zeros((100, 0)), {}),
        (np.zeros((100, 3)), {"baseline_periods": 1}),
        (np.zeros((100, 3)), {"false_alarm_prob": 0.0}),
        (np.zeros((100, 3)), {"least_share": 0.0}),
    ],
)
def test_what_cannot_be_watched_is_refused(series, more):
    with pytest.raises(BadSeries):
        find_regime_change(series, **more)


def test_places_that_never_move_give_no_alarm_until_they_do():
    series = np.full((24 * 5, 10), 50.0)
    assert find_regime_change(series) is None
    series[100:] = 20.0
    assert find_regime_change(series).noticed_index <= 101
