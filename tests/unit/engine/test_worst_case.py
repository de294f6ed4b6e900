"""What a worst case says of itself, on networks small enough to reckon by hand."""

import numpy as np
import pytest

from pollready.engine.budget import Budget
from pollready.engine.contingency import analyse
from pollready.engine.network import NetworkBuilder, Tier, Unknowns
from pollready.engine.worst_case import Limits, Run, Stop, three_runs, worst_cases


def three_sites(*, unknown: bool = False) -> NetworkBuilder:
    """Two stations on any of three sites, two on a feeder, one core behind all sites."""
    builder = NetworkBuilder()
    builder.component("core-1", tier=Tier.PROVINCE)
    builder.component("core-2", tier=Tier.PROVINCE)
    for site in ("site-1", "site-2", "site-3"):
        builder.component(
            site,
            requires="core-1 | core-2",
            tier=Tier.DISTRICT,
            unknown=unknown and site == "site-3",
        )
    builder.component("feeder", tier=Tier.COUNTY)
    for point, needs in (
        ("a", "site-1 | site-2 | site-3"),
        ("b", "site-1 | site-2 | site-3"),
        ("c", "feeder"),
        ("d", "feeder"),
    ):
        voters = {"a": 400, "b": None, "c": 100, "d": 60}[point]
        builder.point(point, voters=voters, services={"admit": {"online": needs}})
    builder.group("batch", members=("site-1", "site-2"), tier=Tier.NATION)
    return builder


def answer(builder: NetworkBuilder, k: int, unknowns: Unknowns = Unknowns.WORKING, **asked):
    return worst_cases(analyse(builder.build(), "admit", "online", 2.0, unknowns), k, **asked)


def test_below_province_tier_all_three_sites_must_fail():
    found = answer(three_sites(), 4, max_tier=int(Tier.COUNTY), groups=False)
    assert [worst.ids for worst in found] == [
        ("feeder",),
        ("feeder",),
        ("site-1", "site-2", "site-3"),
        ("site-1", "site-2", "site-3", "feeder"),
    ]
    assert [worst.cost.voters for worst in found] == [160, 160, 400, 560]


def test_points_without_a_number_of_voters_are_counted_beside():
    worst = answer(three_sites(), 3, max_tier=int(Tier.COUNTY), groups=False)[2]
    assert (worst.cost.points, worst.cost.points_without_voters) == (2, 1)


def test_the_three_runs_let_more_and_more_fail():
    contingencies = analyse(three_sites().build(), "admit", "online", 2.0)
    found = three_runs(contingencies, 2)
    assert [found[run][1].ids for run in Run] == [
        ("feeder",),
        ("core-1", "core-2"),
        ("core-1", "core-2"),
    ]
    only_batch = worst_cases(contingencies, 3, max_tier=None)[2]
    assert only_batch.cost.voters == 560


def test_a_group_stands_for_its_members():
    builder = three_sites()
    for core in ("core-1", "core-2"):
        builder.point(core, voters=0, services={"admit": {"online": core}})
    found = answer(builder, 3)
    assert found[1].cost.voters == 400
    assert set(found[2].ids) in ({"core-1", "core-2", "feeder"}, {"site-3", "batch", "feeder"})


def test_what_is_unknown_never_fails_or_is_out_already():
    working = answer(three_sites(unknown=True), 3, max_tier=int(Tier.COUNTY), groups=False)
    assert working[2].ids == ("feeder",)
    failed = answer(
        three_sites(unknown=True), 3, Unknowns.FAILED, max_tier=int(Tier.COUNTY), groups=False
    )
    assert [worst.ids for worst in failed[1:]] == [
        ("site-1", "site-2"),
        ("site-1", "site-2", "feeder"),
    ]


def test_without_time_the_bound_is_everything_and_nothing_is_claimed():
    spent = Budget(0.0, lambda: 1.0)
    worst = answer(three_sites(), 3, max_tier=int(Tier.COUNTY), groups=False, budget=spent)[2]
    assert (worst.ids, worst.bound_voters, worst.proven) == (("feeder",), 560.0, False)
    assert worst.stopped is Stop.BUDGET
    assert worst.gap == pytest.approx(1 - 160 / 560)


def test_a_requirement_with_too_many_cuts_counts_as_failed_in_the_bound():
    limits = Limits(max_cuts=0)
    worst = answer(three_sites(), 3, max_tier=int(Tier.COUNTY), groups=False, limits=limits)[2]
    assert (worst.stopped, worst.bound_voters, worst.proven) == (Stop.CUTS, 560.0, False)


def test_fractions_of_voters_are_compared_and_bounded():
    builder = NetworkBuilder()
    for name in ("a", "b", "c", "d"):
        builder.component(name)
    for number, (one, other, third) in enumerate((("a", "b", "c"), ("b", "c", "d"))):
        for voters in (0.1, 0.2 + number / 1000):
            needs = {"admit": {"online": f"{one} | {other} | {third}"}}
            builder.point(f"p{number} {voters}", voters=voters, services=needs)
    worst = answer(builder, 3)[2]
    assert worst.ids == ("b", "c", "d")
    assert worst.cost.voters == pytest.approx(0.301)
    assert worst.proven


def test_a_service_that_nothing_shared_can_take_has_an_empty_worst_case():
    builder = NetworkBuilder()
    builder.component("own")
    builder.point("a", voters=100, services={"admit": {"online": "own"}})
    assert [worst.ids for worst in answer(builder, 5)] == [()] * 5
    assert all(worst.proven and worst.cost.points == 0 for worst in answer(builder, 5))


@pytest.mark.parametrize("k", [0, 7])
def test_a_size_that_the_bound_cannot_count_is_refused(k):
    with pytest.raises(ValueError, match="1 to 6"):
        answer(three_sites(), k)


def test_the_order_of_points_changes_nothing():
    builder, turned = three_sites(), NetworkBuilder()
    for component in reversed(list(builder._components.values())):
        turned.component(component.id, requires=component.requires, tier=component.tier)
    for point in reversed(list(builder._points.values())):
        turned.point(point.id, voters=point.voters, services=point.services)
    turned.group("batch", members=("site-2", "site-1"), tier=Tier.NATION)
    one, other = answer(builder, 5), answer(turned, 5)
    assert [worst.cost for worst in one] == [worst.cost for worst in other]
    assert np.all([worst.proven for worst in (*one, *other)])
