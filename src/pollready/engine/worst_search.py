"""The search for a worst case: best bound first, with exact pairs at its ends."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from heapq import heappop, heappush
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from pollready.engine.budget import Budget
from pollready.engine.worst_problem import Bound, Problem, bound_of

Set = tuple[int, ...]

ROOT_ROUNDS, ROUNDS = 40, 16  # of prices, for the first node and for the others
STARTS = 20  # cuts tried as they are before the search
CHILDREN = 4  # sets branched on at once: each by its first element, and one child for the rest


class Stop(StrEnum):
    """Why a search stopped: all was proven, or what ran out first."""

    PROVEN = "proven"
    BUDGET = "budget"
    NODES = "nodes"
    CUTS = "cuts"  # some requirement has too many cuts to list


@dataclass(frozen=True, slots=True)
class Found:
    """The best set found, its value, and what no set exceeds."""

    chosen: Set
    value: int
    upper: int
    nodes: int
    stop: Stop


@dataclass(order=True, slots=True)
class _Node:
    """Sets that have all of `chosen` and otherwise only some of `kept`."""

    minus_upper: int
    number: int
    chosen: Set = field(compare=False)
    kept: NDArray[np.int32] = field(compare=False)
    price: NDArray[np.float64] = field(compare=False)  # of each of `kept`, to begin with


class Search:
    """One search for at most `k` elements; `problem` has the cuts of order `k` at most."""

    def __init__(self, problem: Problem, k: int, budget: Budget, max_nodes: int) -> None:
        self._problem = problem
        self._k = k
        self._budget = budget
        self._max_nodes = max_nodes
        self._chosen: Set = ()
        self._value = problem.lost
        self._heap: list[_Node] = []
        self._made = 0
        self._nodes = 0

    def run(self, start: Set) -> Found:
        """Search from the set `start` on, until proven or stopped."""
        everything = problem_total(self._problem)
        root = np.full(len(self._problem.elements), self._k / max(len(self._problem.elements), 1))
        self._offer(start, self._problem.loss(start))
        self._push((), self._problem.elements, everything, root)
        if not self._budget.is_spent():
            for cut in self._problem.heaviest_cuts(STARTS):
                self._offer(cut, self._problem.loss(cut))
            self._improve()
        stop = Stop.PROVEN
        while self._heap and -self._heap[0].minus_upper > self._value:
            if self._budget.is_spent():
                stop = Stop.BUDGET
                break
            if self._nodes >= self._max_nodes:
                stop = Stop.NODES
                break
            self._nodes += 1
            self._expand(heappop(self._heap))
        upper = max(self._value, -self._heap[0].minus_upper if self._heap else 0)
        if stop is Stop.PROVEN and self._problem.open:
            stop = Stop.CUTS
        return Found(self._chosen, self._value, upper + self._problem.open, self._nodes, stop)

    def _offer(self, chosen: Set, value: int) -> bool:
        better = value > self._value
        if better:
            self._chosen, self._value = tuple(sorted(chosen)), value
        return better

    def _push(
        self, chosen: Set, kept: NDArray[np.int32], upper: int, price: NDArray[np.float64]
    ) -> None:
        if upper > self._value:
            self._made += 1
            heappush(self._heap, _Node(-upper, self._made, chosen, kept, price))

    def _expand(self, node: _Node) -> None:
        """Bound a node anew, drop what cannot be in a better set, and branch."""
        r = self._k - len(node.chosen)
        problem = self._problem.given(node.chosen, r, node.kept)
        if len(problem.elements) <= r:
            everything = tuple(problem.elements.tolist())
            self._offer((*node.chosen, *everything), problem.loss(everything))
            return
        if r <= 2:
            more, value = problem.best(r)
            self._offer((*node.chosen, *more), value)
            return
        price = node.price[np.searchsorted(node.kept, problem.elements)]
        bound = bound_of(problem, r, price, ROUNDS if node.chosen else ROOT_ROUNDS)
        upper = min(bound.upper(problem.lost, r), -node.minus_upper)
        if upper <= self._value:
            return
        order = np.argsort(-bound.loads, kind="stable")
        hint = tuple(problem.elements[order[:r]].tolist())
        self._offer((*node.chosen, *hint), problem.loss(hint))
        self._branch(node, problem, bound, order, upper)

    def _branch(
        self, node: _Node, problem: Problem, bound: Bound, order: NDArray[np.int64], upper: int
    ) -> None:
        """Split by the first element in order of load; the child of the rest has none of these."""
        r = self._k - len(node.chosen)
        loads = bound.loads[order].tolist()
        for place in range(min(CHILDREN, len(order)) + 1):
            rest = loads[place : place + r]
            most = min(problem.lost + (bound.paid + sum(rest)) // bound.shares, upper)
            if most <= self._value:
                return
            later = order[place + (place < CHILDREN) :]
            first = loads[place] if place < min(CHILDREN, len(order)) else None
            later = self._worth(problem, bound, later, r, first)
            kept, price = problem.elements[later], bound.price[later]
            if first is None:
                self._push(node.chosen, kept, most, price)
            else:
                chosen = (*node.chosen, int(problem.elements[order[place]]))
                self._push(chosen, kept, most, price)

    def _worth(
        self,
        problem: Problem,
        bound: Bound,
        later: NDArray[np.int64],
        r: int,
        first: int | None,
    ) -> NDArray[np.int64]:
        """Keep, in ascending order, what can be in a better set with `first` and others of it."""
        others = r - 1 if first is None else r - 2
        loads = bound.loads[later]  # in descending order
        best = int(loads[:others].sum()) + (first or 0)
        most = problem.lost + (bound.paid + best + loads) // bound.shares
        return np.sort(later[most > self._value])

    def _improve(self) -> None:
        """Exchange one or two elements of the best set for the best there are, while it helps."""
        better = True
        while better:
            better = False
            for rest, r in _rests(self._chosen, self._k):
                if self._budget.is_spent():
                    return
                more, value = self._problem.given(rest, r).best(r)
                if self._offer((*rest, *more), value):
                    better = True
                    break


def _rests(chosen: Set, k: int) -> Iterator[tuple[Set, int]]:
    """List the sets that leave one or two of `k` to be chosen."""
    for size in (k - 1, k - 2):
        if size < 0:
            continue
        if len(chosen) <= size:
            yield chosen, min(k - len(chosen), 2)
        else:
            for rest in combinations(chosen, size):
                yield rest, k - size


def problem_total(problem: Problem) -> int:
    """Give the weight of everything that can fail."""
    return problem.lost + int(problem.weights.sum())
