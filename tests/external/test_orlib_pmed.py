"""The forty p-median problems of OR-Library, against published optima."""

from time import perf_counter

import numpy as np
import pytest
from scipy import sparse
from scipy.sparse.csgraph import dijkstra

from pollready.engine.budget import Budget
from pollready.engine.p_center import p_center
from pollready.engine.p_median import p_median

pytestmark = pytest.mark.external
MEDIANS = (
    5819, 4093, 4250, 3034, 1355, 7824, 5631, 4445, 2734, 1255, 7696, 6634, 4374, 2968, 1729,
    8162, 6999, 4809, 2845, 1789, 9138, 8579, 4619, 2961, 1828, 9917, 8307, 4498, 3033, 1989,
    10086, 9297, 4700, 3013, 10400, 9934, 5057, 11060, 9423, 5128,
)  # fmt: skip
LIMIT_S = 120.0


def read_pmed(folder, number):
    """Give the distances between all vertices and p; a repeated edge stands for the earlier."""
    numbers = [int(each) for each in (folder / f"pmed{number}.txt").read_text().split()]
    vertices, edges, p = numbers[:3]
    length = np.zeros((vertices, vertices))
    for one, other, here in np.array(numbers[3 : 3 + 3 * edges]).reshape(-1, 3):
        length[one - 1, other - 1] = length[other - 1, one - 1] = here
    return dijkstra(sparse.csr_array(length), directed=False), p


@pytest.mark.parametrize("number", range(1, 41))
def test_the_published_median_is_proven(real_data, number):
    hours, p = read_pmed(real_data / "orlib_pmed", number)
    found = p_median(hours, p, budget=Budget.within(LIMIT_S, perf_counter))
    assert found.proven
    assert found.cost == found.hours.sum() == MEDIANS[number - 1]


@pytest.mark.parametrize("number", range(1, 41))
def test_the_published_center_is_proven(real_data, number):
    folder = real_data / "orlib_pmed"
    rows = (row.split() for row in (folder / "kcenteropt.txt").read_text().splitlines() if row)
    hours, p = read_pmed(folder, number)
    found = p_center(hours, p, budget=Budget.within(LIMIT_S, perf_counter))
    assert found.proven
    assert found.cost == found.hours.max() == float(dict(rows)[f"pmed{number}"])
