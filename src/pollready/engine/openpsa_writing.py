"""Writes a fault tree in the Open-PSA Model Exchange Format."""

import re
from collections.abc import Iterator
from math import isnan
from xml.sax.saxutils import quoteattr

from pollready.engine.errors import EngineError
from pollready.engine.fault_tree import FaultTree, Node, Op

_TAGS = {Op.AND: "and", Op.OR: "or", Op.XOR: "xor", Op.NOT: "not"}
_MAX_DEPTH = 100  # of gates without a name, one in another
# What XML 1.0 cannot hold at all, however it is written.
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class UnwritableName(EngineError):
    """A name is empty, stands twice, has outer spaces, or holds what XML cannot hold."""

    code = "engine.unwritable-name"

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def write_open_psa(tree: FaultTree) -> str:
    """Write a fault tree as one Open-PSA file, which `read_open_psa` reads back as the same tree.

    Parameters
    ----------
    tree : FaultTree

    Returns
    -------
    str
        Gates under their names; one without a name stands inside the gate that uses it, and under
        an invented name where two use it or they nest too deeply. An event of unknown probability
        is defined without one.

    Raises
    ------
    UnwritableName
        If a name cannot stand in such a file.

    Examples
    --------
    >>> from pollready.engine.fault_tree import FaultTreeBuilder
    >>> builder = FaultTreeBuilder("school")
    >>> both = builder.node(Op.AND, [builder.event("mains", 0.1), builder.event("fuel", 0.2)])
    >>> _ = builder.gate("dark", both)
    >>> print(write_open_psa(builder.build()))
    <?xml version="1.0" encoding="UTF-8"?>
    <opsa-mef>
    <define-fault-tree name="school">
    <define-gate name="dark">
    <and>
    <basic-event name="mains"/>
    <basic-event name="fuel"/>
    </and>
    </define-gate>
    </define-fault-tree>
    <model-data>
    <define-basic-event name="mains"><float value="0.1"/></define-basic-event>
    <define-basic-event name="fuel"><float value="0.2"/></define-basic-event>
    </model-data>
    </opsa-mef>
    <BLANKLINE>
    """
    _check_names(tree)
    return "\n".join(_Writing(tree).lines()) + "\n"


def _check_names(tree: FaultTree) -> None:
    seen: set[str] = set()
    for name in (*tree.gates, *tree.event_names):
        if not name or name != name.strip() or name in seen or _NO_XML.search(name):
            raise UnwritableName(name)
        seen.add(name)
    if tree.name != tree.name.strip() or _NO_XML.search(tree.name):
        raise UnwritableName(tree.name)


class _Writing:
    def __init__(self, tree: FaultTree) -> None:
        self.tree = tree
        self.gate_of = {node: name for name, node in tree.gates.items()}
        self.invented = self._invented()

    def _invented(self) -> dict[str, int]:
        """Invent names for gates without one that are used twice or would nest too deeply."""
        tree = self.tree
        used = [0] * len(tree.nodes)
        for number in _below_all_gates(tree):
            for child in tree.nodes[number].children:
                used[child] += 1
        depth: dict[int, int] = {}
        invented: dict[str, int] = {}
        taken = {*self.tree.gates, *self.tree.event_names}
        for number, node in enumerate(self.tree.nodes):
            if not node.children or not used[number] or number in self.gate_of:
                continue
            depth[number] = 1 + max(depth.get(child, 0) for child in node.children)
            if depth[number] >= _MAX_DEPTH or used[number] > 1:
                name = f"gate-{number}"
                while name in taken:
                    name += "-"
                invented[name] = number
                self.gate_of[number] = name
                depth[number] = 0
        return invented

    def lines(self) -> Iterator[str]:
        tree = self.tree
        yield '<?xml version="1.0" encoding="UTF-8"?>'
        yield "<opsa-mef>"
        yield f"<define-fault-tree name={_quoted(tree.name or 'fault-tree')}>"
        for name, number in (tree.gates | self.invented).items():
            yield f"<define-gate name={_quoted(name)}>"
            yield from self._connective(self.tree.nodes[number])
            yield "</define-gate>"
        yield "</define-fault-tree>"
        yield "<model-data>"
        for name, prob in zip(tree.event_names, tree.event_prob, strict=True):
            value = "" if isnan(prob) else f'<float value="{prob!r}"/>'
            yield f"<define-basic-event name={_quoted(name)}>{value}</define-basic-event>"
        yield "</model-data>"
        yield "</opsa-mef>"

    def _formula(self, number: int) -> Iterator[str]:
        node = self.tree.nodes[number]
        if number in self.gate_of:
            yield f"<gate name={_quoted(self.gate_of[number])}/>"
        elif node.op == Op.EVENT:
            yield f"<basic-event name={_quoted(self.tree.event_names[node.param])}/>"
        elif node.op in (Op.FALSE, Op.TRUE):
            yield f'<constant value="{"true" if node.op == Op.TRUE else "false"}"/>'
        else:
            yield from self._connective(node)

    def _connective(self, node: Node) -> Iterator[str]:
        if node.op == Op.AT_LEAST:
            yield f'<atleast min="{node.param}">'
        else:
            yield f"<{_TAGS[node.op]}>"
        for child in node.children:
            yield from self._formula(child)
        yield "</atleast>" if node.op == Op.AT_LEAST else f"</{_TAGS[node.op]}>"


def _below_all_gates(tree: FaultTree) -> list[int]:
    """List every node at or below a named gate."""
    found = list(tree.gates.values())
    seen = set(found)
    for number in found:
        for child in tree.nodes[number].children:
            if child not in seen:
                seen.add(child)
                found.append(child)
    return found


def _quoted(name: str) -> str:
    """Quote an attribute; white space but the space itself would be read back as spaces."""
    return quoteattr(name, {"\t": "&#9;", "\n": "&#10;", "\r": "&#13;"})
