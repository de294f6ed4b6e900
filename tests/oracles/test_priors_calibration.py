"""Priors on simulated rounds whose truth is known: the intervals hold what they say.

benchmarks/calibration.py does the same on 200 rounds of each mechanism.
"""

import numpy as np
import pytest

from benchmarks.calibration import judge_priors
from tests.oracles.incident_simulator import MECHANISMS, simulate

WORLDS = 12


@pytest.fixture(scope="module")
def rows():
    return judge_priors(WORLDS)


def test_nine_tenths_of_the_true_rates_lie_in_their_interval(rows):
    assert 0.87 <= np.mean([row["interval_holds"] for row in rows]) <= 0.93
    # twelve worlds tell one mechanism to within a few percent
    assert all(0.82 <= row["interval_holds"] <= 0.97 for row in rows)


def test_the_chance_of_an_incident_is_better_told_than_by_the_base_rate(rows):
    assert all(row["brier"] < row["brier_of_base_rate"] for row in rows)


def test_what_is_given_a_chance_happens_as_often(rows):
    for row in rows:
        off = [abs(b["given"] - b["happened"]) * b["cells"] for b in row["reliability"]]
        assert sum(off) / sum(b["cells"] for b in row["reliability"]) < 0.06, row["mechanism"]


def test_the_same_seed_gives_the_same_world():
    for mechanism in MECHANISMS:
        one, two = simulate(mechanism, 3), simulate(mechanism, 3)
        assert np.array_equal(one.history.incidents, two.history.incidents)
        assert not np.array_equal(one.rate, simulate(mechanism, 4).rate)
