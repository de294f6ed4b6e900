"""The p-center: p sites so that the farthest point is as near as it can be, with a proven bound."""

from collections.abc import Sequence

import numpy as np

from pollready.engine.budget import UNLIMITED, Budget
from pollready.engine.cover_program import (
    Reduced,
    fewest_sites,
    greedy_cover,
    reduced_for_all,
    swapped_cover,
)
from pollready.engine.siting import (
    Floats,
    Ints,
    Siting,
    Stop,
    check_number,
    checked_fixed,
    filled_up,
    siting_of,
)

STARTS = 6  # shaken swaps for each radius


def p_center(
    hours: Floats,
    p: int,
    *,
    fixed: Sequence[int] = (),
    budget: Budget = UNLIMITED,
    seed: int = 0,
) -> Siting:
    """Choose p sites so that the longest hours from the nearest of them are least.

    Parameters
    ----------
    hours : float64[n_points, n_sites]
        Travel hours, at least 0; NaN where there is no way or none is known.
    p : int
        Number of sites, 1 to n_sites, the fixed ones among them.
    fixed : sequence of int, optional
        Candidates that are sites whatever is chosen, such as depots that stay; the bound is that
        of choices with them.
    budget : Budget
    seed : int
        Of the shaking that leads out of local optima.

    Returns
    -------
    Siting
        `cost` is the longest hours of a point from its nearest site, `bound` what no p sites go
        below. A point without a way from any candidate is `unreached` and counts in neither.
        Where p sites cannot reach all others at all, `cost` and `bound` are infinite or the bound
        is what is proven, and points left out have the `site_of` NOWHERE.

    Raises
    ------
    WrongNumberOfSites
        If p is not from 1 to n_sites.
    TooManyFixedSites
        If more than p sites are fixed.

    Notes
    -----
    The answer is one of the distinct hours: a radius that a cover of p sites reaches bounds it
    from above, one that no cover does from below (Minieka 1970). Covers by greedy choice and
    swaps; their absence by the linear program, then by HiGHS. `docs/method/staging.md`.

    Examples
    --------
    >>> import numpy as np
    >>> line = np.array([0.0, 1.0, 2.0, 10.0, 11.0])
    >>> found = p_center(np.abs(line[:, None] - line), 2)
    >>> found.sites.tolist(), found.cost, found.proven
    ([1, 3], 1.0, True)
    """
    check_number(p, hours.shape[1])
    opened = checked_fixed(fixed, hours.shape[1], p)
    unreached = np.nonzero(np.isnan(hours).all(axis=1))[0]
    known = np.delete(hours, unreached, axis=0)
    if not len(known):
        sites = filled_up(opened, p, hours.shape[1])
        return siting_of(hours, sites, 0.0, 0.0, Stop.PROVEN, unreached)
    search = _Search(np.where(np.isnan(known), np.inf, known), p, opened, budget, seed)
    search.run()
    stopped = Stop.BUDGET if budget.is_spent() else Stop.ROUNDS
    return siting_of(hours, search.sites, search.upper, search.lower, stopped, unreached)


class _Search:
    """A search over the distinct hours: `_low` is the first that is not excluded."""

    def __init__(self, hours: Floats, p: int, opened: Ints, budget: Budget, seed: int) -> None:
        self._hours = hours
        self._p = p
        self._budget = budget
        self._rng = np.random.default_rng(seed)
        self._opened = opened
        self._free = np.setdiff1d(np.arange(hours.shape[1]), opened)
        self._more = p - len(opened)  # sites to choose
        self._near = hours[:, opened].min(axis=1, initial=np.inf)
        self._radii = np.unique(hours[np.isfinite(hours)])
        self.sites: Ints = _far_apart(hours, p, opened)
        self.upper = self._longest(self.sites)
        self._low = int(np.searchsorted(self._radii, hours.min(axis=1).max()))

    @property
    def lower(self) -> float:
        """What no p sites go below."""
        return float(self._radii[self._low]) if self._low < len(self._radii) else np.inf

    def run(self) -> None:
        """Halve by greedy covers and linear programs first; exact covers decide what is left."""
        for exact in (False, True):
            low, high = self._low, self._high()
            while low < high and not self._budget.is_spent():
                middle = (low + high) // 2
                answer = self._decide(middle, exact)
                if answer is False:
                    self._low = low = middle + 1
                elif answer is None and not exact:
                    low = middle + 1  # undecided: look above it for a cover
                elif answer is None:
                    return
                high = min(high, self._high())

    def _high(self) -> int:
        """Give the place of the best radius reached."""
        return int(np.searchsorted(self._radii, self.upper))

    def _decide(self, place: int, exact: bool) -> bool | None:
        """Tell whether p sites cover all within a radius; None where nobody could say."""
        radius = self._radii[place]
        left = self._near > radius  # points that no fixed site reaches
        reach = (self._hours <= radius)[np.ix_(left, self._free)]
        problem = reduced_for_all(reach)
        if self._found(problem.sites[greedy_cover(problem)]):
            return True
        cover = fewest_sites(problem, self._budget, relaxed=not exact)
        if cover.bound > self._more:
            return False
        if self._found(problem.sites[cover.sites]) or self._swapped(problem):
            return True
        return None

    def _found(self, sites: Ints) -> bool:
        """Keep a cover by few enough of the free sites, filled up with any others."""
        if len(sites) > self._more:
            return False
        chosen = np.concatenate([self._opened, self._free[sites]])
        full = filled_up(chosen, self._p, self._hours.shape[1])
        if (longest := self._longest(full)) < self.upper or np.isinf(self.upper):
            self.sites, self.upper = full, longest
        return True

    def _swapped(self, problem: Reduced) -> bool:
        """Look for a cover by swaps that lower the number of points beyond the radius."""
        if not 0 < self._more < len(problem.sites):
            return False
        for _ in range(STARTS):
            start = self._rng.choice(len(problem.sites), self._more, replace=False)
            if (sites := swapped_cover(problem, start, self._rng)) is not None:
                return self._found(problem.sites[sites])
        return False

    def _longest(self, sites: Ints) -> float:
        return float(self._hours[:, sites].min(axis=1).max())


def _far_apart(hours: Floats, p: int, opened: Ints) -> Ints:
    """Take for the farthest point its nearest site until there are p.

    At most twice the best where none is fixed (Gonzalez).
    """
    chosen = opened.tolist() or [int(hours.max(axis=0).argmin())]
    near = hours[:, chosen].min(axis=1)
    for _ in range(p - len(chosen)):
        ranked = np.argsort(hours[int(near.argmax())], kind="stable")
        site = next(int(each) for each in ranked if each not in chosen)
        chosen.append(site)
        near = np.minimum(near, hours[:, site])
    return np.sort(np.array(chosen))
