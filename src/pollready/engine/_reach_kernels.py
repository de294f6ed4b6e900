"""Compiled kernel of what each point rests on."""

import numpy as np
from numba import njit

from pollready.engine._kernels import LEAF, Ints


@njit(cache=True, nogil=True)
def components_behind(
    kind: Ints, param: Ints, first: Ints, child: Ints, tops: Ints
) -> tuple[Ints, Ints]:
    """Give the components in the cone of each row of `tops` (CSR), in no order.

    `tops` int32[n_points, n_levels], -1 where there is no node.
    """
    points = tops.shape[0]
    ends = np.zeros(points + 1, np.int64)
    found = np.empty(1024, np.int32)
    seen = np.full(kind.size, -1, np.int32)
    waiting = np.empty(kind.size + 1, np.int32)
    count = 0
    for point in range(points):
        size = 0
        for level in range(tops.shape[1]):
            node = tops[point, level]
            if node >= 0 and seen[node] != point:
                seen[node] = point
                waiting[size] = node
                size += 1
        while size > 0:
            size -= 1
            node = waiting[size]
            if kind[node] == LEAF:
                if count == found.size:
                    found = np.concatenate((found, np.empty_like(found)))
                found[count] = param[node]
                count += 1
            for at in range(first[node], first[node + 1]):
                below = child[at]
                if seen[below] != point:
                    seen[below] = point
                    waiting[size] = below
                    size += 1
        ends[point + 1] = count
    return ends, found[:count]
