"""Where everything stands while draws are made: batches, rows of bits, variables, steps."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from pollready.engine._sampling_kernels import WITHOUT_BIT, Plan, depth_first
from pollready.engine.network import SECONDS_PER_H, Kind, Network
from pollready.engine.timing import Timed

BATCH_NODES = 2048  # rows of 64 bytes: what is used once stays in the processor's cache

Ints = NDArray[np.int64]
Arrays = dict[str, NDArray[Any]]


class Layout:
    """Which batch each node is computed in, and its row of failure bits.

    `roots` int64[n_roots] are the gates of the tops, in the order in which they are drawn.
    """

    def __init__(self, network: Network, timed: Timed, roots: Ints) -> None:
        self.network, self.timed, self.roots = network, timed, roots
        graph = timed.graph
        self.order, after = depth_first(graph.first, graph.child, roots)
        self.batches = 1 + self.order.size // BATCH_NODES
        self.top_batch = after // BATCH_NODES
        self.batch = np.zeros(graph.kind.size, dtype=np.int64)
        # A top's new nodes are all in its own batch.
        of_top = np.searchsorted(after, np.arange(self.order.size), side="right")
        self.batch[self.order] = self.top_batch[of_top]
        is_leaf = graph.kind[self.order] == Kind.LEAF
        self.gates, leaves = self.order[~is_leaf], self.order[is_leaf]
        # By variable, then time: the leaves of one variable become its steps.
        self.leaves = leaves[np.lexsort((timed.time_s[leaves], graph.param[leaves]))]
        self.variable = graph.param[self.leaves]
        self._bring_variables_forward()
        self.rows = np.zeros(2, dtype=np.int64)
        self.row: NDArray[np.uint32] = self._rows()

    def _bring_variables_forward(self) -> None:
        """Put all leaves of a variable into the first batch that needs one of them."""
        starts = np.nonzero(np.diff(self.variable, prepend=-1))[0]
        earliest = np.minimum.reduceat(self.batch[self.leaves], starts) if starts.size else starts
        self.batch[self.leaves] = np.repeat(earliest, np.diff(starts, append=self.leaves.size))

    def _rows(self) -> NDArray[np.uint32]:
        """Give lasting rows to what a later batch needs, and each batch the same rows again."""
        graph = self.timed.graph
        last = self.batch.copy()
        parents = np.repeat(self.gates, np.diff(graph.first)[self.gates])
        np.maximum.at(last, graph.child[self._edges()], self.batch[parents])
        np.maximum.at(last, self.roots, self.top_batch)
        lasts = last[self.order] > self.batch[self.order]
        row = np.zeros(graph.kind.size, dtype=np.uint32)
        row[self.order[lasts]] = np.arange(lasts.sum())
        brief = self.order[~lasts]
        is_gate = graph.kind[brief] != Kind.LEAF
        brief = brief[np.lexsort((is_gate, self.batch[brief]))]
        starts = self._ends(self.batch[brief])
        row[brief] = lasts.sum() + np.arange(brief.size) - starts[self.batch[brief]]
        self.rows[:] = lasts.sum(), np.diff(starts).max(initial=0)
        brief_leaves = self.batch[brief[graph.kind[brief] == Kind.LEAF]]
        self.brief_leaves = np.bincount(brief_leaves, minlength=self.batches)
        return row

    def _edges(self) -> Ints:
        """Give where the children of the gates stand, gate after gate."""
        first = self.timed.graph.first
        size = np.diff(first)[self.gates]
        return np.repeat(first[self.gates], size) + _counted(size)

    def _ends(self, batch: Ints) -> Ints:
        """Give where each batch starts in rows that are sorted by batch."""
        return np.searchsorted(batch, np.arange(self.batches + 1)).astype(np.int64)

    def plan(self, weights: NDArray[np.float64]) -> Plan:
        """Put the arrays together; `weights` float64[n_roots, 3] stand behind the roots."""
        counted = np.rint(weights).astype(np.int64)
        return Plan(
            batch_tops=self._ends(self.top_batch),
            batch_leaves=self.brief_leaves,
            rows=self.rows,
            top_row=self.row[self.roots],
            top_voters=np.ascontiguousarray(weights[:, 0]),
            top_points=counted[:, 1] | (counted[:, 2] << WITHOUT_BIT),
            **self._variables(),
            **self._events(),
            **self._steps(),
        )

    def _variables(self) -> Arrays:
        """Give what fails by itself: batch ranges, scale, and each step's row and chance."""
        leaves = self.leaves[self.variable < self.network.q.size]
        leaves = leaves[np.argsort(self.batch[leaves], kind="stable")]
        element = self.timed.graph.param[leaves]
        prob = self._out_for(element, self.timed.time_s[leaves])
        starts = np.diff(element, prepend=-1) != 0
        first = np.append(np.nonzero(starts)[0], leaves.size)
        return {
            "batch_vars": self._ends(self.batch[leaves[starts]]),
            "var_scale": _scale(prob[starts]),
            "var_first": first,
            "step_row": self.row[leaves],
            "step_chance": _chances(prob, starts),
        }

    def _out_for(self, element: Ints, time_s: Ints) -> NDArray[np.float64]:
        """Give the probability that an element is out for at least a time."""
        mttr_s = self.network.mttr_h[element] * SECONDS_PER_H
        lasts = np.where(time_s == 0, 1.0, 0.0)
        later = (time_s > 0) & (mttr_s > 0)
        lasts[later] = np.exp(-time_s[later] / mttr_s[later])
        result: NDArray[np.float64] = self.network.q[element] * lasts
        return result

    def _events(self) -> Arrays:
        """Give what the plan says of groups whose reach is below 1, by group, batch, hit, time."""
        leaves = self.leaves[self.variable >= self.network.q.size]
        hit = self.timed.graph.param[leaves] - self.network.q.size
        group = self.network.hit_group[hit]
        order = np.lexsort((self.timed.time_s[leaves], hit, self.batch[leaves], group))
        leaves, hit, group = leaves[order], hit[order], group[order]
        times = np.column_stack([group, self.timed.time_s[leaves]])
        asked, number = np.unique(times, axis=0, return_inverse=True)
        starts = np.diff(asked[:, 0], prepend=-1) != 0
        groups, first = asked[starts, 0], np.nonzero(starts)[0]
        event = len(self.network.component_ids) + asked[:, 0]
        # A group of unknown state has leaves only where it is read as failed: always.
        always = self.network.unknown[event]
        prob = np.where(always, 1.0, self._out_for(event, asked[:, 1]))
        return {
            "event_scale": _scale(prob[starts]),
            "event_first": np.append(first, starts.size),
            "event_chance": _chances(prob, starts),
            "hit_scale": _scale(self.network.reach[groups]),
            "leaf_row": self.row[leaves],
            "leaf_time": number.ravel() - first[np.searchsorted(groups, group)],
            **self._hits(groups, group, hit, leaves),
        }

    def _hits(self, groups: Ints, group: Ints, hit: Ints, leaves: Ints) -> Arrays:
        """Give where each group's hits of each batch begin, and where each hit's leaves."""
        new = np.diff(hit, prepend=-1) != 0
        batch = self.batch[leaves[new]]
        begins = np.searchsorted(group[new], np.append(groups, len(self.network.group_ids)))
        first = np.zeros((groups.size, self.batches + 1), dtype=np.int64)
        for row in range(groups.size):
            start, end = begins[row], begins[row + 1]
            first[row] = start + self._ends(batch[start:end])
        return {"hit_first": first, "leaf_first": np.append(np.nonzero(new)[0], leaves.size)}

    def _steps(self) -> Arrays:
        """Give the gates as steps: the first two children, then what they made and the next."""
        graph = self.timed.graph
        more = np.diff(graph.first)[self.gates] - 1
        gate = np.repeat(self.gates, more)
        starts = np.diff(gate, prepend=-1) != 0
        other = self._edges()[np.repeat(np.cumsum(more + 1) - more, more) + _counted(more)]
        is_any = graph.kind[gate] == Kind.ANY
        first = graph.child[graph.first[gate]]
        return {
            "batch_steps": self._ends(self.batch[gate]),
            "join_flip": np.where(is_any, ~np.uint64(0), np.uint64(0)),
            "join_row": self.row[gate],
            "join_one": self.row[np.where(starts, first, gate)],
            "join_other": self.row[graph.child[other]],
        }


def _counted(sizes: Ints) -> Ints:
    """Count 0, 1, ... through each of the sizes in turn."""
    return np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)


def _chances(prob: NDArray[np.float64], starts: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Give each probability given the one before it, of which it is a part."""
    before = np.where(starts, 1.0, np.roll(prob, 1))
    return np.divide(prob, before, out=np.zeros_like(prob), where=before > 0)


def _scale(prob: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give -1 / log(1 - prob): by it an exponential becomes a gap; 0 where everything fails."""
    with np.errstate(divide="ignore"):
        scale = -1.0 / np.log1p(-np.minimum(prob, 1.0))
    return np.minimum(scale, 1e300)
