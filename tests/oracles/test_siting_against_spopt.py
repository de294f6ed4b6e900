"""The p-median, p-center and coverings of spopt, with a solver of its own."""

import warnings

import numpy as np
import pytest

from pollready.engine.covering import cover_all, cover_most
from pollready.engine.p_center import p_center
from pollready.engine.p_median import p_median

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of what it imports
    pulp = pytest.importorskip("pulp")
    locate = pytest.importorskip("spopt.locate")


pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # spopt's use of PuLP


def solved(model):
    return pulp.value(model.solve(pulp.PULP_CBC_CMD(msg=False)).problem.objective)


def hours_of(seed, points=40, sites=15):
    rng = np.random.default_rng(seed)
    at, by = rng.random((points, 2)), rng.random((sites, 2))
    return np.hypot(*(at[:, None] - by).transpose(2, 0, 1)), rng.integers(1, 9, points) * 1.0


@pytest.mark.parametrize("seed", range(3))
def test_sums_and_longest_hours_are_spopt_s(seed):
    hours, weights = hours_of(seed)
    theirs = solved(locate.PMedian.from_cost_matrix(hours, weights, p_facilities=4))
    assert p_median(hours, 4, weights=weights).cost == pytest.approx(theirs)
    theirs = solved(locate.PCenter.from_cost_matrix(hours, p_facilities=4))
    assert p_center(hours, 4).cost == pytest.approx(theirs)


@pytest.mark.parametrize("seed", range(3))
def test_covers_are_spopt_s(seed):
    hours, weights = hours_of(seed)
    target_h = float(hours.min(axis=1).max()) * 1.05
    theirs = solved(locate.LSCP.from_cost_matrix(hours, service_radius=target_h))
    assert cover_all(hours, target_h).cost == theirs
    theirs = solved(locate.MCLP.from_cost_matrix(hours, weights, target_h, p_facilities=3))
    assert weights.sum() - cover_most(hours, target_h, 3, weights=weights).cost == theirs
