"""Compiles every kernel once, so that the disk cache holds them before anybody waits."""

from pollready.engine.contingency import analyse
from pollready.engine.importance import importance
from pollready.engine.live import LiveState
from pollready.engine.live_losses import LiveLosses
from pollready.engine.network import NetworkBuilder, Unknowns
from pollready.engine.reliability import exact
from pollready.engine.sampling import sample
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
    analyse(network, "admit", "online", 4.0, Unknowns.WORKING)
    exact(network, "admit", "online", Unknowns.WORKING)
    importance(network, "a", "admit", "online")
    sample(network, "admit", "online", draws=2, seed=1)
    single_points(network, "admit", "online", 4.0)
    LiveState(network).fail("site-1", 4.0)
    LiveLosses(network, "admit", "online", 4.0).fail("site-1")
