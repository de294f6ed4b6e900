"""The worst case with proof: which few failures together cost the most voters, and the bound."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from pollready.engine.budget import UNLIMITED, Budget
from pollready.engine.contingency import (
    NO_COST,
    Contingencies,
    Contingency,
    Cost,
    evaluate_contingency,
)
from pollready.engine.network import Tier
from pollready.engine.requirements import Requirements, requirements
from pollready.engine.worst_problem import problem_of
from pollready.engine.worst_search import Found, Search, Stop
from pollready.engine.worst_value import Value, value_of

MAX_K = 6  # the bound counts in sixtieths: whole halves, thirds, quarters, fifths and sixths
MAX_CUTS = 20_000  # of one requirement, up to the order searched
MAX_NODES = 1_000_000


class Run(StrEnum):
    """What may fail: shared components below province tier, all of them, or groups as well."""

    BELOW_PROVINCE = "below-province"
    COMPONENTS = "components"
    WITH_GROUPS = "with-groups"


@dataclass(frozen=True, slots=True)
class Limits:
    """Where a search stops of itself: cuts listed of one requirement, and sets of sets bounded."""

    max_cuts: int = MAX_CUTS
    max_nodes: int = MAX_NODES


@dataclass(frozen=True, slots=True)
class WorstCase:
    """The costliest set of at most `k` found, and what no such set exceeds.

    `cost` counts known voters, and beside them the points without a known number. No set of at
    most `k` takes more than `bound_voters` known voters; `gap` is the share of the bound that is
    not found, 0 where `proven`. `stopped` tells why nothing better was sought.
    """

    k: int
    ids: tuple[str, ...]
    cost: Cost
    bound_voters: float
    gap: float
    proven: bool
    stopped: Stop


def worst_cases(
    contingencies: Contingencies,
    k: int = 5,
    *,
    max_tier: int | None = None,
    groups: bool = True,
    budget: Budget = UNLIMITED,
    limits: Limits = Limits(),
) -> tuple[WorstCase, ...]:
    """Find for each size up to `k` the failures that together take the most voters below a level.

    Parameters
    ----------
    contingencies : Contingencies
        N-1 and N-2 of the service, level, duration and reading of unknowns in question.
    k : int
        The greatest number of elements that fail together, 1 to 6.
    max_tier : int, optional
        Only components and groups of this tier at most may fail.
    groups : bool
        Whether groups may fail too (reach taken as 1).
    budget : Budget
        Time for sizes three and more, shared out evenly over those still to come.
    limits : Limits

    Returns
    -------
    tuple of WorstCase
        For sizes 1 to `k`. By voters, then points; a larger set stands only where it costs more
        than the smaller. Of sets equal in both, the first in the network's order for sizes one
        and two, and the same one in every run for the others.

    Raises
    ------
    ValueError
        If `k` is not from 1 to 6.

    Notes
    -----
    Sizes one and two are read off N-1 and N-2. From three on, minimal cuts up to the size, best
    bound first, with exact pairs at the ends. `docs/method/worst-case.md`.

    Examples
    --------
    >>> from pollready.engine.contingency import analyse
    >>> from pollready.engine.network import NetworkBuilder
    >>> builder = NetworkBuilder()
    >>> for name in ("site-1", "site-2", "site-3", "feeder"):
    ...     builder.component(name)
    >>> for name in ("a", "b"):
    ...     needs = {"admit": {"online": "site-1 | site-2 | site-3"}}
    ...     builder.point(name, voters=400, services=needs)
    >>> for name in ("c", "d"):
    ...     builder.point(name, voters=100, services={"admit": {"online": "feeder"}})
    >>> for worst in worst_cases(analyse(builder.build(), "admit", "online", 2.0), k=3):
    ...     print(worst.ids, worst.cost.voters, worst.bound_voters, worst.proven)
    ('feeder',) 200.0 200.0 True
    ('feeder',) 200.0 200.0 True
    ('site-1', 'site-2', 'site-3') 800.0 800.0 True
    """
    if not 1 <= k <= MAX_K:
        raise ValueError(f"a worst case has 1 to {MAX_K} elements, not {k}")
    found = [_single(contingencies, max_tier, groups)]
    if k > 1:
        found.append(_pair(contingencies, max_tier, groups, found[0]))
    if k > 2:
        searcher = _Searcher(contingencies, contingencies.allowed(max_tier, groups), limits)
        for size in range(3, k + 1):
            share = budget.remaining_s() / (k - size + 1)
            turn = Budget.within(share, budget.clock)
            found.append(searcher.worst(size, found[-1], turn))
    return tuple(found)


def three_runs(
    contingencies: Contingencies,
    k: int = 5,
    *,
    budget: Budget = UNLIMITED,
    limits: Limits = Limits(),
) -> dict[Run, tuple[WorstCase, ...]]:
    """Find the worst cases below province tier, of all shared components, and with groups.

    The budget is shared out evenly over the runs still to come; else as `worst_cases`.
    """
    asked = {
        Run.BELOW_PROVINCE: (int(Tier.COUNTY), False),
        Run.COMPONENTS: (None, False),
        Run.WITH_GROUPS: (None, True),
    }
    found = {}
    for done, (run, (max_tier, groups)) in enumerate(asked.items()):
        turn = Budget.within(budget.remaining_s() / (len(asked) - done), budget.clock)
        found[run] = worst_cases(
            contingencies, k, max_tier=max_tier, groups=groups, budget=turn, limits=limits
        )
    return found


def _single(contingencies: Contingencies, max_tier: int | None, groups: bool) -> WorstCase:
    worst = contingencies.top_singles(1, max_tier=max_tier, groups=groups)
    ids, cost = (worst[0].ids, worst[0].cost) if worst else ((), NO_COST)
    return worst_case_of(1, ids, cost, cost.voters, Stop.PROVEN)


def _pair(
    contingencies: Contingencies, max_tier: int | None, groups: bool, single: WorstCase
) -> WorstCase:
    """Read the worst pair off; where pairs are undecided, the bound has them all fall."""
    worst = contingencies.top_pairs(1, max_tier=max_tier, groups=groups)
    ids, cost = _costlier(single, worst[0] if worst else None)
    truncated = contingencies.truncated
    if truncated is None:
        return worst_case_of(2, ids, cost, cost.voters, Stop.PROVEN)
    bound = cost.voters + truncated.undecided.voters
    exact = evaluate_contingency(
        contingencies.network, ids, contingencies.duration_h, contingencies.unknowns
    ).cost(contingencies.service, contingencies.level)
    return worst_case_of(2, ids, exact, bound, Stop.CUTS)


def _costlier(smaller: WorstCase, larger: Contingency | None) -> tuple[tuple[str, ...], Cost]:
    if larger is None or not _costs_more(larger.cost, smaller.cost):
        return smaller.ids, smaller.cost
    return larger.ids, larger.cost


def _costs_more(cost: Cost, other: Cost) -> bool:
    return (cost.voters, cost.points) > (other.voters, other.points)


def worst_case_of(k: int, ids: tuple[str, ...], cost: Cost, bound: float, stop: Stop) -> WorstCase:
    """State a set with its bound: proven by the search, or because the bound is what it costs."""
    bound = max(bound, cost.voters)
    proven = stop is Stop.PROVEN or bound == cost.voters
    gap = 0.0 if proven else 1 - cost.voters / bound
    return WorstCase(k, ids, cost, bound, gap, proven, Stop.PROVEN if proven else stop)


class _Searcher:
    """Searches one network for sets of three and more."""

    def __init__(
        self, contingencies: Contingencies, allowed: NDArray[np.bool_], limits: Limits
    ) -> None:
        self._asked = contingencies
        self._limits = limits
        self._needs: Requirements = requirements(
            contingencies.network,
            contingencies.service,
            contingencies.level,
            contingencies.duration_h,
            contingencies.unknowns,
        )
        self._allowed = allowed[self._needs.elements]
        self._value: Value = value_of(self._needs.weights)

    def worst(self, k: int, smaller: WorstCase, budget: Budget) -> WorstCase:
        """Search for at most `k`, from the worst set of fewer on."""
        network, elements = self._asked.network, self._needs.elements
        problem = problem_of(self._needs, self._value, self._allowed, k, self._limits.max_cuts)
        known = [network.element(name) for name in smaller.ids]
        start = tuple(np.nonzero(np.isin(elements, known))[0].tolist())
        found = Search(problem, k, budget, self._limits.max_nodes).run(start)
        ids = tuple(network.element_ids[elements[place]] for place in found.chosen)
        cost = self._cost(ids)
        if not _costs_more(cost, smaller.cost):
            ids, cost = smaller.ids, smaller.cost
        return self._bounded(k, ids, cost, found)

    def _cost(self, ids: tuple[str, ...]) -> Cost:
        """Evaluate the set by itself, in one pass over the network."""
        asked = self._asked
        fallen = evaluate_contingency(asked.network, ids, asked.duration_h, asked.unknowns)
        return fallen.cost(asked.service, asked.level)

    def _bounded(self, k: int, ids: tuple[str, ...], cost: Cost, found: Found) -> WorstCase:
        if found.upper <= found.value:
            return worst_case_of(k, ids, cost, cost.voters, Stop.PROVEN)
        everything = float(self._needs.weights[:, 0].sum())
        bound = min(self._value.voters(found.upper), everything)
        return worst_case_of(k, ids, cost, bound, found.stop)
