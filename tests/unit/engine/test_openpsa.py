"""Open-PSA files: what is read, and how hostile or broken ones are refused."""

import tracemalloc
from math import exp, isnan
from pathlib import Path

import pytest

from pollready.engine import openpsa_elements
from pollready.engine.fault_tree import FaultTreeBuilder, Op, TopNotChosen, UnknownTop
from pollready.engine.fault_tree_analysis import analyse_fault_tree
from pollready.engine.openpsa import OpenPsaError, read_open_psa
from pollready.engine.openpsa_writing import UnwritableName, write_open_psa
from pollready.language import LANGUAGES, message
from pollready.language.catalogue import area


def tree_of(gates: str, data: str = "", **options):
    return read_open_psa(
        f'<opsa-mef>\n<define-fault-tree name="t">\n{gates}\n</define-fault-tree>\n'
        f"<model-data>{data}</model-data></opsa-mef>",
        **options,
    )


def gate(name: str, formula: str) -> str:
    return f'<define-gate name="{name}">{formula}</define-gate>'


def event(name: str, value: str = '<float value="0.5"/>') -> str:
    return f'<define-basic-event name="{name}">{value}</define-basic-event>'


def parameter(name: str, value: str) -> str:
    return f'<define-parameter name="{name}">{value}</define-parameter>'


A, B, C = (f'<basic-event name="{name}"/>' for name in "abc")
PROBS = {"a": 0.5, "b": 0.25, "c": 0.125}
EVENTS = "".join(event(name, f'<float value="{p}"/>') for name, p in PROBS.items())


def prob(formula: str, data: str = EVENTS) -> float:
    return analyse_fault_tree(tree_of(gate("top", formula), data)).probability


@pytest.mark.parametrize(
    ("formula", "wanted"),
    [
        (A, 0.5),
        (f"<and>{A}{B}</and>", 0.125),
        (f"<or>{A}{B}</or>", 0.625),
        (f"<nand>{A}{B}</nand>", 0.875),
        (f"<nor>{A}{B}</nor>", 0.375),
        (f"<not>{B}</not>", 0.75),
        (f"<xor>{A}{B}</xor>", 0.5),
        (f"<iff>{A}{B}</iff>", 0.5),
        (f"<imply>{A}{B}</imply>", 0.625),
        (f'<atleast min="2">{A}{B}{C}</atleast>', 0.5 * 0.25 + 0.5 * 0.125),
        (f'<atleast min="0">{A}</atleast>', 1.0),
        (f'<cardinality min="1" max="1">{A}{B}</cardinality>', 0.5),
        (f'<cardinality min="0" max="2">{A}{B}{C}</cardinality>', 1 - 1 / 64),
        (f'<or><constant value="true"/>{A}</or>', 1.0),
        ('<constant value="false"/>', 0.0),
        (f"<or>{A}<and>{B}<not>{C}</not></and></or>", 0.5 + 0.5 * 0.25 * 0.875),
        ('<or><event name="a"/><event name="b" type="basic-event"/></or>', 0.625),
    ],
)
def test_each_connective_means_what_the_format_says(formula, wanted):
    assert prob(formula) == pytest.approx(wanted, rel=1e-15)


@pytest.mark.parametrize(
    ("expression", "wanted"),
    [
        ('<float value="1e-3"/>', 1e-3),
        ('<int value="1"/>', 1.0),
        ('<parameter name="p"/>', 0.25),
        ('<add><float value=".1"/><float value=".2"/></add>', 0.1 + 0.2),
        ('<sub><int value="1"/><float value=".2"/></sub>', 0.8),
        ('<mul><parameter name="p"/><parameter name="p"/></mul>', 0.0625),
        ('<div><int value="1"/><int value="4"/></div>', 0.25),
        ('<exp><neg><int value="1"/></neg></exp>', exp(-1)),
        ('<exponential><float value="1e-4"/><system-mission-time/></exponential>', 1 - exp(-1)),
    ],
)
def test_probabilities_are_worked_out_from_numbers_and_parameters(expression, wanted):
    half = parameter("half", '<float value="0.5"/>')
    squared = parameter("p", '<pow><parameter name="half"/><int value="2"/></pow>')
    tree = tree_of(gate("top", A), squared + half + event("a", expression), mission_time=1e4)
    assert tree.event_prob == pytest.approx((wanted,), rel=1e-12)


def test_house_events_components_labels_and_attributes_are_read():
    house = '<define-house-event name="flood"><constant value="true"/></define-house-event>'
    dry = '<define-house-event name="dry"/>'
    gates = (
        '<label>what</label><attributes><attribute name="x" value="y"/></attributes>'
        f'<define-component name="part">{house}{dry}'
        + gate("wet", '<label>w</label><and><house-event name="flood"/><event name="a"/></and>')
        + "</define-component>"
        + gate("top", '<or><gate name="wet"/><house-event name="dry"/></or>')
    )
    tree = tree_of(gates, event("a"))
    assert tree.name == "t"
    result = analyse_fault_tree(tree)
    assert (result.top, result.probability, result.gates) == ("top", 0.5, 2)


