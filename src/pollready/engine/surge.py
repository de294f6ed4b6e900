"""The morning surge: what power-on and the first check-ins of many stations ask of one centre.

A fluid of messages, followed step by step.
"""

from dataclasses import dataclass
from math import inf

import numpy as np
from numpy.typing import NDArray

from pollready.engine.time_varying_queue import Floats


@dataclass(frozen=True, slots=True)
class SharedService:
    """What stations share: a centre, or a link on the way to it.

    `capacity_per_s` messages per second that it passes, positive; `response_s` seconds that it
    takes when idle; `per_check_in` messages that a check-in makes; `per_power_on` messages that a
    device fetches when it is switched on, before it can admit anybody.
    """

    capacity_per_s: float
    response_s: float = 0.0
    per_check_in: float = 1.0
    per_power_on: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what is no service, with everything that is wrong at once."""
        wrong = [
            f"{name}={getattr(self, name)}: needs to be at least 0"
            for name in ("response_s", "per_check_in", "per_power_on")
            if not 0 <= getattr(self, name) < inf
        ]
        if not 0 < self.capacity_per_s < inf:
            wrong.append(f"capacity_per_s={self.capacity_per_s}: needs to be positive")
        if wrong:
            raise ValueError("; ".join(wrong))


@dataclass(frozen=True, eq=False)
class Morning:
    """The stations that open together.

    Attributes
    ----------
    arrivals : float64[stations, n]
        Voters expected in each slice from opening on.
    at_doors : float64[stations]
        Voters at the doors at opening.
    devices : int64[stations]
        Devices of each station, not negative.
    handling_s : float
        Seconds of a check-in at the device itself, without waiting for the centre; positive.
    slice_min : float
        Length of a slice in minutes.
    """

    arrivals: Floats
    at_doors: Floats
    devices: NDArray[np.int64]
    handling_s: float
    slice_min: float = 15.0

    def __post_init__(self) -> None:
        """Refuse what is no morning, with everything that is wrong at once."""
        wrong = []
        if self.arrivals.ndim != 2 or not self.arrivals.size or not (self.arrivals >= 0).all():
            wrong.append("arrivals: needs numbers of at least 0, a row for each station")
        for name in ("at_doors", "devices"):
            values = getattr(self, name)
            if values.shape != (len(self.arrivals),) or not (values >= 0).all():
                wrong.append(f"{name}: needs a number of at least 0 for each station")
        for name in ("handling_s", "slice_min"):
            if not 0 < getattr(self, name) < inf:
                wrong.append(f"{name}={getattr(self, name)}: needs to be positive")
        if wrong:
            raise ValueError("; ".join(wrong))


@dataclass(frozen=True, slots=True)
class PowerOn:
    """Devices are switched on evenly between two moments, in minutes from opening.

    Equal moments: all at once.
    """

    from_min: float
    until_min: float

    def __post_init__(self) -> None:
        """Refuse an end before the beginning."""
        if not self.from_min <= self.until_min:
            raise ValueError(f"from_min={self.from_min} is after until_min={self.until_min}")

    def share_on(self, minute: float) -> float:
        """Give the share of devices that are on at a moment."""
        if minute >= self.until_min:
            return 1.0
        if minute < self.from_min:
            return 0.0
        return (minute - self.from_min) / (self.until_min - self.from_min)


@dataclass(frozen=True, eq=False)
class Surge:
    """What happens, step by step: each float64[steps].

    `minute` from opening, at the end of each step; `load` messages per second asked; `backlog`
    messages not yet passed; `check_in_s` seconds of a check-in begun then; `ready` share of
    devices that have fetched what they need; `waiting` voters in line over all stations.
    `utilisation` is the greatest load that there would be if answers were instant, over the
    capacity. `clears_min` is when the backlog is gone for good, infinite if it is not within the
    time; `extra_wait_h` hours that voters wait more than with a centre without limits.
    """

    minute: Floats
    load: Floats
    backlog: Floats
    check_in_s: Floats
    ready: Floats
    waiting: Floats
    utilisation: float
    clears_min: float
    extra_wait_h: float

    @property
    def longest_check_in_s(self) -> float:
        """The longest check-in from opening on."""
        return float(self.check_in_s[self.minute > 0].max())


def surge(
    morning: Morning, service: SharedService, power_on: PowerOn, *, step_s: float = 10.0
) -> Surge:
    """Follow a morning until its last slice ends.

    Parameters
    ----------
    morning : Morning
    service : SharedService
        The centre, or a link with the stations behind it alone.
    power_on : PowerOn
        When devices are switched on.
    step_s : float
        Length of a step in seconds, positive; the backlog is right to about one step's work.

    Returns
    -------
    Surge

    Raises
    ------
    ValueError
        If `step_s` is not positive.

    Notes
    -----
    A fluid: messages wait in one line and are passed at the capacity, so an answer takes
    `response_s` + backlog / capacity. A device asks again only when it was answered, so a station
    admits at most devices / check-in time voters per second: a slow centre throttles its own load
    (the response time law of closed systems, R = N / X - Z). A device that was switched on admits
    nobody until what it asked for then has passed. For centres that answer hundreds per second,
    where chance evens out. Source: G. F. Newell, Applications of Queueing Theory, 2nd ed., 1982,
    chapter 2; E. D. Lazowska et al., Quantitative System Performance, 1984, chapter 5.

    Examples
    --------
    Two devices that fetch 600 messages each at opening, from a centre of 10 per second: ready
    after two minutes.

    >>> one = Morning(np.zeros((1, 1)), np.zeros(1), np.array([2]), handling_s=45.0)
    >>> slow = surge(one, SharedService(10.0, per_power_on=600), PowerOn(0, 0))
    >>> round(slow.clears_min)
    2
    """
    if not step_s > 0:
        raise ValueError(f"step_s={step_s}: needs to be positive")
    limited = _follow(morning, service, power_on, step_s)
    free = _follow(morning, SharedService(1e12, service.response_s), PowerOn(-inf, -inf), step_s)
    asked = limited["fetched"] + _beside(free["admitted"], limited) * service.per_check_in
    extra_wait = (limited["waiting"] - _beside(free["waiting"], limited)).clip(0)
    return Surge(
        minute=limited["minute"],
        load=limited["load"] / step_s,
        backlog=limited["backlog"],
        check_in_s=limited["check_in_s"],
        ready=limited["ready"],
        waiting=limited["waiting"],
        utilisation=_busiest(asked, morning.slice_min * 60, step_s) / service.capacity_per_s,
        clears_min=_clears(limited, service.capacity_per_s * step_s * 1e-6),
        extra_wait_h=float(extra_wait.sum()) * step_s / 3600,
    )


def _beside(since_opening: Floats, longer: dict[str, Floats]) -> Floats:
    """Lay what begins at opening beside what begins before it."""
    before = len(longer["minute"]) - len(since_opening)
    return np.concatenate([np.zeros(before), since_opening])


def _busiest(asked: Floats, slice_s: float, step_s: float) -> float:
    """Give the most messages per second over one slice of time, wherever it begins."""
    steps = min(max(round(slice_s / step_s), 1), asked.size)
    sums = np.cumsum(np.r_[0.0, asked])
    return float((sums[steps:] - sums[:-steps]).max()) / (steps * step_s)


def _clears(told: dict[str, Floats], negligible: float) -> float:
    """Give when the last backlog is gone; the beginning where there is none, or infinity."""
    over = np.nonzero(told["backlog"] > negligible)[0]
    if over.size == 0:
        return float(told["minute"][0])
    after = int(over[-1]) + 1
    return float(told["minute"][after]) if after < told["minute"].size else inf


def power_on_by_min(morning: Morning, service: SharedService) -> float:
    """Give the latest moment, in minutes from opening, at which all may be switched on at once.

    Whoever is later fetches while voters wait. Not positive.

    Examples
    --------
    >>> one = Morning(np.zeros((1, 1)), np.zeros(1), np.array([2]), handling_s=45.0)
    >>> power_on_by_min(one, SharedService(10.0, per_power_on=600))
    -2.0
    """
    work = float(morning.devices.sum()) * service.per_power_on
    return -work / service.capacity_per_s / 60


class _Line:
    """Messages in the order in which they came, each batch with what was on when it came."""

    def __init__(self, per_s: float, passed: float, on: float) -> None:
        self._per_s = per_s
        self._came, self._on, self._first = [passed], [on], 0
        self.asked = self.passed = passed

    @property
    def backlog(self) -> float:
        return self.asked - self.passed

    def answered(self) -> float:
        """Give the share that was on when the last batch that has passed in full came."""
        came = self._came
        while self._first + 1 < len(came) and came[self._first + 1] <= self.passed * (1 + 1e-12):
            self._first += 1
        return self._on[self._first]

    def step(self, load: float, on: float, seconds: float) -> None:
        self.asked += load
        self._came.append(self.asked)
        self._on.append(on)
        self.passed = min(self.asked, self.passed + self._per_s * seconds)


def _follow(
    morning: Morning, service: SharedService, power_on: PowerOn, step_s: float
) -> dict[str, Floats]:
    """Step through the morning; give what each step was."""
    step_min = step_s / 60
    begin = 0.0 if power_on.from_min == -inf else min(power_on.from_min, 0.0)
    steps = range(
        int(np.floor(begin / step_min + 1e-9)),
        round(morning.arrivals.shape[1] * morning.slice_min / step_min),
    )
    to_fetch = float(morning.devices.sum()) * service.per_power_on
    on = 1.0 if power_on.from_min == -inf else 0.0
    line = _Line(service.capacity_per_s, on * to_fetch, on)
    waiting = np.zeros(len(morning.devices))
    told = []
    for step in steps:
        check_in_s = morning.handling_s + service.response_s
        check_in_s += line.backlog / service.capacity_per_s
        ready = line.answered() if to_fetch else on
        admitted = 0.0
        if step >= 0:
            waiting += _arriving(morning, step, step_min)
            served = np.minimum(waiting, morning.devices * ready * step_s / check_in_s)
            waiting -= served
            admitted = float(served.sum())
        before, on = on, max(on, power_on.share_on((step + 1) * step_min))
        fetch = (on - before) * to_fetch
        load = fetch + admitted * service.per_check_in
        line.step(load, on, step_s)
        told.append((load, line.backlog, check_in_s, ready, waiting.sum(), admitted, fetch))
    names = ("load", "backlog", "check_in_s", "ready", "waiting", "admitted", "fetched")
    minute = (np.array(steps) + 1) * step_min
    return dict(zip(names, np.array(told).T, strict=True)) | {"minute": minute}


def _arriving(morning: Morning, step: int, step_min: float) -> Floats:
    """Give who comes to each station in a step; with the first, those at the doors."""
    k = min(int(step * step_min / morning.slice_min), morning.arrivals.shape[1] - 1)
    coming: Floats = morning.arrivals[:, k] * step_min / morning.slice_min
    return coming + morning.at_doors if step == 0 else coming
