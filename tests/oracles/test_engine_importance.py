"""Importance measures beside their definitions, by enumeration on small random networks."""

import random
from dataclasses import replace
from math import inf, isclose, isnan

import numpy as np

from pollready.engine.importance import importance
from pollready.engine.network import Network, Unknowns
from pollready.engine.reliability import exact
from tests.oracles.engine_enumeration import enumerated, size_of
from tests.oracles.engine_networks import LEVELS, Small, draw

MAX_STATES = 1500


def by_definition(small: Small, point: str, level: str, failed: bool) -> dict[str, tuple]:
    """Birnbaum, FV, RAW and RRW of each element with a state of its own."""
    columns, axes, chances, below = enumerated(small, point, level, failed)
    index = np.array(np.unravel_index(np.arange(chances.size), [len(a) for a in axes])).T
    hit = np.array([isinstance(column, tuple) for column in columns], dtype=bool)
    top = chances[below].sum()
    minimal = []
    for cut in index[below]:
        same = (index[:, hit] == cut[hit]).all(axis=1)
        under = same & (index[:, ~hit] <= cut[~hit]).all(axis=1) & below
        if under.sum() == 1:
            minimal.append(cut)
    found = {}
    for at, name in enumerate(columns):
        if hit[at] or len(axes[at]) == 1:
            continue
        failing = np.zeros(chances.size, dtype=bool)
        for cut in minimal:
            if cut[at] > 0:
                same = (index[:, hit] == cut[hit]).all(axis=1)
                failing |= same & (index[:, ~hit] >= cut[~hit]).all(axis=1)
        out = index[:, at] > 0
        q = chances[out].sum()
        given_out, given_up = chances[out & below].sum() / q, chances[~out & below].sum() / (1 - q)
        rrw = top / given_up if given_up > 1e-12 * top else inf
        found[name] = (
            given_out - given_up, chances[failing].sum() / top, given_out / top, rrw,
        )  # fmt: skip
    return found


def test_measures_of_every_element_equal_their_definitions():
    random_ = random.Random(52)
    compared = 0
    for _ in range(60):
        small = draw(random_)
        network = small.build()
        for point in small.points:
            if size_of(small, point) > MAX_STATES:
                continue
            for level in LEVELS:
                for unknowns in Unknowns:
                    got = importance(network, point, "admit", level, unknowns)
                    if not got:
                        continue
                    wanted = by_definition(small, point, level, unknowns == Unknowns.FAILED)
                    for one in got:
                        mine = (one.birnbaum, one.fussell_vesely, one.raw, one.rrw)
                        for a, b in zip(mine, wanted.pop(one.id), strict=True):
                            assert isclose(a, b, rel_tol=1e-7, abs_tol=1e-9), (one, a, b)
                        compared += 1
                    # What is left out has no part in it.
                    for birnbaum, fv, _, _ in wanted.values():
                        assert abs(birnbaum) < 1e-9 and abs(fv) < 1e-9
    assert compared > 500


def test_birnbaum_of_all_points_is_what_solving_again_gives():
    random_ = random.Random(7)
    compared = 0
    for _ in range(150):
        network = draw(random_).build()
        for level in LEVELS:
            result = exact(network, "admit", level)
            for number in range(len(network.element_ids)):
                if isnan(result.birnbaum[number, 0]):
                    continue
                out, up = (below_with(network, level, number, q) for q in (1.0, 0.0))
                assert np.allclose(result.birnbaum[number], out - up, rtol=1e-9, atol=1e-9)
                compared += 1
    assert compared > 1000


def below_with(network: Network, level: str, element: int, q: float) -> np.ndarray:
    """Give the expected voters and points below the level where the element's q is `q`."""
    figures = network.q.copy()
    figures[element] = q
    prob = exact(replace(network, q=figures, derived={}), "admit", level).prob_below
    voters = np.nan_to_num(network.voters)
    return np.array([voters @ prob, prob.sum()])
