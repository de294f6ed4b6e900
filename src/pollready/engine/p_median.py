"""The p-median: p sites from which all points together are nearest, with a proven bound."""

from collections.abc import Sequence

import numpy as np

from pollready.engine import _median_kernels as kernels
from pollready.engine.budget import UNLIMITED, Budget
from pollready.engine.p_median_branch import Branching
from pollready.engine.p_median_core import Core, core_of, solve_core
from pollready.engine.p_median_prices import Lists, State, choice, fixed, listed
from pollready.engine.siting import (
    Floats,
    Ints,
    Siting,
    Stop,
    check_number,
    checked_fixed,
    filled_up,
    is_whole,
    siting_of,
)

ROUNDS, TURNS, PATIENCE = 60, 60, 15  # of the ascent: rounds a turn, turns, rounds without gain
STEP, LEAST_STEP = 1.0, 0.05  # where steps are shorter the mean of slacks leads on
LENGTH, LEAST_LENGTH, VOLUME_PATIENCE = 0.5, 1e-4, 10  # of the moves along that mean
CORE_SITES, CORE_STEPS = 400, 3000  # a core up to which HiGHS is the faster
KICKS = 12  # restarts of the swap from a shaken solution
MAX_SWAPS = 1 << 40
WHOLE_SLACK = 1e-6
ROUNDING, SAME = 1e-11, 1e-10  # of sums, in shares of them; costs that differ by less are equal


def p_median(
    hours: Floats,
    p: int,
    *,
    weights: Floats | None = None,
    fixed: Sequence[int] = (),
    budget: Budget = UNLIMITED,
    seed: int = 0,
) -> Siting:
    """Choose p sites so that the weighted hours from the nearest of them are least in sum.

    Parameters
    ----------
    hours : float64[n_points, n_sites]
        Travel hours, at least 0; NaN where there is no way or none is known.
    p : int
        Number of sites, 1 to n_sites, the fixed ones among them.
    weights : float64[n_points], optional
        Weight of each point, at least 0; 1 by default.
    fixed : sequence of int, optional
        Candidates that are sites whatever is chosen, such as depots that stay; the bound is that
        of choices with them.
    budget : Budget
        Time; what was found by then is given with its bound.
    seed : int
        Of the shaking that leads out of local optima.

    Returns
    -------
    Siting
        `cost` and `bound` in weighted hours. A point without a way from any candidate is
        `unreached` and counts in neither. Where the chosen sites leave a reachable point without
        a way, it counts twice the longest hours known, and its `site_of` is NOWHERE.

    Raises
    ------
    WrongNumberOfSites
        If p is not from 1 to n_sites.
    TooManyFixedSites
        If more than p sites are fixed.

    Notes
    -----
    Lagrangian relaxation of the assignment, its prices raised by subgradients and then by the
    volume method; swaps of one site by FasterPAM; sites fixed by reduced costs; branch and bound
    over those that are left. `docs/method/staging.md`.

    Examples
    --------
    >>> import numpy as np
    >>> line = np.array([0.0, 1.0, 2.0, 10.0, 11.0, 12.0])
    >>> found = p_median(np.abs(line[:, None] - line), 2)
    >>> found.sites.tolist(), found.cost, found.bound, found.proven
    ([1, 4], 4.0, 4.0, True)
    """
    points, candidates = hours.shape
    check_number(p, candidates)
    opened = checked_fixed(fixed, candidates, p)
    reached = ~np.isnan(hours).all(axis=1)
    unreached = np.nonzero(~reached)[0]
    weight = np.ones(points) if weights is None else np.asarray(weights, dtype=np.float64)
    kept = np.nonzero(reached & (weight > 0))[0]
    if not len(kept):
        sites = filled_up(opened, p, candidates)
        return siting_of(hours, sites, 0.0, 0.0, Stop.PROVEN, unreached)
    search = _Search(_costs(hours[kept], weight[kept]), p, opened, budget, seed)
    stopped = search.run()
    return siting_of(hours, search.sites, search.upper, search.lower, stopped, unreached)


def _costs(hours: Floats, weight: Floats) -> Floats:
    """Give float64[n_sites, n_points]: weighted hours, twice the longest where there is no way."""
    far = 2 * np.nanmax(hours)
    return np.ascontiguousarray((np.where(np.isnan(hours), far, hours) * weight[:, None]).T)


