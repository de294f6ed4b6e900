"""A worst case as lists of cuts: which few elements contain cuts of the most weight."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pollready.engine import (
    _cover_kernels,
    _cut_kernels,
    _kernels,
    _worst_cut_kernels,
    _worst_list_kernels,
)
from pollready.engine.gates import TRUE
from pollready.engine.network import Graph, Kind
from pollready.engine.requirements import Requirements
from pollready.engine.worst_value import Value

Ints = NDArray[np.int64]
NONE = _worst_cut_kernels.NONE

MAX_ALL = 5_000_000  # cuts kept of all gates together: 120 MB
MAX_WORK = 20_000_000  # entries of cuts gone through for one bound: about a second


@dataclass(frozen=True, eq=False)
class Problem:
    """Requirements that can still fail, by their cuts of order `order` at most.

    `elements` int32[n] numbers those of the requirements in ascending order; top t has the cuts
    first[t] to first[t + 1], int32[n_cuts, order], in places of `elements`, and int64 weight
    `weights[t]`. `lost` is the weight that fails already; `open` that of requirements with too
    many cuts to list, which may fail or not.
    """

    elements: NDArray[np.int32]
    first: Ints
    cuts: NDArray[np.int32]
    weights: Ints
    lost: int
    open: int

    @property
    def order(self) -> int:
        """The greatest order of the cuts."""
        return int(self.cuts.shape[1])

    def given(
        self, failed: Iterable[int], order: int, kept: NDArray[np.int32] | None = None
    ) -> "Problem":
        """Fail some elements, let only `kept` fail besides, and look `order` elements further."""
        state = np.full(len(self.elements), _worst_list_kernels.OPEN, dtype=np.int8)
        if kept is not None:
            state[:] = _worst_list_kernels.WORKING
            state[np.searchsorted(self.elements, kept)] = _worst_list_kernels.OPEN
        for element in failed:
            place = int(np.searchsorted(self.elements, element))
            if place < len(state) and self.elements[place] == element:
                state[place] = _worst_list_kernels.FAILED
        first, cuts, weights, lost = _worst_list_kernels.after(
            self.first, self.cuts, self.weights, state, max(order, 1)
        )
        return _compact(self.elements, first, cuts, weights, self.lost + int(lost), self.open)

    def loss(self, chosen: tuple[int, ...]) -> int:
        """Give the weight that fails with a set."""
        return self.given(chosen, 1).lost

    def heaviest_cuts(self, count: int) -> list[tuple[int, ...]]:
        """List the cuts that requirements of the most weight have in common."""
        weight = np.repeat(self.weights, np.diff(self.first))
        distinct, place = np.unique(self.cuts, axis=0, return_inverse=True)
        total = np.bincount(place.ravel(), weights=weight, minlength=len(distinct))
        order = np.argsort(-total, kind="stable")[:count]
        return [tuple(self.elements[cut[cut != NONE]].tolist()) for cut in distinct[order]]

    def best(self, r: int) -> tuple[tuple[int, ...], int]:
        """Give the best r more elements, one or two, exactly, and the weight that then fails."""
        if not len(self.elements):
            return (), self.lost
        if r == 1 or len(self.elements) == 1:
            i, gain = _worst_list_kernels.best_single(
                self.first, self.cuts, self.weights, len(self.elements)
            )
            return (int(self.elements[i]),), self.lost + int(gain)
        i, j, gain = _worst_list_kernels.best_pair(
            self.first, self.cuts, self.weights, len(self.elements)
        )
        return (int(self.elements[i]), int(self.elements[j])), self.lost + int(gain)


def problem_of(
    needs: Requirements, value: Value, allowed: NDArray[np.bool_], order: int, max_cuts: int
) -> Problem:
    """List the cuts of each requirement among allowed elements that nothing stands for.

    `allowed` bool[n] tells which of the requirements' elements may fail.
    """
    graph, tops, weights = _restricted(needs.graph, needs.tops, value.weights, allowed)
    kept = allowed & ~stood_for(graph, tops, len(allowed))
    graph, tops, weights = _restricted(graph, tops, weights, kept)
    lists = _worst_cut_kernels.cuts_up_to(
        graph.kind, graph.param, graph.first, graph.child, order, max_cuts, MAX_ALL
    )
    known = lists.known[tops]
    tops, hidden, weights = tops[known], int(weights[~known].sum()), weights[known]
    starts, ends = lists.first[tops], lists.first[tops + 1]
    first = np.zeros(len(tops) + 1, dtype=np.int64)
    np.cumsum(ends - starts, out=first[1:])
    rows = np.repeat(starts - first[:-1], ends - starts) + np.arange(first[-1])
    everything = np.arange(len(allowed), dtype=np.int32)
    return _compact(everything, first, lists.cuts[rows], weights, 0, hidden).given((), order)


def stood_for(graph: Graph, tops: Ints, elements: int) -> NDArray[np.bool_]:
    """Tell for which elements another stands: with it failed, this one makes no difference.

    In any set the one may be exchanged for the other without anything being gained back, so
    some worst set has none of them.
    """
    one_first, ones = _cut_kernels.cuts_of_order_one(
        graph.kind, graph.param, graph.first, graph.child, elements
    )
    is_top = np.zeros(len(graph.kind), dtype=np.bool_)
    is_top[tops] = True
    start, length, pool = _worst_cut_kernels.stand_ins(
        graph.kind, graph.first, graph.child, is_top, one_first, ones
    )
    leaves = np.nonzero((graph.kind == Kind.LEAF) & (length >= 0))[0]
    gone = np.zeros(elements, dtype=np.bool_)
    # The later ones first, so that of two that stand for each other the first stays.
    for leaf in leaves[np.argsort(-graph.param[leaves], kind="stable")].tolist():
        element = int(graph.param[leaf])
        others = pool[start[leaf] : start[leaf] + length[leaf]]
        gone[element] = bool(np.any(~gone[others] & (others != element)))
    return gone


def _restricted(
    graph: Graph, tops: Ints, weights: Ints, allowed: NDArray[np.bool_]
) -> tuple[Graph, Ints, Ints]:
    """Let everything not allowed work; equal tops become one, those that cannot fail none."""
    value = np.full(len(graph.kind), _kernels.LEAF_TRUE, dtype=np.int64)
    leaf = np.nonzero(graph.kind == Kind.LEAF)[0]
    value[leaf] = np.where(allowed[graph.param[leaf]], graph.param[leaf], _kernels.LEAF_TRUE)
    kind, param, first, child, mapped = _kernels.condense(
        graph.kind,
        graph.param,
        graph.first,
        graph.child,
        np.ones(len(graph.kind), dtype=np.bool_),
        value,
        np.full(len(graph.kind), _kernels.LEAF_FALSE, dtype=np.int64),
    )
    distinct, place = np.unique(mapped[tops], return_inverse=True)
    merged = np.zeros(len(distinct), dtype=np.int64)
    np.add.at(merged, place, weights)
    can_fail = distinct > TRUE
    return Graph(kind, param, first, child), distinct[can_fail].astype(np.int64), merged[can_fail]


def _compact(
    elements: NDArray[np.int32],
    first: Ints,
    cuts: NDArray[np.int32],
    weights: Ints,
    lost: int,
    hidden: int,
) -> Problem:
    """Number anew the elements that stand in some cut."""
    named = cuts != NONE
    used = np.zeros(len(elements), dtype=np.bool_)
    used[cuts[named]] = True
    place = (np.cumsum(used) - 1).astype(np.int32)
    cuts[named] = place[cuts[named]]
    return Problem(elements[used], first, cuts, weights, lost, hidden)


@dataclass(frozen=True, eq=False)
class Bound:
    """No r elements fail more than `paid` and the r greatest of `loads`, in shares."""

    loads: Ints
    paid: int
    shares: int
    price: NDArray[np.float64]

    def upper(self, lost: int, r: int) -> int:
        """Give the bound."""
        return lost + (self.paid + int(np.sort(self.loads)[::-1][:r].sum())) // self.shares


def bound_of(problem: Problem, r: int, price: NDArray[np.float64], rounds: int) -> Bound:
    """Bound what r more elements can fail, by covers of the cuts at adapting prices."""
    turns = min(rounds, max(4, MAX_WORK // max(problem.cuts.size, 1)))
    loads, paid, shares = _cover_kernels.cover(
        problem.first, problem.cuts, problem.weights, r, price, turns
    )
    return Bound(loads, int(paid), int(shares), price)
