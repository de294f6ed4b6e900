"""The parts of the worst case's search beside what they stand for: lists, covers, best pairs."""

import random
from itertools import combinations

import numpy as np

from pollready.engine.contingency import analyse
from pollready.engine.network import Unknowns
from pollready.engine.requirements import requirements
from pollready.engine.worst_problem import bound_of, problem_of
from pollready.engine.worst_value import value_of
from tests.oracles.worst_enumeration import draw_either, every_loss, names_that_may_fail

K = 4


def problems(count: int, seed: int):
    """Draw problems with their networks' names and the value of every set of at most K."""
    random_ = random.Random(seed)
    for _ in range(count):
        small = draw_either(random_)
        network = small.build()
        contingencies = analyse(network, "admit", "online", 2.0, Unknowns.WORKING)
        needs = requirements(network, "admit", "online", 2.0, Unknowns.WORKING)
        value = value_of(needs.weights)
        problem = problem_of(
            needs, value, contingencies.allowed(None, True)[needs.elements], K, 20_000
        )
        names = names_that_may_fail(small, None, True)
        losses = {
            ids: round(voters / value.grain) * value.point_room + points
            for ids, (voters, points) in every_loss(small, names, K, "online", 2.0, False).items()
        }
        yield random_, [network.element_ids[e] for e in needs.elements], problem, losses


def test_lists_of_cuts_tell_what_every_set_fails():
    compared = 0
    for _, names, problem, losses in problems(80, 5):
        for size in range(K + 1):
            for chosen in combinations(problem.elements.tolist(), size):
                assert problem.loss(chosen) == losses[frozenset(names[i] for i in chosen)]
                compared += 1
    assert compared > 5_000


def test_some_worst_set_has_nothing_that_another_stands_for():
    left_out = 0
    for _, names, problem, losses in problems(200, 6):
        kept = {names[i] for i in problem.elements}
        everything = {name for ids in losses for name in ids}
        left_out += len(everything - kept)
        for size in range(1, K + 1):
            best = max(loss for ids, loss in losses.items() if len(ids) <= size)
            inside = (loss for ids, loss in losses.items() if len(ids) <= size and ids <= kept)
            assert best == max(inside)
    assert left_out > 300


def test_given_some_failures_the_rest_adds_up_to_the_whole_set():
    for random_, names, problem, losses in problems(120, 7):
        elements = problem.elements.tolist()
        for _ in range(10):
            chosen = random_.sample(elements, min(K, len(elements)))
            split = random_.randint(0, len(chosen))
            rest = problem.given(chosen[:split], max(len(chosen) - split, 1))
            whole = losses[frozenset(names[i] for i in chosen)]
            assert rest.loss(tuple(chosen[split:])) == whole


def test_the_best_single_and_the_best_pair_are_the_first_of_all_best():
    pairs = 0
    for random_, names, problem, losses in problems(200, 8):
        elements = problem.elements.tolist()
        if len(elements) < 4:
            continue
        failed = tuple(random_.sample(elements, random_.randint(0, 2)))
        open_ = [e for e in elements if e not in failed]
        for r in (1, 2):
            left = problem.given(failed, r)
            more, value = left.best(r)
            every = [
                losses[frozenset(names[i] for i in (*failed, *chosen))]
                for chosen in combinations(open_, r)
            ]
            assert value == max(every)
            inside = [
                (-losses[frozenset(names[i] for i in (*failed, *chosen))], chosen)
                for chosen in combinations(left.elements.tolist(), min(r, len(left.elements)))
            ]
            assert more == min(inside)[1]
            pairs += len(more) == 2
    assert pairs > 50


def test_no_set_fails_more_than_any_round_of_covers_allows():
    tight = 0
    for random_, _, problem, losses in problems(200, 9):
        if not len(problem.elements):
            continue
        for r in range(1, K + 1):
            best = max(loss for ids, loss in losses.items() if len(ids) <= r)
            left = problem.given((), r)
            price = np.random.default_rng(random_.randrange(1000)).random(len(left.elements))
            if not len(price):
                continue
            for rounds in (1, 2, 12):
                upper = bound_of(left, r, price.copy(), rounds).upper(0, r)
                assert upper >= best
            tight += upper == best
    assert tight > 200
