"""Compiled kernels of the exact queue M(t)/M/c(t): uniformisation over a window of states."""

from math import exp, expm1, sqrt

import numpy as np
from numba import njit

from pollready.engine._kernels import Ints, Number
from pollready.engine._waiting_kernels import final_waits, poisson_weights

_TAIL = 1e-12  # of Poisson weights left out at the end of a sum
_EDGE = 1e-13  # a state with less mass at the edge of the window is dropped
_LONGEST = 200.0  # jumps per piece: exp(-200) is still a number, and the sum stays short


@njit(cache=True, nogil=True)
def advance(
    now: Ints,
    low: int,
    high: int,
    arrivals: float,
    rate: float,
    devices: int,
    minutes: float,
    over: Ints,
    spare: Ints,
) -> tuple[Number, ...]:
    """Move a distribution over the number in the system by `minutes` of constant rates.

    In place: `now` float64[size], mass in [low, high), becomes the distribution at the end,
    `over` its mean over the minutes in the window returned, `spare` float64[2, size] is scratch.
    Gives the window: the distribution is nought outside. States at the edge of next to no mass are
    dropped; what is lost shows as the missing mass.
    """
    uniform = arrivals + devices * rate
    jumps = uniform * minutes
    if jumps < _TAIL:  # next to no rates, even denormal ones: nothing moves
        over[low:high] = now[low:high]
        return low, high
    up, down = arrivals / uniform, rate / uniform
    busy_stay = 1.0 - up - devices * down
    state, following = spare[0], spare[1]
    weight = exp(-jumps)
    left = -expm1(-jumps)
    for n in range(low, high):
        state[n] = now[n]
        over[n] = left * now[n]
        now[n] *= weight
    first, last = low, high  # what the sums cover; [low, high) is where the chain is by now
    jump = 0
    while left > _TAIL:
        jump += 1
        weight *= jumps / jump
        left -= weight
        below, above = max(low - 1, 0), min(high + 1, now.size)
        # Two states on either side of the window are nought: no loop needs a case of its own.
        for n in range(max(low - 2, 0), low):
            state[n] = 0.0
        for n in range(high, min(high + 2, now.size)):
            state[n] = 0.0
        if below < first:
            now[below], over[below], first = 0.0, 0.0, below
        if above > last:
            now[above - 1], over[above - 1], last = 0.0, 0.0, above
        _jump(state, following, below, above, up, down, busy_stay, devices, weight, left, now, over)
        state, following = following, state
        low, high = below, above
        while high - low > 1 and state[high - 1] < _EDGE:
            high -= 1
        while high - low > 1 and state[low] < _EDGE:
            low += 1
    for n in range(first, last):
        over[n] /= jumps
    return first, last


@njit(cache=True, nogil=True)
def _jump(
    state: Ints,
    following: Ints,
    below: int,
    above: int,
    up: float,
    down: float,
    busy_stay: float,
    devices: int,
    weight: float,
    left: float,
    now: Ints,
    over: Ints,
) -> None:
    """Make one jump of the uniformised chain, and add it to both sums."""
    end = min(above, now.size - 1)
    for n in range(below, min(devices, end)):  # some device is idle
        value = (1.0 - up - n * down) * state[n] + (n + 1) * down * state[n + 1]
        if n > 0:
            value += up * state[n - 1]
        following[n] = value
        now[n] += weight * value
        over[n] += left * value
    start = max(below, devices)
    if start == 0 and end > 0:  # every device is out
        following[0] = busy_stay * state[0]
        now[0] += weight * following[0]
        over[0] += left * following[0]
        start = 1
    if end > start:
        _jump_busy(
            state[start - 1 : end + 1], up, busy_stay, devices * down, weight, left,
            following[start:end], now[start:end], over[start:end],
        )  # fmt: skip
    if above == now.size:  # the last state that there is: nobody comes in from above
        n = above - 1
        value = up * state[n - 1] + (1.0 - up - min(n, devices) * down) * state[n]
        following[n] = value
        now[n] += weight * value
        over[n] += left * value


@njit(cache=True, nogil=True)
def _jump_busy(
    state: Ints,
    up: float,
    stay: float,
    leave: float,
    weight: float,
    left: float,
    following: Ints,
    now: Ints,
    over: Ints,
) -> None:
    """Jump where every device is busy; `state` begins one before the others.

    Zero-based, and of four arrays at most: only so does the loop become vector instructions.
    """
    for i in range(following.size):
        value = up * state[i] + stay * state[i + 1] + leave * state[i + 2]
        following[i] = value
        now[i] += weight * value
        over[i] += left * value


@njit(cache=True, nogil=True)
def _window(now: Ints, low: int, high: int) -> tuple[Number, ...]:
    while high - low > 1 and now[high - 1] < _EDGE:
        high -= 1
    while high - low > 1 and now[low] < _EDGE:
        low += 1
    return low, high


