"""Monte Carlo beside every state of small networks, and beside the exact expected voters.

Each comparison is an interval that misses the true figure with a probability of at most 1e-10;
some thousands of them fail by chance less than once in a million other choices of seeds.
"""

import random
from collections import Counter

import numpy as np
import pytest
from numba import njit
from scipy import stats

from pollready.engine import _sampling_kernels, sampling_layout
from pollready.engine.network import NetworkBuilder, Unknowns
from pollready.engine.reliability import exact
from pollready.engine.sampling import sample
from pollready.engine.sampling_plan import Private
from tests.oracles.engine_joint import Joint
from tests.oracles.engine_networks import LEVELS, draw, has_nested_ride, has_partial_reach

SURE = 1 - 1e-10
USUAL = sampling_layout.BATCH_NODES
NETWORKS, MAX_STATES, DRAWS = 60, 150_000, 30_000


def test_the_joint_distribution_is_that_of_all_states(monkeypatch):
    """Batches of a few gates too: bits that outlive theirs, hits and times in several."""
    random_ = random.Random(20281)
    counts: Counter[str] = Counter()
    while counts["networks"] < NETWORKS:
        small = draw(random_)
        level, unknowns = random_.choice(LEVELS), random_.choice(list(Unknowns))
        private = random_.choice(list(Private))
        failed = unknowns == Unknowns.FAILED
        joint = Joint(small, level, failed, private == Private.WORKING)
        if joint.size > MAX_STATES:
            continue
        counts["networks"] += 1
        batch_nodes = random_.choice((3, 10, USUAL))
        monkeypatch.setattr(sampling_layout, "BATCH_NODES", batch_nodes)
        counts["small batches"] += batch_nodes < 100
        counts["nested rides"] += has_nested_ride(small)
        counts["reach"] += has_partial_reach(small)
        counts[str(private)] += 1
        chance, table = joint.tables(level)
        got = sample(small.build(), "admit", level, unknowns, draws=DRAWS, seed=counts["networks"],
                     private=private)  # fmt: skip
        figures = (got.points, got.voters, got.points_without_voters)
        for column, figure in zip(table.T, figures, strict=True):
            for number in np.unique(column):
                true = float(chance[column > number].sum())
                interval = figure.exceeding(number, SURE)
                assert interval.low - 1e-12 <= true <= interval.high + 1e-12, (level, number)
                counts["probabilities"] += 1
        assert set(map(tuple, np.column_stack([f.values for f in figures]))) <= set(
            map(tuple, table[chance > 0])
        )
    assert counts["probabilities"] > 500
    assert min(counts.values()) >= NETWORKS // 4


@pytest.mark.parametrize("batch_nodes", [4, USUAL])
def test_the_mean_is_the_exact_expectation_on_many_networks(monkeypatch, batch_nodes):
    monkeypatch.setattr(sampling_layout, "BATCH_NODES", batch_nodes)
    random_ = random.Random(99)
    checked = 0
    for number in range(60):
        network = draw(random_).build()
        for level in LEVELS:
            for unknowns in Unknowns:
                got = sample(network, "admit", level, unknowns, draws=20_000, seed=number)
                true = exact(network, "admit", level, unknowns)
                drawn = true.expected_voters_affected - got.already_below.voters
                interval = got.voters.mean_bound(SURE)
                assert interval.low - 1e-9 <= drawn <= interval.high + 1e-9
                points = np.nansum(true.prob_below) - got.already_below.points
                interval = got.points.mean_bound(SURE)
                assert interval.low - 1e-9 <= points <= interval.high + 1e-9
                checked += got.voters.values.std() > 0
    assert checked > 150


@njit
def _exponentials(size, state):
    a, b, c, d = state
    found = np.empty(size)
    for i in range(size):
        found[i], a, b, c, d = _sampling_kernels._exponential(a, b, c, d)
    return found


def test_gaps_come_from_the_exponential_law():
    state = np.random.SeedSequence(4).generate_state(4, np.uint64)
    drawn = _exponentials(2_000_000, state)
    assert drawn.min() > 0
    assert stats.kstest(drawn, "expon").pvalue > 1e-6
    assert stats.kstest(drawn[drawn > 8] - 8, "expon").pvalue > 1e-6  # the tail has its own way


def test_the_stream_is_that_of_its_authors():
    """First numbers of xoshiro256++ from the state 1, 2, 3, 4, as its authors' program gives."""
    state, given = (1, 2, 3, 4), []
    for _ in range(4):
        value, *state = _sampling_kernels._next(*map(np.uint64, state))
        given.append(value)
    assert given == [41943041, 58720359, 3588806011781223, 3591011842654386]


@pytest.mark.parametrize("prob", [0.003, 0.2, 0.97])
def test_failures_fall_into_draws_with_their_probability_and_independently(prob):
    """Count pairs in neighbouring draws too: skipping must not make failures avoid each other."""
    builder = NetworkBuilder()
    builder.component("a", q=prob)
    builder.point("p", voters=1, services={"admit": {"online": "a"}})
    fails = sample(builder.build(), "admit", "online", draws=1 << 20, seed=8).points.values > 0
    for hits, chance in ((fails, prob), (fails[:-1:2] & fails[1::2], prob * prob)):
        assert stats.binomtest(int(hits.sum()), hits.size, chance).pvalue > 1e-6
