"""Compiled kernels: how long somebody waits, by how many are ahead of him and what works when."""

from math import sqrt

import numpy as np
from numba import njit

from pollready.engine._kernels import Ints


@njit(cache=True, nogil=True)
def poisson_weights(mean: float) -> Ints:
    """Give P(Poisson(mean) = j) for j from 0 on, until what is left is negligible."""
    most = int(mean + 10.0 * sqrt(mean) + 25.0)
    weights = np.zeros(most + 1)
    middle = int(mean)
    weights[middle] = 1.0  # from the mode outwards, then scaled: nothing underflows at the peak
    for j in range(middle, 0, -1):
        weights[j - 1] = weights[j] * j / mean
    for j in range(middle, most):
        weights[j + 1] = weights[j] * mean / (j + 1)
    weights /= weights.sum()
    return weights


@njit(cache=True, nogil=True)
def final_waits(devices: int, rate: float, over_min: float, mean: Ints, tail: Ints) -> None:
    """Fill by number ahead the mean wait and P(wait > over_min), where devices stay as they are.

    In place: `mean`, `tail` float64[size]. `rate` is completions per device and minute.
    """
    weights = poisson_weights(devices * rate * over_min)
    passed = 0.0
    for ahead in range(mean.size):
        behind = ahead - devices
        if behind < 0:
            mean[ahead], tail[ahead] = 0.0, 0.0
            continue
        if behind < weights.size:
            passed += weights[behind]
        tail[ahead] = min(passed, 1.0)
        mean[ahead] = (behind + 1) / (devices * rate) if devices > 0 else 0.0


@njit(cache=True, nogil=True)
def earlier_waits(
    later: Ints, devices: int, rate: float, minutes: float, counts_time: bool, out: Ints
) -> None:
    """Carry a function of the number ahead of somebody who waits back over `minutes`.

    In place: `out` float64[size]. While he waits every device works, so those ahead leave as
    Poisson; with fewer ahead than devices he has begun, and the function is 0. Where
    `counts_time`, the minutes that he waits are added.
    """
    weights = poisson_weights(devices * rate * minutes)
    beyond = 1.0 - np.cumsum(weights)
    waited = minutes if counts_time and devices == 0 else 0.0
    for ahead in range(later.size):
        behind = ahead - devices
        if behind < 0:
            out[ahead] = 0.0
            continue
        if counts_time and devices > 0 and behind < weights.size:
            waited += max(beyond[behind], 0.0) / (devices * rate)
        total = waited
        for gone in range(min(behind + 1, weights.size)):
            total += weights[gone] * later[ahead - gone]
        out[ahead] = total


@njit(cache=True, nogil=True)
def waits_before_changes(
    devices: Ints,
    parts: int,
    part_min: float,
    rate: float,
    over_min: float,
    mean: Ints,
    tail: Ints,
) -> None:
    """Fill rows 1.. for the parts before the last change of devices, each at its middle.

    In place: `mean`, `tail` float64[rows, size]; row 0 is filled, and row r is that of the part r
    before the change. A mean wait is carried back half a part at a time; a share over the limit
    starts from who still waits when the limit is reached.
    """
    rows, size = mean.shape
    half = part_min / 2
    middle, start = np.empty(size), mean[0].copy()
    for r in range(1, rows):
        part = rows - 1 - r
        held = devices[part // parts]
        earlier_waits(start, held, rate, half, True, middle)
        mean[r] = middle
        earlier_waits(middle, held, rate, half, True, start)
        _tail_at(part, devices, parts, part_min, rate, over_min, tail[r])


@njit(cache=True, nogil=True)
def _tail_at(
    part: int, devices: Ints, parts: int, part_min: float, rate: float, over_min: float, out: Ints
) -> None:
    """Give P(wait > over_min) by number ahead for who comes in the middle of a part."""
    begin = (part + 0.5) * part_min
    slice_min = part_min * parts
    moment = begin + over_min
    at = min(int(moment / slice_min), devices.size - 1)
    later, earlier = np.empty(out.size), np.empty(out.size)
    for ahead in range(out.size):
        later[ahead] = 1.0 if ahead >= devices[at] else 0.0
    while moment > begin:
        since = at
        while since > 0 and devices[since - 1] == devices[at]:
            since -= 1
        from_min = max(begin, since * slice_min)
        earlier_waits(later, devices[at], rate, moment - from_min, False, earlier)
        later, earlier = earlier, later
        moment, at = from_min, since - 1
    out[:] = later
