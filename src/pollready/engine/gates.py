"""Hash-consed gates: equal requirements become one node."""

from collections.abc import Iterable, Mapping

import numpy as np

from pollready.engine.arrays import Graph, seconds
from pollready.engine.expression import All, Any, AtLeast, Constant, Expression, Leaf, Ride

FALSE, TRUE = 0, 1
_LEAF, _HIT, _ALL, _ANY, _AT_LEAST, _RIDE = 2, 3, 4, 5, 6, 7


class Gates:
    """Nodes in topological order; a node equal to an earlier one is that one."""

    def __init__(self) -> None:
        self.kinds = [FALSE, TRUE]
        self.params = [0, 0]
        self.children: list[tuple[int, ...]] = [(), ()]
        self.known: dict[tuple[int, int, tuple[int, ...]], int] = {}

    def node(self, kind: int, param: int, children: tuple[int, ...]) -> int:
        """Give the node with this content, made if it is new."""
        key = (kind, param, children)
        found = self.known.get(key)
        if found is None:
            found = self.known[key] = len(self.kinds)
            self.kinds.append(kind)
            self.params.append(param)
            self.children.append(children)
        return found

    def leaf(self, param: int) -> int:
        """Give the leaf `param`."""
        return self.node(_LEAF, param, ())

    def hit(self, param: int) -> int:
        """Give the hit (group, member) number `param`."""
        return self.node(_HIT, param, ())

    def all_of(self, children: Iterable[int]) -> int:
        """Require all children."""
        kept = set(children)
        kept.discard(TRUE)
        if FALSE in kept:
            return FALSE
        if len(kept) < 2:
            return kept.pop() if kept else TRUE
        return self.node(_ALL, 0, tuple(sorted(kept)))

    def any_of(self, children: Iterable[int]) -> int:
        """Require one child."""
        kept = set(children)
        kept.discard(FALSE)
        if TRUE in kept:
            return TRUE
        if len(kept) < 2:
            return kept.pop() if kept else FALSE
        return self.node(_ANY, 0, tuple(sorted(kept)))

    def at_least(self, k: int, children: Iterable[int]) -> int:
        """Require `k` of the children, counted with repetition."""
        given = list(children)
        k -= given.count(TRUE)
        kept = sorted(c for c in given if c > TRUE)
        if k <= 0:
            return TRUE
        if k > len(kept):
            return FALSE
        if k == len(kept):
            return self.all_of(kept)
        if k == 1:
            return self.any_of(kept)
        return self.node(_AT_LEAST, k, tuple(kept))

    def ride(self, main: int, ride_s: int, store: int) -> int:
        """Let `store` carry an outage of `main` for `ride_s` seconds."""
        if main <= TRUE or store == FALSE or ride_s == 0:
            return main
        return self.node(_RIDE, ride_s, (main, store))

    def add(self, expression: Expression, node: Mapping[str, int]) -> int:
        """Give the node of an expression; `node` numbers the components' nodes."""
        match expression:
            case Leaf(id=name):
                return node[name]
            case Constant(holds=holds):
                return TRUE if holds else FALSE
            case All(children=children):
                return self.all_of([self.add(c, node) for c in children])
            case Any(children=children):
                return self.any_of([self.add(c, node) for c in children])
            case AtLeast(k=k, children=children):
                return self.at_least(k, [self.add(c, node) for c in children])
            case Ride(main=main, hours=hours, store=store):
                ride_s = seconds(hours)
                return self.ride(self.add(main, node), ride_s, self.add(store, node))

    def graph(self) -> Graph:
        """Freeze the nodes into arrays."""
        first = np.zeros(len(self.kinds) + 1, dtype=np.int64)
        np.cumsum([len(c) for c in self.children], out=first[1:])
        flat = [c for children in self.children for c in children]
        graph = Graph(
            kind=np.array(self.kinds, dtype=np.int8),
            param=np.array(self.params, dtype=np.int64),
            first=first,
            child=np.array(flat, dtype=np.int32),
        )
        for array in (graph.kind, graph.param, graph.first, graph.child):
            array.setflags(write=False)
        return graph
