"""The posterior of each cell's rate on a grid, over a grid of what is not known of the model."""

from dataclasses import dataclass

import numpy as np
from scipy.special import gammainc, gammaln, logsumexp, ndtr

from pollready.engine.prior_margins import Floats, Margins

# Coefficients of variation: of cells about their margins, of a cell's rounds about its rate.
# Before the data speak each of the first weighs the same; of the second, wild ones weigh less
# (half-normal, 0.7): one round alone tells nothing of them.
CELL_CV = np.array([0.05, 0.2, 0.35, 0.5, 0.7, 0.9, 1.2, 1.6, 2.2])
ROUND_CV = np.array([0.03, 0.2, 0.35, 0.5, 0.75, 1.0, 1.5])
_ROUND_CV_SD = 0.7
# Below this the two families cannot be told apart, and the closed form of one serves both.
_GAMMA_FROM_CV = 0.5
_NODES = 64
_HERMITE_X, _HERMITE_W = np.polynomial.hermite_e.hermegauss(7)
_HERMITE_W = _HERMITE_W / _HERMITE_W.sum()


@dataclass(frozen=True, slots=True)
class Cells:
    """Posterior of every cell on its own grid of log rates, and the weights of the models."""

    grid: Floats  # [cells, nodes]
    posterior: Floats  # [cells, rounds' cv, nodes]; sums to 1 per cell
    model_weight: Floats  # [cell models, rounds' cv]
    inverse_shape: float  # expected squared cv of cells
    inverse_size: float  # expected squared cv of a cell's rounds

    @property
    def mass(self) -> Floats:
        """Give the posterior over the grid alone."""
        mass: Floats = self.posterior.sum(axis=1)
        return mass


def first_grid(margins: Margins, incidents: Floats, exposure: Floats) -> Floats:
    """Give grids wide enough for any rate that the cell may have."""
    own = np.log((incidents + 0.5) / exposure)
    low = np.minimum(margins.log_rate - 12.0, own - 2.0)
    high = np.maximum(margins.log_rate + 6.0, own + 2.0)
    return low[:, None] + (high - low)[:, None] * np.linspace(0.0, 1.0, _NODES)


def fit_cells(
    grid: Floats, margins: Margins, incidents: Floats, exposure: Floats
) -> tuple[Cells, Floats]:
    """Give the posterior on `grid`, and a closer grid that holds what any model allows.

    `incidents` and `exposure` are [cells, rounds]; exposure already holds the round's own level.
    """
    likelihood, scale = _likelihood(grid, incidents, exposure)
    prior = _prior(grid, margins)
    step = (grid[:, 1] - grid[:, 0])[:, None, None]
    evidence = prior @ likelihood.transpose(0, 2, 1) * step + 1e-300
    log_weight = (np.log(evidence) + scale[:, None, None]).sum(axis=0) + _log_model_prior()
    weight = np.exp(log_weight - logsumexp(log_weight))
    share = (step / evidence).transpose(0, 2, 1)  # each model's posterior sums to 1 by itself
    joint = ((weight.T * share) @ prior) * likelihood
    mass = joint / joint.sum(axis=(1, 2), keepdims=True)
    even = ((share @ prior) * likelihood).sum(axis=1)
    cells = Cells(
        grid,
        mass,
        weight,
        float(weight.sum(axis=1) @ _model_cv() ** 2),
        float(weight.sum(axis=0) @ ROUND_CV**2),
    )
    return cells, _closer(grid, even / even.sum(axis=1, keepdims=True))


def _likelihood(grid: Floats, incidents: Floats, exposure: Floats) -> tuple[Floats, Floats]:
    """Give the likelihood [cells, rounds' cv, nodes] of a cell's rounds, scaled to at most 1.

    Negative binomial counts about the cell's rate; without exposure a round says nothing.
    """
    size = ROUND_CV**-2
    rate = np.exp(grid)
    total = np.zeros((grid.shape[0], size.size, grid.shape[1]))
    for count, hours in zip(incidents.T, exposure.T, strict=True):
        mean = (hours[:, None] * rate)[:, None, :]
        seen = np.where(hours > 0, count, 0.0)[:, None, None]
        sizes = size[None, :, None]
        spread = np.log1p(mean / sizes)
        log_mean = np.where(hours > 0, np.log(np.where(hours > 0, hours, 1.0)), 0.0)[:, None]
        total += (
            gammaln(seen + sizes)
            - gammaln(sizes)
            + seen * ((grid + log_mean)[:, None, :] - np.log(sizes))
            - (seen + sizes) * spread
        )
    scale = total.max(axis=(1, 2))
    likelihood: Floats = np.exp(total - scale[:, None, None])
    return likelihood, scale


