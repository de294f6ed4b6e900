"""What falls below a level, draw by draw: shared, nested, counted, and the same for a seed."""

from concurrent.futures import ThreadPoolExecutor
from math import exp

import numpy as np
import pytest

from pollready.engine.budget import Budget
from pollready.engine.network import NetworkBuilder, Unknowns
from pollready.engine.sampling import BLOCK_DRAWS, Sample, sample, sample_both
from pollready.engine.sampling_plan import Private

SURE = 1 - 1e-9  # a bound that is right holds; one test in a thousand million would fail


def town(*needs: str, voters: tuple[float | None, ...] = (), **parts: dict) -> NetworkBuilder:
    """Build points p0, p1, … that need what is told, of the components told."""
    builder = NetworkBuilder()
    for name, figures in parts.items():
        builder.component(name, **figures)
    for number, needed in enumerate(needs):
        known = voters[number] if voters else 100.0
        builder.point(f"p{number}", voters=known, services={"admit": {"online": needed}})
    return builder


def drawn(builder: NetworkBuilder, draws: int = 40_000, **more) -> Sample:
    return sample(builder.build(), "admit", "online", draws=draws, seed=7, **more)


def holds(sampled: Sample, points: float, chance: float) -> bool:
    interval = sampled.points.exceeding(points, SURE)
    return interval.low <= chance <= interval.high


def test_points_behind_one_feeder_fall_together():
    result = drawn(town("feeder", "feeder", "feeder", feeder={"q": 0.2}))
    assert set(result.points.values.tolist()) == {0, 3}
    assert set(result.voters.values.tolist()) == {0.0, 300.0}
    assert holds(result, 2, 0.2)


def test_a_long_outage_is_a_part_of_the_same_short_one():
    """Behind a ride of 4 h a point can fall only where the point without one has fallen."""
    parts = {"mains": {"q": 0.3, "mttr_h": 4}, "battery": {"q": 0.1}}
    builder = town("mains", "ride(mains, 4h, battery)", "ride(mains, 6h, battery)", **parts)
    result = drawn(builder)
    long = exp(-1) * 0.9 + 0.1
    longer = exp(-1.5) * 0.9 + 0.1
    assert holds(result, 0, 0.3)
    assert holds(result, 1, 0.3 * long)
    assert holds(result, 2, 0.3 * longer)


def test_hit_members_share_the_event_of_the_group_and_its_duration():
    builder = town("ride(a, 2h, store) & ride(b, 2h, store)", a={}, b={}, store={})
    builder.group("batch", q=0.4, mttr_h=2, reach=0.5, members=["a", "b"])
    builder.point("both", voters=5, services={"admit": {"online": "ride(a | b, 2h, store)"}})
    result = drawn(builder)
    out = 0.4 * exp(-1)
    assert holds(result, 0, out * (1 - 0.5 * 0.5))
    assert holds(result, 1, out * 0.5 * 0.5)


def test_a_hit_is_the_same_one_wherever_the_member_stands():
    builder = town("a", "a & b", a={}, b={})
    builder.group("batch", q=1.0, reach=0.5, members=["a", "b"])
    result = drawn(builder)
    assert holds(result, 0, 0.75)
    assert holds(result, 1, 0.5)


def test_unknown_voters_are_counted_in_points_and_never_as_nothing():
    result = drawn(town("a", "a", voters=(None, 50.0), a={"q": 0.3}))
    down = result.points.values > 0
    assert set(result.points.values[down].tolist()) == {2}
    assert set(result.points_without_voters.values[down].tolist()) == {1}
    assert set(result.voters.values[down].tolist()) == {50.0}
    assert result.points_without_voters.most == 1


def test_what_is_below_before_anything_fails_is_stated_once():
    builder = town("never-seen & a", "a", a={"q": 0.3}, **{"never-seen": {"unknown": True}})
    both = sample_both(builder.build(), "admit", "online", draws=1000, seed=3)
    assert both.working.already_below.points == 0
    assert both.working.points.most == 2
    assert both.failed.already_below.points == 1
    assert both.failed.already_below.voters == 100.0
    assert both.failed.points.most == 1
    assert both.failed.points.values.max() == 1


