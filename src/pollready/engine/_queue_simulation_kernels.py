"""Compiled kernels that play days of voters: first come first served, at one stage or two."""

from math import exp, inf, log, sqrt

import numpy as np
from numba import njit

from pollready.engine._kernels import Ints, Number

CONSTANT, EXPONENTIAL, GAMMA, LOGNORMAL, EMPIRICAL = range(5)
# Columns of a played day.
VOTERS, WAITED, WAITED_FIRST, OVER, WAITING, LAST_END, LEFT = range(7)
COLUMNS = 7


@njit(cache=True, nogil=True)
def fill_arrivals(
    rng: Number, expected: Ints, slice_min: float, at_doors: float, out: Ints
) -> Number:
    """Draw arrival times in order, and give how many there are.

    In place: `out` float64[size], minutes after opening. A Poisson process of rate 1 runs along
    the voters expected so far: those at the doors come at 0, then each slice its own.
    """
    count, passed, slice_ends = 0, rng.standard_exponential(), at_doors
    while passed < at_doors and count < out.size:
        out[count] = 0.0
        count += 1
        passed += rng.standard_exponential()
    for k in range(expected.size):
        begin = slice_ends
        slice_ends += expected[k]
        if expected[k] <= 0.0:
            continue
        minutes = slice_min / expected[k]
        while passed < slice_ends and count < out.size:
            out[count] = k * slice_min + (passed - begin) * minutes
            count += 1
            passed += rng.standard_exponential()
    return count


@njit(cache=True, nogil=True)
def fill_needs(
    rng: Number, kind: int, mean_min: float, spread: float, seen: Ints, out: Ints
) -> None:
    """Draw minutes of service. In place: `out`; `spread` is the coefficient of variation."""
    if kind == EXPONENTIAL:
        for i in range(out.size):
            out[i] = mean_min * rng.standard_exponential()
    elif kind == GAMMA:
        shape = 1.0 / (spread * spread)
        for i in range(out.size):
            out[i] = mean_min / shape * rng.standard_gamma(shape)
    elif kind == LOGNORMAL:
        width = sqrt(log(1.0 + spread * spread))
        for i in range(out.size):
            out[i] = mean_min * exp(width * rng.standard_normal() - width * width / 2)
    elif kind == EMPIRICAL:
        for i in range(out.size):
            out[i] = seen[int(rng.random() * seen.size)]
    else:
        out[:] = mean_min


@njit(cache=True, nogil=True)
def serve(arrivals: Ints, needs: Ints, free: Ints, starts: Ints, ends: Ints) -> None:
    """Serve in the order of arrival by devices that all stay; each voter takes the first free.

    In place: `starts`, `ends` float64[n]; `free` float64[devices], scratch.
    """
    free[:] = 0.0
    for i in range(arrivals.size):
        first = 0
        for device in range(1, free.size):
            if free[device] < free[first]:
                first = device
        starts[i] = max(arrivals[i], free[first])
        ends[i] = starts[i] + needs[i]
        free[first] = ends[i]


@njit(cache=True, nogil=True)
def serve_through_changes(
    arrivals: Ints, needs: Ints, change_at: Ints, devices: Ints, starts: Ints, ends: Ints
) -> None:
    """Serve event by event while the number of devices changes.

    `change_at` float64[n], the first 0, rising; `devices` int64[n] from each on. In place:
    `starts` (of the first service) and `ends`, infinite where there is none. Who is being served
    when a device fails, the last to have begun, goes on at the head of the line.
    """
    starts[:], ends[:] = inf, inf
    left = needs.copy()
    most = devices.max() if devices.size else 0
    until, who, broken = np.full(most, inf), np.empty(most, np.int64), np.empty(most, np.int64)
    busy, stopped, head, change, now, able = 0, 0, 0, 0, 0.0, 0
    while True:
        while change < change_at.size and change_at[change] <= now:
            able = devices[change]
            change += 1
        while busy > able:
            busy, stopped = _interrupt(until, who, broken, left, starts, busy, stopped, now)
        while busy < able and (stopped > 0 or (head < arrivals.size and arrivals[head] <= now)):
            if stopped > 0:
                stopped -= 1
                voter = broken[stopped]
            else:
                voter, head = head, head + 1
                starts[voter] = now
            until[busy], who[busy] = now + left[voter], voter
            busy += 1
        first = 0
        for device in range(1, busy):
            if until[device] < until[first]:
                first = device
        ending = until[first] if busy > 0 else inf
        coming = max(arrivals[head], now) if head < arrivals.size and busy < able else inf
        changing = change_at[change] if change < change_at.size else inf
        now = min(ending, min(coming, changing))
        if now == inf:
            return
        if ending == now:
            ends[who[first]] = now
            busy -= 1
            until[first], who[first] = until[busy], who[busy]


