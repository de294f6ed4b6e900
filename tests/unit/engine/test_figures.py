"""Figures that can be worked out by hand."""

import pytest

from pollready.engine.contingency import (
    Cost,
    analyse,
    analyse_both,
    evaluate_contingency,
    single_losses,
)
from pollready.engine.cutsets import TooManyCutSets, minimal_cut_sets
from pollready.engine.live import Change, LiveState
from pollready.engine.network import NetworkBuilder, Tier, UnknownName, Unknowns
from pollready.engine.propagation import evaluate
from pollready.engine.reliability import DiagramTooLarge, exact, exact_both
from pollready.engine.sampling import sample
from pollready.engine.worst_case import worst_cases


def two_stations(**services):
    builder = NetworkBuilder()
    builder.component("tower", tier=Tier.DISTRICT, q=0.1)
    builder.component("centre", tier=Tier.NATION, q=0.2)
    for name, voters in (("a", 500), ("b", None)):
        builder.point(
            name, voters=voters, services={"admit": {"online": "tower & centre", **services}}
        )
    return builder.build()


def test_the_golden_ride_fails_with_the_stated_probability():
    builder = NetworkBuilder()
    builder.component("e", q=0.1, mttr_h=4)
    builder.component("b", q=0.2)
    builder.point("p", voters=1, services={"admit": {"online": "ride(e, 4h, b)"}})
    assert exact(builder.build(), "admit", "online").prob("p") == pytest.approx(
        0.02 + 0.08 * 2.718281828459045**-1, abs=1e-12
    )


def test_losing_the_shared_tower_closes_all_its_stations():
    result = analyse(two_stations(), "admit", "online", 2.0)
    assert result.single("tower") == Cost(points=2, voters=500.0, points_without_voters=1)
    assert result.pairs.beyond_sum("tower", "centre") == Cost(-2, -500.0, -1)
    assert [c.ids for c in result.top_singles(5, max_tier=Tier.COUNTY)] == [("tower",)]
    assert [c.ids for c in result.top_pairs(5)] == [("tower", "centre")]


def test_a_station_already_below_is_stated_once_and_never_counted():
    builder = NetworkBuilder()
    builder.component("tower")
    builder.point("dead", voters=300, services={"admit": {"online": "tower & false"}})
    builder.point("a", voters=500, services={"admit": {"online": "tower"}})
    builder.point("b", voters=400, services={"admit": {"online": "tower"}})
    result = analyse(builder.build(), "admit", "online", 2.0)
    assert result.already_below == Cost(1, 300.0, 0)
    assert result.single("tower") == Cost(2, 900.0, 0)
    fallen = evaluate_contingency(result.network, ["tower"], 2.0).fallen("admit", "online")
    assert fallen == ("a", "b")


def test_unknown_parts_give_every_figure_twice():
    builder = NetworkBuilder()
    builder.component("mains", unknown=True)
    builder.component("site", q=0.1)
    builder.point("p", voters=100, services={"admit": {"online": "mains & site"}})
    network = builder.build()
    both = exact_both(network, "admit", "online")
    assert (both.working.prob("p"), both.failed.prob("p")) == (pytest.approx(0.1), 1.0)
    costs = analyse_both(network, "admit", "online", 2.0)
    assert (costs.working.already_below.points, costs.failed.already_below.points) == (0, 1)


def test_a_group_takes_each_member_by_its_reach():
    builder = NetworkBuilder()
    builder.component("x")
    builder.component("y")
    builder.group("batch", q=0.5, reach=0.4, members=["x", "y"])
    builder.point("either", voters=1, services={"admit": {"online": "x | y"}})
    builder.point("both", voters=1, services={"admit": {"online": "x & y"}})
    network = builder.build()
    result = exact(network, "admit", "online")
    assert result.prob("either") == pytest.approx(0.5 * 0.4 * 0.4)
    assert result.prob("both") == pytest.approx(0.5 * (1 - 0.6 * 0.6))
    assert analyse(network, "admit", "online", 1.0).single("batch").points == 2


def test_hours_are_compared_exactly():
    builder = NetworkBuilder()
    for name in ("mains", "battery", "generator"):
        builder.component(name)
    needs = "ride(ride(mains, 0.1h, battery), 0.2h, generator)"
    builder.point("p", voters=1, services={"admit": {"online": needs}})
    network = builder.build()
    levels = [evaluate(network, ["mains"], h).name("admit", "p") for h in (0.299, 0.3)]
    assert levels == ["online", "closed"]


