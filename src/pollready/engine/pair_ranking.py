"""The costliest pairs of all, without listing all."""

import numpy as np
from numpy.typing import NDArray

from pollready.engine import _ranking_kernels


def best_pairs(
    k: int,
    losses: NDArray[np.float64],
    allowed: NDArray[np.bool_],
    keys: NDArray[np.int64],
    corrections: NDArray[np.float64],
) -> list[tuple[int, int]]:
    """Give the `k` pairs of allowed elements with the greatest loss above nothing.

    By voters, then points, then element numbers. Pairs with a correction are ranked as they
    are; the others by going through elements in order of their single loss, which is cut off
    where no pair to come can be among the `k`.
    """
    if k < 1:
        return []
    numbers = np.nonzero(allowed)[0]
    order = numbers[np.lexsort((numbers, -losses[numbers, 1], -losses[numbers, 0]))]
    found = _ranking_kernels.costliest_pairs(k, losses, allowed, order, keys, corrections)
    return [(i, j) for i, j in found.tolist()]
