"""Reads fault trees from the Open-PSA Model Exchange Format."""

from collections.abc import Callable, Iterator
from math import isfinite

from pollready.engine.fault_tree import FaultTree, FaultTreeBuilder, Op
from pollready.engine.openpsa_elements import Element, OpenPsaError, elements_of
from pollready.engine.openpsa_values import Values

__all__ = ["OpenPsaError", "read_open_psa"]

_DEFINED = {
    "define-gate": "gate",
    "define-basic-event": "basic-event",
    "define-house-event": "house-event",
    "define-parameter": "parameter",
}
_HOLDERS = ("define-fault-tree", "define-component", "model-data")
_REMARKS = ("label", "attributes")
_REFERENCES = ("gate", "basic-event", "house-event", "event")


def read_open_psa(content: bytes | str, *, mission_time: float | None = None) -> FaultTree:
    """Read the fault trees of one Open-PSA file.

    Parameters
    ----------
    content : bytes or str
        The file as it is, at most 64 MB; nothing that it names is opened.
    mission_time : float, optional
        What `<system-mission-time/>` stands for, in the file's own unit (more than 0).

    Returns
    -------
    FaultTree
        All gates of the file; the top is chosen when it is analysed. House events have become
        constants, parameters numbers; an event without an expression has an unknown probability.

    Raises
    ------
    OpenPsaError
        With reason, line, column and name: not well-formed or cut short, too large, a document
        type, a name defined twice or not at all, gates in a circle, a value that is no
        probability, a part of the format that is not supported.

    Notes
    -----
    Read are define-fault-tree, define-component, model-data, gates, basic events, house events
    and parameters, with and, or, not, atleast, cardinality, xor, nand, nor, iff, imply and
    constants, and numbers with arithmetic. All names are public: a private one is refused, as
    are event trees, common-cause groups, distributions and inclusion of other files.
    `docs/method/fault-trees.md`.

    Examples
    --------
    >>> tree = read_open_psa('''<opsa-mef><define-fault-tree name="school">
    ... <define-gate name="dark"><and>
    ...   <basic-event name="mains"/><basic-event name="fuel"/></and></define-gate>
    ... <define-basic-event name="mains"><float value="0.1"/></define-basic-event>
    ... <define-basic-event name="fuel"><float value="0.2"/></define-basic-event>
    ... </define-fault-tree></opsa-mef>''')
    >>> tree.top(), tree.event_names, tree.event_prob
    ('dark', ('mains', 'fuel'), (0.1, 0.2))
    """
    if mission_time is not None and not (isfinite(mission_time) and mission_time > 0):
        raise ValueError(f"a mission time is more than 0, not {mission_time}")
    root = elements_of(content)
    if root.tag != "opsa-mef":
        raise root.error("not-open-psa")
    return _Reading(root, mission_time).tree()


class _Reading:
    def __init__(self, root: Element, mission_time: float | None) -> None:
        self.events: dict[str, Element] = {}  # gates, basic and house events share their names
        parameters: dict[str, Element] = {}
        names = []
        for element in _definitions(root):
            if element.tag == "define-fault-tree":
                names.append(element.name())
                continue
            target = parameters if element.tag == "define-parameter" else self.events
            if element.name() in target:
                raise element.error("defined-twice", element.name())
            target[element.name()] = element
        if not any(element.tag == "define-gate" for element in self.events.values()):
            raise root.error("without-gate")
        self.values = Values(parameters, mission_time)
        self.builder = FaultTreeBuilder(names[0] if len(names) == 1 else "")
        self.node: dict[str, int] = {}

    def tree(self) -> FaultTree:
        """Make basic and house events, then the gates, each after those that it uses."""
        for name, element in self.events.items():
            if element.tag == "define-basic-event":
                self.node[name] = self.builder.event(name, self.values.probability(element))
            elif element.tag == "define-house-event":
                self.node[name] = _constant(_content(element, optional=True), default=Op.FALSE)
        self._check_gates()
        for name in self._children_first():
            formula = _content(self.events[name])
            assert formula is not None  # _content has seen to it
            self.node[name] = self.builder.gate(name, self._formula(formula))
        in_file = [name for name, each in self.events.items() if each.tag == "define-gate"]
        self.builder.gates = {name: self.node[name] for name in in_file}
        return self.builder.build()

    def _check_gates(self) -> None:
        for element in self.events.values():
            if element.tag == "define-gate":
                formula = _content(element)
                for reference in _references(formula):
                    self._defined(reference)

    def _defined(self, reference: Element) -> str:
        name = reference.name()
        found = self.events.get(name)
        wanted = reference.attributes.get("type") if reference.tag == "event" else reference.tag
        if found is None or (wanted is not None and _DEFINED[found.tag] != wanted):
            raise reference.error("undefined", name)
        return name

    def _gates_of(self, name: str) -> Iterator[tuple[str, Element]]:
        """Give the gates that a gate uses, with where."""
        for reference in _references(_content(self.events[name])):
            used = reference.name()
            if self.events[used].tag == "define-gate":
                yield used, reference

    def _children_first(self) -> list[str]:
        """Order the gates, each after those that it uses; raises where they run in a circle."""
        order: list[str] = []
        entered: set[str] = set()
        done: set[str] = set()
        for start, element in self.events.items():
            if element.tag != "define-gate" or start in done:
                continue
            entered.add(start)
            path = [(start, self._gates_of(start))]
            while path:
                name, used = path[-1]
                step = next(used, None)
                if step is None:
                    path.pop()
                    done.add(name)
                    order.append(name)
                elif step[0] not in entered:
                    entered.add(step[0])
                    path.append((step[0], self._gates_of(step[0])))
                elif step[0] not in done:
                    names = [each for each, _ in path]
                    circle = [*names[names.index(step[0]) :], step[0]]
                    raise step[1].error("circle", " → ".join(circle[:20]))
        return order

    def _formula(self, element: Element) -> int:
        if element.tag in _REFERENCES:
            return self.node[element.name()]
        if element.tag == "constant":
            return _constant(element)
        connective = _CONNECTIVES.get(element.tag)
        if connective is None:
            raise element.error("unsupported")
        inputs = [self._formula(child) for child in _inputs(element)]
        few, many = _ARITY.get(element.tag, (1, None))
        if len(inputs) < few or (many is not None and len(inputs) > many):
            raise element.error("wrong-number-of-inputs")
        return connective(self.builder, element, inputs)


