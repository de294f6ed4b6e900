"""How long voters wait over a day: the queue M(t)/M/c(t), exactly."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, isfinite

import numpy as np
from numpy.typing import NDArray

from pollready.engine import _queue_kernels as kernels
from pollready.engine import _waiting_kernels

Floats = NDArray[np.float64]
LIMIT_MIN = 30.0
_PART_MIN = 1.25  # where the number of devices changes, waits are looked up as fine as this


@dataclass(frozen=True, eq=False)
class PollingDay:
    """A station's day in equal slices, from opening to the end of what is looked at.

    Attributes
    ----------
    arrivals : float64[n]
        Voters expected to arrive in each slice, not negative; 0 once the doors are shut.
    devices : int64[n]
        Devices that work in each slice, not negative. The last number stays after the last slice.
    service_min : float
        Mean minutes that a voter keeps a device, positive.
    slice_min : float
        Length of a slice in minutes, positive.
    at_doors : float
        Voters expected at the doors when they open, not negative. Waits count from opening on.
    """

    arrivals: Floats
    devices: NDArray[np.int64]
    service_min: float
    slice_min: float = 15.0
    at_doors: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what is no day, with everything that is wrong at once."""
        wrong = []
        if self.arrivals.ndim != 1 or self.arrivals.size == 0:
            wrong.append("arrivals: needs one row with at least one slice")
        elif not (np.isfinite(self.arrivals) & (self.arrivals >= 0)).all():
            wrong.append("arrivals: needs numbers of at least 0")
        if self.devices.shape != self.arrivals.shape:
            wrong.append("devices: needs one number for each slice")
        elif (self.devices < 0).any():
            wrong.append("devices: needs numbers of at least 0")
        for name in ("service_min", "slice_min"):
            if not 0 < getattr(self, name) < inf:
                wrong.append(f"{name}={getattr(self, name)}: needs to be positive")
        if not 0 <= self.at_doors < inf:
            wrong.append(f"at_doors={self.at_doors}: needs to be at least 0")
        if wrong:
            raise ValueError("; ".join(wrong))

    @property
    def voters(self) -> float:
        """Voters expected in all."""
        return float(self.arrivals.sum()) + self.at_doors

    def closed_after(self, hours: float) -> "PollingDay":
        """Give the day with `hours` of service after its end, in which nobody arrives."""
        more = round(hours * 60 / self.slice_min)
        return PollingDay(
            np.concatenate([self.arrivals, np.zeros(more)]),
            np.concatenate([self.devices, np.full(more, self.devices[-1])]),
            self.service_min,
            self.slice_min,
            self.at_doors,
        )


@dataclass(frozen=True, eq=False)
class Waits:
    """Waits of a day, from arrival (or opening, at the doors) until a device is free first.

    `mean_min` is the mean over all voters expected, infinite where the devices do not come back;
    `doors_min` the mean of those at the doors; `share_over` the share of all who wait more than
    `limit_min`. By slice: `mean_by_slice` minutes and `over_by_slice` share of who arrives in it,
    `queue_by_slice` mean number waiting, `left_by_slice` mean number still there at its end.
    `left` float64[states] is the law of the number there at the end of the last slice.
    `lost_mass` bounds what truncation left out of any probability.
    """

    mean_min: float
    doors_min: float
    share_over: float
    limit_min: float
    mean_by_slice: Floats
    over_by_slice: Floats
    queue_by_slice: Floats
    left_by_slice: Floats
    left: Floats
    lost_mass: float


