"""Covers of points by sites: what can be left out beforehand, greedy covers, and exact ones."""

from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from pollready.engine import _median_kernels as median_kernels
from pollready.engine import _site_cover_kernels as kernels
from pollready.engine._highs import Program, solve
from pollready.engine.budget import Budget
from pollready.engine.siting import Floats, Ints

Reach = NDArray[np.bool_]  # [n_points, n_sites]: whether the site reaches the point in time
FAILURES = 40  # sites in turn that cannot be spared after which none is tried again
STARTS = 8  # greedy covers, each with another order of equals
TOLERANCE = 1e-6  # of HiGHS


@dataclass(frozen=True, eq=False)
class Reduced:
    """What is left of a covering problem: `reach` over `points` and `sites` of the whole one.

    `weight` float64[n_left] has the weight of each point left and of those that went with it.
    """

    reach: Reach
    points: Ints
    sites: Ints
    weight: Floats


@dataclass(frozen=True, eq=False)
class Cover:
    """Sites found, their cost, and what no choice goes below."""

    sites: Ints
    cost: float
    bound: float


def reduced_for_all(reach: Reach) -> Reduced:
    """Leave out sites that cover part of what another covers, and points covered with another.

    A point whose sites are all sites of another's is covered whenever the other is: only the one
    with the fewer sites needs a row. Both are repeated until nothing goes.
    """
    points, sites = np.arange(reach.shape[0]), np.arange(reach.shape[1])
    while True:
        stays = ~_inside_another(reach.T)
        reach, sites = reach[:, stays], sites[stays]
        # A point's complement: sites(k) within sites(i) is complement(i) within complement(k).
        needed = ~_inside_another(~reach)
        if stays.all() and needed.all():
            return Reduced(reach, points, sites, np.ones(len(points)))
        reach, points = reach[needed], points[needed]


def reduced_for_most(reach: Reach, weight: Floats) -> Reduced:
    """Leave out sites that cover part of what another covers; merge points of the same sites."""
    sites = np.nonzero(~_inside_another(reach.T))[0]
    reach = reach[:, sites]
    packed = np.packbits(reach, axis=1)
    _, points, group = np.unique(packed, axis=0, return_index=True, return_inverse=True)
    together: Floats = np.zeros(len(points))
    np.add.at(together, group.ravel(), weight)
    return Reduced(reach[points], points, sites, together)


def _inside_another(sets: Reach) -> Reach:
    packed = np.packbits(np.ascontiguousarray(sets), axis=1)
    bits = np.zeros((len(packed), 8 * max(1, ceil(packed.shape[1] / 8))), dtype=np.uint8)
    bits[:, : packed.shape[1]] = packed
    found: Reach = kernels.inside_another(bits.view(np.uint64), sets.sum(axis=1))
    return found


def greedy_cover(problem: Reduced, at_most: int | None = None, starts: int = STARTS) -> Ints:
    """Give sites, as places in the problem, by taking the most useful one again and again.

    The best of a few runs, each with another order of equals and another worth of points that few
    sites reach; a site that became needless goes again.
    """
    by_site, by_point = sparse.csc_array(problem.reach), sparse.csr_array(problem.reach)
    args = (by_site.indptr, by_site.indices, by_point.indptr, by_point.indices)
    limit = problem.reach.shape[1] if at_most is None else at_most
    rng, best, most = np.random.default_rng(0), None, -1.0
    scarcity = 1.0 / np.maximum(problem.reach.sum(axis=1), 1)
    for start in range(starts):
        weight = problem.weight * (scarcity if start % 2 else 1.0)
        order = (
            rng.permutation(problem.reach.shape[1])
            if start > 1
            else np.arange(problem.reach.shape[1])
        )
        chosen = _without_spare(args, kernels.greedy_cover(*args, weight, order, limit), problem)
        covered = float(problem.weight[problem.reach[:, chosen].any(axis=1)].sum())
        if best is None or covered > most or (covered == most and len(chosen) < len(best)):
            best, most = chosen, covered
    return np.zeros(0, dtype=np.int64) if best is None else np.sort(best)


def _without_spare(args: tuple[Ints, ...], chosen: Ints, problem: Reduced) -> Ints:
    while len(chosen):
        place = kernels.spare_first(args[0], args[1], chosen, len(problem.reach))
        if place < 0:
            break
        chosen = np.delete(chosen, place)
    return chosen


