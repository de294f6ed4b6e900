"""Mean hours to repair from earlier rounds, by the same shrinkage as the rates of incidents."""

from dataclasses import dataclass

import numpy as np

from pollready.engine.prior_margins import Floats
from pollready.engine.priors import Evidence, History, fit_priors


@dataclass(frozen=True, slots=True)
class Repairs:
    """Mean hours to repair of each cell, and its 90% interval; NaN where nothing is claimed.

    `mean_h` is the median of what is believed of the mean: one over a mean rate would be short.
    """

    mean_h: Floats
    low_h: Floats
    high_h: Floats
    evidence: tuple[Evidence, ...]


def fit_repairs(history: History) -> Repairs:
    """Estimate mean repair times from repairs and hours of being down.

    Parameters
    ----------
    history
        `incidents` counts the repairs that were seen to end, `exposure` is the hours for which
        something was down. Who was still down when last seen adds his hours and no end: he is
        censored, not repaired at once.

    Returns
    -------
    Repairs
        One entry per cell.

    Raises
    ------
    BadHistory
        As `fit_priors`.

    Notes
    -----
    docs/method/priors.md. Times to repair are exponential, as everywhere in the engine, so ends
    per hour down are a rate like any other, and the mean time is one over it.

    Examples
    --------
    >>> import numpy as np
    >>> one = np.zeros(1, dtype=np.int64)
    >>> repairs = fit_repairs(History(one, one, one, np.array([[40, 44]]), np.array([[80.0, 88]])))
    >>> round(float(repairs.mean_h[0]), 1), repairs.evidence[0].value
    (1.9, 'digits')
    """
    rate = fit_priors(history)
    with np.errstate(invalid="ignore"):
        return Repairs(1.0 / rate.median, 1.0 / rate.high, 1.0 / rate.low, rate.evidence)
