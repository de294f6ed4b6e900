"""A fault tree made simpler before it is solved: constants gone, gates merged, modules found."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from pollready.engine.fault_tree import FaultTree, Op

_FALSE, _TRUE = int(Op.FALSE), int(Op.TRUE)


@dataclass
class Reduced:
    """Nodes of one top's cone, children first, and which of them are modules.

    A module shares no event with what lies outside it; `modules` lists those without negation,
    children first, and the root last. An event's `params` is its number in the tree.
    """

    ops: list[int] = field(default_factory=lambda: [_FALSE, _TRUE])
    params: list[int] = field(default_factory=lambda: [0, 0])
    kids: list[tuple[int, ...]] = field(default_factory=lambda: [(), ()])
    root: int = 0
    modules: list[int] = field(default_factory=list)
    known: dict[tuple[int, int, tuple[int, ...]], int] = field(default_factory=dict)

    def add(self, op: int, param: int, kids: tuple[int, ...]) -> int:
        """Give the node of this content."""
        key = (op, param, kids)
        found = self.known.get(key)
        if found is None:
            found = self.known[key] = len(self.ops)
            self.ops.append(op)
            self.params.append(param)
            self.kids.append(kids)
        return found

    def gate(self, op: int, param: int, kids: Iterable[int]) -> int:
        """Give a gate, simplified by what its inputs are."""
        given = list(kids)
        if op in (Op.AND, Op.OR):
            return self._all_or_any(op, given)
        if op == Op.AT_LEAST:
            return self._at_least(param, given)
        if op == Op.NOT:
            return self._negated(given[0])
        left, right = sorted(given)
        if left == right:
            return _FALSE
        if left == _FALSE:
            return right
        return self._negated(right) if left == _TRUE else self.add(op, 0, (left, right))

    def _all_or_any(self, op: int, given: list[int]) -> int:
        neutral, absorbing = (_TRUE, _FALSE) if op == Op.AND else (_FALSE, _TRUE)
        kept = dict.fromkeys(given)
        kept.pop(neutral, None)
        if absorbing in kept:
            return absorbing
        if any(self.ops[kid] == Op.NOT and self.kids[kid][0] in kept for kid in kept):
            return absorbing
        if len(kept) < 2:
            return next(iter(kept), neutral)
        return self.add(op, 0, tuple(kept))

    def _at_least(self, k: int, given: list[int]) -> int:
        k -= given.count(_TRUE)
        kept = [kid for kid in given if kid > _TRUE]
        if k <= 0 or k > len(kept):
            return _TRUE if k <= 0 else _FALSE
        if k in (1, len(kept)):
            return self._all_or_any(Op.OR if k == 1 else Op.AND, kept)
        return self.add(Op.AT_LEAST, k, tuple(kept))

    def _negated(self, kid: int) -> int:
        if kid <= _TRUE:
            return _TRUE - kid
        if self.ops[kid] == Op.NOT:
            return self.kids[kid][0]
        return self.add(Op.NOT, 0, (kid,))

    def negates(self, node: int) -> bool:
        """Tell whether a node can fail less as its inputs fail more."""
        return self.ops[node] in (Op.NOT, Op.XOR)

    def below(self, root: int) -> list[int]:
        """List the nodes of a cone, children first."""
        return _postorder(root, self.kids)


def reduced(tree: FaultTree, top: int) -> Reduced:
    """Simplify the cone of a node and find its modules."""
    plain = Reduced()
    place = {}
    for node in tree.below(top):
        op, param, kids = tree.nodes[node].op, tree.nodes[node].param, tree.nodes[node].children
        if op <= Op.TRUE:
            place[node] = int(op)
        elif op == Op.EVENT:
            place[node] = plain.add(op, param, ())
        else:
            place[node] = plain.gate(op, param, (place[kid] for kid in kids))
    plain.root = place[top]
    merged = _merged(plain)
    split = _split(merged, _modules(merged))
    split.modules = _without_negation(split, _modules(split))
    if split.ops[split.root] <= Op.EVENT:  # the root is a gate in any case, if of one input or none
        kids = (split.root,) if split.ops[split.root] == Op.EVENT else ()
        split.root = split.add(Op.AND if split.root == _TRUE else Op.OR, 0, kids)
        split.modules = [split.root]
    return split


def _without_negation(part: Reduced, modules: list[int]) -> list[int]:
    """Leave modules that hold a negation to the root, whose cut sets need to see through them."""
    negating: set[int] = set()
    for node in part.below(part.root):
        if part.negates(node) or any(kid in negating for kid in part.kids[node]):
            negating.add(node)
    return [node for node in modules if node not in negating or node == part.root]


def _postorder(root: int, kids: list[tuple[int, ...]]) -> list[int]:
    order: list[int] = []
    seen = {root}
    path = [(root, iter(kids[root]))]
    while path:
        node, waiting = path[-1]
        for kid in waiting:
            if kid not in seen:
                seen.add(kid)
                path.append((kid, iter(kids[kid])))
                break
        else:
            path.pop()
            order.append(node)
    return order


def _merged(plain: Reduced) -> Reduced:
    """Merge a gate into the one gate above it where both are AND, or both OR."""
    cone = plain.below(plain.root)
    parents: dict[int, set[int]] = {node: set() for node in cone}
    for node in cone:
        for kid in plain.kids[node]:
            parents[kid].add(node)
    joining = {
        node
        for node in cone
        if plain.ops[node] in (Op.AND, Op.OR)
        and len(parents[node]) == 1
        and plain.ops[next(iter(parents[node]))] == plain.ops[node]
    }
    made = Reduced()
    place: dict[int, int] = {}
    for node in cone:
        op, param = plain.ops[node], plain.params[node]
        if op <= Op.TRUE:
            place[node] = op
        elif op == Op.EVENT:
            place[node] = made.add(op, param, ())
        elif node not in joining:
            kids: list[int] = []
            waiting = list(reversed(plain.kids[node]))
            while waiting:
                kid = waiting.pop()
                if kid in joining:
                    waiting += reversed(plain.kids[kid])
                else:
                    kids.append(place[kid])
            place[node] = made.gate(op, param, kids)
    made.root = place[plain.root]
    return made


def _modules(part: Reduced) -> list[int]:
    """Find the gates whose events stand nowhere else (Dutuit and Rauzy, in linear time)."""
    cone = part.below(part.root)
    first, last, leave = _visits(part)
    low: dict[int, int] = {}
    high: dict[int, int] = {}
    modules = []
    for node in cone:
        kids = part.kids[node]
        low[node] = min((min(low[kid], first[kid]) for kid in kids), default=first[node])
        high[node] = max((max(high[kid], last[kid]) for kid in kids), default=last[node])
        if kids and low[node] > first[node] and high[node] < leave[node]:
            modules.append(node)
    return modules


def _visits(part: Reduced) -> tuple[dict[int, int], dict[int, int], dict[int, int]]:
    """Walk once; give when each node is first seen, last seen, and left for the first time."""
    first, last, leave = {part.root: 0}, {part.root: 0}, {}
    now = 0
    path = [(part.root, iter(part.kids[part.root]))]
    while path:
        node, waiting = path[-1]
        now += 1
        kid = next(waiting, None)
        if kid is None:
            path.pop()
            leave[node] = now
            last[node] = max(last[node], now)
        elif kid in first:
            last[kid] = now
        else:
            first[kid] = last[kid] = now
            path.append((kid, iter(part.kids[kid])))
    return first, last, leave


def _split(part: Reduced, modules: list[int]) -> Reduced:
    """Give the inputs of a module that share events a gate of their own: it is a module, too."""
    inside = set(modules)
    made = Reduced()
    place: dict[int, int] = {}
    for node in part.below(part.root):
        op, param = part.ops[node], part.params[node]
        if op <= Op.TRUE:
            place[node] = op
        elif op == Op.EVENT:
            place[node] = made.add(op, param, ())
        elif op in (Op.AND, Op.OR) and node in inside:
            groups = _sharing(part, node, inside)
            kids = [made.gate(op, 0, [place[kid] for kid in group]) for group in groups]
            place[node] = made.gate(op, 0, kids)
        else:
            place[node] = made.gate(op, param, [place[kid] for kid in part.kids[node]])
    made.root = place[part.root]
    return made


def _sharing(part: Reduced, gate: int, modules: set[int]) -> list[list[int]]:
    """Group a gate's inputs: two stand together if something lies below both."""
    inputs = part.kids[gate]
    if all(not part.kids[kid] or kid in modules for kid in inputs):
        return [[kid] for kid in inputs]
    group = list(range(len(inputs)))

    def head(number: int) -> int:
        while group[number] != number:
            group[number] = group[group[number]]
            number = group[number]
        return number

    owner: dict[int, int] = {}
    for number, kid in enumerate(inputs):
        waiting = [kid]
        while waiting:
            node = waiting.pop()
            if node in owner:
                group[head(number)] = head(owner[node])
                continue
            owner[node] = number
            if node not in modules:
                waiting += part.kids[node]
    found: dict[int, list[int]] = {}
    for number, kid in enumerate(inputs):
        found.setdefault(head(number), []).append(kid)
    return list(found.values())