def test_an_event_without_an_expression_is_unknown_and_so_is_the_probability():
    tree = tree_of(gate("top", f"<or>{A}{B}</or>"), event("a") + event("b", ""))
    assert isnan(tree.event_prob[1])
    result = analyse_fault_tree(tree)
    assert (result.probability, result.unknown_probabilities) == (None, 1)
    assert result.minimal_cut_sets == 2
    assert result.importance() == ()


NESTED = "<and>" * 400 + A + "</and>" * 400
LONG_CHAIN = "".join(
    parameter(f"p{i}", f'<neg><neg><parameter name="p{i + 1}"/></neg></neg>') for i in range(900)
)
BOMB = (
    '<?xml version="1.0"?>\n<!DOCTYPE lolz [<!ENTITY lol "lol">'
    + "".join(f'<!ENTITY lol{i} "{f"&lol{i - 1 if i else str()};" * 10}">' for i in range(9))
    + "]>\n<opsa-mef>&lol8;</opsa-mef>"
)


def refused(read) -> tuple[str, int, str]:
    with pytest.raises(OpenPsaError) as caught:
        read()
    for language in LANGUAGES:
        assert message(caught.value, language)
    return caught.value.reason.kind, caught.value.line, caught.value.reason.name


@pytest.mark.parametrize(
    ("formula", "data", "kind", "name"),
    [
        (A, "", "undefined", "a"),
        ('<gate name="a"/>', EVENTS, "undefined", "a"),
        ('<event name="a" type="gate"/>', EVENTS, "undefined", "a"),
        ("<and/>", EVENTS, "wrong-number-of-inputs", "and"),
        (f"<xor>{A}{B}{C}</xor>", EVENTS, "wrong-number-of-inputs", "xor"),
        (f"<not>{A}{B}</not>", EVENTS, "wrong-number-of-inputs", "not"),
        (f"{A}{B}", EVENTS, "one-formula-expected", "top"),
        ("", EVENTS, "one-formula-expected", "top"),
        (f'<atleast min="4">{A}{B}</atleast>', EVENTS, "count-out-of-range", "4"),
        (f'<atleast min="-1">{A}{B}</atleast>', EVENTS, "no-count", "-1"),
        (f"<atleast>{A}{B}</atleast>", EVENTS, "no-count", ""),
        (f'<cardinality min="2" max="1">{A}{B}</cardinality>', EVENTS, "count-out-of-range", "2-1"),
        ('<constant value="maybe"/>', EVENTS, "no-truth-value", "maybe"),
        (f"<before>{A}{B}</before>", EVENTS, "unsupported", "before"),
        ("<and><basic-event/></and>", EVENTS, "without-name", "basic-event"),
        (A, event("a", '<float value="1.5"/>'), "no-probability", "a = 1.5"),
        (A, event("a", '<float value="-0.1"/>'), "no-probability", "a = -0.1"),
        (A, event("a", '<float value="nan"/>'), "no-number", "nan"),
        (A, event("a", '<float value="1_0"/>'), "no-number", "1_0"),
        (A, event("a", '<float value="۰"/>'), "no-number", "۰"),
        (A, event("a", "<float/>"), "no-number", ""),
        (A, event("a", '<div><int value="1"/><int value="0"/></div>'), "no-number", "div"),
        (A, event("a", '<lognormal-deviate/>'), "unsupported", "lognormal-deviate"),
        (A, event("a", '<parameter name="p"/>'), "undefined", "p"),
        (A, event("a", "<system-mission-time/>"), "mission-time-needed", "system-mission-time"),
        (A, event("a", '<int value="1"/><int value="0"/>'), "one-expression-expected", "a"),
        (A, event("a") * 2, "defined-twice", "a"),
        (A, event("top") + event("a"), "defined-twice", "top"),
        (A, '<define-basic-event name="a" role="private"/>', "private-name", "a"),
        (A, '<define-CCF-group name="g" model="beta-factor"/>', "unsupported", "define-CCF-group"),
        (A, '<define-parameter name="p"><parameter name="p"/></define-parameter>'
            + event("a", '<parameter name="p"/>'), "circle", "p → p"),
        (A, LONG_CHAIN + event("a", '<parameter name="p0"/>'), "too-deep", "150"),
        (NESTED, EVENTS, "too-deep", "150"),
    ],
)  # fmt: skip
def test_what_a_file_does_wrong_is_told_by_its_place(formula, data, kind, name):
    found = refused(lambda: tree_of(gate("top", formula), data))
    assert (found[0], found[2]) == (kind, name)
    assert found[1] in (3, 5)


def test_gates_in_a_circle_are_shown_in_their_order():
    gates = gate("top", '<gate name="x"/>') + gate("x", f'<or>{A}<gate name="y"/></or>')
    gates += gate("y", '<gate name="x"/>')
    assert refused(lambda: tree_of(gates, EVENTS)) == ("circle", 3, "x → y → x")


