"""Priors from the incidents of earlier rounds: each cell leans on its kind, place and agency."""

from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from pollready.engine.errors import EngineError
from pollready.engine.prior_cells import Cells, chance_of_any, first_grid, fit_cells, quantile
from pollready.engine.prior_margins import (
    Design,
    Floats,
    Ints,
    Margins,
    fit_margins,
    make_design,
    start_margins,
)
from pollready.engine.regime import RegimeChange

# Under either, words stand instead of digits (DESIGN.md, "Priors").
DIGITS_FROM_INCIDENTS, DIGITS_FROM_ROUNDS = 30, 2
# The chance of an incident at one unit in a round: below the first low, from the second on high.
WORD_LIMITS = (0.02, 0.10)
INTERVAL = 0.90
# The spread of whole rounds is told from very few of them: 0.2 on the logarithm, worth one round.
_ROUND_VAR, _ROUND_WORTH = 0.04, 1.0
_TURNS = 6
_Z90 = 1.6448536269514722


class BadHistory(EngineError):
    """The history's arrays do not fit together, or hold what cannot be counted."""

    code = "engine.bad-history"

    def __init__(self, field: str, problem: str) -> None:
        self.field, self.problem = field, problem
        super().__init__()


class Evidence(StrEnum):
    """What a prior may be shown as."""

    DIGITS = "digits"
    WORDS = "words"
    NONE = "none"  # no exposure: nothing is claimed
    REGIME_CHANGED = "regime_changed"  # the past no longer speaks for the future: no forecast


