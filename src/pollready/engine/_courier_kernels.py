"""Compiled kernels of courier routes: the times of a route, and putting stations into routes.

A message counts its hour of arrival, LATE more where that is past the target. A route that comes
to an end after `until_h` counts infinitely. `way` float64[n + 1, n]: hours from a station, or from
the desk in its last row; `drop_h` float64[n] from a station to the nearest place with signal, and
`onward` float64[n, n] from that place of one station to another station.
"""

import numpy as np
from numba import njit

from pollready.engine._kernels import Ints, Number

LATE = 1e4  # hours: one message past its target is worse than any sum of hours
LONGEST = 64  # stations of one route


@njit(cache=True, nogil=True)
def time_route(
    order: Ints, length: Number, way: Ints, drop_h: Ints, onward: Ints, ready_h: Ints,
    target_h: Ints, from_h: float, until_h: float, stop_h: float, sent: Ints,
) -> Number:  # fmt: skip
    """Write when the messages of a route arrive, and give what they count.

    After each station the courier may first go where there is signal, then on from there: what
    counts least up to each such halt is built on the best up to an earlier one.
    """
    cost, free_h, last = np.empty(length + 1), np.empty(length + 1), np.empty(length + 1, np.int64)
    cost[0], free_h[0] = 0.0, from_h
    for end in range(1, length + 1):
        cost[end] = np.inf
        free_h[end], last[end] = np.inf, -1
        for start in range(end):
            now = free_h[start]
            for k in range(start, end):
                if k > start:
                    now += way[order[k - 1], order[k]]
                elif start == 0:
                    now += way[-1, order[0]]
                else:
                    now += onward[order[start - 1], order[start]]
                now = max(now, ready_h[order[k]]) + stop_h
            now += drop_h[order[end - 1]]
            if not now <= until_h:
                continue
            here = cost[start]
            for k in range(start, end):
                here += now + LATE * (now > target_h[order[k]])
            if here < cost[end]:
                cost[end], free_h[end], last[end] = here, now, start
    halt: Number = length
    while halt > 0 and last[halt] >= 0:
        sent[last[halt] : halt] = free_h[halt]
        halt = last[halt]
    return cost[length]


@njit(cache=True, nogil=True)
def _with(order: Ints, length: Number, place: Number, station: Number, into: Ints) -> None:
    into[:place] = order[:place]
    into[place] = station
    into[place + 1 : length + 1] = order[place:length]


@njit(cache=True, nogil=True)
def best_place(
    station: Number, orders: Ints, lengths: Ints, costs: Ints, way: Ints, drop_h: Ints,
    onward: Ints, ready_h: Ints, target_h: Ints, from_h: float, until_h: float, stop_h: float,
) -> tuple[Number, Number, Number]:  # fmt: skip
    """Find the route and place in it where a station adds least; inf where none takes it."""
    trial, sent = np.empty(LONGEST, np.int64), np.empty(LONGEST)
    best, best_route, best_at = np.inf, -1, -1
    tried_empty = False
    for route in range(lengths.size):
        length = lengths[route]
        if length == LONGEST or (length == 0 and tried_empty):
            continue
        tried_empty = tried_empty or length == 0
        for place in range(length + 1):
            _with(orders[route], length, place, station, trial)
            cost = time_route(
                trial, length + 1, way, drop_h, onward, ready_h, target_h,
                from_h, until_h, stop_h, sent,
            ) - costs[route]  # fmt: skip
            if cost < best - 1e-9:
                best, best_route, best_at = cost, route, place
    return best, best_route, best_at


@njit(cache=True, nogil=True)
def fill_routes(
    stations: Ints, orders: Ints, lengths: Ints, way: Ints, drop_h: Ints, onward: Ints,
    ready_h: Ints, target_h: Ints, from_h: float, until_h: float, stop_h: float, passes: int,
) -> Number:  # fmt: skip
    """Put stations into routes in turn, then move each to a better place; give what it counts.

    `orders` int64[n_couriers, LONGEST] and `lengths` are written. A station that no route takes
    stays out; each pass tries it again.
    """
    costs, sent = np.zeros(lengths.size), np.empty(LONGEST)
    for turn in range(passes + 1):
        changed = False
        for station in stations:
            route, at = _find(station, orders, lengths)
            was = costs[route] if route >= 0 else 0.0
            if route >= 0:
                _remove(orders[route], lengths[route], at)
                lengths[route] -= 1
                costs[route] = time_route(
                    orders[route], lengths[route], way, drop_h, onward, ready_h, target_h,
                    from_h, until_h, stop_h, sent,
                )  # fmt: skip
            saved = was - costs[route] if route >= 0 else np.inf
            added, new, place = best_place(
                station, orders, lengths, costs, way, drop_h, onward, ready_h, target_h,
                from_h, until_h, stop_h,
            )  # fmt: skip
            # What is left of a route may be too late without the station on its way.
            back = route >= 0 and (new < 0 or np.isinf(costs[route]) or not added < saved - 1e-9)
            if back:
                _put(orders[route], lengths[route], at, station)
                lengths[route] += 1
                costs[route] = was
            elif new >= 0:
                _put(orders[new], lengths[new], place, station)
                lengths[new] += 1
                costs[new] += added
                changed = True
        if turn > 0 and not changed:
            break
    return costs.sum()


@njit(cache=True, nogil=True)
def _find(station: Number, orders: Ints, lengths: Ints) -> tuple[Number, Number]:
    for route in range(lengths.size):
        for at in range(lengths[route]):
            if orders[route, at] == station:
                return route, at
    return -1, -1


@njit(cache=True, nogil=True)
def _remove(order: Ints, length: Number, at: Number) -> None:
    for k in range(at, length - 1):
        order[k] = order[k + 1]


@njit(cache=True, nogil=True)
def _put(order: Ints, length: Number, at: Number, station: Number) -> None:
    for k in range(length, at, -1):
        order[k] = order[k - 1]
    order[at] = station