@pytest.mark.parametrize(
    ("content", "kind", "name"),
    [
        (b"", "not-well-formed", "no element found"),
        (b"<opsa-mef><define-fault-tree", "not-well-formed", "unclosed token"),
        (b"<opsa-mef><define-fault-tree name='t'>", "not-well-formed", "no element found"),
        (b"\x00\xff\xfe", "not-well-formed", None),
        (b"<?xml version='1.0' encoding='klingon'?><opsa-mef/>", "not-well-formed", None),
        (b"<opsa-mef>\xff</opsa-mef>", "not-well-formed", None),
        ("<opsa-mef>\ud800</opsa-mef>", "not-well-formed", None),
        (b"PK\x03\x04", "not-well-formed", None),
        ("<opsa-mef>&undeclared;</opsa-mef>", "not-well-formed", "undefined entity"),
        ("<html/>", "not-open-psa", "html"),
        ("<opsa-mef/>", "without-gate", "opsa-mef"),
        ("<opsa-mef><include file='/etc/passwd'/></opsa-mef>", "unsupported", "include"),
        (BOMB, "document-type", "lolz"),
        ("<!DOCTYPE x SYSTEM 'file:///etc/passwd'><opsa-mef/>", "document-type", "x"),
        ("<a>" * 100_000, "too-deep", "150"),
    ],
    ids=lambda value: str(value)[:30] if not isinstance(value, bytes) else None,
)  # fmt: skip
def test_broken_and_hostile_files_are_refused(content, kind, name):
    found = refused(lambda: read_open_psa(content))
    assert found[0] == kind
    assert name in (None, found[2])


def test_a_bomb_of_entities_takes_no_memory():
    tracemalloc.start()
    refused(lambda: read_open_psa(BOMB))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1 << 20


def test_a_file_cut_anywhere_is_refused():
    whole = write_open_psa(tree_of(gate("top", f"<or>{A}<not>{B}</not></or>"), EVENTS))
    for end in range(0, len(whole.rstrip()) - 1, 7):
        assert refused(lambda end=end: read_open_psa(whole[:end]))[0] == "not-well-formed"


def test_files_past_the_stated_sizes_are_refused(monkeypatch):
    monkeypatch.setattr(openpsa_elements, "MAX_BYTES", 1 << 20)
    monkeypatch.setattr(openpsa_elements, "MAX_ELEMENTS", 1000)
    assert refused(lambda: read_open_psa(b"<" * ((1 << 20) + 1)))[0] == "too-large"
    assert refused(lambda: tree_of("<label/>" * 1000))[0] == "too-many-elements"


def test_every_reason_has_its_sentence():
    folder = Path(openpsa_elements.__file__).parent
    source = "".join(path.read_text("utf-8") for path in folder.glob("openpsa*.py"))
    prefix = "errors.engine.open-psa."
    said = {key.removeprefix(prefix) for key in area("errors") if key.startswith(prefix)}
    assert said
    assert {kind for kind in said if f'"{kind}"' not in source} == set()


def test_the_top_is_the_only_gate_that_no_other_uses_or_is_chosen():
    gates = gate("one", '<gate name="low"/>') + gate("two", A) + gate("low", f"<and>{A}{B}</and>")
    tree = tree_of(gates, EVENTS)
    with pytest.raises(TopNotChosen) as caught:
        tree.top()
    assert caught.value.choices == ("one", "two")
    with pytest.raises(UnknownTop):
        analyse_fault_tree(tree, "three")
    assert analyse_fault_tree(tree, "one").probability == 0.125
    assert analyse_fault_tree(tree, "low").probability == 0.125
    assert analyse_fault_tree(tree, "two").probability == 0.5


def test_names_of_any_letters_survive_writing_and_others_are_refused():
    builder = FaultTreeBuilder("دبستان <سعدی>")
    names = ['برق "شهر"', "a&b", "x\ty", "😀", "it's"]
    node = builder.node(Op.OR, [builder.event(name, 0.1) for name in names])
    builder.gate("رأس", node)
    again = read_open_psa(write_open_psa(builder.build()))
    assert (again.name, list(again.event_names), again.top()) == (builder.name, names, "رأس")
    for bad in ("", " x", "x\x00", "رأس", "\ud800"):
        builder.names[0] = bad
        with pytest.raises(UnwritableName):
            write_open_psa(builder.build())


def test_gates_nested_deeper_than_a_file_may_be_are_written_under_invented_names():
    builder = FaultTreeBuilder("deep")
    events = [builder.event(f"e{i}", 0.5) for i in range(400)]
    node = events[0]
    for i, each in enumerate(events[1:]):
        node = builder.node(Op.OR if i % 2 else Op.AND, [each, node])
    builder.gate("top", node)
    tree = builder.build()
    again = read_open_psa(write_open_psa(tree))
    assert len(again.gates) > 1
    assert analyse_fault_tree(again).probability == analyse_fault_tree(tree).probability
