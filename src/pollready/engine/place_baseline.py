"""What places do of themselves: each one's course of a period, and the course they share."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_MOST = 4.0  # one place counts for so many standard deviations at most: it cannot stand for all
_LEAST_SD = 0.05  # of the common course, in standard deviations of a place
_LEAST_REPORTING = 0.5


@dataclass(frozen=True, slots=True)
class Baseline:
    """What is expected at each time of a period, and how the common course moves about it."""

    course: Floats  # [period, places]
    scale: Floats  # [places]
    mean: float
    level_sd: float
    carry: float  # from one reading to the next, 0 to 0.95
    news_sd: float

    def expected(self, now: int) -> Floats:
        """Give what each place is expected to read."""
        course: Floats = self.course[now % self.course.shape[0]]
        return course

    def standardised(self, values: Floats, now: int) -> Floats:
        """Give how far each place is from it, in its own standard deviations."""
        return (values - self.expected(now)) / self.scale

    def common(self, values: Floats, now: int) -> float:
        """Give the course that places share; NaN where fewer than half of them report."""
        return _common(self.standardised(values, now)[None, :])[0]


def learn_baseline(series: Floats, period: int) -> Baseline:
    """Learn from whole periods; what it expects is judged on periods that it did not see."""
    days = series.reshape(-1, period, series.shape[1])
    course = _course(days)
    off = np.stack([day - _course(np.delete(days, n, axis=0)) for n, day in enumerate(days)])
    off = off.reshape(series.shape)
    scale = _scales(off)
    common = np.array(_common(off / scale))
    common = common[np.isfinite(common)]
    mean = float(np.median(common))
    about = common - mean
    # A few periods tell a spread badly: as many more than readings as a t interval would take.
    wider = np.sqrt(1.0 + 2.0 / len(days))
    level_sd = max(float(np.sqrt(np.mean(about**2))) * wider, _LEAST_SD)
    power = float(about[:-1] @ about[:-1])
    carry = float(np.clip(about[1:] @ about[:-1] / power, 0.0, 0.95)) if power > 0 else 0.0
    news = about[1:] - carry * about[:-1]
    news_sd = max(float(np.sqrt(np.mean(news**2))) * wider, _LEAST_SD)
    return Baseline(course, scale, mean, level_sd, carry, news_sd)


def _course(days: Floats) -> Floats:
    """Give each place's median at each time of the period, its neighbours in time included."""
    near = np.concatenate([np.roll(days, shift, axis=1) for shift in (-1, 0, 1)])
    return _median(near)


def _median(values: Floats) -> Floats:
    """Give the median over the first axis; NaN, without a word, where nothing was reported."""
    silent = ~np.isfinite(values).any(axis=0)
    median: Floats = np.nanmedian(np.where(silent, 0.0, values), axis=0)
    return np.where(silent, np.nan, median)


def _scales(off: Floats) -> Floats:
    """Give each place's spread by its 80% point: its own outages do not widen it.

    Readings that come in steps of ten have no such spread most of the time: none is narrower
    than that of most places, by their 95% points.
    """
    silent = ~np.isfinite(off).any(axis=0)
    size = np.abs(np.where(silent, 0.0, off))
    spread = np.nanquantile(size, 0.80, axis=0) / 1.2816
    wide = np.nanquantile(size, 0.95, axis=0) / 1.96
    typical = float(np.median(wide[~silent])) if not silent.all() else 0.0
    scale: Floats = np.maximum(spread, typical if typical > 0 else 1e-9)
    return scale


def _common(off: Floats) -> list[float]:
    """Give the mean over places, each bounded; NaN where fewer than half of them report."""
    reporting = np.isfinite(off)
    bounded = np.where(reporting, np.clip(np.where(reporting, off, 0.0), -_MOST, _MOST), 0.0)
    count = reporting.sum(axis=1)
    enough = count >= _LEAST_REPORTING * off.shape[1]
    mean = bounded.sum(axis=1) / np.maximum(count, 1)
    return [float(value) for value in np.where(enough, mean, np.nan)]