def test_private_pairs_are_cuts_of_the_point_and_not_worst_pairs():
    builder = NetworkBuilder()
    for name in ("sim-1", "sim-2", "tower"):
        builder.component(name)
    builder.point("p", voters=1, services={"admit": {"online": "(sim-1 | sim-2) & tower"}})
    builder.point("q", voters=1, services={"admit": {"online": "tower"}})
    network = builder.build()
    result = analyse(network, "admit", "online", 1.0)
    assert [network.element_ids[i] for i in result.shared.nonzero()[0]] == ["tower"]
    assert result.top_pairs(3) == ()
    cuts = minimal_cut_sets(network, "p", "admit", "online", 1.0, max_order=2)
    assert cuts == (frozenset({"tower"}), frozenset({"sim-1", "sim-2"}))


def test_limits_stop_with_what_was_proven():
    builder = NetworkBuilder()
    for side in "ab":
        for i in range(30):
            builder.component(f"{side}{i}", q=0.01)
    wide = " | ".join("(" + " & ".join(f"{s}{i}" for i in range(30)) + ")" for s in "ab")
    for point in "pq":
        builder.point(point, voters=10, services={"admit": {"online": wide}})
    builder.point("r", voters=10, services={"admit": {"online": "a0"}})
    network = builder.build()
    result = analyse(network, "admit", "online", 1.0, max_pairs=50)
    assert result.truncated is not None
    assert result.truncated.undecided == Cost(2, 20.0, 0)
    assert result.single("a0") == Cost(1, 10.0, 0)
    with pytest.raises(TooManyCutSets):
        minimal_cut_sets(network, "p", "admit", "online", 1.0, max_sets=100)
    with pytest.raises(DiagramTooLarge):
        exact(network, "admit", "online", max_nodes=4)


def test_a_live_failure_tells_which_points_changed():
    state = LiveState(two_stations(offline="true"), unknowns=Unknowns.WORKING)
    assert state.fail("tower", 2.0) == (
        Change("a", "admit", "online", "offline"),
        Change("b", "admit", "online", "offline"),
    )
    assert state.fail("centre", 2.0) == ()
    assert state.repair("tower") == ()
    assert [c.after for c in state.repair("centre")] == ["online", "online"]


def test_an_outage_for_good_outlasts_every_ride():
    builder = NetworkBuilder()
    builder.component("mains")
    builder.component("battery")
    for name in ("a", "b"):
        builder.point(
            name, voters=100, services={"admit": {"online": "ride(mains, 900h, battery)"}}
        )
    network = builder.build()
    for duration_h in (float("inf"), 1e20):
        result = analyse(network, "admit", "online", duration_h)
        assert result.single("mains") == Cost(2, 200.0, 0)
        assert evaluate(network, ["mains"], duration_h).name("admit", "a") == "closed"
    assert analyse(network, "admit", "online", 899.0).single("mains") == Cost(0, 0.0, 0)
    assert result.top_singles(-1) == ()


def test_draws_without_a_seed_are_refused():
    with pytest.raises(TypeError):
        sample(two_stations(), "admit", "online", draws=10, seed=None)


def test_points_that_depend_on_nothing_have_no_contingencies():
    builder = NetworkBuilder()
    builder.point("never", voters=100, services={"admit": {"online": "false"}})
    builder.point("always", voters=200, services={"admit": {"online": "true"}})
    network = builder.build()
    result = analyse(network, "admit", "online", 2.0)
    assert result.already_below == Cost(1, 100.0, 0)
    assert (result.top_singles(3), result.top_pairs(3)) == ((), ())
    assert exact(network, "admit", "online").prob_below.tolist() == [1.0, 0.0]
    assert worst_cases(result, 3)[-1].cost == Cost(0, 0.0, 0)


def test_a_network_without_points_has_nothing_to_change():
    builder = NetworkBuilder()
    builder.component("tower")
    assert len(LiveState(builder.build()).fail("tower")) == 0


@pytest.mark.parametrize(
    "ask",
    [
        lambda n: analyse(n, "admit", "nowhere", 1.0),
        lambda n: analyse(n, "nothing", "online", 1.0),
        lambda n: evaluate(n, ["nobody"], 1.0),
        lambda n: minimal_cut_sets(n, "nobody", "admit", "online", 1.0),
    ],
)
def test_unknown_names_are_refused(ask):
    with pytest.raises(UnknownName):
        ask(two_stations())


def test_single_losses_alone_are_those_of_the_whole_analysis():
    network = two_stations()
    alone = single_losses(network, "admit", "online", 2.0)
    assert alone.tolist() == analyse(network, "admit", "online", 2.0).losses.tolist()
    assert alone[network.element("tower")].tolist() == [500.0, 2.0, 1.0]
