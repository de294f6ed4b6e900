"""Branch and bound for the p-median: what the prices of the root left open, site by site."""

from collections.abc import Callable
from dataclasses import dataclass, field
from heapq import heappop, heappush

import numpy as np

from pollready.engine import _median_kernels as kernels
from pollready.engine.budget import Budget
from pollready.engine.p_median_prices import Lists, State, choice, fixed
from pollready.engine.siting import Floats, Ints

ROUNDS, PATIENCE, STEP = 60, 6, 0.5  # of the ascent at a node, which goes on from its parent's


@dataclass(order=True, slots=True)
class Node:
    """Choices with all sites OPEN in `state` and none CLOSED, and what none of them goes below."""

    bound: float
    number: int
    state: State = field(compare=False)
    price: Floats = field(compare=False)


class Branching:
    """A search of all choices of p sites, the least bound first.

    A node whose bound exceeds `limit(upper)` holds nothing better than `upper`; `improve(sites)`
    is told of sites to look at, and gives the best cost by then.
    """

    def __init__(
        self,
        lists: Lists,
        p: int,
        limit: Callable[[float], float],
        improve: Callable[[Ints], float],
        budget: Budget,
    ) -> None:
        self._lists = lists
        self._p = p
        self._limit = limit
        self._improve = improve
        self._budget = budget
        self.nodes = 0

    def run(self, state: State, price: Floats, bound: float, upper: float) -> float:
        """Search from the root on; give what no choice goes below, at most the best cost."""
        heap = [Node(bound, 0, state, price)]
        while heap and heap[0].bound <= self._limit(upper):
            if self._budget.is_spent():
                return min(heap[0].bound, upper)
            upper = self._split(heappop(heap), upper, heap)
        return upper

    def _split(self, node: Node, upper: float, heap: list[Node]) -> float:
        """Raise the bound of a node, fix what it proves, and open or close one more site."""
        price, best, share = node.price.copy(), node.price.copy(), np.zeros(len(node.state))
        raised, _ = kernels.ascend(
            self._lists.site, self._lists.cost, node.state, self._p, upper, price, best, share,
            STEP, PATIENCE, ROUNDS,
        )  # fmt: skip
        bound = max(float(raised), node.bound)
        chosen, saving = choice(self._lists, best, node.state, self._p)
        upper = self._improve(chosen)
        # The slack is of the prices' own bound: it is their savings that are compared with it.
        state = fixed(node.state, saving, self._p, self._limit(upper) - float(raised))
        free = np.nonzero(state == kernels.FREE)[0]
        wanted = self._p - int((state == kernels.OPEN).sum())
        if bound > self._limit(upper):
            return upper
        if not 0 < wanted < len(free):
            kept = np.nonzero(state == kernels.OPEN)[0]
            return self._improve(kept if wanted == 0 else np.union1d(kept, free))
        site = free[np.argmin(np.abs(share[free] - 0.5))]
        for known in (kernels.OPEN, kernels.CLOSED):
            child = state.copy()
            child[site] = known
            self.nodes += 1
            heappush(heap, Node(bound, self.nodes, child, best))
        return upper