def swapped_cover(problem: Reduced, start: Ints, rng: np.random.Generator) -> Ints | None:
    """Swap sites while that leaves fewer points uncovered; None where some stay so."""
    missed = np.ascontiguousarray((~problem.reach.T).astype(np.float64))
    none_kept = np.zeros(len(missed), dtype=np.bool_)
    sites = np.array(start, dtype=np.int64)
    left = median_kernels.swap_all(missed, sites, rng.permutation(len(missed)), none_kept, 1 << 40)
    return sites if left == 0 else None


def _fewer(problem: Reduced, chosen: Ints, budget: Budget) -> Ints:
    """Leave one site after another out of a cover while swaps mend what that uncovers."""
    rng, failures = np.random.default_rng(0), 0
    while len(chosen) > 2 and failures < FAILURES and not budget.is_spent():
        less = np.delete(chosen, rng.integers(len(chosen)))
        found = swapped_cover(problem, less, rng)
        chosen, failures = (chosen, failures + 1) if found is None else (found, 0)
    return np.sort(chosen)


def fewest_sites(problem: Reduced, budget: Budget, *, relaxed: bool = False) -> Cover:
    """Cover every point with the fewest sites; `relaxed` gives the bound of the linear program.

    Minimise the sum of y subject to reach·y >= 1. The best so far is the greedy cover, with
    sites left out that swaps can spare.
    """
    points, sites = problem.reach.shape
    if not points:
        return Cover(np.zeros(0, dtype=np.int64), 0.0, 0.0)
    chosen = greedy_cover(problem)
    if not relaxed:
        chosen = _fewer(problem, chosen, budget)
    program = Program(
        -np.ones(sites),
        sparse.csc_array(problem.reach.astype(np.float64)),
        np.ones(points),
        np.full(points, np.inf),
        np.zeros(sites),
        np.ones(sites),
        np.full(sites, not relaxed),
    )
    solution = solve(program, limit_s=budget.remaining_s())
    bound = float(max(ceil(-solution.bound - TOLERANCE), 1)) if np.isfinite(solution.bound) else 1.0
    if solution.x is not None and not relaxed:
        found = np.nonzero(solution.x > 0.5)[0]
        if len(found) < len(chosen) and problem.reach[:, found].any(axis=1).all():
            chosen = found
    return Cover(chosen, float(len(chosen)), min(bound, float(len(chosen))))


def most_covered(problem: Reduced, p: int, budget: Budget) -> Cover:
    """Leave the least weight uncovered with at most p sites.

    Minimise weight·u subject to reach·y + u >= 1 and the sum of y <= p.
    """
    points, sites = problem.reach.shape
    if not points or not sites or not p:
        left = float(problem.weight.sum())
        return Cover(np.zeros(0, dtype=np.int64), left, left)
    chosen = greedy_cover(problem, p)
    missed = _missed(problem, chosen)
    matrix = sparse.block_array(
        [
            [sparse.csc_array(problem.reach.astype(np.float64)), sparse.eye_array(points)],
            [np.ones((1, sites)), None],
        ],
        format="csc",
    )
    whole = np.zeros(sites + points, dtype=bool)
    whole[:sites] = True
    program = Program(
        np.concatenate([np.zeros(sites), -problem.weight]),
        matrix,
        np.append(np.ones(points), 0.0),
        np.append(np.full(points, np.inf), float(p)),
        np.zeros(sites + points),
        np.ones(sites + points),
        whole,
    )
    solution = solve(program, limit_s=budget.remaining_s())
    bound = max(-solution.bound - TOLERANCE * missed, 0.0) if np.isfinite(solution.bound) else 0.0
    if solution.x is not None:
        found = np.nonzero(solution.x[:sites] > 0.5)[0]
        if _missed(problem, found) < missed:
            chosen, missed = found, _missed(problem, found)
    if solution.optimal or missed == 0.0:
        bound = missed
    return Cover(chosen, missed, min(bound, missed))


def _missed(problem: Reduced, chosen: Ints) -> float:
    return float(problem.weight[~problem.reach[:, chosen].any(axis=1)].sum())
