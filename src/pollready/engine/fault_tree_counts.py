"""How many sets a fault tree's families stand for, as exact whole numbers of any size."""

from collections.abc import Callable, Iterator
from typing import TypeVar

import numpy as np

from pollready.engine._bdd_kernels import Ints
from pollready.engine._zbdd_kernels import counts_by_size, weighted_counts
from pollready.engine.fault_tree import Op
from pollready.engine.fault_tree_solving import Solving

# Whole numbers below are exact in float64, and so is every part of a sum that stays below.
_EXACT = 2.0**53
_Value = TypeVar("_Value")
Family = tuple[int, str]  # a module and the kind of its sets


def levels_of(solving: Solving, family: Family) -> list[tuple[int, bool, str]]:
    """Give of each level of a family: the leaf, whether it fails, the kind of a module's sets."""
    module, kind = family
    order = solving.solved[module].order
    if kind != "primes":
        return [(leaf, kind == "minimal", kind) for leaf in order]
    both = ((True, "minimal"), (False, "paths"))
    return [(leaf, fails, below) for leaf in order for fails, below in both]


def per_family(
    solving: Solving,
    kind: str,
    event: _Value,
    of_family: Callable[[Ints, list[_Value | None]], _Value],
) -> dict[Family, _Value]:
    """Work out a value of each family below the root's, from the modules upwards.

    `of_family` is given a family and the value of each level's variable: `event` for an event's,
    None for one that is in no set.
    """
    found: dict[Family, _Value] = {}
    for family in _families(solving, kind):
        sets = solving.solved[family[0]].families[family[1]]
        levels = levels_of(solving, family)
        used = np.zeros(len(levels), dtype=np.bool_)
        used[sets[2:, 0]] = True
        values: list[_Value | None] = []
        for (leaf, _, below), is_used in zip(levels, used.tolist(), strict=True):
            if not is_used:
                values.append(None)
            else:
                values.append(event if is_event(solving, leaf) else found[leaf, below])
        found[family] = of_family(sets, values)
    return found


def _families(solving: Solving, kind: str) -> Iterator[Family]:
    root = solving.part.root
    for module in solving.part.modules:
        kinds = (kind,) if module == root else ("minimal", "paths")
        for each in kinds:
            if each in solving.solved[module].families:
                yield module, each


def is_event(solving: Solving, leaf: int) -> bool:
    """Tell an event from a module."""
    return solving.part.ops[leaf] == Op.EVENT


def total(solving: Solving, kind: str) -> int:
    """Count the root's sets of a kind."""
    return per_family(solving, kind, 1, _total)[solving.part.root, kind]


def totals_by_order(solving: Solving, kind: str, max_order: int) -> list[int]:
    """Count the root's sets of each order from 0 to `max_order`."""
    event = ([0, 1] + [0] * max_order)[: max_order + 1]
    return per_family(solving, kind, event, _by_size)[solving.part.root, kind]


def _total(family: Ints, values: list[int | None]) -> int:
    weights = [value or 0 for value in values]
    if max(weights, default=0) < _EXACT:
        found = weighted_counts(family, np.array(weights, dtype=np.float64))[-1]
        if found < _EXACT:
            return int(found)
    counts = [0, 1]
    for level, low, high in family[2:].tolist():
        counts.append(weights[level] * counts[high] + counts[low])
    return counts[-1]


def _by_size(family: Ints, values: list[list[int] | None]) -> list[int]:
    sizes = max((len(value) for value in values if value is not None), default=1)
    weights = [value or [0] * sizes for value in values]
    if max((max(each) for each in weights), default=0) < _EXACT:
        table = np.array(weights, dtype=np.float64).reshape(-1, sizes)
        found = counts_by_size(family, table)[-1]
        if found.sum() < _EXACT:
            return [int(each) for each in found]
    rows = [[0] * sizes, [1] + [0] * (sizes - 1)]
    for level, low, high in family[2:].tolist():
        row = list(rows[low])
        for size, weight in enumerate(weights[level]):
            if weight:
                for more in range(sizes - size):
                    row[size + more] += weight * rows[high][more]
        rows.append(row)
    return rows[len(family) - 1]
