"""Couriers and relays of stations without any signal: who carries what they say, and when it is in.

A message goes by the station's own messenger where a place with signal lies within his reach, else
by a courier of the county's desk.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from pollready.engine import _courier_kernels as kernels
from pollready.engine.budget import UNLIMITED, Budget
from pollready.engine.errors import EngineError
from pollready.engine.siting import NOWHERE, Floats, Ints

DESK = -2  # instead of a relay: the message is handed over at the desk itself
STARTS = 8  # orders in which stations are put into routes
PASSES = 12  # of moving each to a better place


class WrongWave(EngineError):
    """Couriers would be back before they leave, or a number is negative."""

    code: ClassVar[str] = "engine.wrong-wave"

    def __init__(self, from_h: float, until_h: float, couriers: int) -> None:
        self.from_h = from_h
        self.until_h = until_h
        self.couriers = couriers
        super().__init__(from_h, until_h, couriers)


class Way(StrEnum):
    """How a station's message gets out."""

    MESSENGER = "messenger"
    COURIER = "courier"
    NOBODY = "nobody"


@dataclass(frozen=True, eq=False)
class CourierHours:
    """Travel hours around one desk; NaN where no way is known.

    `to_relay` float64[n_stations, n_relays], `from_relay` float64[n_relays, n_stations],
    `between` float64[n_stations, n_stations], `from_desk`, `to_desk` float64[n_stations].
    """

    to_relay: Floats
    from_relay: Floats
    between: Floats
    from_desk: Floats
    to_desk: Floats


@dataclass(frozen=True, eq=False)
class Wave:
    """One round of messages, at opening or at closing.

    `ready_h` float64[n_stations] is when each station's message is ready, `target_h` when it must
    be in. Couriers leave from `from_h` on and hand over until `until_h`; each halt takes
    `stop_min`. A messenger goes at most `messenger_h`. Hours count from midnight before the day.
    """

    ready_h: Floats
    target_h: Floats
    from_h: float
    until_h: float
    couriers: int
    messenger_h: float = 0.5
    stop_min: float = 5.0


@dataclass(frozen=True, eq=False)
class Couriers:
    """How each station's message gets out, and when it is in.

    `way` [n_stations]; `relay` int64[n_stations] the relay where it is handed over, DESK or
    NOWHERE; `arrival_h` float64[n_stations], NaN for nobody. `routes` are the stations of each
    courier in order. `late` are those past their target, `nobody` those nobody reaches;
    `bound` of them would be so with any number of couriers, and `missed` are late or nobody's.
    `earliest_h` is when each message could be in with a courier waiting at its door.
    """

    way: tuple[Way, ...]
    relay: Ints
    arrival_h: Floats
    routes: tuple[tuple[int, ...], ...]
    late: Ints
    nobody: Ints
    earliest_h: Floats
    missed: int
    bound: int


def plan_couriers(
    hours: CourierHours, wave: Wave, *, budget: Budget = UNLIMITED, seed: int = 0
) -> Couriers:
    """Plan how every message gets out: fewest past their target, then soonest in sum.

    Parameters
    ----------
    hours : CourierHours
    wave : Wave
    budget : Budget
        More orders of putting stations into routes are tried while it lasts.
    seed : int
        Of those orders.

    Returns
    -------
    Couriers
        A courier takes at most 64 stations (`_courier_kernels.LONGEST`), may go to the nearest
        place with signal after any of them, and on from there. No arrival is before its message
        is ready and carried there.

    Raises
    ------
    WrongWave
        If `until_h` is before `from_h`, or a number is negative.

    Notes
    -----
    Cheapest insertion and moves of one station, from several orders; the halts of a route by
    dynamic programming. The bound counts the stations whose direct way from when the message is
    ready is already too long. `docs/method/staging.md`.

    Examples
    --------
    >>> import numpy as np
    >>> hours = CourierHours(
    ...     np.array([[0.4], [9.0]]), np.array([[0.4, 9.0]]), np.array([[0.0, 1.0], [1.0, 0.0]]),
    ...     np.array([1.0, 1.0]), np.array([1.0, 1.0]))
    >>> wave = Wave(np.full(2, 6.0), np.full(2, 7.0), 4.0, 12.0, couriers=1, stop_min=0.0)
    >>> found = plan_couriers(hours, wave)
    >>> [each.value for each in found.way], found.arrival_h.tolist(), found.late.tolist()
    (['messenger', 'courier'], [6.4, 7.0], [])
    """
    if wave.until_h < wave.from_h or min(wave.couriers, wave.messenger_h, wave.stop_min) < 0:
        raise WrongWave(wave.from_h, wave.until_h, wave.couriers)
    drops = np.column_stack([hours.to_relay, hours.to_desk])
    drops = np.where(np.isnan(drops), np.inf, drops)
    nearest = drops.argmin(axis=1)
    drop_h = drops[np.arange(len(drops)), nearest]
    walks = drop_h <= wave.messenger_h
    arrival = np.where(walks, wave.ready_h + drop_h, np.nan)
    relay = np.where(nearest == drops.shape[1] - 1, DESK, nearest)
    tour = _Tour(hours, wave, drop_h, nearest, np.nonzero(~walks & np.isfinite(drop_h))[0])
    routes = tour.best(budget, np.random.default_rng(seed))
    for route in routes:
        arrival[list(route)] = tour.sent(route)
    return _stated(walks, relay, arrival, routes, drop_h, wave)


