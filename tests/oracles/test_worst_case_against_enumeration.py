"""Worst cases beside every set that there is, proven or stopped early."""

import random
from collections import Counter

from pollready.engine.budget import Budget
from pollready.engine.contingency import analyse
from pollready.engine.network import Unknowns
from pollready.engine.worst_case import Limits, Stop, worst_cases
from pollready.engine.worst_case_program import worst_by_program
from tests.oracles.engine_networks import DURATIONS_H, LEVELS
from tests.oracles.worst_enumeration import (
    draw_either,
    every_loss,
    names_that_may_fail,
    worst_by_size,
)

NETWORKS = 300
K = 5
RUNS = ((2, False), (None, False), (None, True))


def cases(count: int, seed: int):
    """Draw networks, each with a level, a duration, a reading of unknowns and a run."""
    random_ = random.Random(seed)
    for _ in range(count):
        small = draw_either(random_)
        level, unknowns = random_.choice(LEVELS), random_.choice(list(Unknowns))
        duration_h, run = random_.choice(DURATIONS_H), random_.choice(RUNS)
        losses = every_loss(
            small, names_that_may_fail(small, *run), K, level, duration_h, unknowns == "failed"
        )
        contingencies = analyse(small.build(), "admit", level, duration_h, unknowns)
        yield contingencies, {"max_tier": run[0], "groups": run[1]}, losses


def loss_of(worst) -> tuple[float, int]:
    return worst.cost.voters, worst.cost.points


def test_proven_worst_cases_equal_the_worst_of_all_sets():
    seen: Counter[str] = Counter()
    for contingencies, run, losses in cases(NETWORKS, 20241124):
        found = worst_cases(contingencies, K, **run)
        assert [loss_of(worst) for worst in found] == worst_by_size(losses, K)
        for size, worst in enumerate(found, 1):
            assert losses[frozenset(worst.ids)] == loss_of(worst)
            assert worst.k == size
            assert len(worst.ids) <= size
            assert worst.proven
            assert worst.stopped is Stop.PROVEN
            assert (worst.bound_voters, worst.gap) == (worst.cost.voters, 0.0)
            seen[f"of {len(worst.ids)}"] += 1
            seen["points without voters"] += worst.cost.points_without_voters > 0
            seen["groups"] += any(name.startswith("g") for name in worst.ids)
    assert min(seen[f"of {size}"] for size in range(1, K + 1)) >= 30
    assert min(seen["points without voters"], seen["groups"]) >= 100


def test_a_search_that_is_stopped_never_claims_more_than_it_has_proven():
    stops: Counter[Stop] = Counter()
    for number, (contingencies, run, losses) in enumerate(cases(NETWORKS, 7)):
        ticks = iter(range(10**9))
        clock = Budget.within(number // 3 % 23, lambda ticks=ticks: next(ticks))
        stopped_by = (
            {"budget": clock},
            {"limits": Limits(max_nodes=number // 3 % 3)},
            {"limits": Limits(max_cuts=1 + number // 3 % 5)},
        )[number % 3]
        found = worst_cases(contingencies, K, **run, **stopped_by)
        for worst, best in zip(found, worst_by_size(losses, K), strict=True):
            assert losses[frozenset(worst.ids)] == loss_of(worst)
            assert worst.bound_voters >= best[0] >= worst.cost.voters
            assert 0 <= worst.gap <= 1
            if worst.proven:
                assert worst.cost.voters == best[0] == worst.bound_voters
            assert worst.proven == (worst.stopped is Stop.PROVEN)
            stops[worst.stopped] += 1
    assert all(stops[stop] >= 20 for stop in Stop), stops


def test_the_worst_pair_has_a_bound_where_pairs_are_too_many():
    undecided = 0
    for contingencies, run, losses in cases(60, 3):
        short = analyse(
            contingencies.network,
            "admit",
            contingencies.level,
            contingencies.duration_h,
            contingencies.unknowns,
            max_pairs=3,
        )
        pair, best = worst_cases(short, 2, **run)[1], worst_by_size(losses, 2)[1]
        assert losses[frozenset(pair.ids)] == loss_of(pair)
        assert pair.bound_voters >= best[0] >= pair.cost.voters
        undecided += not pair.proven
    assert undecided >= 10


def test_the_mixed_integer_program_finds_as_many_voters():
    for contingencies, run, losses in cases(25, 11):
        for size, best in enumerate(worst_by_size(losses, 4), 1):
            found = worst_by_program(contingencies, size, **run)
            assert losses[frozenset(found.ids)] == loss_of(found)
            assert (found.cost.voters, found.proven) == (best[0], True)
