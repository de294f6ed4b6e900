"""Prices of a p-median raised by the volume method: a bound that they prove, near the best."""

from itertools import combinations

import numpy as np

from pollready.engine import _median_kernels as kernels
from pollready.engine.p_median_prices import choice, listed


def _raised(cost, p, rounds):
    state = np.zeros(len(cost), dtype=np.int8)
    lists = listed(cost, state, p)
    best, mean = lists.cost[:, 1].copy(), np.empty(cost.shape[1])
    kernels.slack_at(lists.site, lists.cost, state, p, best, mean)
    upper = min(cost[list(sites)].min(axis=0).sum() for sites in combinations(range(len(cost)), p))
    bound, _ = kernels.raise_by_volume(
        lists.site, lists.cost, state, p, upper, best.copy(), best, mean, 0.5, 10, rounds
    )
    _, saving = choice(lists, best, state, p)
    return bound, best.sum() + np.sort(saving)[:p].sum(), upper


def test_the_bound_is_what_its_prices_prove_and_comes_near_the_optimum():
    for seed in range(5):
        at = np.random.default_rng(seed).random((24, 2))
        cost = np.hypot(*(at[:, None] - at).transpose(2, 0, 1))
        begun, _, _ = _raised(cost, 3, 1)
        bound, proven, optimum = _raised(cost, 3, 2000)
        assert abs(bound - proven) < 1e-9
        assert begun < bound <= optimum + 1e-9
        assert bound > 0.97 * optimum
