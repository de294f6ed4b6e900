"""Chances of stations with changes in thought: equal to those of a whole assessment."""

from datetime import date
from math import inf

import numpy as np
import pytest

from pollready.assessment.assessing import work_out
from pollready.assessment.chances import Outage, chances, criticality, ground_of
from pollready.assessment.changes import GivePower, KeepSpareDevices, PostTechnician, WrongValue
from pollready.obstacles.thresholds import Thresholds

AS_OF = date(2028, 6, 19)


@pytest.fixture
def ground(assessed):
    return ground_of(assessed.round.pk, as_of=AS_OF)


def _of_assessment(ground, rows):
    """P(below) as a whole assessment tells it: the slow obvious way."""
    workings = work_out(rows, as_of=AS_OF, thresholds=Thresholds(), likelihoods=ground.likelihoods)
    network = workings.compiled.network
    points = [network.point(row.code) for row in rows.listings]
    return {
        (measure, reading): found[points]
        for measure, level in (("closed", "offline"), ("online", "online"))
        for reading, found in zip(
            ("working", "failed"), workings.answers.chances[level], strict=True
        )
    }


def test_chances_without_changes_are_those_of_an_assessment(ground):
    found, told = chances(ground), _of_assessment(ground, ground.rows)
    for key, values in told.items():
        np.testing.assert_allclose(found[key], values, rtol=1e-12)


def test_some_stations_alone_have_the_chances_that_they_have_among_all(ground):
    whole = chances(ground)
    few = [0, len(ground.listings) - 1]
    for key, values in chances(ground, (), few).items():
        np.testing.assert_allclose(values, whole[key][few], rtol=1e-12)


def test_a_generator_helps_its_station_and_no_other(ground):
    place = next(
        number for number, row in enumerate(ground.listings)
        if not ground.rows.claims.get(row.id, {}).get("generator")
    )  # fmt: skip
    code = ground.listings[place].code
    before, after = chances(ground), chances(ground, [GivePower(code, generator="12")])
    key = ("closed", "failed")
    assert after[key][place] <= before[key][place]
    others = np.arange(len(ground.listings)) != place
    np.testing.assert_allclose(after[key][others], before[key][others], rtol=1e-12)


def test_spare_devices_serve_when_a_stations_own_fail(ground):
    codes = [row.code for row in ground.listings]
    before = chances(ground)["closed", "working"]
    after = chances(ground, [KeepSpareDevices(code, 1) for code in codes])["closed", "working"]
    assert (after <= before + 1e-12).all()
    assert (after < before).any()


def test_a_technician_who_is_near_shortens_what_is_out_and_does_no_harm(ground):
    codes = [row.code for row in ground.listings]
    before, after = chances(ground), chances(ground, [PostTechnician(code, 0.5) for code in codes])
    for key, values in after.items():
        assert (values <= before[key] + 1e-12).all()
    assert (after["closed", "working"] < before["closed", "working"]).any()


@pytest.mark.parametrize("change", [KeepSpareDevices("x", -1), PostTechnician("x", 0.0)])
def test_means_that_cannot_be_are_refused(ground, change):
    with pytest.raises(WrongValue):
        chances(ground, [change])


def test_what_is_out_is_out_for_the_whole_period(assessed):
    whole = ground_of(assessed.round.pk, as_of=AS_OF)
    feeder = next(code for code, row in whole.rows.components.items() if row.kind == "feeder")
    dark = ground_of(assessed.round.pk, as_of=AS_OF, given=Outage(frozenset([feeder]), inf))
    before, after = chances(whole)["closed", "failed"], chances(dark)["closed", "failed"]
    assert (after >= before - 1e-12).all()
    assert (after > before + 0.5).any()


def test_what_is_critical_costs_voters(ground):
    found = criticality(ground)
    assert found
    assert all(value > 0 for value in found.values())