def _stated(
    walks: NDArray[np.bool_],
    relay: Ints,
    arrival: Floats,
    routes: tuple[tuple[int, ...], ...],
    drop_h: Floats,
    wave: Wave,
) -> Couriers:
    nobody = np.isnan(arrival)
    late = arrival > wave.target_h
    ways = tuple(
        Way.NOBODY if lost else Way.MESSENGER if own else Way.COURIER
        for lost, own in zip(nobody.tolist(), walks.tolist(), strict=True)
    )
    earliest = wave.ready_h + np.where(walks, 0.0, wave.stop_min / 60) + drop_h
    never = ~(earliest <= np.minimum(wave.target_h, np.where(walks, np.inf, wave.until_h)))
    return Couriers(
        ways,
        np.where(nobody, NOWHERE, relay),
        arrival,
        routes,
        np.nonzero(late)[0],
        np.nonzero(nobody)[0],
        earliest,
        int((late | nobody).sum()),
        int(never.sum()),
    )


class _Tour:
    """The routes of couriers among the stations that need one."""

    def __init__(
        self, hours: CourierHours, wave: Wave, drop_h: Floats, nearest: Ints, stations: Ints
    ) -> None:
        self._wave = wave
        self._stations = stations
        onward = np.vstack([hours.from_relay, hours.from_desk[np.newaxis]])[nearest]
        way = np.vstack([hours.between, hours.from_desk[np.newaxis]])
        self._args = (
            np.where(np.isnan(way), np.inf, way),
            drop_h,
            np.where(np.isnan(onward), np.inf, onward),
            np.asarray(wave.ready_h, dtype=np.float64),
            np.asarray(wave.target_h, dtype=np.float64),
            float(wave.from_h),
            float(wave.until_h),
            wave.stop_min / 60,
        )

    def best(self, budget: Budget, rng: np.random.Generator) -> tuple[tuple[int, ...], ...]:
        """Give the best routes of several orders: nearest first, farthest first, then random."""
        if not len(self._stations) or not self._wave.couriers:
            return ()
        far = np.argsort(-self._args[0][-1, self._stations], kind="stable")
        best: tuple[tuple[int, ...], ...] = ()
        best_key = (-1, 0.0)
        for start in range(STARTS):
            if start and budget.is_spent():
                break
            order = (far, far[::-1])[start] if start < 2 else rng.permutation(len(far))
            routes, key = self._routes(self._stations[order])
            if best_key[0] < 0 or key < best_key:
                best, best_key = routes, key
        return best

    def _routes(self, order: Ints) -> tuple[tuple[tuple[int, ...], ...], tuple[int, float]]:
        couriers = self._wave.couriers
        orders = np.zeros((couriers, kernels.LONGEST), dtype=np.int64)
        lengths = np.zeros(couriers, dtype=np.int64)
        cost = kernels.fill_routes(order, orders, lengths, *self._args, PASSES)
        routes = tuple(
            tuple(each[:length].tolist())
            for each, length in zip(orders, lengths.tolist(), strict=True)
            if length
        )
        return routes, (len(order) - int(lengths.sum()), float(cost))

    def sent(self, route: tuple[int, ...]) -> Floats:
        """Give when the messages of a route are in, in its order."""
        sent = np.empty(len(route))
        kernels.time_route(np.array(route), len(route), *self._args, sent)
        return sent
