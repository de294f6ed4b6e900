"""Compiled kernels of the p-median: the swap of sites, and the ascent of prices.

`cost` is float64[n_sites, n_points], all finite: a site's row is read as one stream.
"""

import numpy as np
from numba import njit

from pollready.engine._kernels import Ints, Number

FREE, OPEN, CLOSED = 0, 1, 2  # what is known of a site
LATE = 0.1  # what one round counts in the share of rounds that chose a site
MOST_NEW = 0.1  # what one round's slack counts in their mean, at most
LONGER, SHORTER, MOST_LENGTH = 1.1, 0.66, 2.0  # of the move, after a better round or some worse
EPSILON = 1e-9  # a swap that saves less, in shares of the cost, is rounding


@njit(cache=True, nogil=True)
def nearest_two(cost: Ints, sites: Ints, near: Ints, cost_near: Ints) -> None:
    """Write for each point the places in `sites` of its nearest and second, and their costs.

    `near` is int64[2, n], `cost_near` float64[2, n]; the second's cost is inf where p is 1.
    """
    for i in range(cost.shape[1]):
        _find_two(cost, sites, i, near, cost_near)


@njit(cache=True, nogil=True)
def _find_two(cost: Ints, sites: Ints, i: int, near: Ints, cost_near: Ints) -> None:
    first, second, at_first, at_second = np.inf, np.inf, -1, -1
    for place in range(sites.size):
        here = cost[sites[place], i]
        if here < first:
            second, at_second = first, at_first
            first, at_first = here, place
        elif here < second:
            second, at_second = here, place
    near[0, i], near[1, i] = at_first, at_second
    cost_near[0, i], cost_near[1, i] = first, second


@njit(cache=True, nogil=True)
def swap_all(cost: Ints, sites: Ints, allowed: Ints, kept: Ints, max_swaps: int) -> Number:
    """Swap sites in place while a swap lowers the total cost; give that cost.

    Every site of `allowed` is tried in turn; for each, what it saves beside every open site that
    could go is found in one pass over the points. `kept` bool[n_sites] tells which must stay.
    """
    points, p = cost.shape[1], sites.size
    near, cost_near = np.empty((2, points), np.int64), np.empty((2, points))
    nearest_two(cost, sites, near, cost_near)
    is_open = np.zeros(cost.shape[0], np.bool_)
    is_open[sites] = True
    total = cost_near[0].sum()
    loss, change = np.empty(p), np.empty(p)
    _losses(sites, kept, near, cost_near, loss)
    swaps, since, at = 0, 0, 0
    while since < allowed.size and swaps < max_swaps:
        new = allowed[at]
        at = (at + 1) % allowed.size
        since += 1
        if is_open[new]:
            continue
        place, saved = _best_swap(cost[new], near, cost_near, loss, change)
        if saved < -EPSILON * total:
            is_open[sites[place]], is_open[new] = False, True
            sites[place] = new
            _follow(cost, sites, place, near, cost_near)
            _losses(sites, kept, near, cost_near, loss)
            before, total = total, cost_near[0].sum()
            if total >= before:  # what it seemed to save was rounding: it could go on for ever
                break
            swaps, since = swaps + 1, 0
    return total


@njit(cache=True, nogil=True)
def _losses(sites: Ints, kept: Ints, near: Ints, cost_near: Ints, loss: Ints) -> None:
    """Write what the going of each open site alone would cost."""
    for place in range(sites.size):
        loss[place] = np.inf if kept[sites[place]] else 0.0
    for i in range(near.shape[1]):
        loss[near[0, i]] += cost_near[1, i] - cost_near[0, i]


@njit(cache=True, nogil=True)
def _best_swap(
    row: Ints, near: Ints, cost_near: Ints, loss: Ints, change: Ints
) -> tuple[Number, Number]:
    """Find which open site a new one should stand for, and the change of cost."""
    change[:] = loss
    coming = 0.0
    for i in range(row.size):
        here = row[i]
        if here < cost_near[1, i]:
            first = cost_near[0, i]
            if here < first:
                coming += here - first
                change[near[0, i]] += first - cost_near[1, i]
            else:
                change[near[0, i]] += here - cost_near[1, i]
    place = int(np.argmin(change))
    return place, change[place] + coming


@njit(cache=True, nogil=True)
def _follow(cost: Ints, sites: Ints, place: int, near: Ints, cost_near: Ints) -> None:
    """Mend the nearest two of each point after the site at `place` was replaced."""
    row = cost[sites[place]]
    for i in range(row.size):
        if near[0, i] == place or near[1, i] == place:
            _find_two(cost, sites, i, near, cost_near)
        elif row[i] < cost_near[0, i]:
            near[1, i], cost_near[1, i] = near[0, i], cost_near[0, i]
            near[0, i], cost_near[0, i] = place, row[i]
        elif row[i] < cost_near[1, i]:
            near[1, i], cost_near[1, i] = place, row[i]


@njit(cache=True, nogil=True)
def savings(site: Ints, cost: Ints, price: Ints, saving: Ints) -> None:
    """Write for each site the sum over points of min(0, cost - price).

    `site`, `cost` [n_points, n_listed]: each point's sites in ascending cost.
    """
    saving[:] = 0.0
    for i in range(price.size):
        for k in range(site.shape[1]):
            below = cost[i, k] - price[i]
            if below >= 0.0:
                break
            saving[site[i, k]] += below