class Likelihood(StrEnum):
    """The word for the chance of an incident at one unit in a round."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class History:
    """Incidents and exposure of cells (kind x place x agency) in earlier rounds.

    Attributes
    ----------
    kind, place, agency
        Integer codes, shape [cells].
    incidents
        Counts, shape [cells, rounds]: each incident once, at its root cause.
    exposure
        Shape [cells, rounds], in any unit of which the rates are then "per": station-hours,
        component-hours. 0 where the cell had none or nobody knows; its count then says nothing.
    """

    kind: Ints
    place: Ints
    agency: Ints
    incidents: npt.NDArray[np.integer]
    exposure: Floats


@dataclass(frozen=True, slots=True)
class Priors:
    """What earlier rounds say of each cell.

    Attributes
    ----------
    incidents, exposure, rounds
        Sums over the rounds that have exposure, and how many these are; shape [cells].
    mean, median, low, high
        Long-run rate per unit of exposure: mean and median of what is believed of it, and its 90%
        interval, shape [cells]; NaN where nothing is claimed.
    any_prob
        Probability of an incident at one unit in a coming round, shape [cells]; NaN likewise.
    evidence, word
        What each may be shown as, and the word for it (None where nothing is claimed).
    cell_cv, round_cv, level_sd
        Estimated spread of cells about their margins, of a cell's rounds about its rate, and of
        whole rounds on the logarithm.
    regime
        The change after which nothing is forecast.
    """

    incidents: Ints
    exposure: Floats
    rounds: Ints
    mean: Floats
    median: Floats
    low: Floats
    high: Floats
    any_prob: Floats
    evidence: tuple[Evidence, ...]
    word: tuple[Likelihood | None, ...]
    cell_cv: float
    round_cv: float
    level_sd: float
    regime: RegimeChange | None = None

    def after(self, change: RegimeChange | None) -> "Priors":
        """Give the priors after a change of regime: none of them is a forecast any more."""
        if change is None:
            return self
        nothing = np.full(self.mean.shape, np.nan)
        return replace(
            self,
            mean=nothing, median=nothing, low=nothing, high=nothing, any_prob=nothing,
            evidence=(Evidence.REGIME_CHANGED,) * len(self.evidence),
            word=(None,) * len(self.word),
            regime=change,
        )  # fmt: skip


def fit_priors(history: History, unit_exposure: float | Floats = 1.0) -> Priors:
    """Shrink the incident rates of earlier rounds toward those of kind, place and agency.

    Parameters
    ----------
    history
        Incidents and exposure by cell and round.
    unit_exposure
        Exposure of one unit in a coming round (a station's service hours), positive; one for
        all cells or shape [cells]. `any_prob` and the words speak of it.

    Returns
    -------
    Priors
        One entry per cell, in the order of the history.

    Raises
    ------
    BadHistory
        If shapes differ, a count is negative, or an exposure is negative or not finite.

    Notes
    -----
    docs/method/priors.md. O(cells x models x nodes) for each of a few turns. The order of the
    cells and of the rounds does not matter.

    Examples
    --------
    >>> import numpy as np
    >>> cells = np.arange(4)
    >>> history = History(cells * 0, cells, cells * 0, np.array([[0, 0], [1, 0], [9, 12], [1, 1]]),
    ...                   np.full((4, 2), 100.0))
    >>> priors = fit_priors(history, unit_exposure=20.0)
    >>> bool(0 < priors.mean[0] < priors.mean[1] < priors.median[2] < 0.105)
    True
    >>> priors.evidence[2].value, priors.word[2].value
    ('words', 'high')
    """
    _check(history)
    unit = np.broadcast_to(np.asarray(unit_exposure, dtype=np.float64), history.kind.shape)
    if not bool(np.all(np.isfinite(unit) & (unit > 0))):
        raise BadHistory("unit_exposure", "not positive")
    exposed = history.exposure > 0
    known = np.flatnonzero(exposed.any(axis=1))
    counts = np.where(exposed, history.incidents, 0)
    result = _nothing_known(counts, history.exposure)
    if known.size == 0:
        return result
    live = exposed.any(axis=0)
    fit = _fit(
        make_design(tuple(m[known] for m in (history.kind, history.place, history.agency))),
        counts[known][:, live].astype(np.float64),
        history.exposure[known][:, live],
    )
    return _told(result, known, fit, unit[known])


def _check(history: History) -> None:
    shape = history.incidents.shape
    if len(shape) != 2:
        raise BadHistory("incidents", "shape")
    for name in ("kind", "place", "agency"):
        if getattr(history, name).shape != shape[:1]:
            raise BadHistory(name, "shape")
    if history.exposure.shape != shape:
        raise BadHistory("exposure", "shape")
    if bool(np.any(history.incidents < 0)):
        raise BadHistory("incidents", "negative")
    if not bool(np.all(np.isfinite(history.exposure) & (history.exposure >= 0))):
        raise BadHistory("exposure", "negative")


def _nothing_known(counts: Ints, exposure: Floats) -> Priors:
    cells = counts.shape[0]
    nothing = np.full(cells, np.nan)
    return Priors(
        incidents=counts.sum(axis=1).astype(np.int64),
        exposure=exposure.sum(axis=1),
        rounds=(exposure > 0).sum(axis=1).astype(np.int64),
        mean=nothing, median=nothing, low=nothing, high=nothing, any_prob=nothing,
        evidence=(Evidence.NONE,) * cells,
        word=(None,) * cells,
        cell_cv=float("nan"), round_cv=float("nan"), level_sd=float("nan"),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Fit:
    cells: Cells
    level_var: float  # of whole rounds, on the logarithm
    rounds: int


def _fit(design: Design, incidents: Floats, exposure: Floats) -> _Fit:
    """Turn by turn: margins, each cell about its margin, the level of each round, the models."""
    total, hours = incidents.sum(axis=1), exposure.sum(axis=1)
    margins: Margins = start_margins(design, total, hours)
    level, level_var = np.zeros(incidents.shape[1]), _ROUND_VAR
    inverse_shape, inverse_size = 0.5, 0.2
    grid = first_grid(margins, total, hours)
    for _ in range(_TURNS):
        levelled = exposure * np.exp(level)
        hours = levelled.sum(axis=1)
        share = ((levelled / hours[:, None]) ** 2).sum(axis=1)
        size = 1.0 / (inverse_shape + inverse_size * share)
        margins = fit_margins(design, margins, total, hours, size)
        cells, grid = fit_cells(grid, margins, incidents, levelled)
        inverse_shape, inverse_size = cells.inverse_shape, cells.inverse_size
        rate = (cells.mass * np.exp(cells.grid)).sum(axis=1)
        level, level_var = _levels(level, level_var, incidents, exposure, rate, inverse_size)
    return _Fit(cells, level_var, incidents.shape[1])


def _levels(
    level: Floats,
    level_var: float,
    incidents: Floats,
    exposure: Floats,
    rate: Floats,
    inverse_size: float,
) -> tuple[Floats, float]:
    """Estimate by how much a whole round stood above or below the others."""
    rounds = level.size
    if rounds == 1:
        return np.zeros(1), _ROUND_VAR
    expected = exposure * rate[:, None]
    weight = 1.0 / (1.0 + inverse_size * expected)
    seen, due = (weight * incidents).sum(axis=0) + 0.5, (weight * expected).sum(axis=0) + 0.5
    kept = level_var / (level_var + 1.0 / due)
    level = kept * np.log(seen / due)
    level = level - level.mean()
    spread = float((level**2 + level_var * (1.0 - kept)).sum())
    return level, (spread + _ROUND_WORTH * _ROUND_VAR) / (rounds - 1 + _ROUND_WORTH)


def _told(result: Priors, known: Ints, fit: _Fit, unit: Floats) -> Priors:
    """Put the posterior into numbers, and say what each may be shown as."""
    cells, mass = fit.cells, fit.cells.mass
    common_var = fit.level_var / fit.rounds  # all cells stand too high or too low together
    middle = quantile(cells.grid, mass, 0.5)
    tail = (1.0 - INTERVAL) / 2
    below = middle - quantile(cells.grid, mass, tail)
    above = quantile(cells.grid, mass, 1.0 - tail) - middle
    common = _Z90**2 * common_var
    centre = middle + fit.level_var / 2
    mean = (mass * np.exp(cells.grid)).sum(axis=1) * np.exp((common_var + fit.level_var) / 2)
    any_prob = chance_of_any(cells, unit, fit.level_var + common_var)
    evidence, word = list(result.evidence), list(result.word)
    for row, chance in zip(known, any_prob, strict=True):
        evidence[row] = evidence_of(int(result.incidents[row]), int(result.rounds[row]))
        word[row] = word_of(float(chance))
    return replace(
        result,
        mean=_spread_out(result.mean, known, mean),
        median=_spread_out(result.median, known, np.exp(centre)),
        low=_spread_out(result.low, known, np.exp(centre - np.sqrt(below**2 + common))),
        high=_spread_out(result.high, known, np.exp(centre + np.sqrt(above**2 + common))),
        any_prob=_spread_out(result.any_prob, known, any_prob),
        evidence=tuple(evidence),
        word=tuple(word),
        cell_cv=float(np.sqrt(cells.inverse_shape)),
        round_cv=float(np.sqrt(cells.inverse_size)),
        level_sd=float(np.sqrt(fit.level_var)),
    )


def _spread_out(empty: Floats, rows: Ints, values: Floats) -> Floats:
    full = empty.copy()
    full[rows] = values
    return full


def evidence_of(incidents: int, rounds: int) -> Evidence:
    """Tell whether digits may stand, or only words: thin evidence gets no digits."""
    enough = incidents >= DIGITS_FROM_INCIDENTS and rounds >= DIGITS_FROM_ROUNDS
    return Evidence.DIGITS if enough else Evidence.WORDS


def word_of(any_prob: float) -> Likelihood:
    """Give the word for the chance of an incident at one unit in a round."""
    if any_prob < WORD_LIMITS[0]:
        return Likelihood.LOW
    return Likelihood.MEDIUM if any_prob < WORD_LIMITS[1] else Likelihood.HIGH
