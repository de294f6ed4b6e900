"""Sums after a change, against those of a new analysis; the costliest pairs, against all pairs."""

import random
from itertools import combinations

import numpy as np
import pytest

from pollready.engine.contingency import NO_COST, analyse
from pollready.engine.increments import (
    Elements,
    LossSums,
    after_change,
    loss_sums,
    merged,
    shared_in,
)
from pollready.engine.network import NetworkBuilder, Tier, Unknowns

SITES = ("S0", "S1", "S2", "S3", "S4")


def network_of(needs, bystander=()):
    """Make points of their needs, on sites and a duct; the bystander holds no level asked of."""
    builder = NetworkBuilder()
    for number, name in enumerate(SITES):
        builder.component(name, tier=Tier(number % 4), unknown=name == "S4")
    builder.group("duct", members=("S0", "S1"), tier=Tier.COUNTY)
    for number, text in needs.items():
        voters = None if number % 5 == 0 else 100.0 * (number % 3 + 1)
        builder.point(f"p{number}", voters=voters, services={"admit": {"online": text}})
    levels = {"online": "false", "beside": " & ".join(bystander) or "true"}
    builder.point("beside", voters=0.0, services={"admit": levels})
    return builder.build()


def sums_of(network, unknowns):
    found = analyse(network, "admit", "online", 2.0, unknowns)
    return loss_sums(found, shared_in(found), behind_tier=Tier.COUNTY)


def drawn(chance):
    parts = chance.sample(SITES, chance.randint(1, 3))
    return chance.choice((" & ", " | ")).join(parts)


def behind(needs):
    return {site: sum(site in text for text in needs.values()) for site in SITES}


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("unknowns", list(Unknowns))
def test_the_sums_after_a_change_are_those_of_a_new_analysis(seed, unknowns):
    chance = random.Random(seed)
    needs = {number: drawn(chance) for number in range(9)}
    changed = set(chance.sample(sorted(needs), 2))
    new = needs | {number: drawn(chance) for number in changed}
    named = {s for n in changed for s in SITES if s in needs[n] or s in new[n]}
    beyond = behind({n: text for n, text in needs.items() if n not in changed})
    lonely = {site for site in named if beyond[site] == 1}
    touched = changed | {n for n, text in needs.items() if any(s in text for s in lonely)}
    rest = behind({n: text for n, text in needs.items() if n not in touched})
    beside = [site for site in SITES if rest[site]]
    parts = [
        sums_of(network_of({n: some[n] for n in sorted(touched)}, beside), unknowns)
        for some in (needs, new)
    ]
    whole, anew = sums_of(network_of(needs), unknowns), sums_of(network_of(new), unknowns)
    found = after_change(whole, *parts, anew.elements)
    assert found.losses.tolist() == anew.losses.tolist()
    assert found.already_below == anew.already_below
    assert found.behind == anew.behind
    for tier in (None, int(Tier.COUNTY)):
        assert found.top_singles(9, max_tier=tier) == anew.top_singles(9, max_tier=tier)
        assert found.top_pairs(30, max_tier=tier) == anew.top_pairs(30, max_tier=tier)
    assert found.cutting(max_tier=2) == anew.cutting(max_tier=2)


@pytest.mark.parametrize("seed", range(20))
def test_the_costliest_pairs_are_those_of_the_analysis(seed):
    chance = random.Random(seed)
    network = network_of({number: drawn(chance) for number in range(12)})
    found = analyse(network, "admit", "online", 2.0)
    sums = sums_of(network, Unknowns.WORKING)
    for k in (1, 3, 40):
        assert sums.top_pairs(k) == found.top_pairs(k)
        assert sums.top_singles(k, max_tier=1) == found.top_singles(k, max_tier=1)


def test_of_equal_pairs_the_first_in_order_come_first():
    ids = tuple(f"e{number:02d}" for number in range(30))
    losses = np.tile([[100.0, 1.0, 0.0]], (30, 1))
    sums = LossSums(
        Elements(ids, np.zeros(30, dtype=np.int8)), 2.0, NO_COST, losses,
        np.array([1], dtype=np.int64), np.array([[-50.0, 0.0, 0.0]]), NO_COST,
    )  # fmt: skip
    wanted = [pair for pair in combinations(ids, 2) if pair != ("e00", "e01")]
    assert [pair.ids for pair in sums.top_pairs(40)] == wanted[:40]


def test_elements_that_stay_the_same_are_the_same_object():
    whole = Elements(("a", "b"), np.array([1, 2], dtype=np.int8))
    part = Elements(("b",), np.array([2], dtype=np.int8))

    def never():
        raise AssertionError("nothing is new")

    assert merged(whole, (), part, never) is whole
    assert merged(whole, {"a"}, part, never).ids == ("b",)
    higher = Elements(("b",), np.array([3], dtype=np.int8))
    assert merged(whole, (), higher, never).tier.tolist() == [1, 3]
    added = Elements(("aa",), np.array([0], dtype=np.int8))
    ranks = {"a": 0, "aa": 1, "b": 2}
    assert merged(whole, (), added, lambda: ranks).ids == ("a", "aa", "b")
