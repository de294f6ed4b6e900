"""Days of voters played at random: general service times, two stages, outages, intervals."""

from dataclasses import dataclass, field
from enum import Enum
from math import inf

import numpy as np
from numpy.typing import NDArray
from scipy import special

from pollready.engine import _queue_kernels
from pollready.engine import _queue_simulation_kernels as kernels
from pollready.engine.intervals import Interval, mean_interval
from pollready.engine.time_varying_queue import LIMIT_MIN, Floats, PollingDay

_NOBODY = np.zeros(0)


class Law(Enum):
    """The law of a service time."""

    CONSTANT = kernels.CONSTANT
    EXPONENTIAL = kernels.EXPONENTIAL
    GAMMA = kernels.GAMMA
    LOGNORMAL = kernels.LOGNORMAL
    EMPIRICAL = kernels.EMPIRICAL


@dataclass(frozen=True, eq=False)
class Service:
    """How long a voter keeps a device or a desk.

    `mean_min` minutes, positive; `spread` the coefficient of variation of `GAMMA` and `LOGNORMAL`,
    positive; `seen_min` float64[n] the times that `EMPIRICAL` draws from, with their own mean.
    """

    mean_min: float
    law: Law = Law.EXPONENTIAL
    spread: float = 1.0
    seen_min: Floats = field(default_factory=lambda: _NOBODY)

    def __post_init__(self) -> None:
        """Refuse what is no law."""
        if self.law is Law.EMPIRICAL and not (self.seen_min.size and (self.seen_min > 0).all()):
            raise ValueError("seen_min: needs at least one time, all positive")
        if not 0 < self.mean_min < inf or not 0 < self.spread < inf:
            raise ValueError(
                f"mean_min={self.mean_min}, spread={self.spread}: both need to be positive"
            )

    @classmethod
    def seen(cls, minutes: Floats) -> "Service":
        """Give the law that draws from times that were observed, in minutes."""
        values = np.asarray(minutes, np.float64)
        return cls(float(values.mean()) if values.size else inf, Law.EMPIRICAL, 1.0, values)


@dataclass(frozen=True)
class SecondStage:
    """A second stage: `count` desks (tables, booths), at least 1, to which voters go on."""

    count: int
    service: Service

    def __post_init__(self) -> None:
        """Refuse no desks."""
        if self.count < 1:
            raise ValueError(f"count={self.count}: needs to be at least 1")


@dataclass(frozen=True, eq=False)
class Played:
    """What days that were played tell, each figure with its interval.

    `mean_min` and `share_over` are over all voters and both stages; `first_min` is the wait at the
    devices alone. `waiting` counts who waits when the doors shut, `cleared_min` minutes after
    opening when the last voter leaves, `left` who is not served at all (counted as over the limit,
    and in no mean). `by_slice` float64[3, n]: mean wait of who arrives in each slice, low,
    high; without those at the doors.
    `days` float64[replications, 7] are the days themselves.
    """

    mean_min: Interval
    first_min: Interval
    share_over: Interval
    waiting: Interval
    cleared_min: Interval
    left: Interval
    by_slice: Floats
    days: Floats