def _model_cv() -> Floats:
    """Give the cv of each cell model: lognormal ones first, then gamma ones."""
    return np.concatenate([CELL_CV, CELL_CV[CELL_CV >= _GAMMA_FROM_CV]])


def _log_model_prior() -> Floats:
    """Give the weight [cell models, rounds' cv] before the data; two families share a cv's."""
    twice = CELL_CV >= _GAMMA_FROM_CV
    weight = np.concatenate([np.where(twice, 0.5, 1.0), np.full(int(twice.sum()), 0.5)])
    log_weight: Floats = np.log(weight)[:, None] - (ROUND_CV / _ROUND_CV_SD) ** 2 / 2
    return log_weight


def _prior(grid: Floats, margins: Margins) -> Floats:
    """Give the density [cells, cell models, nodes] of a log rate before the cell itself speaks.

    What lies below the grid is all but no rate, which the rounds cannot tell apart: the first
    node carries it.
    """
    off = (grid - margins.log_rate[:, None])[:, None, :]
    step = (grid[:, 1] - grid[:, 0])[:, None]
    margin_var = (margins.sd**2)[:, None, None]
    own_var = np.log1p(CELL_CV**2)[None, :, None]
    total = own_var + margin_var
    centred = (off + own_var / 2) / np.sqrt(total)
    normal = np.exp(-(centred**2) / 2) / np.sqrt(2 * np.pi * total)
    normal[:, :, 0] += ndtr(centred[:, :, 0]) / step
    shape = (CELL_CV[CELL_CV >= _GAMMA_FROM_CV] ** -2)[None, :, None]
    gamma = np.zeros((grid.shape[0], shape.size, grid.shape[1]))
    log_norm = shape * np.log(shape) - gammaln(shape)
    for node, weight in zip(_HERMITE_X, _HERMITE_W, strict=True):
        z = np.minimum(off - node * margins.sd[:, None, None], 50.0)
        rate = np.exp(z)
        gamma += weight * np.exp(shape * (z - rate) + log_norm)
        gamma[:, :, 0] += weight * gammainc(shape[:, :, 0], shape[:, :, 0] * rate[:, :, 0]) / step
    return np.concatenate([normal, gamma], axis=1)


def _closer(grid: Floats, mass: Floats) -> Floats:
    """Give a grid over what holds all but a millionth of the mass at either end."""
    below = np.cumsum(mass, axis=1)
    nodes = grid.shape[1]
    first = np.maximum((below < 1e-6).sum(axis=1) - 1, 0)
    last = np.minimum((below < 1.0 - 1e-6).sum(axis=1) + 1, nodes - 1)
    rows = np.arange(grid.shape[0])
    low, high = grid[rows, first], grid[rows, last]
    wide = (high - low)[:, None] * np.linspace(0.0, 1.0, nodes)
    closer: Floats = low[:, None] + wide
    return closer


def quantile(grid: Floats, mass: Floats, share: float) -> Floats:
    """Give the log rate [cells] below which `share` of the mass lies, midway between nodes."""
    step = grid[:, 1] - grid[:, 0]
    below = np.cumsum(mass, axis=1)
    node = np.minimum((below < share).sum(axis=1), grid.shape[1] - 1)
    rows = np.arange(grid.shape[0])
    here = mass[rows, node]
    part = np.where(here > 0, (share - (below[rows, node] - here)) / np.where(here > 0, here, 1), 1)
    value: Floats = grid[rows, node] + (part - 0.5) * step
    return value


def chance_of_any(cells: Cells, exposure: Floats, level_var: float) -> Floats:
    """Give the probability [cells] of at least one incident in a coming round."""
    size = (ROUND_CV**-2)[None, :, None]
    none = np.zeros(cells.grid.shape[0])
    for node, weight in zip(_HERMITE_X, _HERMITE_W, strict=True):
        rate = np.exp(cells.grid + node * np.sqrt(level_var))[:, None, :]
        silent = np.exp(-size * np.log1p(exposure[:, None, None] * rate / size))
        none += weight * (cells.posterior * silent).sum(axis=(1, 2))
    any_: Floats = 1.0 - none
    return any_
