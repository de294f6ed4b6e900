"""Covering: sites from which every point, or the most weight of points, is reached in time."""

import numpy as np

from pollready.engine.budget import UNLIMITED, Budget
from pollready.engine.cover_program import (
    Reach,
    fewest_sites,
    most_covered,
    reduced_for_all,
    reduced_for_most,
)
from pollready.engine.siting import Floats, Siting, Stop, check_number, is_whole, siting_of


def cover_all(hours: Floats, target_h: float, *, budget: Budget = UNLIMITED) -> Siting:
    """Choose the fewest sites from which every point is reached within the target.

    Parameters
    ----------
    hours : float64[n_points, n_sites]
        Travel hours, at least 0; NaN where there is no way or none is known.
    target_h : float
        Hours within which a site reaches a point; the limit itself still reaches it.
    budget : Budget

    Returns
    -------
    Siting
        `cost` and `bound` count sites. Points that no candidate reaches within the target are
        `unreached`; the sites cover all the others.

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
    """
    reach, unreached = _reach(hours, target_h)
    problem = reduced_for_all(np.delete(reach, unreached, axis=0))
    cover = fewest_sites(problem, budget)
    stopped = Stop.PROVEN if cover.cost == cover.bound else Stop.BUDGET
    within = np.where(reach, hours, np.nan)
    sites = problem.sites[cover.sites]
    return siting_of(within, sites, cover.cost, cover.bound, stopped, unreached)


def cover_most(
    hours: Floats,
    target_h: float,
    p: int,
    *,
    weights: Floats | None = None,
    budget: Budget = UNLIMITED,
) -> Siting:
    """Choose at most p sites that leave the least weight of points beyond the target.

    Parameters
    ----------
    hours, target_h, budget
        As for `cover_all`.
    p : int
        Number of sites, 1 to n_sites.
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
    reach, unreached = _reach(hours, target_h)
    weight = np.ones(len(hours)) if weights is None else np.asarray(weights, dtype=np.float64)
    counted = np.delete(weight, unreached)
    problem = reduced_for_most(np.delete(reach, unreached, axis=0), counted)
    cover = most_covered(problem, p, budget)
    bound = min(np.ceil(cover.bound), cover.cost) if is_whole(counted) else cover.bound
    stopped = Stop.PROVEN if cover.cost == bound else Stop.BUDGET
    within = np.where(reach, hours, np.nan)
    return siting_of(
        within, problem.sites[cover.sites], cover.cost, float(bound), stopped, unreached
    )


def _reach(hours: Floats, target_h: float) -> tuple[Reach, np.ndarray]:
    # A comparison with NaN is false: an unknown way reaches nobody.
    reach: Reach = hours <= target_h
    return reach, np.nonzero(~reach.any(axis=1))[0]