@njit(cache=True, nogil=True)
def _interrupt(
    until: Ints,
    who: Ints,
    broken: Ints,
    left: Ints,
    starts: Ints,
    busy: int,
    stopped: int,
    now: float,
) -> tuple[Number, ...]:
    """Stop the service of the voter who came last; of those stopped, he goes on last."""
    last = 0
    for device in range(1, busy):
        if who[device] > who[last]:
            last = device
    voter = who[last]
    left[voter] = until[last] - now
    busy -= 1
    until[last], who[last] = until[busy], who[busy]
    at = stopped
    while at > 0 and broken[at - 1] < voter:
        broken[at] = broken[at - 1]
        at -= 1
    broken[at] = voter
    return busy, stopped + 1


@njit(cache=True, nogil=True)
def sort_nearly(values: Ints, order: Ints) -> None:
    """Sort `values` in place, with the `order` they had: few are far from their place."""
    for i in range(values.size):
        value, at = values[i], i
        while at > 0 and values[at - 1] > value:
            values[at], order[at] = values[at - 1], order[at - 1]
            at -= 1
        values[at], order[at] = value, i


@njit(cache=True, nogil=True)
def play_days(
    rng: Number,
    expected: Ints,
    slice_min: float,
    at_doors: float,
    closing_min: float,
    change_at: Ints,
    devices: Ints,
    desks: int,
    laws: Ints,
    seen: Ints,
    desk_seen: Ints,
    limit_min: float,
    size: int,
    out: Ints,
    by_slice: Ints,
) -> None:
    """Play `out.shape[0]` days.

    `laws` float64[2, 3]: kind, mean, coefficient of variation at the devices and at the desks;
    `desks` 0 where there is one stage. In place: `out` float64[days, COLUMNS], and `by_slice`
    float64[days, n, 2]: sum of waits and voters of who arrives in each slice; of no length where
    nobody asks.
    """
    arrivals, needs, starts, ends = np.empty(size), np.empty(size), np.empty(size), np.empty(size)
    second, begun, order = np.empty(size), np.empty(size), np.empty(size, np.int64)
    free, desk_free = np.empty(devices[0]), np.empty(desks)
    for day in range(out.shape[0]):
        n = fill_arrivals(rng, expected, slice_min, at_doors, arrivals)
        fill_needs(rng, int(laws[0, 0]), laws[0, 1], laws[0, 2], seen, needs[:n])
        if devices.size == 1 and devices[0] > 0:
            serve(arrivals[:n], needs[:n], free, starts[:n], ends[:n])
        else:
            serve_through_changes(arrivals[:n], needs[:n], change_at, devices, starts[:n], ends[:n])
        more = second[:n]
        more[:] = 0.0
        if desks > 0:
            _second_stage(rng, laws, desk_seen, ends[:n], needs, desk_free, begun, order, more)
        _tally(arrivals[:n], starts[:n], ends[:n], more, closing_min, limit_min, out[day])
        if by_slice.size > 0:
            _tally_by_slice(arrivals[:n], starts[:n], ends[:n], more, slice_min, by_slice[day])


@njit(cache=True, nogil=True)
def _second_stage(
    rng: Number,
    laws: Ints,
    seen: Ints,
    ends: Ints,
    needs: Ints,
    free: Ints,
    begun: Ints,
    order: Ints,
    more: Ints,
) -> None:
    """Send voters on to the desks as they leave the devices.

    In place: `ends` becomes when each leaves the desk, `more` the wait between the two.
    """
    n = ends.size
    come = ends.copy()
    sort_nearly(come, order[:n])
    reach = n
    while reach > 0 and come[reach - 1] == inf:  # who was not served does not come
        reach -= 1
    fill_needs(rng, int(laws[1, 0]), laws[1, 1], laws[1, 2], seen, needs[:reach])
    leave = np.empty(reach)
    serve(come[:reach], needs[:reach], free, begun[:reach], leave)
    for i in range(reach):
        more[order[i]] = begun[i] - come[i]
        ends[order[i]] = leave[i]


@njit(cache=True, nogil=True)
def _tally(
    arrivals: Ints,
    starts: Ints,
    ends: Ints,
    more: Ints,
    closing_min: float,
    limit_min: float,
    out: Ints,
) -> None:
    """Add a day up. Who is not served to the end waits to the end of time, and is in no sum."""
    first = second = last = 0.0
    over = waiting = left = 0
    for i in range(arrivals.size):
        if starts[i] > closing_min:
            waiting += 1
        if ends[i] == inf:
            left += 1
            over += 1
            continue
        wait = starts[i] - arrivals[i]
        first += wait
        second += more[i]
        last = max(last, ends[i])
        if wait + more[i] > limit_min:
            over += 1
    out[VOTERS], out[WAITED], out[WAITED_FIRST] = arrivals.size, first + second, first
    out[OVER], out[WAITING], out[LAST_END], out[LEFT] = over, waiting, last, left


@njit(cache=True, nogil=True)
def _tally_by_slice(
    arrivals: Ints, starts: Ints, ends: Ints, more: Ints, slice_min: float, out: Ints
) -> None:
    k = 0
    for i in range(arrivals.size):
        while k < out.shape[0] - 1 and arrivals[i] >= (k + 1) * slice_min:
            k += 1
        if ends[i] < inf and arrivals[i] > 0.0:  # who stood at the doors is told apart
            out[k, 0] += starts[i] - arrivals[i] + more[i]
            out[k, 1] += 1
