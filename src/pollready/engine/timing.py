"""Rides spelled out: each node at each time that is asked of it becomes a plain gate."""

from collections.abc import Callable, Iterable

from pollready.engine.gates import FALSE, TRUE, Gates
from pollready.engine.network import Graph, Kind

LeafAt = Callable[[Gates, int, int], int]  # gates, variable, seconds -> node


class TimedGates:
    """Nodes H(node, t) of a graph as leaves, ALL and ANY alone, made as they are asked for.

    H(ride(e, h, b), t) = H(e, t) or (H(b, 0) and H(e, t + h)); all other gates pass t on.
    """

    def __init__(self, graph: Graph, leaf: LeafAt, *, longest_s: int | None = None) -> None:
        """Take the graph; past `longest_s` no outage lasts, so everything holds."""
        self.kind = graph.kind.tolist()
        self.param = graph.param.tolist()
        self.first = graph.first.tolist()
        self.child = graph.child.tolist()
        self.leaf = leaf
        self.longest_s = longest_s
        self.gates = Gates()
        self.known: dict[tuple[int, int], int] = {}
        self._chosen: dict[tuple[int, tuple[int, ...]], int] = {}

    def at_start(self, nodes: Iterable[int]) -> list[int]:
        """Give H(node, 0) of each node."""
        return [self.at(node, 0) for node in nodes]

    def at(self, node: int, time_s: int) -> int:
        """Give H(node, t); an explicit stack, so that depth does not matter."""
        waiting = [(node, time_s)]
        while waiting:
            asked = waiting[-1]
            if asked in self.known:
                waiting.pop()
                continue
            below = self._below(*asked)
            missing = [each for each in below if each not in self.known]
            if missing:
                waiting.extend(missing)
            else:
                self.known[asked] = self._gate(*asked, [self.known[each] for each in below])
                waiting.pop()
        return self.known[node, time_s]

    def _below(self, node: int, time_s: int) -> list[tuple[int, int]]:
        if self.longest_s is not None and time_s > self.longest_s:
            return []
        children = self.child[self.first[node] : self.first[node + 1]]
        if self.kind[node] == Kind.RIDE:
            main, store = children
            return [(main, time_s), (store, 0), (main, time_s + self.param[node])]
        return [(child, time_s) for child in children]

    def _gate(self, node: int, time_s: int, below: list[int]) -> int:
        kind = self.kind[node]
        if kind <= TRUE:
            return int(kind)
        if self.longest_s is not None and time_s > self.longest_s:
            return TRUE  # what is out for good was folded to FALSE before
        if kind == Kind.LEAF:
            return self.leaf(self.gates, self.param[node], time_s)
        if kind == Kind.RIDE:
            main, store, later = below
            return self.gates.any_of([main, self.gates.all_of([store, later])])
        if kind == Kind.ALL:
            return self.gates.all_of(below)
        if kind == Kind.ANY:
            return self.gates.any_of(below)
        return self._at_least(self.param[node], tuple(below))

    def _at_least(self, k: int, children: tuple[int, ...]) -> int:
        """Spell k of n out: with the first child k - 1 of the rest, or k of the rest."""
        if k <= 0:
            return TRUE
        if k > len(children):
            return FALSE
        key = (k, children)
        if key not in self._chosen:
            rest = children[1:]
            with_first = self.gates.all_of([children[0], self._at_least(k - 1, rest)])
            self._chosen[key] = self.gates.any_of([with_first, self._at_least(k, rest)])
        return self._chosen[key]
