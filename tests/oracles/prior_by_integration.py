"""Posteriors by plain numerical integration: slow, obvious, nothing shared with the engine."""

from math import exp, inf, lgamma, log

import numpy as np
from scipy.integrate import quad


def gamma_poisson_mean(incidents: int, exposure: float, shape: float, prior_mean: float) -> float:
    """Give the posterior mean of a rate by two integrals over all rates."""

    def weight(rate: float) -> float:
        prior = (shape - 1) * log(rate) - shape * rate / prior_mean
        return exp(
            prior + incidents * log(rate * exposure) - rate * exposure - lgamma(incidents + 1)
        )

    norm = quad(weight, 0, inf, epsabs=0)[0]
    return quad(lambda rate: rate * weight(rate), 0, inf, epsabs=0)[0] / norm


def cell_posterior(counts, hours, margin, models, rounds_cv, shares):
    """Give mean rate, and the rates below which `shares` lie, by adding up every combination.

    `margin` is (log rate, sd); `models` are (law, cv, weight), `rounds_cv` are (cv, weight) with
    weights before the data; everything is put on a fine grid of rates.
    """
    log_rate = margin[0] + np.arange(-45, 7, 0.01)
    total = np.zeros(log_rate.size)
    seen = [weight * _seen(counts, hours, log_rate, cv) for cv, weight in rounds_cv]
    for law, cv, weight in models:
        prior = weight * _convolved(law, cv, log_rate - margin[0], margin[1])
        for likelihood in seen:
            total += prior * likelihood
    mass = total / total.sum()
    below = np.cumsum(mass)
    points = [float(np.exp(log_rate[np.searchsorted(below, share)])) for share in shares]
    return float(mass @ np.exp(log_rate)), points


def _seen(counts, hours, log_rate, cv):
    """Give the probability of a cell's rounds, each Poisson about a gamma mean, by its factors."""
    size = cv**-2
    probability = np.ones(log_rate.size)
    for count, hour in zip(counts, hours, strict=True):
        mean = hour * np.exp(log_rate)
        for step in range(count):  # the rising factorial, one factor at a time
            probability *= (size + step) / (step + 1) * mean / (mean + size)
        probability *= (size / (mean + size)) ** size
    return probability


def _convolved(law, cv, off, sd):
    """Give the density of a cell's log rate about a margin that is itself uncertain."""
    steps = np.arange(-5, 5.001, 0.05)
    weights = np.exp(-(steps**2) / 2)
    return sum(
        weight * _density(law, cv, off - sd * step)
        for step, weight in zip(steps, weights / weights.sum(), strict=True)
    )


def _density(law, cv, z):
    if law == "gamma":
        shape = cv**-2
        return np.exp(shape * (log(shape) + z) - shape * np.exp(z) - lgamma(shape))
    var = np.log1p(cv * cv)
    return np.exp(-((z + var / 2) ** 2) / (2 * var)) / np.sqrt(2 * np.pi * var)
