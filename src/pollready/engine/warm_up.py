"""Compiles every kernel once, so that the disk cache holds them before anybody waits."""

import numpy as np

from pollready.engine.allocation import preview
from pollready.engine.allocation_problem import AllocationProblem, Options
from pollready.engine.contingency import analyse
from pollready.engine.couriers import CourierHours, Wave, plan_couriers
from pollready.engine.covering import cover_all, cover_most
from pollready.engine.fault_tree import FaultTreeBuilder, Op
from pollready.engine.fault_tree_analysis import analyse_fault_tree
from pollready.engine.importance import importance
from pollready.engine.increments import loss_sums, shared_in
from pollready.engine.lanes import Lanes
from pollready.engine.live import LiveState
from pollready.engine.live_losses import LiveLosses
from pollready.engine.network import Network, NetworkBuilder, Tier, Unknowns
from pollready.engine.p_center import p_center
from pollready.engine.p_median import p_median
from pollready.engine.queue_simulation import SecondStage, Service, simulate
from pollready.engine.reach import reach
from pollready.engine.reliability import exact
from pollready.engine.sampling import sample
from pollready.engine.single_points import single_points
from pollready.engine.time_varying_queue import PollingDay, screen, waits
from pollready.engine.worst_case import worst_cases


def warm_up() -> None:
    """Run every kernel on a tiny network; takes seconds the first time, then almost nothing."""
    builder = NetworkBuilder()
    for name in ("site-1", "site-2", "site-3", "battery"):
        builder.component(name, q=0.1)
    builder.group("batch", q=0.1, reach=0.5, members=("site-1", "site-2"))
    needs = "ride(site-1, 4h, battery) | 2 of (site-1, site-2, site-3)"
    for point in ("a", "b"):
        builder.point(point, voters=100, services={"admit": {"online": needs}})
    network = builder.build()
    analysis = analyse(network, "admit", "online", 4.0, Unknowns.WORKING)
    loss_sums(analysis, shared_in(analysis), behind_tier=Tier.NATION).top_pairs(2)
    reach(network, "admit")
    worst_cases(analyse(_ring(), "admit", "online", 4.0), k=4)
    exact(network, "admit", "online", Unknowns.WORKING)
    lanes = Lanes(network, ["site-3"], np.array([[True], [False]]))
    lanes.prob_below("admit", "online", Unknowns.WORKING)
    importance(network, "a", "admit", "online")
    sample(network, "admit", "online", draws=2, seed=1)
    single_points(network, "admit", "online", 4.0)
    LiveState(network).fail("site-1", 4.0)
    LiveLosses(network, "admit", "online", 4.0).fail("site-1")
    _warm_up_fault_trees()
    _warm_up_siting()
    _warm_up_queues()
    _warm_up_allocation()


def _ring() -> Network:
    """Make points that only three of six sites together close, so that a search must branch."""
    builder = NetworkBuilder()
    for site in range(6):
        builder.component(f"site-{site}")
    for point in range(12):
        needs = " | ".join(f"site-{(point + step * (1 + point // 6)) % 6}" for step in (0, 1, 3))
        builder.point(f"p{point}", voters=100 + point, services={"admit": {"online": needs}})
    return builder.build()


def _warm_up_siting() -> None:
    road = np.arange(12.0)
    hours = np.abs(road[:, np.newaxis] - road)
    p_median(hours, 3)
    p_center(hours, 3)
    cover_all(hours, 1.0)
    cover_most(hours, 1.0, 2)
    around = CourierHours(hours[:, :1], hours[:1], hours, road, road)
    plan_couriers(around, Wave(road, road, from_h=0.0, until_h=99.0, couriers=2))


def _warm_up_fault_trees() -> None:
    builder = FaultTreeBuilder("mended")
    a, b, c = (builder.event(name, 0.1) for name in "abc")
    right = builder.node(Op.AND, [builder.node(Op.NOT, [a]), c])
    builder.gate("top", builder.node(Op.OR, [builder.node(Op.AND, [a, b]), right]))
    tree = builder.build()
    analyse_fault_tree(tree).importance()
    analyse_fault_tree(tree, max_order=1)


def _warm_up_queues() -> None:
    day = PollingDay(np.array([4.0, 4.0]), np.array([1, 2]), 1.5, at_doors=2.0)
    waits(day)
    screen(day.arrivals[None], day.devices[:1], 1.5)
    rng = np.random.default_rng(1)
    simulate(day, 2, rng)
    simulate(day, 2, rng, second=SecondStage(1, Service(1.0)))


def _warm_up_allocation() -> None:
    one = np.ones((1, 1))
    units, saves = one.astype(np.int64), np.ones(1)
    options = Options(np.array([0]), units, saves, np.zeros(1))
    within = np.ones((1, 1, 1), dtype=bool)
    preview(AllocationProblem(("a",), ("k",), ("d",), units, np.array([0]), within, one, options))
