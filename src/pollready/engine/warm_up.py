"""Compiles every kernel once, so that the disk cache holds them before anybody waits."""

from pollready.engine.contingency import analyse
from pollready.engine.increments import loss_sums, shared_in
from pollready.engine.network import NetworkBuilder, Tier, Unknowns
from pollready.engine.propagation import LiveState
from pollready.engine.reach import reach
from pollready.engine.reliability import exact
from pollready.engine.single_points import single_points


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
    exact(network, "admit", "online", Unknowns.WORKING)
    single_points(network, "admit", "online", 4.0)
    LiveState(network).fail("site-1", 4.0)
