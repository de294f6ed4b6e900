"""When voters come: shares of a day by slice of polling time, learned or given, and how sure."""

from dataclasses import dataclass
from math import inf

import numpy as np
from numpy.typing import NDArray
from scipy import special

from pollready.engine.time_varying_queue import Floats, PollingDay

_ROUNDS = 100  # of fitting; each takes up most of what is left


def slices_in(hours: float, slice_min: float = 15.0) -> int:
    """Give how many slices some hours have: at least one.

    >>> slices_in(10.0), slices_in(0.1)
    (40, 1)
    """
    return max(round(hours * 60 / slice_min), 1)


@dataclass(frozen=True, eq=False)
class ArrivalProfile:
    """How a day's voters spread over polling time.

    Attributes
    ----------
    shares : float64[n]
        Share of those who do not wait at the doors, in each of n equal slices of polling time from
        opening to closing; together 1.
    at_doors : float
        Share of the day's voters who stand at the doors when they open, in [0, 1).
    concentration : float
        How alike stations are: one station's shares are a draw from a Dirichlet law with this sum
        of weights. Infinite where the office gives the profile as it is.
    """

    shares: Floats
    at_doors: float = 0.0
    concentration: float = inf

    def __post_init__(self) -> None:
        """Refuse what is no profile, with everything that is wrong at once."""
        wrong = []
        if self.shares.ndim != 1 or not (self.shares >= 0).all() or not self.shares.sum() > 0:
            wrong.append("shares: needs one row of numbers of at least 0, not all 0")
        elif abs(self.shares.sum() - 1) > 1e-6:
            wrong.append(f"shares: needs to sum to 1, not {self.shares.sum():.6f}")
        if not 0 <= self.at_doors < 1:
            wrong.append(f"at_doors={self.at_doors}: needs to be in [0, 1)")
        if not self.concentration > 0:
            wrong.append(f"concentration={self.concentration}: needs to be positive")
        if wrong:
            raise ValueError("; ".join(wrong))

    def over(self, slices: int) -> Floats:
        """Give the shares in another number of equal slices; within a slice voters come evenly.

        >>> ArrivalProfile(np.array([0.5, 0.5])).over(4).tolist()
        [0.25, 0.25, 0.25, 0.25]
        """
        ends = np.linspace(0, 1, self.shares.size + 1)
        passed = np.interp(np.linspace(0, 1, slices + 1), ends, np.r_[0, np.cumsum(self.shares)])
        return np.diff(passed)

    def arrivals(self, voters: float, slices: int) -> Floats:
        """Give the voters expected in each of `slices`; those at the doors come besides."""
        return self.over(slices) * voters * (1 - self.at_doors)

    def many(self, voters: Floats, hours: float, slice_min: float = 15.0) -> tuple[Floats, Floats]:
        """Give stations' arrivals, float64[stations, n], and who is at the doors of each."""
        slices = slices_in(hours, slice_min)
        return np.outer(voters, self.arrivals(1.0, slices)), voters * self.at_doors

    def day(
        self, voters: float, devices: int, service_min: float, hours: float, slice_min: float = 15.0
    ) -> PollingDay:
        """Give a station's day of `hours` of polling, with devices that all work throughout."""
        slices = slices_in(hours, slice_min)
        return PollingDay(
            self.arrivals(voters, slices),
            np.full(slices, devices, np.int64),
            service_min,
            slice_min,
            voters * self.at_doors,
        )

    def drawn(self, count: int, rng: np.random.Generator) -> list["ArrivalProfile"]:
        """Draw the profiles of `count` stations; all alike where the profile is certain."""
        if self.concentration == inf:
            return [self] * count
        here = self.shares > 0
        drawn = np.zeros((count, self.shares.size))
        drawn[:, here] = rng.dirichlet(self.concentration * self.shares[here], count)
        return [ArrivalProfile(shares, self.at_doors, inf) for shares in drawn]


