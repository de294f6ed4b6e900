"""Rounds with a known truth: seven ways in which incidents may come about.

The first four lie among the laws that `engine.priors` averages over, each a different one; the
last three outside: cells of two kinds, cells that do not differ at all, and an outlying place
with storms that strike a tenth of the cells in a round.
"""

from dataclasses import dataclass

import numpy as np

from pollready.engine.priors import History


@dataclass(frozen=True)
class Mechanism:
    """How true rates and counts come about."""

    name: str
    law: str  # of a cell about its margins: gamma, lognormal, two_kinds, margins_only
    cell_cv: float
    margin_sd: tuple[float, float, float]  # kind, place, agency, on the logarithm
    hours: float  # median exposure of a cell in a round
    hours_sd: float
    rate: float  # median
    rounds: int
    round_cv: float  # of a cell's round, gamma
    level_sd: float  # of a whole round, lognormal
    sizes: tuple[int, int, int] = (4, 22, 3)
    storms: float = 0.0  # probability that a cell's round sees five times as much
    outlier: float = 1.0  # by how much one place stands above the others


MECHANISMS = (
    Mechanism("gamma cells", "gamma", 0.8, (0.6, 0.3, 0.3), 1200, 0.8, 0.002, 3, 0.0, 0.0),
    Mechanism("lognormal cells, rounds differ", "lognormal", 0.7, (0.5, 0.4, 0.2), 1500, 0.7,
              0.003, 4, 0.3, 0.2),
    Mechanism("strong agencies, small exposure", "gamma", 0.5, (0.3, 0.2, 1.0), 150, 1.0,
              0.003, 2, 0.0, 0.15),
    Mechanism("over-dispersed rounds, large exposure", "lognormal", 0.5, (0.4, 0.3, 0.3), 10000,
              0.8, 0.004, 4, 0.8, 0.2),
    Mechanism("two kinds of cells", "two_kinds", 0.9, (0.2, 0.2, 0.2), 1000, 0.6, 0.004, 3,
              0.2, 0.0),
    Mechanism("margins alone", "margins_only", 0.0, (0.7, 0.5, 0.5), 800, 0.8, 0.002, 3,
              0.0, 0.0),
    Mechanism("storms and an outlying place", "lognormal", 0.4, (0.4, 0.2, 0.3), 1500, 0.7, 0.003,
              4, 0.0, 0.1, storms=0.1, outlier=6.0),
)  # fmt: skip


@dataclass(frozen=True)
class Truth:
    """A simulated history, the true long-run rates, and the round that comes after it."""

    history: History
    rate: np.ndarray
    coming_hours: np.ndarray
    coming_incidents: np.ndarray


def simulate(mechanism: Mechanism, seed: int) -> Truth:
    """Draw a world and its rounds; the last of them is kept back."""
    draw = np.random.default_rng([seed, MECHANISMS.index(mechanism)])
    kind, place, agency = _cells(mechanism, draw)
    log_rate = np.log(mechanism.rate) + sum(
        draw.normal(0, sd, size)[level]
        for sd, size, level in zip(
            mechanism.margin_sd, mechanism.sizes, (kind, place, agency), strict=True
        )
    )
    rate = np.exp(log_rate) * _about_margins(mechanism, draw, kind.size)
    rate[place == 0] *= mechanism.outlier
    hours = mechanism.hours * np.exp(draw.normal(0, mechanism.hours_sd, kind.size))
    hours = hours[:, None] * draw.uniform(0.8, 1.2, (kind.size, mechanism.rounds + 1))
    incidents = draw.poisson(hours * rate[:, None] * _of_rounds(mechanism, draw, hours.shape))
    history = History(kind, place, agency, incidents[:, :-1], hours[:, :-1])
    return Truth(history, rate, hours[:, -1], incidents[:, -1])


def _cells(mechanism, draw):
    """Every kind in every place, each of one agency or two."""
    kinds, places, agencies = mechanism.sizes
    kind, place = (a.ravel() for a in np.meshgrid(np.arange(kinds), np.arange(places)))
    agency = (kind + draw.integers(0, 2, kind.size)) % agencies
    return kind, place, agency


def _about_margins(mechanism, draw, cells):
    cv = mechanism.cell_cv
    if mechanism.law == "gamma":
        return draw.gamma(1 / cv**2, cv**2, cells)
    if mechanism.law == "lognormal":
        sd = np.sqrt(np.log1p(cv**2))
        return np.exp(draw.normal(-(sd**2) / 2, sd, cells))
    if mechanism.law == "two_kinds":
        return np.where(draw.random(cells) < 0.25, 2.6, 0.47) * draw.uniform(0.8, 1.2, cells)
    return np.ones(cells)


def _of_rounds(mechanism, draw, shape):
    sd = mechanism.level_sd
    level = np.exp(draw.normal(-(sd**2) / 2, sd, shape[1]))[None, :] if sd else np.ones((1, 1))
    cv = mechanism.round_cv
    own = draw.gamma(1 / cv**2, cv**2, shape) if cv else np.ones(shape)
    if mechanism.storms:
        # scaled so that the long-run rate stays what it is
        struck = draw.random(shape) < mechanism.storms
        own = own * np.where(struck, 5.0, 1.0) / (1 + 4 * mechanism.storms)
    return level * own