def test_an_unknown_group_read_as_failed_hits_as_its_reach_says():
    builder = town("a", "b", a={}, b={})
    builder.group("batch", q=0.1, reach=0.3, members=["a", "b"], unknown=True)
    assert drawn(builder).points.values.max() == 0
    failed = drawn(builder, unknowns=Unknowns.FAILED)
    assert holds(failed, 0, 1 - 0.7**2)
    assert holds(failed, 1, 0.3**2)


def test_private_parts_may_be_left_out_but_not_what_groups_do_to_them():
    builder = town("feeder & device", "feeder", feeder={"q": 0.1}, device={"q": 0.5})
    builder.group("batch", q=0.2, members=["device"])
    shared = drawn(builder, private=Private.WORKING)
    assert holds(shared, 0, 1 - 0.9 * 0.8)
    assert holds(drawn(builder), 0, 1 - 0.9 * 0.8 * 0.5)


def test_what_always_fails_fails_in_every_draw_and_what_never_fails_in_none():
    result = drawn(town("sure", "rare", sure={"q": 1.0}, rare={"q": 0.0}), draws=5000)
    assert set(result.points.values.tolist()) == {1}
    assert result.points.most == 1


def test_a_tiny_probability_stays_tiny():
    result = drawn(town("a", a={"q": 1e-300}), draws=5000)
    assert result.points.values.max() == 0


def test_without_anything_that_can_fail_nothing_is_drawn_below():
    result = drawn(town("a", a={"q": 0.0}), draws=10)
    assert result.points.values.tolist() == [0] * 10


def test_a_network_of_points_alone_is_drawn_too():
    builder = NetworkBuilder()
    builder.point("open", voters=5, services={"admit": {"online": "true"}})
    builder.point("shut", voters=7, services={"admit": {"online": "false"}})
    result = drawn(builder, draws=10)
    assert result.points.values.tolist() == [0] * 10
    assert result.already_below.voters == 7


def test_points_without_the_service_are_not_drawn():
    builder = town("a", a={"q": 1.0})
    builder.point("tally", voters=5, services={"close": {"relay": "a"}})
    result = drawn(builder, draws=10)
    assert result.points.values.tolist() == [1] * 10
    assert result.voters.most == 100.0


def test_fewer_draws_are_the_first_of_more():
    builder = town("a", "a & b", "b | c", a={"q": 0.1}, b={"q": 0.2}, c={"q": 0.3})
    many = drawn(builder, draws=3 * BLOCK_DRAWS + 5).voters.values
    for draws in (2, 700, BLOCK_DRAWS + 1):
        assert np.array_equal(drawn(builder, draws=draws).voters.values, many[:draws])


def test_another_seed_gives_other_draws():
    network = town("a", a={"q": 0.5}).build()
    one, other = (
        sample(network, "admit", "online", draws=500, seed=seed).points.values for seed in (1, 2)
    )
    assert not np.array_equal(one, other)


def test_threads_change_nothing():
    builder = town("a", "a & b", "b | c", a={"q": 0.1}, b={"q": 0.2}, c={"q": 0.3})
    alone = drawn(builder)
    with ThreadPoolExecutor(3) as pool:
        together = drawn(builder, workers=pool)
    assert np.array_equal(alone.voters.values, together.voters.values)
    assert np.array_equal(alone.points.values, together.points.values)


def test_a_spent_budget_keeps_the_first_draws_and_says_so():
    builder = town("a", a={"q": 0.5})
    ticks = iter(range(100))
    result = drawn(builder, budget=Budget(2, lambda: next(ticks)))
    assert result.is_cut
    assert result.draws_asked == 40_000
    assert result.draws % BLOCK_DRAWS == 0
    whole = drawn(builder)
    assert not whole.is_cut
    assert np.array_equal(result.points.values, whole.points.values[: result.draws])


def test_a_mean_needs_two_draws():
    with pytest.raises(ValueError, match="at least 2 draws"):
        drawn(town("a", a={"q": 0.5}), draws=1)