def waits(day: PollingDay, limit_min: float = LIMIT_MIN) -> Waits:
    """Give the waits of a day by the exact law of the number of voters at the station.

    Parameters
    ----------
    day : PollingDay
    limit_min : float
        The wait, in minutes, whose exceeding is counted; not negative.

    Returns
    -------
    Waits

    Raises
    ------
    ValueError
        If `limit_min` is negative.

    Notes
    -----
    Arrivals are Poisson with the day's rates, service is exponential, first come first served. In
    each slice the law p solves p' = p Q, by uniformisation; arrivals see p as it is at that moment
    (Poisson arrivals see time averages). Who sees n ahead and c devices waits for n - c + 1
    completions: an Erlang law; where devices fail or return it is carried back from the future,
    which is exact but for looking it up every 1.25 minutes. Who was being served when a device
    failed goes on at the head of the line. Source: W. K. Grassmann, "Transient solutions in
    Markovian queueing systems", Computers & Operations Research 4, 1977. `docs/method/queues.md`.

    Examples
    --------
    One device, a line of one voter every four minutes for 20 hours, two minutes each: M/M/1 waits
    two minutes in the mean.

    >>> long = PollingDay(np.full(80, 3.75), np.full(80, 1), service_min=2.0)
    >>> round(float(waits(long).mean_by_slice[-1]), 6)
    2.0
    """
    return waits_alike([day], limit_min)[0]


def waits_alike(days: Sequence[PollingDay], limit_min: float = LIMIT_MIN) -> list[Waits]:
    """Give the waits of days with the same devices and service; waits by number ahead are shared.

    Parameters
    ----------
    days : sequence of PollingDay
        At least one; they differ in who comes.
    limit_min : float
        As in `waits`.

    Raises
    ------
    ValueError
        If `limit_min` is negative, or devices, service or slices differ.
    """
    if not limit_min >= 0:
        raise ValueError(f"limit_min={limit_min}: needs to be at least 0")
    first = days[0]
    for day in days:
        same = np.array_equal(day.devices, first.devices) and day.slice_min == first.slice_min
        if not same or day.service_min != first.service_min:
            raise ValueError("days: need the same devices, service and slices")
    size = max(int(kernels.states_for(day.voters)) for day in days)
    tables = _tables(first, limit_min, size)
    return [_waits(day, limit_min, size, *tables) for day in days]


def _waits(
    day: PollingDay,
    limit_min: float,
    size: int,
    mean: Floats,
    tail: Floats,
    row: NDArray[np.int64],
) -> Waits:
    curve, now = np.zeros((4, day.arrivals.size + 1)), np.zeros(size)
    lost = kernels.run_day(
        day.arrivals, day.devices.astype(np.int64), 1 / day.service_min, day.slice_min,
        day.at_doors, mean, tail, row, now, np.zeros(size), np.zeros((2, size + 2)), curve,
    )  # fmt: skip
    if day.devices[-1] == 0:
        curve[0, :-1] = inf
    return Waits(
        mean_min=_mean(day, curve[0], curve[1, -1]),
        doors_min=_doors(day, float(curve[1, -1])),
        share_over=min(_mean(day, curve[1], curve[2, -1]), 1.0),
        limit_min=limit_min,
        mean_by_slice=curve[0, :-1],
        over_by_slice=curve[1, :-1],
        queue_by_slice=curve[2, :-1],
        left_by_slice=curve[3, :-1],
        left=now,
        lost_mass=float(lost),
    )


def left_at_end(day: PollingDay) -> Floats:
    """Give the law of the number of voters at the station at the end, without their waits.

    As `Waits.left`: where devices fail it takes a hundredth of the time.
    """
    size = int(kernels.states_for(day.voters))
    slices = day.arrivals.size
    nothing, now = np.zeros((1, size)), np.zeros(size)
    kernels.run_day(
        day.arrivals, day.devices.astype(np.int64), 1 / day.service_min, day.slice_min,
        day.at_doors, nothing, nothing, np.zeros(slices, np.int64), now, np.zeros(size),
        np.zeros((2, size + 2)), np.zeros((4, slices + 1)),
    )  # fmt: skip
    return now


def _doors(day: PollingDay, waited: float) -> float:
    if day.at_doors == 0:
        return 0.0
    return waited / day.at_doors if day.devices[-1] > 0 else inf


def _mean(day: PollingDay, by_slice: Floats, at_doors: float) -> float:
    """Average over the voters; those at the doors come as a sum."""
    if day.voters == 0:
        return 0.0
    here = day.arrivals > 0
    if not isfinite(by_slice[0]):
        return inf
    return float((day.arrivals[here] @ by_slice[:-1][here] + at_doors) / day.voters)