@njit(cache=True, nogil=True)
def run_day(
    arrivals: Ints,
    devices: Ints,
    rate: float,
    slice_min: float,
    at_doors: float,
    mean: Ints,
    tail: Ints,
    row: Ints,
    now: Ints,
    over: Ints,
    spare: Ints,
    curve: Ints,
) -> Number:
    """Carry the distribution through the day, slice by slice; give the mass that was lost.

    `arrivals` float64[n] people, `devices` int64[n]; each slice is cut into `row.size // n` equal
    parts, and part p looks waits up in row `row[p]` of `mean` and `tail` float64[rows, size].
    In place: `now` becomes the distribution at the end; `curve` float64[4, n + 1]: by slice mean
    wait, share over the limit, mean queue, mean number there at its end; its last column is that
    of those at the doors (their number, sum of waits, number over the limit, number there at
    opening).
    """
    slices = arrivals.size
    parts = row.size // slices
    low, high = _at_opening(at_doors, mean[row[0]], tail[row[0]], now, curve)
    for k in range(slices):
        per_min = arrivals[k] / slice_min
        pieces = int((per_min + devices[k] * rate) * slice_min / parts / _LONGEST) + 1
        minutes = slice_min / parts / pieces
        for part in range(parts):
            waits, long = mean[row[k * parts + part]], tail[row[k * parts + part]]
            for _ in range(pieces):
                low, high = advance(now, low, high, per_min, rate, devices[k], minutes, over, spare)
                for n in range(low, high):
                    curve[0, k] += over[n] * waits[n]
                    curve[1, k] += over[n] * long[n]
                    curve[2, k] += over[n] * max(n - devices[k], 0)
                low, high = _window(now, low, high)
        for line in range(3):
            curve[line, k] /= parts * pieces
        for n in range(low, high):
            curve[3, k] += now[n] * n
    lost = 1.0
    for n in range(low, high):
        lost -= now[n]
    for n in range(now.size):
        if n < low or n >= high:
            now[n] = 0.0
    return max(lost, 0.0)


@njit(cache=True, nogil=True)
def _at_opening(
    at_doors: float, waits: Ints, long: Ints, now: Ints, curve: Ints
) -> tuple[Number, ...]:
    """Put a Poisson number at the doors; each sees those before him in the line."""
    curve[:] = 0.0
    weights = poisson_weights(at_doors) if at_doors > 0 else np.ones(1)
    high = min(weights.size, now.size)
    before = 1.0
    for n in range(high):
        now[n] = weights[n]
        before -= weights[n]  # P(more than n): somebody sees n ahead
        curve[1, -1] += max(before, 0.0) * waits[n]
        curve[2, -1] += max(before, 0.0) * long[n]
    curve[0, -1] = curve[3, -1] = at_doors
    return _window(now, 0, high)


@njit(cache=True, nogil=True)
def run_days(
    arrivals: Ints,
    devices: Ints,
    rate: Ints,
    at_doors: Ints,
    slice_min: float,
    over_min: float,
    out: Ints,
) -> None:
    """Screen days on which devices stay as they are; nothing is kept of a day but five figures.

    `arrivals` float64[days, n], `devices` int64[days], `rate`, `at_doors` float64[days]. In place:
    `out` float64[days, 5]: mean wait, share over the limit, longest mean wait of a slice, number
    there at the end, lost mass.
    """
    days, slices = arrivals.shape
    size = 0
    for day in range(days):
        size = max(size, states_for(at_doors[day] + arrivals[day].sum()))
    mean, tail = np.zeros((1, size)), np.zeros((1, size))
    now, over, spare = np.zeros(size), np.zeros(size), np.zeros((2, size))
    curve, row = np.zeros((4, slices + 1)), np.zeros(slices, np.int64)
    held = np.empty(slices, np.int64)
    for day in range(days):
        used = states_for(at_doors[day] + arrivals[day].sum())
        held[:] = devices[day]
        final_waits(devices[day], rate[day], over_min, mean[0, :used], tail[0, :used])
        out[day, 4] = run_day(
            arrivals[day], held, rate[day], slice_min, at_doors[day],
            mean[:, :used], tail[:, :used], row, now[:used], over[:used], spare[:, :used], curve,
        )  # fmt: skip
        voters, waited, late, longest = curve[0, -1], curve[1, -1], curve[2, -1], 0.0
        for k in range(slices):
            voters += arrivals[day, k]
            waited += arrivals[day, k] * curve[0, k]
            late += arrivals[day, k] * curve[1, k]
            if arrivals[day, k] > 0:
                longest = max(longest, curve[0, k])
        out[day, 0] = waited / voters if voters > 0 else 0.0
        out[day, 1] = late / voters if voters > 0 else 0.0
        out[day, 2], out[day, 3] = longest, curve[3, slices - 1]


@njit(cache=True, nogil=True)
def states_for(voters: float) -> Number:
    """Give a number of states that a Poisson number of voters does not fill."""
    return int(voters + 9.0 * sqrt(voters) + 30.0)
