"""Orders of variables for a module's diagram, and the program that builds it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pollready.engine._bdd_kernels import AND, OR, XOR
from pollready.engine.fault_tree import Op
from pollready.engine.fault_tree_reduction import Reduced


@dataclass(frozen=True)
class Module:
    """A module's own nodes, children first, down to events and other modules (`leaves`)."""

    root: int
    nodes: list[int]
    leaves: list[int]
    kids: dict[int, tuple[int, ...]]


def module_of(part: Reduced, root: int, modules: set[int]) -> Module:
    """Cut a module's own part out; modules and events below it become its variables."""
    kids: dict[int, tuple[int, ...]] = {root: part.kids[root]}
    nodes: list[int] = []
    leaves: list[int] = []
    path = [(root, iter(part.kids[root]))]
    while path:
        node, waiting = path[-1]
        kid = next(waiting, None)
        if kid is None:
            path.pop()
            nodes.append(node)
        elif kid not in kids:
            is_leaf = part.ops[kid] == Op.EVENT or kid in modules
            kids[kid] = () if is_leaf else part.kids[kid]
            if is_leaf:
                leaves.append(kid)
            else:
                path.append((kid, iter(part.kids[kid])))
    return Module(root, nodes, leaves, kids)


def orders(module: Module) -> Iterator[list[int]]:
    """Give orders of the leaves, the most promising first.

    Each is that of a depth-first walk; they differ in which input of a gate is walked first: what
    many gates use, what is large or small, what many ways from the root lead to, or as written.
    """
    size: dict[int, float] = dict.fromkeys(module.leaves, 1.0)
    users: dict[int, int] = {}
    for node in module.nodes:
        size[node] = min(sum(size[kid] for kid in module.kids[node]), 1e100)
        for kid in module.kids[node]:
            users[kid] = users.get(kid, 0) + 1
    ways = {module.root: 1.0}
    for node in reversed(module.nodes):
        for kid in module.kids[node]:
            ways[kid] = min(ways.get(kid, 0.0) + ways[node], 1e100)
    keys: tuple[Callable[[int], tuple[float, ...]], ...] = (
        lambda kid: (-users[kid], -size[kid]),
        lambda kid: (size[kid],),
        lambda kid: (-ways[kid] * size[kid],),
        lambda _: (0.0,),
        lambda kid: (-users[kid], size[kid]),
        lambda kid: (-size[kid],),
    )
    tried: set[tuple[int, ...]] = set()
    for key in keys:
        order = _depth_first(module, key)
        if tuple(order) not in tried:
            tried.add(tuple(order))
            yield order


def _depth_first(module: Module, key: Callable[[int], tuple[float, ...]]) -> list[int]:
    seen = {module.root}
    order: list[int] = []
    waiting = [module.root]
    while waiting:
        node = waiting.pop()
        kids = module.kids[node]
        if not kids:
            order.append(node)
        waiting += [kid for kid in sorted(set(kids), key=key, reverse=True) if kid not in seen]
        seen.update(kids)
    return order


@dataclass(frozen=True)
class Program:
    """Instructions over registers: int32[n, 4] and the registers as they start."""

    instructions: NDArray[np.int32]
    registers: int
    variable: dict[int, int]  # leaf -> register
    result: int


def program(part: Reduced, module: Module, order: list[int]) -> Program:
    """Spell a module's gates out as operations of two inputs.

    Inputs are taken from the one that begins lowest in the order: what stands above it is copied
    once only. k of n is built by dynamic programming over its inputs.
    """
    level = {leaf: number for number, leaf in enumerate(order)}
    register = {0: 0, 1: 1} | {leaf: 2 + number for number, leaf in enumerate(order)}
    made: list[tuple[int, int, int, int]] = []
    used = 2 + len(order)

    def operate(op: int, left: int, right: int) -> int:
        nonlocal used
        made.append((op, left, right, used))
        used += 1
        return used - 1

    for node in module.nodes:
        kids = module.kids[node]
        level[node] = min((level[kid] for kid in kids), default=0)
        inputs = [register[kid] for kid in sorted(kids, key=level.__getitem__, reverse=True)]
        op = part.ops[node]
        if op in (Op.AND, Op.OR):
            result = inputs[0] if inputs else int(op == Op.AND)
            for other in inputs[1:]:
                result = operate(AND if op == Op.AND else OR, result, other)
        elif op == Op.NOT:
            result = operate(XOR, inputs[0], 1)
        elif op == Op.XOR:
            result = operate(XOR, inputs[0], inputs[1])
        else:
            result = _at_least(part.params[node], inputs, operate)
        register[node] = result
    return Program(
        np.array(made, dtype=np.int32).reshape(-1, 4), used,
        {leaf: register[leaf] for leaf in order}, register[module.root],
    )  # fmt: skip


def _at_least(k: int, inputs: list[int], operate: Callable[[int, int, int], int]) -> int:
    """Give "k of the inputs": row j holds "j of those seen so far"."""
    row = [1] + [0] * k
    for seen, each in enumerate(inputs):
        for j in range(min(k, seen + 1), max(0, k - (len(inputs) - seen)), -1):
            both = each if row[j - 1] == 1 else operate(AND, each, row[j - 1])
            row[j] = both if row[j] == 0 else operate(OR, row[j], both)
    return row[k]