def simulate(
    day: PollingDay,
    replications: int,
    rng: np.random.Generator,
    *,
    service: Service | None = None,
    second: SecondStage | None = None,
    end_min: float = inf,
    limit_min: float = LIMIT_MIN,
    confidence: float = 0.95,
    curve: bool = True,
) -> Played:
    """Play a day again and again.

    Parameters
    ----------
    day : PollingDay
        Doors shut with its last slice in which anybody arrives; who is in line then is served.
    replications : int
        Days to play, at least 2.
    rng : Generator
        Where chance comes from; the same state gives the same days.
    service : Service, optional
        At the devices, instead of an exponential law with the day's mean.
    second : SecondStage, optional
        Where voters go on to from the devices; without one there is one stage.
    end_min : float
        Minutes after opening at which devices stop, whoever is left; infinite if they go on.
    limit_min : float
        The wait whose exceeding is counted.
    confidence : float
        Of the intervals, in (0, 1).
    curve : bool
        Whether to keep waits by slice; without them a day is played a little faster.

    Returns
    -------
    Played

    Raises
    ------
    ValueError
        If `replications` is below 2, or `end_min` or `limit_min` is out of range.

    Notes
    -----
    First come first served; who was being served when a device failed goes on at the head of the
    line. Means over voters are ratios of sums, with the interval of the delta method.
    `docs/method/queues.md`.

    Examples
    --------
    >>> day = PollingDay(np.full(40, 25.0), np.full(40, 3), service_min=1.5)
    >>> played = simulate(day, 2_000, np.random.default_rng(1))
    >>> played.mean_min.low < 2.031 < played.mean_min.high  # 2.031 by the exact law
    True
    """
    if replications < 2:
        raise ValueError(f"replications={replications}: needs at least 2")
    if not end_min > 0 or not limit_min >= 0:
        raise ValueError(f"end_min={end_min}, limit_min={limit_min}: out of range")
    change_at, devices = _changes(day, end_min)
    first = service or Service(day.service_min)
    then = second.service if second else first
    laws = np.array([[s.law.value, s.mean_min, s.spread] for s in (first, then)])
    slices = day.arrivals.size
    out = np.zeros((replications, kernels.COLUMNS))
    by_slice = np.zeros((replications if curve else 0, slices, 2))
    kernels.play_days(
        rng, day.arrivals, day.slice_min, day.at_doors, _closing_min(day), change_at, devices,
        second.count if second else 0, laws, first.seen_min, then.seen_min, limit_min,
        int(_queue_kernels.states_for(day.voters)), out, by_slice,
    )  # fmt: skip
    return _told(out, by_slice, confidence)


def _changes(day: PollingDay, end_min: float) -> tuple[Floats, NDArray[np.int64]]:
    """Give when the number of devices changes, from opening on, and to what."""
    at = np.concatenate([[0], np.nonzero(np.diff(day.devices))[0] + 1])
    times, devices = at * day.slice_min, day.devices[at].astype(np.int64)
    if end_min < inf:
        before = times < end_min
        times = np.append(times[before], end_min)
        devices = np.append(devices[before], 0)
    return times.astype(np.float64), devices


def _closing_min(day: PollingDay) -> float:
    come = np.nonzero(day.arrivals)[0]
    return float((come[-1] + 1) * day.slice_min) if come.size else 0.0


def _told(out: Floats, by_slice: Floats, confidence: float) -> Played:
    voters = out[:, kernels.VOTERS]
    served = voters - out[:, kernels.LEFT]
    return Played(
        mean_min=ratio_interval(out[:, kernels.WAITED], served, confidence),
        first_min=ratio_interval(out[:, kernels.WAITED_FIRST], served, confidence),
        share_over=ratio_interval(out[:, kernels.OVER], voters, confidence),
        waiting=mean_interval(out[:, kernels.WAITING], confidence),
        cleared_min=mean_interval(out[:, kernels.LAST_END], confidence),
        left=mean_interval(out[:, kernels.LEFT], confidence),
        by_slice=_by_slice(by_slice, confidence),
        days=out,
    )


def _by_slice(by_slice: Floats, confidence: float) -> Floats:
    if len(by_slice) == 0:
        return np.zeros((3, 0))
    intervals = [
        ratio_interval(by_slice[:, k, 0], by_slice[:, k, 1], confidence)
        for k in range(by_slice.shape[1])
    ]
    return np.array([[each.estimate, each.low, each.high] for each in intervals]).T


def ratio_interval(sums: Floats, counts: Floats, confidence: float) -> Interval:
    """Bound the ratio of two expectations from independent pairs, by the delta method.

    Parameters
    ----------
    sums, counts : float64[n]
        At least two pairs; where all counts are 0, so is the ratio.

    Examples
    --------
    >>> ratio_interval(np.array([2.0, 4.0]), np.array([1.0, 2.0]), 0.95)
    Interval(estimate=2.0, low=2.0, high=2.0, confidence=0.95)
    """
    total = float(counts.sum())
    if total <= 0:
        return Interval(0.0, 0.0, 0.0, confidence)
    ratio = float(sums.sum()) / total
    n = len(sums)
    spread = float(np.std(sums - ratio * counts, ddof=1)) / np.sqrt(n) / (total / n)
    off = float(special.ndtri((1 + confidence) / 2)) * float(spread)
    return Interval(ratio, max(ratio - off, 0.0), ratio + off, confidence)