def learn_profile(
    casts: NDArray[np.int64], observed: Floats, *, at_doors: float = 0.0, confidence: float = 0.95
) -> ArrivalProfile:
    """Learn a profile from voters counted at stations by slice.

    Parameters
    ----------
    casts : int64[stations, n]
        Voters counted, at two stations at least.
    observed : float64[stations, n]
        Share of each slice in which somebody counted, in [0, 1]. Slices before the first that was
        seen anywhere get the mean of the first four seen; others unseen what lies between.
    at_doors : float
        As in `ArrivalProfile`.
    confidence : float
        With which stations are at least as alike as the profile says.

    Returns
    -------
    ArrivalProfile
        Smoothed with weights 1, 2, 1.

    Raises
    ------
    ValueError
        If shapes differ, or nobody was counted, or only one station.

    Notes
    -----
    Counts are Poisson with mean T[s] r[k] observed[s, k]; T and r are fitted in turn. How alike
    stations are is read off the Pearson statistic X of hours, over its degrees of freedom: the
    Dirichlet-multinomial inflates the variance of n counts by 1 + (n - 1) / (a + 1), and a is
    taken where X is as large as that with `confidence`. `docs/method/queues.md`.

    Examples
    --------
    >>> counts = np.tile([20, 60, 80, 40], (3, 1))
    >>> learn_profile(counts, np.ones((3, 4))).shares.round(3).tolist()
    [0.15, 0.275, 0.325, 0.25]
    """
    if casts.shape != observed.shape or casts.ndim != 2 or len(casts) < 2 or not casts.sum():
        raise ValueError("needs counts of two stations at least, and as many shares observed")
    rates = np.full(casts.shape[1], 1 / casts.shape[1])
    seen = observed.sum(axis=0) > 0
    for _ in range(_ROUNDS):
        totals = casts.sum(axis=1) / (observed @ rates)
        weight = observed.T @ totals
        rates = np.divide(casts.sum(axis=0), weight, out=np.zeros_like(rates), where=seen)
        rates = _filled(rates, seen)
        rates /= rates.sum()
    expected = totals[:, None] * rates * observed
    concentration = _concentration(casts, expected, confidence)
    padded = np.r_[rates[0], rates, rates[-1]]
    smooth = (padded[:-2] + 2 * rates + padded[2:]) / 4
    return ArrivalProfile(smooth / smooth.sum(), at_doors, concentration)


def _filled(rates: Floats, seen: NDArray[np.bool_]) -> Floats:
    """Fill slices that nobody watched."""
    here = np.nonzero(seen)[0]
    filled = np.interp(np.arange(rates.size), here, rates[here])
    filled[: here[0]] = rates[here[:4]].mean()
    return filled


def _concentration(casts: NDArray[np.int64], expected: Floats, confidence: float) -> float:
    """Say how alike stations are at least, from how their hours differ; infinite where not told."""
    hours = max(casts.shape[1] // 4, 2)
    blocks = np.array_split(np.arange(casts.shape[1]), hours)
    counted = np.array([casts[:, block].sum(axis=1) for block in blocks])
    mean = np.array([expected[:, block].sum(axis=1) for block in blocks])
    statistic = float(((counted - mean) ** 2 / np.maximum(mean, 1e-12)).sum())
    freedom = (len(casts) - 1) * (hours - 1)
    inflation = statistic / float(special.chdtri(freedom, confidence))
    voters = float(casts.sum(axis=1).mean())
    return (voters - 1) / (inflation - 1) - 1 if inflation > 1 else inf


# Learned by `learn_profile` from 1,924 ballots stamped to the second at four stations of one city
# on 8 September 2019, 08:00 to 20:00 (Kouprianov and Selivanova, Polling-station-Ethnography); at
# the doors, from the first waits that centres of Montgomery County, Maryland, reported on 28 days
# after opening in October 2020 (DataDrivenAngel, early_voting). `tests/external` learns them again.
_SHARES_2019 = (
    0.01138, 0.01040, 0.00976, 0.01147, 0.01274, 0.01414, 0.01713, 0.01750,
    0.01800, 0.02209, 0.02569, 0.02619, 0.02619, 0.03078, 0.03649, 0.03537,
    0.03189, 0.03425, 0.03525, 0.03053, 0.02643, 0.02445, 0.02519, 0.02581,
    0.02420, 0.02383, 0.02346, 0.02085, 0.01948, 0.02060, 0.02023, 0.01837,
    0.01886, 0.02023, 0.01849, 0.01713, 0.01709, 0.01582, 0.01610, 0.01750,
    0.01713, 0.01723, 0.01951, 0.01956, 0.01650, 0.01349, 0.01217, 0.01305,
)  # fmt: skip
SEEN_IN_2019 = ArrivalProfile(np.array(_SHARES_2019), at_doors=0.0128, concentration=515.0)
