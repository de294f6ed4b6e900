"""Change of regime: many places leave their own past at once, so the past forecasts nothing."""

from dataclasses import dataclass
from enum import StrEnum
from math import exp, inf

import numpy as np

from pollready.engine.errors import EngineError
from pollready.engine.place_baseline import Baseline, Floats, learn_baseline

# A shift of one standard deviation is what the cumulative sum waits for.
_REFERENCE = 0.5
# One reading, however wild, counts for so many standard deviations: two are needed.
_MOST = 5.0
_OUTSIDE = 3.0  # standard deviations from which a place is outside its own past
_BACK = 1.0  # within so many the common course is where it always was


class BadSeries(EngineError):
    """The series has no shape from which a baseline could be learned."""

    code = "engine.bad-series"

    def __init__(self, field: str, problem: str) -> None:
        self.field, self.problem = field, problem
        super().__init__()


class Direction(StrEnum):
    """Where the places went."""

    DOWN = "down"
    UP = "up"


@dataclass(frozen=True, slots=True)
class RegimeChange:
    """A change that many places share: a common cause that no place's own past foretells.

    Attributes
    ----------
    at_index, noticed_index
        The first reading after which the common course never came back, and the reading at
        which that was certain enough.
    direction
        Whether values fell or rose.
    surprise_sd
        How far the common course then stood from what the baseline expects, in standard
        deviations of its own past.
    places, places_share
        Places outside their own past at once, and their share of those that report.
    expected, seen
        Medians over the places, in the unit of the series.
    false_alarm_prob
        Probability, at most, that readings without a change would reach as much within the series.
    """

    at_index: int
    noticed_index: int
    direction: Direction
    surprise_sd: float
    places: int
    places_share: float
    expected: float
    seen: float
    false_alarm_prob: float


def find_regime_change(
    series: Floats,
    *,
    period: int = 24,
    baseline_periods: int = 3,
    false_alarm_prob: float = 0.01,
    least_share: float = 0.5,
) -> RegimeChange | None:
    """Watch places reading by reading, and report the first change that most of them share.

    Parameters
    ----------
    series
        Readings, shape [times, places], in any unit; NaN where a place did not report. Only
        readings up to a time are used to judge it.
    period
        Readings after which the course repeats itself: 24 for hours of the day.
    baseline_periods
        Whole periods from which the first baseline is learned, at least 2; it is learned anew
        after each further one.
    false_alarm_prob
        Probability in (0, 1) that a series without a change is reported all the same.
    least_share
        Share in (0, 1] of the reporting places that must be outside their own past at once.

    Returns
    -------
    RegimeChange or None
        None where there is no change. One place's outage is none.

    Raises
    ------
    BadSeries
        If the series is not a table, is shorter than the first baseline, or a number is out of
        its range.

    Notes
    -----
    docs/method/priors.md. O(times x places) for each period's baseline.

    Examples
    --------
    >>> import numpy as np
    >>> draw = np.random.default_rng(1)
    >>> quiet = 95 + draw.normal(0, 2, (24 * 6, 20))
    >>> find_regime_change(quiet) is None
    True
    >>> quiet[100:] = 5
    >>> change = find_regime_change(quiet)
    >>> change.at_index, change.direction.value, change.places
    (100, 'down', 20)
    """
    times = _check(series, period, baseline_periods, false_alarm_prob, least_share)
    start = period * baseline_periods
    horizon = times - start
    threshold = _threshold(2 * horizon / false_alarm_prob) if horizon else inf
    watch = _Watch(threshold, horizon)
    for first in range(start, times, period):
        baseline = learn_baseline(series[:first], period)
        for now in range(first, min(first + period, times)):
            direction = watch.see(now, baseline.common(series[now], now), baseline)
            if direction is None:
                continue
            change = _reported(watch, direction, series[now], now, baseline)
            if change.places_share >= least_share:
                return change
    return None


def _check(
    series: Floats, period: int, baseline_periods: int, false_alarm_prob: float, share: float
) -> int:
    if series.ndim != 2 or series.shape[1] == 0:
        raise BadSeries("series", "shape")
    if period < 1 or baseline_periods < 2:
        raise BadSeries("baseline_periods", "range")
    if series.shape[0] < period * baseline_periods:
        raise BadSeries("series", "short")
    if not (0 < false_alarm_prob < 1 and 0 < share <= 1):
        raise BadSeries("false_alarm_prob", "range")
    return int(series.shape[0])


class _Watch:
    """Two cumulative sums over the common course, one for each direction."""

    def __init__(self, threshold: float, horizon: int) -> None:
        self.threshold, self.horizon = threshold, horizon
        self.sums = {Direction.DOWN: 0.0, Direction.UP: 0.0}
        self.since = {Direction.DOWN: 0, Direction.UP: 0}
        self.reached = 0.0  # by the sum that passed the threshold
        self.last = 0.0  # the reading before, about its mean

    def see(self, now: int, common: float, baseline: Baseline) -> Direction | None:
        """Take in a reading; give the direction in which the sum is past the threshold."""
        if not np.isfinite(common):  # too few places report: nothing is said of this time
            return None
        off = common - baseline.mean
        news = (off - baseline.carry * self.last) / baseline.news_sd
        # After a lasting shift the news fades; the level itself stays as far away as it is.
        level = off / baseline.level_sd
        self.last = off
        for direction, sign in ((Direction.DOWN, -1.0), (Direction.UP, 1.0)):
            step = min(sign * news, _MOST) - _REFERENCE
            reached = max(self.sums[direction] + step, 0.0)
            # Held at the threshold, so that a slow drift of few places does not pile up evidence.
            self.sums[direction] = min(reached, self.threshold)
            if sign * level < _BACK:
                self.since[direction] = now + 1
            if reached > self.threshold and sign * level > _OUTSIDE:
                self.reached = reached
                return direction
        return None


def _reported(
    watch: _Watch, direction: Direction, values: Floats, now: int, baseline: Baseline
) -> RegimeChange:
    off = baseline.standardised(values, now)
    reporting = np.isfinite(off)
    outside = (off < -_OUTSIDE) if direction is Direction.DOWN else (off > _OUTSIDE)
    count = int((outside & reporting).sum())
    run_length = _run_length(watch.reached)
    return RegimeChange(
        at_index=watch.since[direction],
        noticed_index=now,
        direction=direction,
        surprise_sd=float(abs(baseline.common(values, now) - baseline.mean) / baseline.level_sd),
        places=count,
        places_share=count / max(int(reporting.sum()), 1),
        expected=float(np.nanmedian(baseline.expected(now)[reporting])),
        seen=float(np.nanmedian(values[reporting])),
        false_alarm_prob=float(min(2 * watch.horizon / run_length, 1.0)),
    )


def _run_length(threshold: float) -> float:
    """Give the mean number of readings until one sum passes the threshold with no change.

    Siegmund, Sequential Analysis (1985), section 2.6, for standard normal readings.
    """
    b = min(threshold + 1.166, 300.0)
    return (exp(2 * _REFERENCE * b) - 2 * _REFERENCE * b - 1) / (2 * _REFERENCE**2)


def _threshold(run_length: float) -> float:
    from scipy.optimize import brentq  # a fifth of a second that every assessment would wait

    return float(brentq(lambda height: _run_length(height) - run_length, 0.0, 100.0))