def _definitions(root: Element) -> Iterator[Element]:
    """Give every definition of a file, however deep in fault trees and components."""
    waiting = list(reversed(root.children))
    while waiting:
        element = waiting.pop()
        if element.attributes.get("role", "public") != "public":
            raise element.error("private-name", element.attributes.get("name", ""))
        if element.tag in _HOLDERS:
            waiting += reversed(element.children)
            if element.tag == "define-fault-tree":
                yield element
        elif element.tag in _DEFINED:
            yield element
        elif element.tag not in _REMARKS:
            raise element.error("unsupported")


def _inputs(element: Element) -> list[Element]:
    return [child for child in element.children if child.tag not in _REMARKS]


def _content(element: Element, *, optional: bool = False) -> Element | None:
    inputs = _inputs(element)
    if len(inputs) > 1 or not (inputs or optional):
        raise element.error("one-formula-expected", element.name())
    return inputs[0] if inputs else None


def _references(formula: Element | None) -> Iterator[Element]:
    """Give the references of a formula from left to right."""
    waiting = [formula] if formula is not None else []
    while waiting:
        element = waiting.pop()
        if element.tag in _REFERENCES:
            yield element
        else:
            waiting += reversed(_inputs(element))


def _constant(element: Element | None, *, default: Op | None = None) -> int:
    if element is None:
        assert default is not None
        return int(default)
    values = {"true": Op.TRUE, "1": Op.TRUE, "false": Op.FALSE, "0": Op.FALSE}
    value = values.get(element.attributes.get("value", "").strip().lower())
    if element.tag != "constant":
        raise element.error("unsupported")
    if value is None:
        raise element.error("no-truth-value", element.attributes.get("value", ""))
    return int(value)


def _number(element: Element, attribute: str, inputs: list[int], least: int) -> int:
    text = element.attributes.get(attribute, "").strip()
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise element.error("no-count", text)
    if not least <= int(text) <= len(inputs):
        raise element.error("count-out-of-range", text)
    return int(text)


def _at_least(builder: FaultTreeBuilder, inputs: list[int], k: int) -> int:
    return builder.node(Op.AT_LEAST, inputs, k) if k > 0 else int(Op.TRUE)


def _atleast(builder: FaultTreeBuilder, element: Element, inputs: list[int]) -> int:
    return _at_least(builder, inputs, _number(element, "min", inputs, 0))


def _cardinality(builder: FaultTreeBuilder, element: Element, inputs: list[int]) -> int:
    few, many = (_number(element, bound, inputs, 0) for bound in ("min", "max"))
    if few > many:
        raise element.error("count-out-of-range", f"{few}-{many}")
    enough = _at_least(builder, inputs, few)
    if many == len(inputs):
        return enough
    too_many = builder.node(Op.NOT, [_at_least(builder, inputs, many + 1)])
    return builder.node(Op.AND, [enough, too_many])


def _plain(op: Op) -> Callable[[FaultTreeBuilder, Element, list[int]], int]:
    return lambda builder, _, inputs: builder.node(op, inputs)


def _negated(op: Op) -> Callable[[FaultTreeBuilder, Element, list[int]], int]:
    return lambda builder, _, inputs: builder.node(Op.NOT, [builder.node(op, inputs)])


def _imply(builder: FaultTreeBuilder, _: Element, inputs: list[int]) -> int:
    return builder.node(Op.OR, [builder.node(Op.NOT, inputs[:1]), inputs[1]])


_CONNECTIVES: dict[str, Callable[[FaultTreeBuilder, Element, list[int]], int]] = {
    "and": _plain(Op.AND),
    "or": _plain(Op.OR),
    "xor": _plain(Op.XOR),
    "not": _plain(Op.NOT),
    "nand": _negated(Op.AND),
    "nor": _negated(Op.OR),
    "iff": _negated(Op.XOR),
    "imply": _imply,
    "atleast": _atleast,
    "cardinality": _cardinality,
}
_ARITY = {"not": (1, 1), "xor": (2, 2), "iff": (2, 2), "imply": (2, 2)}
