"""The sets that a fault tree's families stand for, one by one."""

from collections.abc import Iterator
from typing import Any

from pollready.engine._bdd_kernels import Ints
from pollready.engine.fault_tree_counts import Family, is_event, levels_of, per_family
from pollready.engine.fault_tree_solving import Solving

# A family's node, the size wanted of it, and what (of this form) is wanted after it.
_Waiting = tuple[Family, int, int, Any] | None
Literals = tuple[tuple[int, bool], ...]  # events' numbers, and whether each fails


class Sets:
    """Lists the sets of one kind, smallest first."""

    def __init__(self, solving: Solving, kind: str) -> None:
        self.solving = solving
        self.root: Family = (solving.part.root, kind)
        # Of each node the sizes of its sets, as bits: no step of the walk leads nowhere.
        self.sizes: dict[Family, list[int]] = per_family(solving, kind, [2], _sizes_of_nodes)
        self.nodes: dict[Family, list[list[int]]] = {}
        self.levels: dict[Family, list[tuple[int, bool, str]]] = {}

    def listed(self, max_order: int | None = None) -> Iterator[Literals]:
        """Give the sets, each with its events in the order of the file."""
        largest = self.sizes[self.root][-1].bit_length() - 1
        for size in range(min(largest, largest if max_order is None else max_order) + 1):
            if self.sizes[self.root][-1] >> size & 1:
                yield from self._of_size(size)

    def _of_size(self, size: int) -> Iterator[Literals]:
        """Walk all ways at once: what is chosen, and what is still to be chosen from."""
        whole = (self.root, len(self.sizes[self.root]) - 1, size, None)
        ways: list[tuple[Literals, _Waiting]] = [((), whole)]
        while ways:
            chosen, waiting = ways.pop()
            if waiting is None:
                yield tuple(sorted(chosen))
                continue
            family, node, size, others = waiting
            if node == 1:
                ways.append((chosen, others))
                continue
            level, low, high = self._nodes(family)[node]
            leaf, fails, below = self.levels[family][level]
            sizes = self.sizes[family]
            if sizes[low] >> size & 1:
                ways.append((chosen, (family, low, size, others)))
            if is_event(self.solving, leaf):
                if size and sizes[high] >> (size - 1) & 1:
                    literal = (self.solving.part.params[leaf], fails)
                    ways.append(((*chosen, literal), (family, high, size - 1, others)))
                continue
            inner = (leaf, below)
            for part in _bits(self.sizes[inner][-1]):
                if part <= size and sizes[high] >> (size - part) & 1:
                    after = (family, high, size - part, others)
                    ways.append((chosen, (inner, len(self.sizes[inner]) - 1, part, after)))

    def _nodes(self, family: Family) -> list[list[int]]:
        if family not in self.nodes:
            self.nodes[family] = self.solving.solved[family[0]].families[family[1]].tolist()
            self.levels[family] = levels_of(self.solving, family)
        return self.nodes[family]


def _sizes_of_nodes(family: Ints, values: list[list[int] | None]) -> list[int]:
    masks = [0, 1]
    for level, low, high in family[2:].tolist():
        mask = masks[low]
        of_level = values[level]
        assert of_level is not None  # the level is in this very family
        for size in _bits(of_level[-1]):
            mask |= masks[high] << size
        masks.append(mask)
    return masks[: len(family)]


def _bits(mask: int) -> Iterator[int]:
    """Give the numbers of the bits that are set."""
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest
