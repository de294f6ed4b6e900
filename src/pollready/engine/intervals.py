"""Intervals for what a finite number of independent draws tells."""

from dataclasses import dataclass
from math import ceil, log, sqrt

import numpy as np
from numpy.typing import NDArray
from scipy import special

Values = NDArray[np.float64] | NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate, and the bounds that hold the true figure with `confidence`."""

    estimate: float
    low: float
    high: float
    confidence: float


def mean_interval(values: Values, confidence: float) -> Interval:
    """Bound a mean by the normal law: for many draws, of which many differ.

    Parameters
    ----------
    values : float64[n] or int32[n]
        Independent draws, at least two.
    confidence : float
        In (0, 1).

    Examples
    --------
    >>> interval = mean_interval(np.array([0.0, 2.0] * 200), 0.95)
    >>> interval.estimate, round(interval.low, 3), round(interval.high, 3)
    (1.0, 0.902, 1.098)
    """
    spread = sqrt(float(np.var(values, ddof=1)) / len(values))
    off = float(special.ndtri((1 + _sure(confidence)) / 2)) * spread
    mean = float(np.mean(values))
    return Interval(mean, max(mean - off, 0.0), mean + off, confidence)


def mean_bound(values: Values, confidence: float, most: float) -> Interval:
    """Bound the mean of what lies between 0 and `most`, whatever its law and number of draws.

    Parameters
    ----------
    values : float64[n] or int32[n]
        Independent draws, at least two.
    confidence : float
        In (0, 1).
    most : float
        No value can be larger.

    Notes
    -----
    Empirical Bernstein bound (Maurer and Pontil 2009, theorem 4), half of the risk on each side.

    Examples
    --------
    >>> interval = mean_bound(np.zeros(10_001), 0.95, most=1000.0)
    >>> interval.low, round(interval.high, 2)
    (0.0, 1.02)
    """
    n = len(values)
    risk = log(4 / (1 - _sure(confidence)))
    mean, variance = float(np.mean(values)), float(np.var(values, ddof=1))
    off = sqrt(2 * variance * risk / n) + 7 * most * risk / (3 * (n - 1))
    return Interval(mean, max(mean - off, 0.0), min(mean + off, most), confidence)


def quantile_interval(ordered: Values, prob: float, confidence: float, most: float) -> Interval:
    """Bound a quantile by two of the draws themselves, whatever their law.

    Parameters
    ----------
    ordered : float64[n] or int32[n]
        Independent draws in rising order.
    prob : float
        In (0, 1): the quantile is the least value not exceeded with this probability.
    confidence : float
        In (0, 1).
    most : float
        No value can be larger; stands for a draw that there is not.

    Notes
    -----
    Draw number l in order is above the quantile only if fewer than l draws fall at or below it:
    P(binomial(n, prob) < l); and likewise from the other side. docs/method/sampling.md.

    Examples
    --------
    >>> quantile_interval(np.arange(1.0, 1001.0), 0.9, 0.95, most=2000.0)
    Interval(estimate=900.0, low=881.0, high=919.0, confidence=0.95)
    """
    n = len(ordered)
    risk = (1 - _sure(confidence)) / 2
    below = _last_at_most(n, _sure(prob), risk)  # as the lower bound's number in order
    above = n - _last_at_most(n, 1 - prob, risk) + 1
    low = float(ordered[below - 1]) if below > 0 else 0.0
    high = float(ordered[above - 1]) if above <= n else most
    return Interval(float(ordered[max(ceil(prob * n), 1) - 1]), low, high, confidence)


def proportion_interval(count: int, n: int, confidence: float) -> Interval:
    """Bound a probability of which `count` of `n` draws are instances (Clopper and Pearson 1934).

    >>> interval = proportion_interval(0, 1000, 0.95)
    >>> interval.low, round(interval.high, 4)
    (0.0, 0.0037)
    """
    risk = (1 - _sure(confidence)) / 2
    low = float(special.betaincinv(count, n - count + 1, risk)) if count > 0 else 0.0
    high = float(special.betaincinv(count + 1, n - count, 1 - risk)) if count < n else 1.0
    return Interval(count / n, low, high, confidence)


def _last_at_most(n: int, prob: float, risk: float) -> int:
    """Give the largest l in 0..n with P(binomial(n, prob) < l) at most `risk`, by halving."""
    low, high = 0, n
    while low < high:
        middle = (low + high + 1) // 2
        if special.bdtr(middle - 1, n, prob) <= risk:
            low = middle
        else:
            high = middle - 1
    return low


def _sure(share: float) -> float:
    if not 0 < share < 1:
        raise ValueError(f"a confidence or probability lies between 0 and 1, not {share}")
    return share
