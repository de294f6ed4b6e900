"""The slow, obvious answers of a fault tree: every state of its events, every product of them.

Nothing here is taken from the engine but the nodes of a tree. A function of n events is one whole
number of 2^n bits: bit s is its value in state s, whose bit e tells whether event e has failed.
"""

from itertools import combinations, product
from math import prod

from pollready.engine.fault_tree import FaultTree, Op


def truth(tree: FaultTree, top: str) -> int:
    n = len(tree.event_names)
    everything = (1 << (1 << n)) - 1
    values: list[int] = []
    for node in tree.nodes:
        below = [values[child] for child in node.children]
        if node.op == Op.FALSE:
            value = 0
        elif node.op == Op.TRUE:
            value = everything
        elif node.op == Op.EVENT:
            value = column(node.param, n)
        elif node.op == Op.AND:
            value = everything
            for each in below:
                value &= each
        elif node.op == Op.OR:
            value = 0
            for each in below:
                value |= each
        elif node.op == Op.NOT:
            value = everything ^ below[0]
        elif node.op == Op.XOR:
            value = below[0] ^ below[1]
        else:
            value = sum(
                1 << state
                for state in range(1 << n)
                if sum(each >> state & 1 for each in below) >= node.param
            )
        values.append(value)
    return values[tree.gates[top]]


def column(event: int, n: int) -> int:
    return sum(1 << state for state in range(1 << n) if state >> event & 1)


def probability(tree: FaultTree, top: str) -> float:
    n, table = len(tree.event_names), truth(tree, top)
    return sum(
        prod(p if state >> e & 1 else 1 - p for e, p in enumerate(tree.event_prob))
        for state in range(1 << n)
        if table >> state & 1
    )


def minimal_cut_sets(tree: FaultTree, top: str) -> set[frozenset[str]]:
    """Sets of events that fail the top, all others working, and of which no part does."""
    n, table = len(tree.event_names), truth(tree, top)
    found: list[frozenset[int]] = []
    for size in range(n + 1):
        for chosen in combinations(range(n), size):
            cut = frozenset(chosen)
            if table >> sum(1 << e for e in cut) & 1 and not any(part <= cut for part in found):
                found.append(cut)
    return {frozenset(tree.event_names[e] for e in cut) for cut in found}


def prime_implicants(tree: FaultTree, top: str) -> set[frozenset[tuple[str, bool]]]:
    """Products of events and absences that make the top fail, and of which no part does."""
    n, table = len(tree.event_names), truth(tree, top)
    everything = (1 << (1 << n)) - 1
    columns = [column(e, n) for e in range(n)]
    found: list[frozenset[tuple[int, bool]]] = []
    products = sorted(product((None, True, False), repeat=n), key=lambda p: n - p.count(None))
    for signs in products:
        cube = everything
        for e, sign in enumerate(signs):
            if sign is not None:
                cube &= columns[e] if sign else everything ^ columns[e]
        literals = frozenset((e, sign) for e, sign in enumerate(signs) if sign is not None)
        if not cube & ~table and not any(part <= literals for part in found):
            found.append(literals)
    return {frozenset((tree.event_names[e], sign) for e, sign in each) for each in found}
