"""A kept network answers as evaluating anew does, for whoever asks in whatever order."""

import random

import numpy as np
import pytest

from pollready.assessment.exploring import Scope, explore_round
from pollready.assessment.looks import Failures, look_at
from pollready.assessment.prepared import (
    Asked,
    Measure,
    hidden_pairs,
    single_at,
    singles,
    worst_of,
)
from pollready.engine.contingency import evaluate_contingency
from pollready.engine.network import UnknownName, Unknowns

pytestmark = pytest.mark.django_db


@pytest.fixture
def explored(register, rows):
    return explore_round(register.round.pk, as_of=rows.AS_OF, version=1)


def everything(explored, stations=None):
    size = len(explored.listings)
    inside = np.ones(size, dtype=bool) if stations is None else stations
    return Scope("all", inside, np.ones(len(explored.network.element_ids), dtype=bool))


def test_looks_one_after_another_are_each_as_evaluated_anew(explored):
    chance = random.Random(1)
    network, scope = explored.network, everything(explored)
    codes = list(explored.things)
    for _ in range(40):
        failed = frozenset(chance.sample(codes, chance.randint(1, len(codes))))
        hours = chance.choice((1.0, 2.0, 20.0))
        look = look_at(explored, scope, Failures(failed), hours)
        for unknowns in Unknowns:
            anew = evaluate_contingency(network, failed, hours, unknowns)
            for measure, level in (("closed", "paper"), ("online", "online")):
                expected = set(anew.fallen("admit", level))
                places = np.nonzero(look.fallen[measure][unknowns])[0]
                found = {network.point_ids[explored.points[place]] for place in places}
                assert found == expected


def test_a_name_that_is_not_there_leaves_the_state_as_it_was(explored):
    scope = everything(explored)
    before = look_at(explored, scope, Failures(frozenset({"CORE-1"})), 2.0)
    with pytest.raises(UnknownName):
        look_at(explored, scope, Failures(frozenset({"CORE-1", "nothing"})), 2.0)
    after = look_at(explored, scope, Failures(frozenset({"CORE-1"})), 2.0)
    assert (before.lost, before.already) == (after.lost, after.already)


def test_a_scope_counts_its_own_stations_alone(explored):
    inside = np.zeros(len(explored.listings), dtype=bool)
    inside[:3] = True
    failed = Failures(frozenset({"CORE-1"}))
    whole = look_at(explored, everything(explored), failed, 20.0)
    part = look_at(explored, everything(explored, inside), failed, 20.0)
    expected = whole.fallen["online"][Unknowns.WORKING] & inside
    assert np.array_equal(part.fallen["online"][Unknowns.WORKING], expected)
    assert part.lost["online"].working.stations == expected.sum()


def test_every_single_failure_costs_what_a_look_at_it_says(explored):
    scope = everything(explored)
    asked = Asked(measure=Measure.ONLINE, below_province=False)
    ranked = singles(explored, scope, asked)
    assert ranked
    for number in ranked:
        code = explored.network.element_ids[number]
        look = look_at(explored, scope, Failures(frozenset({code})), 20.0)
        assert single_at(explored, scope, asked, number).cost.points == (
            look.lost["online"].working.stations
        )


def test_hidden_pairs_take_more_than_the_two_alone(explored):
    scope = everything(explored)
    for pair in hidden_pairs(explored, scope, Asked(measure=Measure.ONLINE, below_province=False)):
        one, other = pair.alone
        assert pair.cost.points == one.points + other.points + pair.beyond.points
        assert pair.beyond.points > 0


def test_a_bound_never_exceeds_that_of_a_larger_set(explored):
    for cases in worst_of(explored, everything(explored), Asked(measure=Measure.ONLINE)).values():
        bounds = [case["bound_voters"] for case in cases]
        assert bounds == sorted(bounds)
        assert all(case["bound_voters"] >= case["voters"] for case in cases)
