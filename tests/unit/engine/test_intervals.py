"""Intervals hold the true figure as often as they say."""

import numpy as np
import pytest
from scipy import stats

from pollready.engine.intervals import (
    mean_bound,
    mean_interval,
    proportion_interval,
    quantile_interval,
)

TRIES = 400


def misses_allowed(confidence: float) -> int:
    """Give how many of the tries may miss before chance is no excuse (1 in 10^9)."""
    return int(stats.binom.isf(1e-9, TRIES, 1 - confidence))


@pytest.mark.parametrize("prob", [0.05, 0.5, 0.99])
def test_a_quantile_lies_between_its_two_draws_as_often_as_promised(prob):
    random = np.random.default_rng(1)
    true = stats.expon.ppf(prob)
    missed = 0
    for _ in range(TRIES):
        interval = quantile_interval(np.sort(random.exponential(size=300)), prob, 0.9, np.inf)
        missed += not interval.low <= true <= interval.high
    assert missed <= misses_allowed(0.9)


def test_a_quantile_of_few_values_is_covered_too():
    """Ties only make the interval surer."""
    random = np.random.default_rng(2)
    missed = 0
    for _ in range(TRIES):
        values = np.sort(random.binomial(1, 0.3, size=200) * 7.0)
        interval = quantile_interval(values, 0.75, 0.9, 7.0)
        missed += not interval.low <= 7.0 <= interval.high
    assert missed <= misses_allowed(0.9)


def test_a_quantile_beyond_all_draws_is_bounded_by_what_can_be():
    interval = quantile_interval(np.arange(10.0), 0.999, 0.95, 500.0)
    assert (interval.estimate, interval.high) == (9.0, 500.0)
    assert quantile_interval(np.arange(1.0, 11.0), 0.001, 0.95, 500.0).low == 0.0


def test_the_bounds_of_a_quantile_are_the_tightest_of_their_kind():
    n, prob, risk = 137, 0.8, 0.025
    interval = quantile_interval(np.arange(1.0, n + 1), prob, 0.95, np.inf)
    low, high = int(interval.low), int(interval.high)
    assert stats.binom.cdf(low - 1, n, prob) <= risk < stats.binom.cdf(low, n, prob)
    assert stats.binom.sf(high - 1, n, prob) <= risk < stats.binom.sf(high - 2, n, prob)


def test_a_mean_lies_in_both_of_its_intervals_as_often_as_promised():
    random = np.random.default_rng(3)
    missed = bound_missed = 0
    for _ in range(TRIES):
        values = random.binomial(20, 0.2, size=500).astype(float)
        interval, bound = mean_interval(values, 0.9), mean_bound(values, 0.9, 20.0)
        missed += not interval.low <= 4.0 <= interval.high
        bound_missed += not bound.low <= 4.0 <= bound.high
        assert bound.high - bound.low > interval.high - interval.low
    assert missed <= misses_allowed(0.9)
    assert bound_missed <= misses_allowed(0.9)


def test_draws_that_all_agree_do_not_make_a_mean_certain():
    assert mean_bound(np.zeros(1000), 0.95, 10.0).high > 0.1


def test_a_proportion_is_that_of_clopper_and_pearson():
    for count, n in ((0, 50), (3, 50), (50, 50)):
        known = stats.binomtest(count, n).proportion_ci(0.95, method="exact")
        got = proportion_interval(count, n, 0.95)
        assert (got.low, got.high) == pytest.approx((known.low, known.high), abs=1e-12)


def test_a_confidence_of_one_is_refused():
    with pytest.raises(ValueError, match="between 0 and 1"):
        mean_interval(np.zeros(3), 1.0)
