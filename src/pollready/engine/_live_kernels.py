"""Compiled kernels of failures that come and go: only what a change reaches is touched."""

from typing import NamedTuple

from numba import njit

from pollready.engine._kernels import ALL, ANY, AT_LEAST, Ints, Number, outage


class Lists(NamedTuple):
    """The network read backwards (CSR each).

    Parents of a node, leaves of an element, and the points whose levels a node decides; `tops`
    int32[n_points, n_columns] are those of all services side by side, `bounds`
    int64[n_services + 1] where the columns of each begin.
    """

    parent_first: Ints
    parent: Ints
    leaf_first: Ints
    leaf: Ints
    point_first: Ints
    point: Ints
    tops: Ints
    bounds: Ints


class Moment(NamedTuple):
    """What is out now, and working memory.

    `out_s` int64[n_nodes] as of `outages`; `failing` int32[n_nodes] counts the children that
    are out; `level` int8[n_points, n_services]. A change fills `stack` int64[n_nodes], with
    what waits there in `waiting` int8[n_nodes], and `touched` int64[n_points]; `stamp`
    int64[n_points] is the number of the change that touched a point last, counted in `turn`.
    `found` int64[n_points * n_services, 4] receives point, service, level before and after.
    """

    out_s: Ints
    failing: Ints
    level: Ints
    stack: Ints
    waiting: Ints
    touched: Ints
    stamp: Ints
    turn: Ints
    found: Ints


_VALUE, _FLIP = 1, 2  # what of a node waits to be told to its parents


@njit(cache=True, nogil=True)
def count_failing(first: Ints, child: Ints, out_s: Ints, failing: Ints) -> None:
    """Fill `failing`."""
    for node in range(failing.size):
        failing[node] = 0
        for edge in range(first[node], first[node + 1]):
            failing[node] += out_s[child[edge]] >= 0


# The helpers below take arrays one by one: of a tuple handed on, each is counted anew.
@njit(cache=True)
def _after(
    above: int, below_s: int, rising: int, kind: Ints, param: Ints, first: Ints, child: Ints,
    out_s: Ints, failing: Ints,
) -> Number:  # fmt: skip
    """Give the outage of a gate after one child's changed, looking at the others if it must."""
    sort, size, now_s = kind[above], first[above + 1] - first[above], out_s[above]
    if sort == ALL:
        if below_s >= now_s or rising:
            return max(below_s, now_s)
    elif (sort == ANY and failing[above] < size) or (
        sort == AT_LEAST and failing[above] <= size - param[above]
    ):
        return -1
    return outage(above, kind, param, first, child, out_s, out_s)


@njit(cache=True)
def _put(node: int, after_s: int, depth: int, out_s: Ints, stack: Ints, waiting: Ints) -> Number:
    """Set a node's outage, and let it wait to be told to its parents; gives the depth."""
    before_s = out_s[node]
    if after_s == before_s:
        return depth
    out_s[node] = after_s
    if waiting[node] == 0:
        stack[depth] = node
        depth += 1
    flip = (before_s >= 0) != (after_s >= 0)
    waiting[node] |= _VALUE | (_FLIP if flip else 0)
    return depth


@njit(cache=True, nogil=True)
def change(
    element: int, after_s: int, kind: Ints, param: Ints, first: Ints, child: Ints, lists: Lists,
    moment: Moment,
) -> int:  # fmt: skip
    """Set how long an element is out; gives how many (point, service) changed their level.

    With one element's outage all others only grow, or only shrink, so the order in which gates
    are visited does not matter, and each flips once at most.
    """
    parent_first, parent, leaf_first, leaf, point_first, points, tops, bounds = lists
    out_s, failing, level, stack, waiting, touched, stamp, turn, found = moment
    turn[0] += 1
    count, depth, rising = 0, 0, 0
    for at in range(leaf_first[element], leaf_first[element + 1]):
        rising = after_s > out_s[leaf[at]]
        depth = _put(leaf[at], after_s, depth, out_s, stack, waiting)
    while depth > 0:
        depth -= 1
        node = stack[depth]
        flip = waiting[node] & _FLIP
        waiting[node] = 0
        step = 0
        if flip:
            step = 1 if out_s[node] >= 0 else -1
            for i in range(point_first[node], point_first[node + 1]):
                if stamp[points[i]] != turn[0]:
                    stamp[points[i]] = turn[0]
                    touched[count] = points[i]
                    count += 1
        for edge in range(parent_first[node], parent_first[node + 1]):
            above = parent[edge]
            failing[above] += step
            result_s = _after(above, out_s[node], rising, kind, param, first, child, out_s, failing)
            depth = _put(above, result_s, depth, out_s, stack, waiting)
    if count > 1:
        touched[:count].sort()
    return _relevel(count, touched, tops, bounds, out_s, level, found)


@njit(cache=True)
def _relevel(
    count: int, touched: Ints, tops: Ints, bounds: Ints, out_s: Ints, level: Ints, found: Ints
) -> int:
    """Find the level of each touched point anew; gives how many changed."""
    changed = 0
    for i in range(count):
        point = touched[i]
        for service in range(bounds.size - 1):
            if tops[point, bounds[service]] < 0:
                continue
            after = 0
            # A level holds wherever a better one does, so the failing ones are counted.
            for column in range(bounds[service], bounds[service + 1]):
                after += out_s[tops[point, column]] >= 0
            before = level[point, service]
            if after != before:
                level[point, service] = after
                found[changed, 0], found[changed, 1] = point, service
                found[changed, 2], found[changed, 3] = before, after
                changed += 1
    return changed


@njit(cache=True, nogil=True)
def switch(
    leaf: int, down: int, kind: Ints, first: Ints, parent_first: Ints, parent: Ints,
    failing: Ints, weights: Ints, total: Ints, stack: Ints,
) -> None:  # fmt: skip
    """Fail a leaf of plain gates (`down`), or repair it, and bring `total` up to date.

    A gate turns when its count of failing children passes what it bears: one for ALL, all for
    ANY. `weights` float64[n_gates, 3] are those of the points at a gate.
    """
    stack[0], depth, step = leaf, 1, 1 if down else -1
    while depth > 0:
        depth -= 1
        node = stack[depth]
        for w in range(3):
            total[w] += step * weights[node, w]
        for edge in range(parent_first[node], parent_first[node + 1]):
            above = parent[edge]
            failing[above] += step
            bears = 1 if kind[above] == ALL else first[above + 1] - first[above]
            if failing[above] == bears - (0 if down else 1):
                stack[depth] = above
                depth += 1
