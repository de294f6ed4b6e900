"""Fault trees beside enumeration, beside two other projects' diagrams, and read back as written."""

import random
from collections import Counter
from functools import reduce
from math import isclose
from operator import and_, or_

import dd.autoref
from oxidd.bdd import BDDManager

from pollready.engine.fault_tree import FaultTree, Op
from pollready.engine.fault_tree_analysis import analyse_fault_tree
from pollready.engine.openpsa import read_open_psa
from pollready.engine.openpsa_writing import write_open_psa
from tests.oracles.fault_tree_draws import draw
from tests.oracles.fault_tree_enumeration import (
    minimal_cut_sets,
    prime_implicants,
    probability,
    truth,
)

LIMIT = 1 << 20


def differences(tree: FaultTree, seen: Counter[str]) -> list[str]:
    got = analyse_fault_tree(tree)
    cuts, primes = minimal_cut_sets(tree, "top"), prime_implicants(tree, "top")
    listed = got.cut_sets(LIMIT)
    products = got.implicants(LIMIT)
    increasing = all(sign for product in primes for _, sign in product)
    wanted = {
        "probability": isclose(
            got.probability, probability(tree, "top"), rel_tol=1e-12, abs_tol=1e-15
        ),
        "cut sets": set(map(frozenset, listed)) == cuts and len(listed) == len(cuts),
        "count": got.minimal_cut_sets == len(cuts),
        "smallest first": [len(cut) for cut in listed] == sorted(map(len, cuts)),
        "coherent": got.coherent == increasing,
        "implicants": {frozenset((x.event, x.failed) for x in p) for p in products} == primes,
        "count of implicants": (got.prime_implicants or len(cuts)) == len(primes),
    }
    for order in (0, 1, 2):
        part = analyse_fault_tree(tree, max_order=order)
        few = [cut for cut in cuts if len(cut) <= order]
        wanted[f"cut sets of {order}"] = part.minimal_cut_sets == len(few)
        wanted[f"listed of {order}"] = set(map(frozenset, part.cut_sets(LIMIT))) == set(few)
    seen["increasing" if increasing else "not increasing"] += 1
    seen["of no cut set" if not cuts else "of cut sets"] += 1
    seen["modules"] += len(got.solving.part.modules) > 1
    seen["negative modules"] += any("paths" in s.families for s in got.solving.solved.values())
    return [f"{name}: {tree}" for name, holds in wanted.items() if not holds]


def test_small_trees_have_the_probability_and_sets_that_enumeration_finds():
    random_ = random.Random(20)
    seen: Counter[str] = Counter()
    wrong = []
    for number in range(2000):
        tree = draw(random_, events=random_.randint(1, 6), gates=random_.randint(1, 9),
                    negations=number % 2 == 0)  # fmt: skip
        wrong += differences(tree, seen)
    assert wrong[:3] == []
    assert min(seen.values()) > 30, seen
    assert set(seen) == {
        "increasing", "not increasing", "of no cut set", "of cut sets", "modules",
        "negative modules",
    }  # fmt: skip


def test_importances_are_the_differences_of_two_conditional_probabilities():
    random_ = random.Random(21)
    compared = 0
    for number in range(150):
        tree = draw(random_, events=5, gates=6, negations=number % 2 == 0)
        for each in analyse_fault_tree(tree).importance():
            at = tree.event_names.index(each.event)
            fails, works = (probability(_with(tree, at, p), "top") for p in (1.0, 0.0))
            top = probability(tree, "top")
            assert isclose(each.birnbaum, fails - works, rel_tol=1e-9, abs_tol=1e-12)
            if top > 1e-6 and works > 1e-6:
                assert isclose(each.raw, fails / top, rel_tol=1e-9, abs_tol=1e-9)
                assert isclose(each.rrw, top / works, rel_tol=1e-9)
                compared += 1
    assert compared > 300


def _with(tree: FaultTree, event: int, prob: float) -> FaultTree:
    probs = [*tree.event_prob]
    probs[event] = prob
    return FaultTree(tree.name, tree.nodes, tree.event_names, tuple(probs), tree.gates, tree.uses)


def test_trees_too_large_to_enumerate_agree_with_two_other_programs():
    random_ = random.Random(22)
    for number in range(40):
        tree = draw(random_, events=18, gates=30, negations=number % 2 == 0)
        result = analyse_fault_tree(tree)
        names = list(tree.event_names)
        theirs = dd.autoref.BDD()
        theirs.declare(*names)
        manager = BDDManager(1 << 18, 1 << 16, 1)
        manager.add_vars(len(names))
        variables = [theirs.var(name) for name in names]
        others = [manager.var(i) for i in range(len(names))]
        top = _built(tree, variables, theirs.false, theirs.true, lambda f: ~f)
        other = _built(tree, others, manager.false(), manager.true(), lambda f: ~f)
        states = theirs.count(top, len(names))
        assert other.sat_count_float(len(names)) == states
        halves = FaultTree("", tree.nodes, tree.event_names, (0.5,) * 18, tree.gates, tree.uses)
        half = analyse_fault_tree(halves, sets=False).probability
        assert half * 2**18 == states
        for cut in result.cut_sets(200):
            assert theirs.let({name: name in cut for name in names}, top) == theirs.true
            for name in cut:
                smaller = {each: each in cut and each != name for each in names}
                assert theirs.let(smaller, top) == theirs.false


def _built(tree, variables, false, true, negated):
    """Build a tree with another program's own operations; k of n by adding one input at a time."""
    values = []
    for node in tree.nodes:
        below = [values[child] for child in node.children]
        match node.op:
            case Op.FALSE | Op.TRUE:
                value = true if node.op == Op.TRUE else false
            case Op.EVENT:
                value = variables[node.param]
            case Op.AND | Op.OR:
                value = reduce(and_ if node.op == Op.AND else or_, below)
            case Op.NOT:
                value = negated(below[0])
            case Op.XOR:
                value = (below[0] & negated(below[1])) | (negated(below[0]) & below[1])
            case Op.AT_LEAST:
                exactly = [true] + [false] * len(below)
                for each in below:
                    for k in range(len(below), 0, -1):
                        exactly[k] |= exactly[k - 1] & each
                value = exactly[node.param]
        values.append(value)
    return values[tree.gates["top"]]


def test_what_is_written_is_read_back_as_the_same_function():
    random_ = random.Random(23)
    for number in range(300):
        tree = draw(random_, events=5, gates=7, negations=number % 2 == 0)
        again = read_open_psa(write_open_psa(tree))
        assert (again.event_names, again.event_prob) == (tree.event_names, tree.event_prob)
        assert truth(again, "top") == truth(tree, "top")
        assert again.tops() == ("top",)
        third = read_open_psa(write_open_psa(again))
        assert (third.nodes, third.gates, third.uses) == (again.nodes, again.gates, again.uses)
