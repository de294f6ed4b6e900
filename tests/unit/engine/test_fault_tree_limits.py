"""What the limits of a fault tree's analysis leave open is said, and what is proven stands."""

import itertools
import random

import pytest

from pollready.engine.budget import Budget
from pollready.engine.fault_tree import FaultTreeBuilder, Op
from pollready.engine.fault_tree_analysis import analyse_fault_tree
from pollready.engine.fault_tree_limits import FaultTreeOutOfTime, FaultTreeTooLarge
from pollready.language import LANGUAGES, message


def tangle(events: int = 60, clauses: int = 120, *, negated: bool = False):
    """Random triples under one OR: no module, a diagram of many nodes."""
    random_ = random.Random(5)
    builder = FaultTreeBuilder("tangle")
    pool = [builder.event(f"e{i}", 0.01) for i in range(events)]
    parts = [builder.node(Op.AND, random_.sample(pool, 3)) for _ in range(clauses)]
    if negated:
        parts = [
            builder.node(Op.AND, [part, builder.node(Op.NOT, [random_.choice(pool)])])
            for part in parts
        ]
    builder.gate("top", builder.node(Op.OR, parts))
    return builder.build()


def test_a_diagram_past_the_limit_is_refused_and_nothing_is_guessed():
    result = analyse_fault_tree(tangle(), max_nodes=1000)
    (error,) = result.refused
    assert isinstance(error, FaultTreeTooLarge)
    assert error.fields == {"top": "top", "what": "probability", "max_nodes": 1000}
    assert (result.probability, result.minimal_cut_sets, result.coherent) == (None, None, None)
    assert (result.basic_events, result.gates) == (59, 1)
    assert all("1" in message(error, "en") and message(error, each) for each in LANGUAGES)
    with pytest.raises(ValueError, match="not known"):
        result.cut_sets(10)


def proven_within(tree, limits) -> list[int]:
    """Count what is proven under each limit: it must be what is proven without one."""
    whole = analyse_fault_tree(tree)
    assert whole.refused == ()
    expected = (whole.probability, whole.minimal_cut_sets, whole.prime_implicants)
    proven = []
    for limit in limits:
        part = analyse_fault_tree(tree, **limit)
        known = (part.probability, part.minimal_cut_sets, part.prime_implicants)
        for mine, theirs in zip(known, expected, strict=True):
            assert mine is None or mine == pytest.approx(theirs, rel=1e-12)
        proven.append(sum(each is not None for each in known))
        assert len(part.refused) == (proven[-1] < 3)
    return proven


def test_what_fits_into_the_nodes_stands_where_the_rest_does_not():
    limits = ({"max_nodes": 1 << power} for power in range(5, 20))
    proven = proven_within(tangle(18, 24, negated=True), limits)
    assert proven == sorted(proven)
    assert set(proven) >= {0, 2, 3}, proven


def test_what_fits_into_the_time_stands_where_the_rest_does_not():
    def ticking():
        ticks = itertools.count()
        return lambda: float(next(ticks))

    limits = ({"budget": Budget(float(end), ticking())} for end in range(1, 60, 2))
    proven = proven_within(tangle(24, 40, negated=True), limits)
    assert proven == sorted(proven)
    assert set(proven) == {0, 1, 2, 3}, proven


def test_a_spent_budget_is_said_and_looked_at_while_tables_grow():
    ticks = itertools.count()
    result = analyse_fault_tree(tangle(), budget=Budget(2.0, lambda: float(next(ticks))))
    (error,) = result.refused
    assert isinstance(error, FaultTreeOutOfTime)
    assert error.what == "probability"
    assert result.probability is None


def test_deep_trees_need_no_recursion():
    builder = FaultTreeBuilder("deep")
    node = builder.event("e0", 0.5)
    for i in range(1, 2000):
        node = builder.node(Op.OR if i % 2 else Op.AND, [builder.event(f"e{i}", 0.5), node])
        builder.gate(f"g{i}", node)
    result = analyse_fault_tree(builder.build())
    assert result.minimal_cut_sets == 1001
    assert result.cut_sets(1) == (("e1999",),)
    assert result.refused == ()


def test_a_diagram_of_very_many_levels_needs_no_recursion_either():
    builder = FaultTreeBuilder("ladder")
    events = [builder.event(f"e{i}", 0.5) for i in range(8_000)]
    pairs = [builder.node(Op.AND, pair) for pair in itertools.pairwise(events)]
    builder.gate("top", builder.node(Op.OR, pairs))
    result = analyse_fault_tree(builder.build())
    assert result.minimal_cut_sets == 7_999


def test_counts_past_what_a_float_can_tell_are_exact():
    builder = FaultTreeBuilder("many")
    pairs = [
        builder.node(Op.OR, [builder.event(f"{side}{i}", 0.5) for side in "abc"]) for i in range(60)
    ]
    builder.gate("modules", builder.node(Op.AND, pairs))
    events = [builder.event(f"k{i}", 0.5) for i in range(90)]
    builder.gate("half", builder.node(Op.AT_LEAST, events, 45))
    tree = builder.build()
    assert analyse_fault_tree(tree, "modules").minimal_cut_sets == 3**60
    assert analyse_fault_tree(tree, "half").minimal_cut_sets == 103827421287553411369671120
    assert analyse_fault_tree(tree, "half", max_order=44).minimal_cut_sets == 0
    assert analyse_fault_tree(tree, "half", max_order=45).minimal_cut_sets == (
        103827421287553411369671120
    )


def test_a_tree_with_negations_that_only_increases_is_coherent():
    builder = FaultTreeBuilder("twice")
    a, b = builder.event("a", 0.1), builder.event("b", 0.2)
    both = builder.node(Op.AND, [a, b])
    builder.gate("top", builder.node(Op.OR, [builder.node(Op.XOR, [a, b]), both]))
    result = analyse_fault_tree(builder.build())
    assert (result.coherent, result.minimal_cut_sets, result.prime_implicants) == (True, 2, None)
    assert len(result.implicants(10)) == 2


def test_a_top_that_a_failure_can_mend_has_both_kinds_of_sets():
    builder = FaultTreeBuilder("mended")
    a, b, c = (builder.event(name, 0.5) for name in "abc")
    left = builder.node(Op.AND, [a, b])
    right = builder.node(Op.AND, [builder.node(Op.NOT, [a]), c])
    builder.gate("top", builder.node(Op.OR, [left, right]))
    result = analyse_fault_tree(builder.build())
    assert (result.coherent, result.minimal_cut_sets, result.prime_implicants) == (False, 2, 3)
    assert result.cut_sets(10) == (("c",), ("a", "b"))
    products = {tuple((x.event, x.failed) for x in each) for each in result.implicants(10)}
    assert products == {
        (("a", True), ("b", True)), (("a", False), ("c", True)), (("b", True), ("c", True)),
    }  # fmt: skip


@pytest.mark.parametrize("wrong", [{"max_order": -1}, {"max_nodes": 1}, {"max_nodes": 1 << 40}])
def test_limits_that_mean_nothing_are_refused(wrong):
    with pytest.raises(ValueError, match="not"):
        analyse_fault_tree(tangle(5, 3), **wrong)