def _tables(
    day: PollingDay, limit_min: float, size: int
) -> tuple[Floats, Floats, NDArray[np.int64]]:
    """Give waits by number ahead, and for each part of the day the row that holds there.

    Row 0 is that of the end: devices stay as they are. The day is taken in parts only where they
    have yet to change.
    """
    changes = np.nonzero(np.diff(day.devices))[0] + 1
    rate, last = 1 / day.service_min, int(day.devices[-1])
    if changes.size == 0:
        mean, tail = np.zeros((1, size)), np.zeros((1, size))
        _waiting_kernels.final_waits(last, rate, limit_min, mean[0], tail[0])
        return mean, tail, np.zeros(day.arrivals.size, np.int64)
    parts = max(round(day.slice_min / _PART_MIN), 1)
    before = int(changes[-1]) * parts
    mean, tail = np.zeros((before + 1, size)), np.zeros((before + 1, size))
    _waiting_kernels.final_waits(last, rate, limit_min, mean[0], tail[0])
    part_min = day.slice_min / parts
    _waiting_kernels.waits_before_changes(
        day.devices.astype(np.int64), parts, part_min, rate, limit_min, mean, tail
    )
    row = np.maximum(before - np.arange(day.arrivals.size * parts), 0)
    return mean, tail, row


@dataclass(frozen=True, eq=False)
class Screening:
    """Figures of many days, each float64[days].

    `mean_min`, `share_over` and `lost_mass` as in `Waits`; `longest_min` is the longest mean wait
    of who arrives in one slice; `left` the mean number still there at the end.
    """

    mean_min: Floats
    share_over: Floats
    longest_min: Floats
    left: Floats
    lost_mass: Floats


def screen(
    arrivals: Floats,
    devices: NDArray[np.int64],
    service_min: Floats | float,
    *,
    at_doors: Floats | float = 0.0,
    slice_min: float = 15.0,
    limit_min: float = LIMIT_MIN,
) -> Screening:
    """Give the waits of many days in which devices stay as they are; equal days are computed once.

    Parameters
    ----------
    arrivals : float64[days, n]
        Voters expected in each slice.
    devices : int64[days]
        Devices of each day, at least 1.
    service_min, at_doors : float64[days] or float
        As in `PollingDay`.
    slice_min, limit_min : float
        As in `waits`.

    Raises
    ------
    ValueError
        Where a value is out of range, with everything that is wrong.

    Examples
    --------
    >>> busy = screen(np.full((2, 40), 25.0), np.array([2, 4]), 1.5)
    >>> busy.mean_min.round(2).tolist(), busy.share_over.round(3).tolist()
    ([77.47, 0.32], [0.792, 0.0])
    """
    days = len(arrivals)
    rows = np.column_stack(
        [
            np.broadcast_to(np.asarray(column, np.float64), days)
            for column in (devices, service_min, at_doors)
        ]
    )
    _check_days(arrivals, rows, slice_min, limit_min)
    keys, back = np.unique(np.column_stack([rows, arrivals]), axis=0, return_inverse=True)
    out = np.zeros((len(keys), 5))
    kernels.run_days(
        np.ascontiguousarray(keys[:, 3:]), keys[:, 0].astype(np.int64), 1 / keys[:, 1],
        keys[:, 2].copy(), slice_min, limit_min, out,
    )  # fmt: skip
    return Screening(*out[back.reshape(-1)].T)


def _check_days(arrivals: Floats, rows: Floats, slice_min: float, limit_min: float) -> None:
    wrong = []
    if arrivals.ndim != 2 or not (np.isfinite(arrivals) & (arrivals >= 0)).all():
        wrong.append("arrivals: needs numbers of at least 0, a row for each day")
    if (rows[:, 0] < 1).any():
        wrong.append("devices: needs numbers of at least 1")
    if not ((rows[:, 1] > 0) & (rows[:, 1] < inf)).all():
        wrong.append("service_min: needs to be positive")
    if not ((rows[:, 2] >= 0) & (rows[:, 2] < inf)).all():
        wrong.append("at_doors: needs to be at least 0")
    if not (0 < slice_min < inf and 0 <= limit_min < inf):
        wrong.append(f"slice_min={slice_min}, limit_min={limit_min}: out of range")
    if wrong:
        raise ValueError("; ".join(wrong))