class _Search:
    """One search: the best sites and bound so far, the prices, what is known of each site."""

    def __init__(self, cost: Floats, p: int, opened: Ints, budget: Budget, seed: int) -> None:
        self._cost = cost
        self._p = p
        self._budget = budget
        self._rng = np.random.default_rng(seed)
        self._whole = is_whole(cost)
        self._state: State = np.zeros(len(cost), dtype=np.int8)
        self._state[opened] = kernels.OPEN
        self._tried: set[bytes] = set()
        free = np.nonzero(self._state == kernels.FREE)[0]
        others = self._rng.choice(free, p - len(opened), replace=False)
        self.sites: Ints = np.sort(np.concatenate([opened, others]))
        self.upper = float(cost[self.sites].min(axis=0).sum())
        self.lower = 0.0
        self.nodes = 0

    def run(self) -> Stop:
        """Search until proven, or until time or the search's own rounds run out."""
        if self._p == (self._state == kernels.OPEN).sum():
            self.lower = self.upper
            return Stop.PROVEN
        if self._p == 1:
            sums = self._cost.sum(axis=1)
            self.sites = np.array([int(sums.argmin())])
            self.upper = self.lower = float(sums.min())
            return Stop.PROVEN
        self._swap(self.sites)
        self._shake()
        self._raise_bound()
        if not self._is_proven() and not self._budget.is_spent():
            self._shake()
            self._close()
        if self._is_proven():
            self.lower = self.upper
            return Stop.PROVEN
        return Stop.BUDGET if self._budget.is_spent() else Stop.ROUNDS

    def _is_proven(self) -> bool:
        return self.upper == 0.0 or self.lower > self._limit(self.upper)

    def _limit(self, upper: float) -> float:
        """Give the bound above which nothing costs less than `upper`."""
        # Sums of whole numbers that are below another are below it by one.
        return upper - 1.0 + WHOLE_SLACK if self._whole else upper * (1 - SAME)

    def _improve(self, sites: Ints) -> float:
        """Look at sites once, swap from them, and give the best cost."""
        if (key := sites.tobytes()) not in self._tried:
            self._tried.add(key)
            self._swap(sites)
        return self.upper

    def _swap(self, sites: Ints) -> None:
        """Swap from these sites on and keep what is better than the best."""
        found = np.array(sites, dtype=np.int64)
        allowed = np.nonzero(self._state != kernels.CLOSED)[0]
        kept = self._state == kernels.OPEN
        kernels.swap_all(self._cost, found, self._rng.permutation(allowed), kept, MAX_SWAPS)
        total = float(self._cost[found].min(axis=0).sum())
        if total < self.upper:
            self.sites, self.upper = np.sort(found), total

    def _raise_bound(self) -> None:
        """Raise the prices turn by turn; swap from what they choose, fix what they prove."""
        lists = listed(self._cost, self._state, self._p)
        price = np.minimum(_second_costs(self._cost, self.sites), lists.cost[:, -1])
        best, step, share = price.copy(), STEP, np.zeros(len(self._state))
        for _ in range(TURNS):
            bound, step = kernels.ascend(
                lists.site, lists.cost, self._state, self._p, self.upper, price, best, share,
                step, PATIENCE, ROUNDS,
            )  # fmt: skip
            self._learn(lists, best, float(bound))
            if self._is_proven() or self._budget.is_spent() or step < LEAST_STEP:
                break
        self._price = best
        if not self._is_proven() and not self._budget.is_spent():
            self._raise_further(lists, best)

    def _raise_further(self, lists: Lists, best: Floats) -> None:
        """Raise the prices by the volume method, from where subgradients lead no further."""
        mean, length = np.empty(len(best)), LENGTH
        kernels.slack_at(lists.site, lists.cost, self._state, self._p, best, mean)
        price = best.copy()
        for _ in range(TURNS):
            bound, length = kernels.raise_by_volume(
                lists.site, lists.cost, self._state, self._p, self.upper, price, best, mean,
                length, VOLUME_PATIENCE, ROUNDS,
            )  # fmt: skip
            self._learn(lists, best, float(bound))
            if self._is_proven() or self._budget.is_spent() or length < LEAST_LENGTH:
                break

    def _learn(self, lists: Lists, best: Floats, bound: float) -> None:
        """Keep a bound that prices prove, swap from what they choose, fix what they settle."""
        self.lower = max(self.lower, bound * (1 - ROUNDING))
        chosen, saving = choice(lists, best, self._state, self._p)
        self._improve(chosen)
        self._state = fixed(self._state, saving, self._p, self._limit(self.upper) - bound)

    def _shake(self) -> None:
        """Swap again from the best with some of its sites changed at random."""
        free = np.nonzero(self._state == kernels.FREE)[0]
        for _ in range(KICKS):
            going = np.nonzero(np.isin(self.sites, free))[0]
            coming = np.setdiff1d(free, self.sites)
            number = min(max(2, self._p // 10), len(going), len(coming))
            if number == 0 or self._budget.is_spent():
                return
            sites = self.sites.copy()
            sites[self._rng.choice(going, number, replace=False)] = self._rng.choice(
                coming, number, replace=False
            )
            self._swap(sites)

    def _close(self) -> None:
        """Decide what is neither open nor closed: HiGHS a small core, branching a large one."""
        free = np.nonzero(self._state == kernels.FREE)[0]
        if len(free) <= CORE_SITES:
            core = core_of(self._cost, np.nonzero(self._state == kernels.OPEN)[0], free)
            if len(core.rise) <= CORE_STEPS:
                self._solve(core)
                return
        self._branch()

    def _solve(self, core: Core) -> None:
        chosen = solve_core(core, self._p, self._budget)
        if chosen.sites is not None:
            self._improve(chosen.sites)
        # Sites were closed because they better nothing: below the best the core is everything.
        self.lower = self.upper if chosen.optimal else max(self.lower, chosen.bound)

    def _branch(self) -> None:
        """Split what is neither open nor closed until nothing could be better."""
        lists = listed(self._cost, self._state, self._p)
        price = np.minimum(self._price, lists.cost[:, -1])
        search = Branching(lists, self._p, self._limit, self._improve, self._budget)
        self.lower = max(self.lower, search.run(self._state, price, self.lower, self.upper))
        self.nodes = search.nodes


def _second_costs(cost: Floats, sites: Ints) -> Floats:
    """Give the cost of each point's second nearest of the sites: where good prices lie."""
    second: Floats = np.partition(cost[sites], 1, axis=0)[1]
    return second
