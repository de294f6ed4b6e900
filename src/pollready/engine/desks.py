"""Desks: groups of stations near each other, each of a size that one desk can look after."""

from dataclasses import dataclass
from math import ceil
from typing import ClassVar

import numpy as np
from scipy.optimize import linear_sum_assignment

from pollready.engine.budget import UNLIMITED, Budget
from pollready.engine.errors import EngineError
from pollready.engine.p_median import p_median
from pollready.engine.siting import Floats, Ints

ROUNDS = 30  # of filling desks and moving their seats; each lowers the hours
SHARE = 0.5  # of the time for the seats' first places and the bound


class NoSizeFits(EngineError):
    """The stations cannot be shared out over desks of these sizes."""

    code: ClassVar[str] = "engine.no-size-fits"

    def __init__(self, stations: int, least: int, most: int) -> None:
        self.stations = stations
        self.least = least
        self.most = most
        super().__init__(stations, least, most)


class UnknownTravel(EngineError):
    """Some pair of stations has no known travel time, so that nobody can say who is near."""

    code: ClassVar[str] = "engine.unknown-travel"

    def __init__(self, stations: tuple[int, ...]) -> None:
        self.stations = stations
        super().__init__(stations)


@dataclass(frozen=True, eq=False)
class Desks:
    """Desks, their seats and their stations.

    `seat` int64[n_desks] is the station in whose place each desk sits, ascending; `desk_of`
    int64[n_stations] the desk of each station; `hours` float64[n_stations] to it from its seat.
    `cost` is their sum, and with this number of desks no grouping goes below `bound`: desks
    without any limit of size do not. `gap` is the share of the cost above the bound.
    """

    seat: Ints
    desk_of: Ints
    hours: Floats
    cost: float
    bound: float
    gap: float


def desk_numbers(stations: int, least: int = 10, most: int = 25) -> range:
    """Give the numbers of desks that leave each between `least` and `most` stations.

    Examples
    --------
    >>> list(desk_numbers(60)), list(desk_numbers(9)), list(desk_numbers(30, 20, 25))
    ([3, 4, 5, 6], [], [])
    """
    return range(max(ceil(stations / most), 1), stations // least + 1)


def group_into_desks(
    hours: Floats,
    *,
    least: int = 10,
    most: int = 25,
    desks: int | None = None,
    budget: Budget = UNLIMITED,
) -> Desks:
    """Share stations out over desks so that the hours from the desks' seats are few.

    Parameters
    ----------
    hours : float64[n_stations, n_stations]
        Travel hours from one station's place to another's, at least 0, none unknown.
    least, most : int
        Stations of a desk, 1 <= least <= most.
    desks : int, optional
        Number of desks; by default as few as the sizes allow.
    budget : Budget

    Returns
    -------
    Desks

    Raises
    ------
    NoSizeFits
        If no number of desks, or not the one asked for, leaves every desk within its sizes.
    UnknownTravel
        If some hours are NaN; names the stations that lack most.

    Notes
    -----
    Seats begin as a p-median; then stations are shared out at least cost over chairs, `least` of
    each desk's to be filled first, and each seat moves to the middle of its stations, until
    nothing changes. The bound is the p-median's. `docs/method/staging.md`.

    Examples
    --------
    >>> import numpy as np
    >>> road = np.array([0.0, 1.0, 2.0, 10.0, 11.0, 12.0])
    >>> found = group_into_desks(np.abs(road[:, None] - road), least=2, most=3)
    >>> found.seat.tolist(), found.desk_of.tolist(), found.cost, found.bound
    ([1, 4], [0, 0, 0, 1, 1, 1], 4.0, 4.0)
    """
    stations = len(hours)
    numbers = desk_numbers(stations, least, most)
    number = (numbers.start if numbers else 0) if desks is None else desks
    if number not in numbers:
        raise NoSizeFits(stations, least, most)
    _check_known(hours)
    time = Budget.within(budget.remaining_s() * SHARE, budget.clock)
    first = p_median(hours, number, budget=time)
    seat, desk_of = _settle(hours, first.sites, least, most, budget)
    taken = hours[seat[desk_of], np.arange(stations)]
    cost = float(taken.sum())
    bound = min(first.bound, cost)
    return Desks(seat, desk_of, taken, cost, bound, (cost - bound) / cost if cost else 0.0)


def _check_known(hours: Floats) -> None:
    unknown = np.isnan(hours)
    if unknown.any():
        lacking = unknown.sum(axis=0) + unknown.sum(axis=1)
        raise UnknownTravel(tuple(np.nonzero(lacking == lacking.max())[0].tolist()))


def _settle(hours: Floats, seat: Ints, least: int, most: int, budget: Budget) -> tuple[Ints, Ints]:
    """Fill desks and move their seats in turn while that lowers the hours."""
    seat = np.sort(seat)
    desk_of, cost = _fill(hours, seat, least, most)
    for _ in range(ROUNDS):
        moved = np.sort(
            [_middle(hours, np.nonzero(desk_of == desk)[0]) for desk in range(len(seat))]
        )
        if budget.is_spent() or (moved == seat).all():
            break
        filled, lower = _fill(hours, moved, least, most)
        if lower >= cost:
            break
        seat, desk_of, cost = moved, filled, lower
    return seat, desk_of


def _fill(hours: Floats, seat: Ints, least: int, most: int) -> tuple[Ints, float]:
    """Share the stations out over `most` chairs a desk, `least` of which must be taken."""
    reward = hours.sum() + 1.0  # more than any other choice could save
    chairs = np.repeat(np.arange(len(seat)), most)
    must = np.tile(np.arange(most) < least, len(seat))
    cost = hours[seat].T[:, chairs] - reward * must
    _, taken = linear_sum_assignment(cost)
    desk_of = chairs[taken]
    return desk_of, float(hours[seat[desk_of], np.arange(len(hours))].sum())


def _middle(hours: Floats, members: Ints) -> int:
    return int(members[hours[np.ix_(members, members)].sum(axis=1).argmin()])
