"""Floors kept whole in the bound: what their points can save together with whole bundles."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from pollready.engine._highs import Cancelled, Program, solve
from pollready.engine.allocation_frame import Floats, Frame, Indices
from pollready.engine.allocation_prices import Valued
from pollready.engine.allocation_result import TOLERANCE
from pollready.engine.budget import Budget

MOST_POINTS = 500  # of a floor that is kept whole
FLOOR_S = 1.0  # for one floor; what is proven by then counts


@dataclass(frozen=True, eq=False)
class Whole:
    """By how much the bound falls where floors are kept whole.

    `slack` float64[n_groups] is, of each point, by how much that of its floor does; 0 where none
    of its floors is kept whole. Any plan that meets the floors has `cuts` x <= `most`: csr
    [n_cuts, n_options], what the options of a floor's points are worth without its price.
    """

    slack: Floats
    total: float
    cuts: sparse.csr_array
    most: Floats


def kept_whole(
    frame: Frame, valued: Valued, loss: Floats, most: float, budget: Budget,
    cancelled: Cancelled | None,
) -> Whole:  # fmt: skip
    """Keep binding floors of points that no two of them share, in place of their price.

    The Lagrangian bound relaxes a floor at its price. Held as it is over its own points, one whole
    bundle each, it bounds them more tightly, and nothing else changes. A choice there with an
    option whose `loss` is above `most` saves less than the priced bound by that: only the others
    go into the integer program. It holds for plans that meet the floors.
    """
    slack, counted = np.zeros(len(frame.point)), frame.weights.tocsc()
    total, rows, limits = 0.0, [], []
    for floor in _apart(frame, valued):
        if budget.is_spent() or (cancelled is not None and cancelled()):
            break
        begin, end = counted.indptr[floor : floor + 2]
        weight = np.zeros(len(frame.options))
        weight[counted.indices[begin:end]] = counted.data[begin:end]
        groups = np.unique(frame.group[counted.indices[begin:end]])
        priced = float(valued.best[groups].sum() - valued.prices.floor[floor] * frame.asked[floor])
        of_floor = np.isin(frame.group, groups) & (loss <= most)
        options = np.nonzero(of_floor)[0]
        limit = Budget.within(min(FLOOR_S, budget.remaining_s()), budget.clock)
        best = _best(frame, valued, floor, groups, options, weight[options], limit, cancelled)
        falls = max(priced - max(best, priced - most), 0.0)
        slack[groups] = falls
        total += falls
        theirs = np.isin(frame.group, groups)
        worth = np.where(theirs, valued.worth - valued.prices.floor[floor] * weight, 0.0)
        rows.append(sparse.csr_array(worth[np.newaxis]))
        limits.append(priced - falls)
    cuts = sparse.vstack(rows, format="csr") if rows else sparse.csr_array((0, len(loss)))
    return Whole(slack, total, cuts, np.array(limits, dtype=np.float64))


def _apart(frame: Frame, valued: Valued) -> list[int]:
    """List binding floors, the fewest points first, of which no two share a point."""
    counted, taken = frame.weights.tocsc(), np.zeros(len(frame.point), dtype=bool)
    binding = np.nonzero(valued.prices.floor > 0)[0].tolist()
    found = []
    for floor in sorted(binding, key=lambda each: int(np.diff(counted.indptr)[each])):
        rows = counted.indices[counted.indptr[floor] : counted.indptr[floor + 1]]
        groups = np.unique(frame.group[rows])
        if len(groups) <= MOST_POINTS and not taken[groups].any():
            taken[groups] = True
            found.append(floor)
    return found


def _best(
    frame: Frame, valued: Valued, floor: int, groups: Indices, options: Indices, weight: Floats,
    budget: Budget, cancelled: Cancelled | None,
) -> float:  # fmt: skip
    """Bound what the points of a floor are worth, without its price, where they meet it."""
    if not len(options):
        return -np.inf
    count, n = len(groups), len(options)
    place = np.searchsorted(groups, frame.group[options])
    matrix = sparse.vstack(
        [sparse.csr_array((np.ones(n), (place, np.arange(n))), shape=(count, n)),
         sparse.csr_array(weight[np.newaxis])], format="csc",
    )  # fmt: skip
    asked = float(frame.asked[floor]) * (1 - TOLERANCE)
    program = Program(
        valued.worth[options] - valued.prices.floor[floor] * weight,
        matrix,
        np.append(np.where(frame.required[groups], 1.0, -np.inf), asked),
        np.append(np.ones(count), np.inf),
        np.zeros(n),
        np.ones(n),
        np.ones(n, dtype=bool),
    )
    return solve(program, limit_s=budget.remaining_s(), alone=True, cancelled=cancelled).bound
