"""Signals from sites: classes, uncertainty, and everything that leaves them unknown."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pollready.engine.longley_rice import (
    Caution,
    FrequencyOutOfRange,
    HeightOutOfRange,
    Surroundings,
    free_space_db,
    median_gain_bound_db,
)
from pollready.engine.radio import RadioEstimate, Signal, Why, estimate
from pollready.engine.radio_inputs import (
    DEFAULTS,
    LengthsDiffer,
    Places,
    PowerOutOfRange,
    RadioSettings,
    Sites,
    WrongRadioSetting,
)
from pollready.engine.terrain import Terrain, WrongPosition, distance_km

SIDE = 1201
NAN = float("nan")
LEVEL = Terrain({(38, 46): np.full((SIDE, SIDE), 1350, np.int16)})


def hills(seed: int = 5) -> Terrain:
    generator = np.random.default_rng(seed)
    coarse = generator.integers(0, 800, (61, 61))
    fine = np.kron(coarse, np.ones((20, 20)))[:SIDE, :SIDE]
    tile = np.zeros((SIDE, SIDE), np.int16)
    tile[: fine.shape[0], : fine.shape[1]] = fine
    return Terrain({(38, 46): tile})


def sites(*rows, operators=None, height=30.0, power=30.0, frequency=900.0, gain=None) -> Sites:
    count = len(rows)
    return Sites(
        np.array([lat for lat, _ in rows], float),
        np.array([lon for _, lon in rows], float),
        operators or ["OP1"] * count,
        np.broadcast_to(np.asarray(height, float), count),
        np.broadcast_to(np.asarray(power, float), count),
        np.broadcast_to(np.asarray(frequency, float), count),
        None if gain is None else np.broadcast_to(np.asarray(gain, float), count),
    )


def places(*rows) -> Places:
    return Places(
        np.array([lat for lat, _ in rows], float), np.array([lon for _, lon in rows], float)
    )


def only(found: tuple[RadioEstimate, ...]) -> RadioEstimate:
    (one,) = found
    return one


def test_signals_fade_with_distance_from_good_to_none():
    where = places((38.51, 46.5), (38.58, 46.5), (38.78, 46.5))
    found = estimate(where, sites((38.5, 46.5)), LEVEL)
    assert [each.signal for each in found] == [Signal.GOOD, Signal.WEAK, Signal.NONE]
    powers = [each.power_dbm for each in found]
    assert powers == sorted(powers, reverse=True)


@settings(max_examples=40, deadline=None)
@given(
    st.floats(38.35, 38.65), st.floats(46.35, 46.65), st.floats(0, 40), st.floats(0.1, 30),
    st.integers(0, 3),
)  # fmt: skip
def test_more_power_never_makes_a_signal_weaker(lat, lon, power, more, seed):
    masts = ((38.4, 46.4), (38.5, 46.5), (38.6, 46.55))
    before, after = (
        only(estimate(places((lat, lon)), sites(*masts, power=dbm), hills(seed)))
        for dbm in (power, power + more)
    )
    order = [Signal.NONE, Signal.WEAK, Signal.GOOD]
    assert after.power_dbm >= before.power_dbm
    assert order.index(after.signal) >= order.index(before.signal)


@settings(max_examples=40, deadline=None)
@given(st.floats(38.35, 38.65), st.floats(46.35, 46.65), st.integers(0, 3))
def test_no_signal_is_stronger_than_free_space_and_the_bound_allow(lat, lon, seed):
    found = only(estimate(places((lat, lon)), sites((38.5, 46.5)), hills(seed)))
    distance_m = max(1000 * distance_km(lat, lon, 38.5, 46.5), 20.0)
    climate = DEFAULTS.surroundings.climate
    most = 30.0 - free_space_db(distance_m, 900.0) + median_gain_bound_db(climate)
    assert found.power_dbm <= most - DEFAULTS.indoor_loss_db + 1e-6


@pytest.mark.parametrize("seed", range(4))
def test_ruling_sites_out_by_free_space_changes_no_estimate(seed):
    generator = np.random.default_rng(seed)
    masts = generator.uniform((38.3, 46.3), (38.7, 46.7), (25, 2)).tolist()
    power = generator.uniform(10, 45, 25)
    where = places(*generator.uniform((38.35, 46.35), (38.65, 46.65), (12, 2)).tolist())
    terrain, reach = hills(seed), RadioSettings(sites_per_operator=25, max_range_km=100)
    together = estimate(where, sites(*masts, power=power), terrain, reach)
    alone = [
        estimate(where, sites(mast, power=dbm), terrain, reach)
        for mast, dbm in zip(masts, power, strict=True)
    ]
    for number, found in enumerate(together):
        strongest = max(range(25), key=lambda site: alone[site][number].power_dbm)
        assert found.site == strongest
        assert found.power_dbm == alone[strongest][number].power_dbm
        assert found.computed + found.ruled_out == 25
    assert sum(found.ruled_out for found in together) > 0


def test_a_ridge_between_them_takes_the_signal_away():
    tile = np.full((SIDE, SIDE), 1350, np.int16)
    tile[640:660, :] = 1800  # from 38.45 to 38.467 north
    where, mast = places((38.43, 46.5)), sites((38.5, 46.5))
    open_, hidden = (only(estimate(where, mast, Terrain({(38, 46): t}))) for t in
                     (np.full_like(tile, 1350), tile))  # fmt: skip
    assert open_.signal is Signal.WEAK
    assert hidden.signal is Signal.NONE
    assert hidden.usable_prob < open_.usable_prob


def test_each_operator_has_its_own_estimate():
    masts = sites((38.5, 46.5), (38.7, 46.5), operators=["OP2", "OP1"])
    found = estimate(places((38.51, 46.5)), masts, LEVEL)
    assert [(each.operator, each.site, each.signal) for each in found] == [
        ("OP1", 1, Signal.NONE),
        ("OP2", 0, Signal.GOOD),
    ]


def test_gain_is_added_to_the_power():
    where = places((38.55, 46.5))
    radiated = only(estimate(where, sites((38.5, 46.5), power=30.0), LEVEL))
    made_up = only(estimate(where, sites((38.5, 46.5), power=13.0, gain=17.0), LEVEL))
    assert made_up.power_dbm == pytest.approx(radiated.power_dbm)


def test_what_nobody_said_of_a_site_is_named_and_widens_the_range():
    where = places((38.55, 46.5))
    said = sites((38.5, 46.5), frequency=1800.0)
    unsaid = sites((38.5, 46.5), height=NAN, power=NAN, frequency=NAN)
    known, assumed = (only(estimate(where, masts, LEVEL)) for masts in (said, unsaid))
    assert (known.assumed, assumed.assumed) == ((), ("height", "power", "frequency"))
    assert assumed.power_dbm == pytest.approx(known.power_dbm)
    assert assumed.low_dbm < known.low_dbm - 1
    assert assumed.high_dbm > known.high_dbm + 1


def test_probabilities_agree_with_the_range_and_with_one_another():
    at = only(estimate(places((38.55, 46.5)), sites((38.5, 46.5)), LEVEL))
    tenths = RadioSettings(weak_dbm=at.low_dbm, good_dbm=at.high_dbm)
    found = only(estimate(places((38.55, 46.5)), sites((38.5, 46.5)), LEVEL, tenths))
    assert found.usable_prob == pytest.approx(0.9)
    assert found.good_prob == pytest.approx(0.1)
    median = replace(DEFAULTS, weak_dbm=at.power_dbm)
    found = only(estimate(places((38.55, 46.5)), sites((38.5, 46.5)), LEVEL, median))
    assert found.usable_prob == pytest.approx(0.5)


def test_a_path_over_a_missing_tile_is_unknown():
    found = only(estimate(places((38.9, 46.5)), sites((39.05, 46.5)), LEVEL))
    assert (found.signal, found.why) == (Signal.UNKNOWN, Why.MISSING_TILE)
    assert found.missing_tiles == ("N39E046",)
    assert np.isnan(found.power_dbm)


def test_an_unknown_path_leaves_open_what_it_may_improve_and_no_more():
    masts = sites((38.75, 46.5), (39.05, 46.5))
    weak = only(estimate(places((38.9, 46.5)), masts, LEVEL))
    assert (weak.signal, weak.why) == (Signal.UNKNOWN, Why.MISSING_TILE)
    assert weak.site == 0
    assert weak.power_dbm < DEFAULTS.good_dbm
    faint = sites((38.75, 46.5), (39.05, 46.5), power=[30.0, -50.0])
    settled = only(estimate(places((38.9, 46.5)), faint, LEVEL))
    assert (settled.signal, settled.why) == (Signal.NONE, None)


def test_no_site_within_reach_and_no_position_are_unknown_not_without_signal():
    found = estimate(places((38.05, 46.05), (NAN, NAN)), sites((38.95, 46.95)), LEVEL)
    assert [(each.signal, each.why) for each in found] == [
        (Signal.UNKNOWN, Why.NO_SITE),
        (Signal.UNKNOWN, Why.NO_POSITION),
    ]


def test_a_path_that_the_model_refuses_is_unknown():
    thin = RadioSettings(surroundings=Surroundings(refractivity_n=120.0))
    found = only(estimate(places((38.55, 46.5)), sites((38.5, 46.5)), LEVEL, thin))
    assert (found.signal, found.why) == (Signal.UNKNOWN, Why.REFUSED)


def test_a_site_on_the_roof_is_taken_to_be_twenty_metres_away_with_a_warning():
    found = only(estimate(places((38.5, 46.5)), sites((38.5, 46.5)), LEVEL))
    assert found.signal is Signal.GOOD
    assert Caution.PATH_DISTANCE_TOO_SMALL_2 in found.cautions


def test_spreading_over_workers_changes_nothing():
    generator = np.random.default_rng(2)
    where = places(*generator.uniform((38.4, 46.4), (38.6, 46.6), (250, 2)).tolist())
    masts = sites((38.5, 46.5), (38.45, 46.55), operators=["OP1", "OP2"])
    with ThreadPoolExecutor(2) as pool:
        assert repr(estimate(where, masts, LEVEL, spread=pool.map)) == repr(
            estimate(where, masts, LEVEL)
        )


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"height": 0.2}, HeightOutOfRange),
        ({"frequency": 25_000.0}, FrequencyOutOfRange),
        ({"power": 43_000.0}, PowerOutOfRange),
        ({"operators": ["OP1", "OP2"]}, LengthsDiffer),
    ],
)
def test_sites_that_cannot_be_are_refused(wrong, error):
    with pytest.raises(error):
        sites((38.5, 46.5), **wrong)


def test_positions_that_cannot_be_are_refused():
    with pytest.raises(WrongPosition):
        sites((138.5, 46.5))
    with pytest.raises(WrongPosition):
        places((38.5, 246.5))


@pytest.mark.parametrize(
    "wrong",
    [{"max_range_km": 0.0}, {"sites_per_operator": 0}, {"power_sd_db": -1.0}, {"weak_dbm": -90.0}],
)
def test_settings_that_cannot_be_are_refused(wrong):
    with pytest.raises(WrongRadioSetting) as refused:
        RadioSettings(**wrong)
    assert refused.value.fields == {"name": next(iter(wrong)), "value": next(iter(wrong.values()))}
