"""Laws that every network obeys, on networks drawn at random."""

import random
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pollready.engine.contingency import analyse, evaluate_contingency
from pollready.engine.cutsets import minimal_cut_sets
from pollready.engine.expression import Any, Leaf
from pollready.engine.live import LiveState
from pollready.engine.live_losses import LiveLosses
from pollready.engine.network import Unknowns
from pollready.engine.propagation import evaluate
from pollready.engine.reliability import exact
from tests.oracles.engine_networks import Small, draw, shared_names

SMALL = st.integers(0, 10**9).map(lambda seed: draw(random.Random(seed)))
DURATION = st.sampled_from([0.0, 1.0, 2.0, 4.0, 7.0])
UNKNOWNS = st.sampled_from(list(Unknowns))
few = settings(max_examples=60, deadline=None)


@few
@given(SMALL, UNKNOWNS)
def test_a_second_way_never_makes_a_point_less_reliable(small, unknowns):
    spare = next(iter(small.components))
    richer = Small(
        small.components,
        small.groups,
        {
            point: (voters, tuple(Any((level, Leaf(spare))) for level in levels))
            for point, (voters, levels) in small.points.items()
        },
    )
    before = exact(small.build(), "admit", "online", unknowns).prob_below
    after = exact(richer.build(), "admit", "online", unknowns).prob_below
    assert (after <= before + 1e-12).all()


@few
@given(SMALL, DURATION, UNKNOWNS)
def test_the_order_of_adding_changes_nothing(small, duration_h, unknowns):
    one, other = small.build(), small.build(reverse=True)
    left = analyse(one, "admit", "online", duration_h, unknowns)
    right = analyse(other, "admit", "online", duration_h, unknowns)
    shared = shared_names(small)
    assert [left.single(n) for n in shared] == [right.single(n) for n in shared]
    assert [left.pairs.loss(*p) for p in combinations(shared, 2)] == [
        right.pairs.loss(*p) for p in combinations(shared, 2)
    ]
    p, q = (exact(n, "admit", "online", unknowns) for n in (one, other))
    assert [p.prob(point) for point in small.points] == pytest.approx(
        [q.prob(point) for point in small.points], abs=1e-12
    )


@few
@given(SMALL, DURATION, UNKNOWNS)
def test_a_minimal_cut_closes_the_point_and_no_part_of_it_does(small, duration_h, unknowns):
    network = small.build()
    for point in small.points:
        for cut in minimal_cut_sets(network, point, "admit", "offline", duration_h, unknowns):
            assert evaluate(network, cut, duration_h, unknowns).name("admit", point) == "closed"
            for part in cut:
                levels = evaluate(network, cut - {part}, duration_h, unknowns)
                assert levels.name("admit", point) != "closed"


@few
@given(SMALL, DURATION, UNKNOWNS)
def test_every_set_of_two_that_closes_a_point_contains_a_minimal_cut(small, duration_h, unknowns):
    network = small.build()
    known = [n for n, e in (small.components | small.groups).items() if not e.unknown]
    for point in small.points:
        cuts = minimal_cut_sets(
            network, point, "admit", "online", duration_h, unknowns, max_order=2
        )
        for pair in combinations(known, 2):
            level = evaluate(network, pair, duration_h, unknowns).name("admit", point)
            assert (level != "online") == any(cut <= set(pair) for cut in cuts)


@few
@given(SMALL, DURATION, UNKNOWNS)
def test_the_sparse_correction_equals_failing_each_pair(small, duration_h, unknowns):
    network = small.build()
    got = analyse(network, "admit", "online", duration_h, unknowns)
    costs = {
        pair: evaluate_contingency(network, pair, duration_h, unknowns).cost("admit", "online")
        for pair in combinations(shared_names(small), 2)
    }
    assert {pair: got.pairs.loss(*pair) for pair in costs} == costs
    order = sorted(((c.voters, c.points) for c in costs.values() if c.points), reverse=True)
    top = got.top_pairs(5)
    assert [(c.cost.voters, c.cost.points) for c in top] == order[:5]


@few
@given(SMALL, UNKNOWNS, st.lists(st.integers(0, 99), max_size=12))
def test_a_live_state_equals_evaluating_anew(small, unknowns, events):
    network = small.build()
    state = LiveState(network, unknowns=unknowns)
    names = network.element_ids
    out: dict[str, float] = {}
    for number in events:
        name = names[number % len(names)]
        before = state.levels["admit"]
        if name in out:
            del out[name]
            changes = state.repair(name)
        else:
            out[name] = 3.0
            changes = state.fail(name, 3.0)
        after = state.levels["admit"]
        assert (after == evaluate(network, out, 3.0, unknowns)["admit"]).all()
        changed = [p for p in small.points if before[network.point(p)] != after[network.point(p)]]
        assert [c.point for c in changes] == changed


@few
@given(SMALL, UNKNOWNS, DURATION, st.lists(st.integers(0, 99), max_size=12))
def test_live_losses_equal_evaluating_the_set_anew(small, unknowns, duration_h, events):
    network = small.build()
    names = [name for name in shared_names(small) if not network.unknown[network.element(name)]]
    if not names:
        return
    live = LiveLosses(network, "admit", "online", duration_h, unknowns)
    out: set[str] = set()
    for number in events:
        name = names[number % len(names)]
        cost = live.repair(name) if name in out else live.fail(name)
        out ^= {name}
        anew = evaluate_contingency(network, sorted(out), duration_h, unknowns)
        assert cost == anew.cost("admit", "online")
