"""Covering: sites from which every point, or the most weight of points, is reached in time."""

from collections.abc import Sequence

import numpy as np

from pollready.engine.budget import UNLIMITED, Budget
from pollready.engine.cover_program import (
    Reach,
    fewest_sites,
    most_covered,
    reduced_for_all,
    reduced_for_most,
)
from pollready.engine.siting import (
    Floats,
    Ints,
    Siting,
    Stop,
    check_number,
    checked_fixed,
    is_whole,
    siting_of,
)


def cover_all(
    hours: Floats,
    target_h: float,
    *,
    fixed: Sequence[int] = (),
    budget: Budget = UNLIMITED,
) -> Siting:
    """Choose the fewest sites from which every point is reached within the target.

    Parameters
    ----------
    hours : float64[n_points, n_sites]
        Travel hours, at least 0; NaN where there is no way or none is known.
    target_h : float
        Hours within which a site reaches a point; the limit itself still reaches it.
    fixed : sequence of int, optional
        Candidates that are sites whatever is chosen, such as depots that stay.
    budget : Budget

    Returns
    -------
    Siting
        `cost` and `bound` count sites, the fixed ones among them. Points that no candidate reaches
        within the target are `unreached`; the sites cover all the others.

    Notes
    -----
    The location set covering problem (Toregas and others, 1971): sites and points that others
    imply are left out, HiGHS does the rest. `docs/method/staging.md`.

    Examples
    --------
    >>> import numpy as np
    >>> line = np.array([0.0, 1.0, 2.0, 5.0, 9.0])
    >>> found = cover_all(np.abs(line[:, None] - line[:4]), 1.5)
    >>> found.sites.tolist(), found.bound, found.unreached.tolist()
    ([1, 3], 2.0, [4])
    >>> cover_all(np.abs(line[:, None] - line[:4]), 1.5, fixed=[0]).sites.tolist()
    [0, 1, 3]
    """
    opened = checked_fixed(fixed, hours.shape[1])
    reach, unreached = _reach(hours, target_h)
    left, free = _left_by(reach, opened)
    problem = reduced_for_all(reach[np.ix_(left, free)])
    cover = fewest_sites(problem, budget)
    stopped = Stop.PROVEN if cover.cost == cover.bound else Stop.BUDGET
    within = np.where(reach, hours, np.nan)
    sites = np.concatenate([opened, free[problem.sites[cover.sites]]])
    cost, bound = cover.cost + len(opened), cover.bound + len(opened)
    return siting_of(within, sites, cost, bound, stopped, unreached)


def cover_most(
    hours: Floats,
    target_h: float,
    p: int,
    *,
    weights: Floats | None = None,
    fixed: Sequence[int] = (),
    budget: Budget = UNLIMITED,
) -> Siting:
    """Choose at most p sites that leave the least weight of points beyond the target.

    Parameters
    ----------
    hours, target_h, fixed, budget
        As for `cover_all`.
    p : int
        Number of sites, 1 to n_sites, the fixed ones among them.
    weights : float64[n_points], optional
        Weight of each point, at least 0; 1 by default.

    Returns
    -------
    Siting
        `cost` and `bound` are the weight left beyond the target, without that of points that no
        candidate reaches, which are `unreached`.

    Raises
    ------
    WrongNumberOfSites
        If p is not from 1 to n_sites.
    TooManyFixedSites
        If more than p sites are fixed.

    Notes
    -----
    The maximal covering location problem (Church and ReVelle, 1974). `docs/method/staging.md`.

    Examples
    --------
    >>> import numpy as np
    >>> line = np.array([0.0, 1.0, 2.0, 5.0, 9.0])
    >>> found = cover_most(np.abs(line[:, None] - line[:4]), 1.5, 1)
    >>> found.sites.tolist(), found.cost, found.unreached.tolist()
    ([1], 1.0, [4])
    """
    check_number(p, hours.shape[1])
    opened = checked_fixed(fixed, hours.shape[1], p)
    reach, unreached = _reach(hours, target_h)
    weight = np.ones(len(hours)) if weights is None else np.asarray(weights, dtype=np.float64)
    left, free = _left_by(reach, opened)
    counted = weight[left]
    problem = reduced_for_most(reach[np.ix_(left, free)], counted)
    cover = most_covered(problem, p - len(opened), budget)
    bound = min(np.ceil(cover.bound), cover.cost) if is_whole(counted) else cover.bound
    stopped = Stop.PROVEN if cover.cost == bound else Stop.BUDGET
    within = np.where(reach, hours, np.nan)
    sites = np.concatenate([opened, free[problem.sites[cover.sites]]])
    return siting_of(within, sites, cover.cost, float(bound), stopped, unreached)


def _left_by(reach: Reach, opened: Ints) -> tuple[Ints, Ints]:
    """Give the points that can be reached but not from the open sites, and the other sites."""
    left = ~np.any(reach[:, opened], axis=1) & np.any(reach, axis=1)
    return np.nonzero(left)[0], np.setdiff1d(np.arange(reach.shape[1]), opened)


def _reach(hours: Floats, target_h: float) -> tuple[Reach, np.ndarray]:
    # A comparison with NaN is false: an unknown way reaches nobody.
    reach: Reach = hours <= target_h
    return reach, np.nonzero(~reach.any(axis=1))[0]
