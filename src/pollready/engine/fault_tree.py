"""A fault tree: gates over basic events, coherent or not; never a Network."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import IntEnum
from math import isnan, nan

from pollready.engine.errors import EngineError


class Op(IntEnum):
    """What a node of a fault tree is; all other connectives are made of these."""

    FALSE = 0
    TRUE = 1
    EVENT = 2
    AND = 3
    OR = 4
    AT_LEAST = 5
    XOR = 6
    NOT = 7


class UnknownTop(EngineError):
    """The tree has no gate of that name."""

    code = "engine.unknown-top"

    def __init__(self, top: str, choices: tuple[str, ...]) -> None:
        super().__init__(top, choices)
        self.top = top
        self.choices = choices


class TopNotChosen(EngineError):
    """Nobody says which gate is the top, and not exactly one is used by no other."""

    code = "engine.top-not-chosen"

    def __init__(self, choices: tuple[str, ...]) -> None:
        super().__init__(choices)
        self.choices = choices


@dataclass(frozen=True, slots=True)
class Node:
    """One gate or event: `param` is the event's number, or k of an AT_LEAST."""

    op: Op
    param: int = 0
    children: tuple[int, ...] = ()


@dataclass(frozen=True, eq=False)
class FaultTree:
    """Nodes in topological order, children first.

    Attributes
    ----------
    name : str
    nodes : tuple of Node
    event_names : tuple of str
    event_prob : tuple of float
        Each from 0 to 1, NaN where it is unknown.
    gates : dict of str to int
        The node of every named gate, its own, in the order of the file.
    uses : dict of str to tuple of str
        The named gates that each named gate uses, with no other between them.
    """

    name: str
    nodes: tuple[Node, ...]
    event_names: tuple[str, ...]
    event_prob: tuple[float, ...]
    gates: dict[str, int]
    uses: dict[str, tuple[str, ...]]

    def tops(self) -> tuple[str, ...]:
        """Name the gates that no other gate uses."""
        used = {name for names in self.uses.values() for name in names}
        return tuple(name for name in self.gates if name not in used)

    def top(self, name: str | None = None) -> str:
        """Give the chosen top, or the only one; raises `UnknownTop`, `TopNotChosen`."""
        tops = self.tops()
        if name is not None:
            if name not in self.gates:
                raise UnknownTop(name, tops)
            return name
        if len(tops) != 1:
            raise TopNotChosen(tops)
        return tops[0]

    def gates_below(self, top: str) -> set[str]:
        """Name the gates at or below a gate."""
        found = {top}
        waiting = [top]
        while waiting:
            more = set(self.uses[waiting.pop()]) - found
            found |= more
            waiting += more
        return found

    def below(self, root: int) -> list[int]:
        """List the nodes of a cone, children first."""
        seen = {root}
        waiting = [root]
        while waiting:
            for child in self.nodes[waiting.pop()].children:
                if child not in seen:
                    seen.add(child)
                    waiting.append(child)
        return sorted(seen)


@dataclass
class FaultTreeBuilder:
    """Collects events and gates, children first.

    Examples
    --------
    >>> builder = FaultTreeBuilder("school")
    >>> mains, fuel = builder.event("mains", 0.1), builder.event("fuel", 0.2)
    >>> builder.gate("power", builder.node(Op.AND, [mains, fuel]))
    4
    >>> builder.build().top()
    'power'
    """

    name: str = ""
    nodes: list[Node] = field(default_factory=lambda: [Node(Op.FALSE), Node(Op.TRUE)])
    names: list[str] = field(default_factory=list)
    probs: list[float] = field(default_factory=list)
    gates: dict[str, int] = field(default_factory=dict)
    _named: set[int] = field(default_factory=set)

    def event(self, name: str, prob: float = nan) -> int:
        """Add a basic event; NaN is an unknown probability."""
        if not (isnan(prob) or 0.0 <= prob <= 1.0):
            raise ValueError(f"a probability lies between 0 and 1, not {prob}")
        self.names.append(name)
        self.probs.append(prob)
        return self._add(Node(Op.EVENT, len(self.names) - 1))

    def node(self, op: Op, children: Iterable[int] = (), k: int = 0) -> int:
        """Add a gate without a name; nodes 0 and 1 are the constants false and true."""
        given = tuple(children)
        wanted = {Op.NOT: 1, Op.XOR: 2}.get(op)
        if op <= Op.EVENT or not all(0 <= child < len(self.nodes) for child in given):
            raise ValueError(f"no gate {op.name} over {given}")
        if len(given) != wanted if wanted is not None else not given:
            raise ValueError(f"{op.name} over {len(given)} inputs")
        if op == Op.AT_LEAST and not 1 <= k <= len(given):
            raise ValueError(f"{k} of {len(given)} inputs")
        return self._add(Node(op, k if op == Op.AT_LEAST else 0, given))

    def gate(self, name: str, node: int) -> int:
        """Name a node; give the gate's own, where that is an event, a constant or another's."""
        if self.nodes[node].op <= Op.EVENT or node in self._named:
            node = self.node(Op.OR, [node])
        self.gates[name] = node
        self._named.add(node)
        return node

    def build(self) -> FaultTree:
        """Freeze the tree."""
        return FaultTree(
            self.name,
            tuple(self.nodes),
            tuple(self.names),
            tuple(self.probs),
            dict(self.gates),
            self._uses(),
        )

    def _uses(self) -> dict[str, tuple[str, ...]]:
        name_of = {node: name for name, node in self.gates.items()}
        found: dict[str, tuple[str, ...]] = {}
        for name, gate in self.gates.items():
            used: dict[str, None] = {}
            seen = {gate}
            waiting = [gate]
            while waiting:
                for child in self.nodes[waiting.pop()].children:
                    if child in name_of:
                        used[name_of[child]] = None
                    elif child not in seen:
                        seen.add(child)
                        waiting.append(child)
            found[name] = tuple(used)
        return found

    def _add(self, node: Node) -> int:
        self.nodes.append(node)
        return len(self.nodes) - 1
