"""The costliest pairs of all, without listing all."""

from heapq import heappop, heappush, nsmallest

import numpy as np
from numpy.typing import NDArray

Rank = tuple[float, float, int, int]  # minus voters, minus points, i, j: the least is the worst


def best_pairs(
    k: int,
    losses: NDArray[np.float64],
    allowed: NDArray[np.bool_],
    keys: NDArray[np.int64],
    corrections: NDArray[np.float64],
) -> list[tuple[int, int]]:
    """Give the `k` pairs of allowed elements with the greatest loss above nothing.

    By voters, then points, then element numbers. Pairs with a correction are ranked as they
    are; the others by best-first search over elements in order of their single loss, which is
    cut off where no pair to come can be among the `k`.
    """
    width = len(losses)
    corrected = _corrected(losses, allowed, keys, corrections, width, k)
    plain = _uncorrected(k, losses, allowed, set(keys.tolist()), corrected)
    ranked = nsmallest(k, [rank for rank in (*corrected, *plain) if rank[1] < 0])
    return [(i, j) for _, _, i, j in ranked]


def _corrected(
    losses: NDArray[np.float64],
    allowed: NDArray[np.bool_],
    keys: NDArray[np.int64],
    corrections: NDArray[np.float64],
    width: int,
    k: int,
) -> list[Rank]:
    i, j = keys // width, keys % width
    kept = allowed[i] & allowed[j]
    i, j = i[kept], j[kept]
    total = losses[i] + losses[j] + corrections[kept]
    order = np.lexsort((j, i, -total[:, 1], -total[:, 0]))[:k]
    return [(-float(total[o, 0]), -float(total[o, 1]), int(i[o]), int(j[o])) for o in order]


def _uncorrected(
    k: int,
    losses: NDArray[np.float64],
    allowed: NDArray[np.bool_],
    skipped: set[int],
    rivals: list[Rank],
) -> list[Rank]:
    width = len(losses)
    numbers = np.nonzero(allowed)[0]
    order = numbers[np.lexsort((numbers, -losses[numbers, 1], -losses[numbers, 0]))].tolist()
    voters, points = losses[:, 0].tolist(), losses[:, 1].tolist()
    bound = rivals[k - 1][:2] if 0 < k <= len(rivals) else (0.0, 0.0)

    def rank(a: int, b: int) -> tuple[float, float, int, int, int, int]:
        one, other = order[a], order[b]
        low, high = min(one, other), max(one, other)
        return -(voters[one] + voters[other]), -(points[one] + points[other]), low, high, a, b

    found: list[Rank] = []
    heap = [rank(0, 1)] if len(order) > 1 and k > 0 else []
    while heap:
        minus_voters, minus_points, low, high, a, b = heappop(heap)
        worst_kept = found[k - 1][:2] if len(found) >= k else bound
        if minus_points == 0 or (minus_voters, minus_points) > worst_kept:
            break  # every pair to come costs nothing, or less than `k` already found
        if low * width + high not in skipped:
            found.append((minus_voters, minus_points, low, high))
        if b + 1 < len(order):
            heappush(heap, rank(a, b + 1))
        if b == a + 1 and b + 1 < len(order):
            heappush(heap, rank(b, b + 1))
    return found
