"""The core of a p-median, exactly: the few steps of distance that prices left open, by HiGHS."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from pollready.engine._highs import Program, solve
from pollready.engine.budget import Budget
from pollready.engine.siting import Floats, Ints


@dataclass(frozen=True, eq=False)
class Core:
    """The distances of each point as steps: how much more it costs to be served a site later.

    Step k is `rise[k]` long and belongs to `point[k]`; it is paid unless a site among those no
    farther is open. `site`, `step` are the pairs of a place in `free` and the first step that it
    spares; `base` is paid whatever is chosen. `opened` are open already.
    """

    opened: Ints
    free: Ints
    rise: Floats
    point: Ints
    site: Ints
    step: Ints
    base: float


@dataclass(frozen=True, eq=False)
class Chosen:
    """The sites found, None if none were, and what no choice of the core goes below.

    `optimal` tells whether these are the best, within HiGHS's tolerance of a millionth.
    """

    sites: Ints | None
    bound: float
    optimal: bool


def core_of(cost: Floats, opened: Ints, free: Ints) -> Core:
    """Give the steps of each point up to its nearest open site; `cost` [n_sites, n_points]."""
    points = cost.shape[1]
    ceiling = cost[opened].min(axis=0) if len(opened) else np.full(points, np.inf)
    near = cost[free]
    parts: tuple[list[NDArray[np.generic]], ...] = ([], [], [], [])
    base, count = 0.0, 0
    for i in range(points):
        within = np.nonzero(near[:, i] < ceiling[i])[0]
        levels, level_of = np.unique(near[within, i], return_inverse=True)
        ends = np.append(levels, ceiling[i]) if np.isfinite(ceiling[i]) else levels
        base += float(ends[0])
        steps = len(ends) - 1
        shown = level_of < steps
        new = (np.diff(ends), np.full(steps, i), within[shown], count + level_of[shown])
        for part, values in zip(parts, new, strict=True):
            part.append(values)
        count += steps
    rise, point, site, step = (np.concatenate(part) for part in parts)
    return Core(opened, free, rise, point, site, step, base)


def solve_core(core: Core, p: int, budget: Budget) -> Chosen:
    """Choose the rest of p sites among the free ones, beside those that are open already.

    Sites at one distance of a point share a row, and sites beyond its nearest open one have none
    (Cornuéjols, Nemhauser and Wolsey 1980).
    """
    wanted = p - len(core.opened)
    if not len(core.rise):  # whatever is chosen costs the same, and HiGHS wants a program
        return Chosen(np.sort(np.concatenate([core.opened, core.free[:wanted]])), core.base, True)
    solution = solve(_program(core, wanted), limit_s=budget.remaining_s())
    bound = core.base - solution.bound
    if solution.x is None:
        return Chosen(None, bound, False)
    chosen = np.argsort(-solution.x[: len(core.free)], kind="stable")[:wanted]
    return Chosen(
        np.sort(np.concatenate([core.opened, core.free[chosen]])), bound, solution.optimal
    )


def _program(core: Core, wanted: int) -> Program:
    """Write: least sum of rise·z, z_k + sites of step k >= z_(k-1), exactly `wanted` sites."""
    count, sites = len(core.rise), len(core.free)
    follows = np.zeros(count, dtype=bool)
    follows[1:] = core.point[1:] == core.point[:-1]
    rows = np.arange(count)
    row = np.concatenate([rows, rows[follows], core.step, np.full(sites, count)])
    column = np.concatenate([sites + rows, sites + rows[follows] - 1, core.site, np.arange(sites)])
    entry = np.concatenate(
        [np.ones(count), -np.ones(follows.sum()), np.ones(len(core.site)), np.ones(sites)]
    )
    matrix = sparse.csc_array((entry, (row, column)), shape=(count + 1, sites + count))
    gain = np.concatenate([np.zeros(sites), -core.rise])
    whole = np.zeros(sites + count, dtype=bool)
    whole[:sites] = True
    return Program(
        gain,
        matrix,
        np.append(np.where(follows, 0.0, 1.0), wanted),
        np.append(np.full(count, np.inf), wanted),
        np.zeros(sites + count),
        np.ones(sites + count),
        whole,
    )
