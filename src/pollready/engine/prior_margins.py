"""What a kind, a place and an agency have in common: the margins of the priors."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

# A spread of 0.5 on the logarithm, worth one level: it holds a spread that two or three levels
# cannot tell, and is overruled by more.
_SPREAD_VAR, _SPREAD_WORTH = 0.25, 1.0
_STEPS, _TOLERANCE = 25, 1e-5
# Half an incident over all (Jeffreys): no incident anywhere is no rate of nought.
_START = 0.5


@dataclass(frozen=True, slots=True)
class Margins:
    """The logarithm of each cell's expected rate, by its margins alone, without the cell itself.

    `log_rate` and `sd` are of the cavity: what the other cells say of this one.
    """

    effects: Floats  # [effects]
    spread_var: Floats  # [margins with two levels or more]
    fitted: Floats  # [cells] with the cell itself
    log_rate: Floats  # [cells]
    sd: Floats  # [cells]


@dataclass(frozen=True, slots=True)
class Design:
    """Which effects a cell has: one that all share, and one per level of each margin."""

    effect: Ints  # [terms, cells] number of the effect; the first term is the one all share
    family: Ints  # [effects] the margin of an effect, -1 for what all share
    families: int

    def log_rate(self, effects: Floats) -> Floats:
        """Give the sum of each cell's effects."""
        total: Floats = effects[self.effect].sum(axis=0)
        return total

    def gathered(self, of_cells: Floats) -> Floats:
        """Sum what cells hold over the cells of each effect."""
        size = self.family.size
        total = np.zeros(size)
        for term in self.effect:
            total += np.bincount(term, of_cells, size)
        return total

    def crossed(self, weight: Floats) -> Floats:
        """Sum the cells' weights over each pair of effects."""
        size = self.family.size
        table = np.zeros(size * size)
        for one in self.effect:
            for other in self.effect:
                table += np.bincount(one * size + other, weight, size * size)
        return table.reshape(size, size)

    def variance(self, scatter: Floats) -> Floats:
        """Give the variance of each cell's sum of effects."""
        total = np.zeros(self.effect.shape[1])
        for one in self.effect:
            for other in self.effect:
                total += scatter[one, other]
        return total


def make_design(margins: tuple[Ints, ...]) -> Design:
    """Give the design of margins.

    Left out are margins that tell nothing apart (one level), or only cells (each its own level).
    """
    cells = margins[0].size
    effect, family = [np.zeros(cells, dtype=np.int64)], [-1]
    families = 0
    for margin in margins:
        levels, index = np.unique(margin, return_inverse=True)
        if not 1 < levels.size < cells:
            continue
        effect.append(index.astype(np.int64) + len(family))
        family += [families] * levels.size
        families += 1
    return Design(np.array(effect), np.array(family, dtype=np.int64), families)


def start_margins(design: Design, incidents: Floats, exposure: Floats) -> Margins:
    """Give the margins before anything is fitted: the overall rate for every cell."""
    effects = np.zeros(design.family.size)
    effects[0] = np.log((incidents.sum() + 0.5) / exposure.sum())
    fitted = np.full(incidents.size, effects[0])
    spread = np.full(design.families, _SPREAD_VAR)
    return Margins(effects, spread, fitted, fitted, np.full(incidents.size, 0.5))


def fit_margins(
    design: Design, start: Margins, incidents: Floats, exposure: Floats, size: Floats
) -> Margins:
    """Fit the effects by Fisher scoring, and their spreads by expectation-maximisation.

    `size` is that of the negative binomial distribution of each cell's count about its margin.
    """
    effects, spread = start.effects.copy(), start.spread_var.copy()
    for _ in range(_STEPS):
        before = effects
        mean = exposure * np.exp(np.clip(design.log_rate(effects), -60.0, 40.0))
        slope, weight = size * (incidents - mean) / (mean + size), size * mean / (mean + size)
        precision = _precision(design, spread)
        scatter = np.asarray(np.linalg.inv(design.crossed(weight) + np.diag(precision)), float)
        pull = design.gathered(slope) - precision * effects
        pull[0] += _START
        step = scatter @ pull
        effects = effects + step / max(1.0, float(np.abs(step).max()) / 2.0)
        spread = _spreads(design, effects, np.diag(scatter))
        if np.abs(effects - before).max() < _TOLERANCE:
            break
    return _without_each_cell(design, effects, spread, scatter, incidents, exposure, size)


def _precision(design: Design, spread: Floats) -> Floats:
    of_all = np.append(1.0 / spread, 1e-6)  # the last one, for -1: what all share is free
    return of_all[design.family]


def _spreads(design: Design, effects: Floats, variance: Floats) -> Floats:
    spread = np.empty(design.families)
    for family in range(design.families):
        own = design.family == family
        total = float((effects[own] ** 2 + variance[own]).sum()) + _SPREAD_WORTH * _SPREAD_VAR
        spread[family] = total / (int(own.sum()) + _SPREAD_WORTH)
    return spread


def _without_each_cell(
    design: Design,
    effects: Floats,
    spread: Floats,
    scatter: Floats,
    incidents: Floats,
    exposure: Floats,
    size: Floats,
) -> Margins:
    """Take each cell's own word out of its margin, so that it does not count twice."""
    fitted = design.log_rate(effects)
    mean = exposure * np.exp(fitted)
    slope, weight = size * (incidents - mean) / (mean + size), size * mean / (mean + size)
    variance = design.variance(scatter)
    variance = variance / np.maximum(1.0 - weight * variance, 0.05)
    return Margins(effects, spread, fitted, fitted - variance * slope, np.sqrt(variance))
