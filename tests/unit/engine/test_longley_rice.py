"""The loss of one path: bounds, symmetry, and what the model says against itself."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pollready.engine.longley_rice import (
    Caution,
    Climate,
    FrequencyOutOfRange,
    HeightOutOfRange,
    RadioPath,
    Refusal,
    Surroundings,
    free_space_db,
    median_gain_bound_db,
)

LEVEL = np.full(120, 500.0)


def rough(seed: int, intervals: int) -> np.ndarray:
    generator = np.random.default_rng(seed)
    return 500 + np.abs(np.cumsum(generator.normal(0, generator.uniform(1, 20), intervals + 1)))


paths = st.builds(
    lambda seed, intervals, sender, frequency: (rough(seed, intervals), sender, frequency),
    st.integers(0, 10**6),
    st.integers(10, 250),
    st.floats(2, 100),
    st.floats(450, 6000),
)


@settings(max_examples=150, deadline=None)
@given(paths, st.sampled_from(list(Climate)))
def test_a_median_is_never_better_than_free_space_and_the_stated_bound(path, climate):
    heights, sender, frequency = path
    made = RadioPath(heights, 90.0, sender, 1.5, frequency, Surroundings(climate))
    assert made.refusal is None
    assert made.loss_db() >= made.free_space_db - median_gain_bound_db(climate) - 1e-9


@settings(max_examples=150, deadline=None)
@given(paths)
def test_there_and_back_lose_the_same(path):
    heights, sender, frequency = path
    there = RadioPath(heights, 90.0, sender, 1.5, frequency)
    back = RadioPath(heights[::-1], 90.0, 1.5, sender, frequency)
    assert there.loss_db() == pytest.approx(back.loss_db(), abs=1e-6)


@settings(max_examples=50, deadline=None)
@given(paths)
def test_more_cases_suffer_at_most_a_greater_loss(path):
    heights, sender, frequency = path
    made = RadioPath(heights, 90.0, sender, 1.5, frequency)
    losses = [made.loss_db(situation=share) for share in (0.1, 0.5, 0.9)]
    assert losses == sorted(losses)


def test_a_ridge_between_them_lowers_the_signal():
    ridge = LEVEL.copy()
    ridge[55:65] += 200
    assert (
        RadioPath(ridge, 90.0, 30.0, 1.5, 900.0).loss_db()
        > RadioPath(LEVEL, 90.0, 30.0, 1.5, 900.0).loss_db() + 20
    )


def test_a_higher_mast_over_level_ground_loses_less():
    losses = [RadioPath(LEVEL, 90.0, mast, 1.5, 900.0).loss_db() for mast in (10.0, 30.0, 60.0)]
    assert losses == sorted(losses, reverse=True)


def test_the_model_s_warnings_are_told_with_the_path():
    near = RadioPath(LEVEL[:11], 20.0, 60.0, 0.7, 15_000.0)
    assert near.cautions == (
        Caution.FREQUENCY
        | Caution.RX_TERMINAL_HEIGHT
        | Caution.PATH_DISTANCE_TOO_SMALL_1
        | Caution.PATH_DISTANCE_TOO_SMALL_2
    )
    assert RadioPath(LEVEL, 90.0, 30.0, 1.5, 900.0).cautions == Caution(0)


@pytest.mark.parametrize(
    ("surroundings", "refusal"),
    [
        (Surroundings(refractivity_n=120.0), Refusal.SURFACE_REFRACTIVITY_SMALL),
        (Surroundings(refractivity_n=500.0), Refusal.SURFACE_REFRACTIVITY_LARGE),
        (Surroundings(permittivity=0.5, vertical=False), Refusal.GROUND_IMPEDANCE),
    ],
)
def test_a_path_outside_the_model_has_a_reason_and_no_loss(surroundings, refusal):
    path = RadioPath(LEVEL, 90.0, 30.0, 1.5, 30.0, surroundings)
    assert path.refusal is refusal
    assert np.isnan(path.loss_db())


@pytest.mark.parametrize("frequency", [19.9, 20_001.0, float("nan")])
def test_a_frequency_outside_the_model_is_refused(frequency):
    with pytest.raises(FrequencyOutOfRange):
        RadioPath(LEVEL, 90.0, 30.0, 1.5, frequency)


@pytest.mark.parametrize("heights", [(0.4, 1.5), (30.0, 3001.0), (float("nan"), 1.5)])
def test_an_antenna_s_height_outside_the_model_is_refused(heights):
    with pytest.raises(HeightOutOfRange):
        RadioPath(LEVEL, 90.0, *heights, 900.0)


def test_ten_times_the_distance_or_the_frequency_is_20_db():
    assert free_space_db(10_000, 900) - free_space_db(1000, 900) == pytest.approx(20)
    assert free_space_db(1000, 9000) - free_space_db(1000, 900) == pytest.approx(20)
