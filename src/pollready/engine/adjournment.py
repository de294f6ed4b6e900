"""Who cannot be served on the day, and what the next day has to have for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, inf, sqrt

import numpy as np
from scipy import special

from pollready.engine.intervals import Interval
from pollready.engine.time_varying_queue import Floats, PollingDay, left_at_end


@dataclass(frozen=True, eq=False)
class Adjourned:
    """Voters whom a station sends home at the end of its day.

    `law` float64[states] is the law of their number, `voters` its mean; `high` is not exceeded with
    `confidence`. `device_h` are the device hours that `high` voters keep devices busy, and
    `hours` the hours of polling on another day at `devices` devices, infinite without any.
    """

    voters: float
    high: int
    confidence: float
    device_h: float
    devices: int
    hours: float
    law: Floats


def adjourned(
    day: PollingDay, *, devices_next: int | None = None, confidence: float = 0.95
) -> Adjourned:
    """Give who is left when a day ends, with its outages, and what they need the next day.

    Parameters
    ----------
    day : PollingDay
        Up to when everybody is sent home: closing, or the end of an extension.
    devices_next : int, optional
        Devices of the next day; those that work best on this day where it is not given.
    confidence : float
        With which the next day suffices, in (0, 1).

    Returns
    -------
    Adjourned

    Raises
    ------
    ValueError
        If `confidence` or `devices_next` is out of range.

    Notes
    -----
    The number at the station at the end has the exact law of `waits`; the next day's voters are
    told when to come, so their hours are what devices need when none is idle.

    Examples
    --------
    Four hours, two devices that fail after the first: of 240 voters 180 come to nothing.

    >>> day = PollingDay(np.full(16, 15.0), np.repeat([2, 0, 0, 0], 4), service_min=1.0)
    >>> left = adjourned(day)
    >>> round(left.voters), left.high, round(left.hours, 1)
    (181, 204, 1.7)
    """
    if not 0 < confidence < 1 or (devices_next is not None and devices_next < 0):
        raise ValueError(f"confidence={confidence}, devices_next={devices_next}: out of range")
    law = left_at_end(day)
    devices = int(day.devices.max()) if devices_next is None else devices_next
    numbers = np.arange(law.size)
    high = int(np.searchsorted(np.cumsum(law), confidence * law.sum()))
    device_h = high * day.service_min / 60
    hours = device_h / devices if devices else (inf if high else 0.0)
    return Adjourned(float(numbers @ law), high, confidence, device_h, devices, hours, law)


@dataclass(frozen=True, slots=True)
class AdjournedInAll:
    """Voters sent home over stations of which some are hit.

    `voters` with its interval; `stations` that expect to send home at least one; `device_h` for
    the upper end of the interval.
    """

    voters: Interval
    stations: float
    device_h: float


def adjourned_in_all(
    cases: Sequence[Adjourned], hit_prob: float, service_min: float, *, confidence: float = 0.95
) -> AdjournedInAll:
    """Add up stations that are each hit with a probability, independently, as in their `cases`.

    Parameters
    ----------
    cases : sequence of Adjourned
        What each station sends home if it is hit.
    hit_prob : float
        In [0, 1].
    service_min : float
        Mean minutes at a device, positive.
    confidence : float
        In (0, 1).

    Notes
    -----
    Mean and variance are exact; the interval takes the sum as normal, so it wants dozens of
    stations.

    Raises
    ------
    ValueError
        If a share or `service_min` is out of range.
    """
    if not (0 <= hit_prob <= 1 and 0 < confidence < 1 and service_min > 0):
        raise ValueError(
            f"hit_prob={hit_prob}, confidence={confidence}, service_min={service_min}: out of range"
        )
    mean = variance = stations = 0.0
    for case in cases:
        numbers = np.arange(case.law.size)
        first, second = float(numbers @ case.law), float(numbers**2 @ case.law)
        mean += hit_prob * first
        variance += hit_prob * second - (hit_prob * first) ** 2
        stations += hit_prob * float(1 - case.law[0])
    off = float(special.ndtri((1 + confidence) / 2)) * sqrt(max(variance, 0.0))
    interval = Interval(mean, max(mean - off, 0.0), mean + off, confidence)
    return AdjournedInAll(interval, stations, ceil(interval.high) * service_min / 60)
