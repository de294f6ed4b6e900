"""How many devices a wait target needs, how many voters they serve in time, what an hour buys."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pollready.engine.arrivals import ArrivalProfile
from pollready.engine.time_varying_queue import LIMIT_MIN, Floats, PollingDay, screen, waits

Bools = NDArray[np.bool_]
MOST_DEVICES = 256  # at one station: past it a target is taken as out of reach


@dataclass(frozen=True, slots=True)
class WaitTarget:
    """What waits may be: their mean over the day's voters, and the share that is too long.

    `mean_min` minutes, not negative; at most `over_share` of voters, in [0, 1], wait longer than
    `limit_min` minutes.
    """

    mean_min: float = 15.0
    limit_min: float = LIMIT_MIN
    over_share: float = 0.05

    def __post_init__(self) -> None:
        """Refuse what nobody could keep."""
        if not (self.mean_min >= 0 and self.limit_min >= 0 and 0 <= self.over_share <= 1):
            raise ValueError(
                f"mean_min={self.mean_min}, limit_min={self.limit_min}, "
                f"over_share={self.over_share}: out of range"
            )


@dataclass(frozen=True, eq=False)
class Station:
    """What a station's waits depend on, besides devices and voters.

    `profile` of arrivals; `service_min` mean minutes at a device; `hours` of polling.
    """

    profile: ArrivalProfile
    service_min: float
    hours: float
    slice_min: float = 15.0

    def keeps(self, voters: Floats, devices: NDArray[np.int64], target: WaitTarget) -> Bools:
        """Tell of each pair of voters and devices whether its waits keep the target: bool[n]."""
        arrivals, at_doors = self.profile.many(voters, self.hours, self.slice_min)
        found = screen(
            arrivals,
            devices,
            self.service_min,
            at_doors=at_doors,
            slice_min=self.slice_min,
            limit_min=target.limit_min,
        )
        kept: Bools = (found.mean_min <= target.mean_min) & (found.share_over <= target.over_share)
        return kept


def voters_in_time(station: Station, devices: int, target: WaitTarget) -> int:
    """Give the most voters whose waits keep the target at so many devices.

    Parameters
    ----------
    station : Station
    devices : int
        Not negative; none serve nobody.
    target : WaitTarget

    Notes
    -----
    More voters never wait less (each arrival of the smaller day is one of the larger), so the
    number is found by halving, each step by the exact law.

    Examples
    --------
    >>> even = Station(ArrivalProfile(np.array([1.0])), service_min=1.5, hours=10)
    >>> [voters_in_time(even, count, WaitTarget()) for count in (0, 1, 2)]
    [0, 351, 764]
    """
    if devices < 1:
        return 0
    count = np.array([devices])
    return _last_true(
        lambda voters: bool(station.keeps(np.array([float(voters)]), count, target)[0]),
        max(round(devices * station.hours * 60 / station.service_min), 1),
    )


def devices_needed(station: Station, voters: float, target: WaitTarget) -> int | None:
    """Give the least devices whose waits keep the target; None where `MOST_DEVICES` do not.

    Parameters
    ----------
    station : Station
    voters : float
        Expected in the day, not negative.
    target : WaitTarget

    Notes
    -----
    Another device never makes anybody wait longer, so the number is found by halving.

    Examples
    --------
    >>> even = Station(ArrivalProfile(np.array([1.0])), service_min=1.5, hours=10)
    >>> devices_needed(even, 1000.0, WaitTarget())
    3
    """
    if voters <= 0:
        return 1
    people = np.array([voters])
    short = _last_true(
        lambda count: not bool(station.keeps(people, np.array([count]), target)[0]),
        max(round(voters * station.service_min / (station.hours * 60)), 1),
        most=MOST_DEVICES,
    )
    return short + 1 if short < MOST_DEVICES else None


@dataclass(frozen=True, slots=True)
class DevicesNeeded:
    """The least devices for the profile as expected, and as stations differ.

    At most `low` are needed in a share of (1 - confidence) / 2 of stations with so many voters,
    and at most `high` in all but that share; None as in `devices_needed`.
    """

    devices: int | None
    low: int | None
    high: int | None
    confidence: float


def devices_needed_between(
    station: Station,
    voters: float,
    target: WaitTarget,
    rng: np.random.Generator,
    *,
    draws: int = 40,
    voters_spread: float = 0.0,
    confidence: float = 0.9,
) -> DevicesNeeded:
    """Give the least devices with the interval that differing stations make.

    Parameters
    ----------
    station, voters, target
        As in `devices_needed`.
    rng : Generator
        Draws profiles and voters.
    draws : int
        Stations drawn, at least 2.
    voters_spread : float
        Coefficient of variation of the forecast of voters, not negative (log-normal).
    confidence : float
        In (0, 1).

    Raises
    ------
    ValueError
        If `draws` or `voters_spread` is out of range.
    """
    if draws < 2 or not voters_spread >= 0:
        raise ValueError(f"draws={draws}, voters_spread={voters_spread}: out of range")
    width = np.sqrt(np.log1p(voters_spread**2))
    factors = np.exp(width * rng.standard_normal(draws) - width**2 / 2)
    profiles = station.profile.drawn(draws, rng)
    counts = sorted(
        _or_most(
            devices_needed(
                Station(profile, station.service_min, station.hours, station.slice_min),
                voters * factor,
                target,
            )
        )
        for profile, factor in zip(profiles, factors.tolist(), strict=True)
    )
    aside = int((1 - confidence) / 2 * draws)
    low, high = counts[aside], counts[draws - 1 - aside]
    return DevicesNeeded(
        devices_needed(station, voters, target), _told(low), _told(high), confidence
    )


def _or_most(count: int | None) -> int:
    return MOST_DEVICES + 1 if count is None else count


def _told(count: int) -> int | None:
    return count if count <= MOST_DEVICES else None


@dataclass(frozen=True, eq=False)
class Extension:
    """What hours after closing buy, while those in line are served.

    `left` float64[n + 1]: voters still at the station at closing and each `slice_min` later;
    `served` how many of them the extension serves. `lost_mass` as in `Waits`.
    """

    slice_min: float
    left: Floats
    lost_mass: float

    @property
    def served(self) -> float:
        """Voters served who would have been sent home at closing."""
        return float(self.left[0] - self.left[-1])


def extension(day: PollingDay, hours: float) -> Extension:
    """Follow the line at closing through an extension in which nobody new comes.

    Parameters
    ----------
    day : PollingDay
        Up to closing.
    hours : float
        At least one slice.

    Raises
    ------
    ValueError
        If the extension is shorter than a slice.

    Examples
    --------
    >>> day = PollingDay(np.full(4, 60.0), np.full(4, 2), service_min=1.0)  # 240 come, 120 served
    >>> bought = extension(day, 1.0)
    >>> bought.left.round().tolist(), round(bought.served)
    ([121.0, 91.0, 61.0, 32.0, 9.0], 112)
    """
    longer = day.closed_after(hours)
    closing = day.arrivals.size
    if longer.arrivals.size == closing:
        raise ValueError(f"hours={hours}: shorter than a slice of {day.slice_min} minutes")
    found = waits(longer)
    return Extension(day.slice_min, found.left_by_slice[closing - 1 :], found.lost_mass)


def _last_true(holds: Callable[[int], bool], guess: int, most: int = 2**40) -> int:
    """Give the last count up to `most` for which a falling condition holds, 0 if it never does."""
    low, high = 0, min(guess, most)
    while high < most and holds(high):
        low, high = high, min(2 * high, most)
    if high == most and holds(most):
        return most
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return low