@njit(cache=True, nogil=True)
def _choose(saving: Ints, state: Ints, p: int, chosen: Ints) -> Number:
    """Mark the p sites that save most, those that must be open among them; give their sum."""
    key = saving.copy()
    for j in range(key.size):
        if state[j] == OPEN:
            key[j] = -np.inf
        elif state[j] == CLOSED:
            key[j] = np.inf
    chosen[:] = False
    total = 0.0
    for j in np.argsort(key)[:p]:
        chosen[j] = True
        total += saving[j]
    return total


@njit(cache=True, nogil=True)
def _slack(site: Ints, cost: Ints, price: Ints, chosen: Ints, slack: Ints) -> Number:
    """Write 1 - the number of chosen sites below each point's price; give the sum of squares."""
    squares = 0.0
    for i in range(price.size):
        served = 0
        for k in range(site.shape[1]):
            if cost[i, k] >= price[i]:
                break
            served += chosen[site[i, k]]
        slack[i] = 1.0 - served
        squares += slack[i] * slack[i]
    return squares


@njit(cache=True, nogil=True)
def ascend(
    site: Ints, cost: Ints, state: Ints, p: int, upper: float, price: Ints, best: Ints,
    share: Ints, step: float, patience: int, rounds: int,
) -> tuple[Number, Number]:  # fmt: skip
    """Raise the bound by changing prices in place; give the best bound and the step reached.

    `price` goes on from where it stood and `best` holds the prices of the best bound; `share` is
    the share of late rounds that chose each site. A price is held at the cost of the last site
    listed, so that no site left out could save anything.
    """
    points, sites = price.size, state.size
    saving, chosen, slack = np.empty(sites), np.empty(sites, np.bool_), np.empty(points)
    way = np.zeros(points)
    last = cost[:, -1]
    savings(site, cost, best, saving)
    bound = best.sum() + _choose(saving, state, p, chosen)
    worse = 0
    for _ in range(rounds):
        savings(site, cost, price, saving)
        here = price.sum() + _choose(saving, state, p, chosen)
        for j in range(sites):
            share[j] += LATE * (chosen[j] - share[j])
        if here > bound + 1e-7 * abs(bound):
            worse = 0
        else:
            worse += 1
        if here > bound:
            bound = here
            best[:] = price
        if worse >= patience:
            worse, step = 0, step / 2
            price[:] = best
            way[:] = 0.0
            continue
        if _slack(site, cost, price, chosen, slack) == 0.0 or step < 1e-5:
            break
        # A part of the last way is kept: without it the prices swing from side to side.
        way[:] = slack + 0.5 * way
        squares = (way * way).sum()
        if squares == 0.0:
            way[:] = slack
            squares = (slack * slack).sum()
        move = step * max(upper - here, 1e-6 * abs(upper)) / squares
        for i in range(points):
            price[i] = min(price[i] + move * way[i], last[i])
    return bound, step


@njit(cache=True, nogil=True)
def raise_by_volume(
    site: Ints, cost: Ints, state: Ints, p: int, upper: float, price: Ints, best: Ints,
    mean: Ints, length: float, patience: int, rounds: int,
) -> tuple[Number, Number]:  # fmt: skip
    """Raise the bound from the prices of the best along a mean of slacks; give it and `length`.

    The volume method (Barahona and Anbil 2000): `mean` is a running mean of the slacks, weighted
    so that it is short; it tends to the slack of the fractional optimum, and where that is none
    the prices are best. `best`, `mean` and `price` change in place; a price is held at the cost of
    the last site listed.
    """
    points, sites = price.size, state.size
    saving, chosen, slack = np.empty(sites), np.empty(sites, np.bool_), np.empty(points)
    last = cost[:, -1]
    savings(site, cost, best, saving)
    bound = best.sum() + _choose(saving, state, p, chosen)
    worse = 0
    for _ in range(rounds):
        squares = (mean * mean).sum()
        if squares == 0.0:
            break
        move = length * max(upper - bound, 1e-6 * abs(upper)) / squares
        for i in range(points):
            price[i] = min(best[i] + move * mean[i], last[i])
        savings(site, cost, price, saving)
        here = price.sum() + _choose(saving, state, p, chosen)
        _slack(site, cost, price, chosen, slack)
        same_way = (slack * mean).sum() > 0.0
        _mix(slack, mean)
        if here > bound:
            bound, worse = here, 0
            best[:] = price
            if same_way:
                length = min(length * LONGER, MOST_LENGTH)
        else:
            worse += 1
            if worse >= patience:
                length, worse = length * SHORTER, 0
    return bound, length


@njit(cache=True, nogil=True)
def _mix(slack: Ints, mean: Ints) -> None:
    """Mix a slack into the mean in the share that makes the mean shortest, within limits."""
    apart, along = 0.0, 0.0
    for i in range(mean.size):
        differs = slack[i] - mean[i]
        apart += differs * differs
        along -= differs * mean[i]
    share = along / apart if apart > 0.0 else MOST_NEW
    share = max(min(share, MOST_NEW), MOST_NEW / 10)
    for i in range(mean.size):
        mean[i] += share * (slack[i] - mean[i])


@njit(cache=True, nogil=True)
def slack_at(
    site: Ints, cost: Ints, state: Ints, p: int, price: Ints, slack: Ints
) -> None:  # fmt: skip
    """Write 1 - the number of chosen sites below each point's price, at these prices."""
    saving, chosen = np.empty(state.size), np.empty(state.size, np.bool_)
    savings(site, cost, price, saving)
    _choose(saving, state, p, chosen)
    _slack(site, cost, price, chosen, slack)
