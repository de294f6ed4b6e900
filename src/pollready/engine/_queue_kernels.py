"""Compiled kernels of the exact queue M(t)/M/c(t): uniformisation over a window of states."""

from math import exp, expm1, sqrt

import numpy as np
from numba import njit

from pollready.engine._kernels import Ints, Number
from pollready.engine._waiting_kernels import final_waits, poisson_weights

_TAIL = 1e-12  # of Poisson weights left out at the end of a sum
_EDGE = 1e-13  # a state with less mass at the edge of the window is dropped
_BURST = 8  # jumps between two looks at the edges of the window; even
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
    `over` its mean over the minutes in the window returned, `spare` float64[2, size + 2] is
    scratch. Gives the window: the distribution is nought outside. States at the edge of next to
    no mass are dropped; what is lost shows as the missing mass.
    """
    uniform = arrivals + devices * rate
    jumps = uniform * minutes
    if jumps < _TAIL:  # next to no rates, even denormal ones: nothing moves
        over[low:high] = now[low:high]
        return low, high
    up, down = arrivals / uniform, rate / uniform
    one, other = spare[0], spare[1]  # state n stands at n + 1, between two that are nought
    weight = exp(-jumps)
    left = -expm1(-jumps)
    for n in range(low, high):
        one[n + 1] = now[n]
        over[n] = left * now[n]
        now[n] *= weight
    first, last, jump = low, high, 0  # [first, last) is what the sums cover
    while left > _TAIL:
        below, above = max(low - _BURST, 0), min(high + _BURST, now.size)
        one[below : low + 1] = 0.0
        one[high + 1 : above + 2] = 0.0
        other[below] = other[above + 1] = 0.0
        for n in range(below, first):
            now[n], over[n] = 0.0, 0.0
        for n in range(last, above):
            now[n], over[n] = 0.0, 0.0
        first, last = min(first, below), max(last, above)
        weight, left = _burst(
            one[below : above + 2],
            other[below : above + 2],
            now[below:above],
            over[below:above],
            below,
            max(min(devices, above) - below, 0),
            up,
            down,
            devices * down,
            jumps,
            jump,
            weight,
            left,
        )
        jump += _BURST
        low, high = below, above
        while high - low > 1 and one[high] < _EDGE:
            high -= 1
        while high - low > 1 and one[low + 1] < _EDGE:
            low += 1
    for n in range(first, last):
        over[n] /= jumps
    return first, last


@njit(cache=True, nogil=True)
def _burst(
    one: Ints,
    other: Ints,
    now: Ints,
    over: Ints,
    below: int,
    idle: int,
    up: float,
    down: float,
    leave: float,
    jumps: float,
    jump: int,
    weight: float,
    left: float,
) -> tuple[Number, ...]:
    """Make an even number of jumps of the uniformised chain, and add each to both sums.

    The arrays begin at state `below`; of the first `idle` some device is idle. In place: `one`
    becomes the chain after the jumps. Gives the weights of the last jump.
    """
    one_busy, other_busy = one[idle:], other[idle:]
    now_busy, over_busy = now[idle:], over[idle:]
    for _ in range(_BURST // 2):
        for back in range(2):
            jump += 1
            weight *= jumps / jump
            left -= weight
            state, following = (other, one) if back else (one, other)
            for i in range(idle):
                n = below + i
                value = up * state[i] + (1.0 - up - n * down) * state[i + 1]
                value += (n + 1) * down * state[i + 2]
                following[i + 1] = value
                now[i] += weight * value
                over[i] += left * value
            if back:
                _jump_busy(other_busy, up, leave, weight, left, one_busy, now_busy, over_busy)
            else:
                _jump_busy(one_busy, up, leave, weight, left, other_busy, now_busy, over_busy)
    return weight, left


@njit(cache=True, nogil=True)
def _jump_busy(
    state: Ints,
    up: float,
    leave: float,
    weight: float,
    left: float,
    following: Ints,
    now: Ints,
    over: Ints,
) -> None:
    """Jump where every device is busy.

    Zero-based, and of four arrays at most: only so does the loop become vector instructions.
    """
    stay = 1.0 - up - leave
    for i in range(now.size):
        value = up * state[i] + stay * state[i + 1] + leave * state[i + 2]
        following[i + 1] = value
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
    now, over, spare = np.zeros(size), np.zeros(size), np.zeros((2, size + 2))
    curve, row = np.zeros((4, slices + 1)), np.zeros(slices, np.int64)
    held = np.empty(slices, np.int64)
    for day in range(days):
        used = states_for(at_doors[day] + arrivals[day].sum())
        held[:] = devices[day]
        final_waits(devices[day], rate[day], over_min, mean[0, :used], tail[0, :used])
        out[day, 4] = run_day(
            arrivals[day], held, rate[day], slice_min, at_doors[day],
            mean, tail, row, now[:used], over[:used], spare, curve,
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
