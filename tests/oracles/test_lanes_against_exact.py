"""One diagram in lanes agrees with a network of its own for each lane."""

import numpy as np
import pytest

from pollready.engine.lanes import Lanes
from pollready.engine.network import NetworkBuilder, Unknowns
from pollready.engine.reliability import DiagramTooLarge, exact

SWITCHES = ("s0", "s1", "s2")
# Two points of equal private figures, one of the switches' own, a ride, a group, an unknown.
NEEDS = (
    "feeder & (s0 & own-{0} | s1 & ride(site, 2h, own-{0})) & path-{0}",
    "ride(feeder, 3h, own-{0}) & (s2 | site | half-{0})",
    "s0 & s1 & s2 | 2 of (site, feeder, own-{0})",
)


def _network(q: dict[str, float] | None = None):
    builder = NetworkBuilder()
    for switch in SWITCHES:
        builder.component(switch, q=(q or {}).get(switch, 0.5))
    builder.component("feeder", q=0.2, mttr_h=3)
    builder.component("site", q=0.1, requires="feeder")
    for point in range(6):
        builder.component(f"own-{point}", q=0.05, mttr_h=1 + point % 2)
        builder.component(f"path-{point}", unknown=True)
        builder.component(f"half-{point}", q=0.5)
    builder.group("batch", q=0.1, reach=0.5, members=("own-0", "own-1", "site"))
    for point in range(6):
        needs = NEEDS[point % 3].format(point)
        builder.point(f"p{point}", voters=100, services={"admit": {"online": needs}})
    return builder.build()


def _every_lane():
    return np.array([[bool(n >> bit & 1) for bit in range(3)] for n in range(8)])


@pytest.mark.parametrize("unknowns", list(Unknowns))
def test_each_lane_is_a_network_whose_switches_are_certain(unknowns):
    down = _every_lane()
    found = Lanes(_network(), SWITCHES, down).prob_below("admit", "online", unknowns)
    for lane, row in enumerate(down):
        certain = _network({name: float(out) for name, out in zip(SWITCHES, row, strict=True)})
        told = exact(certain, "admit", "online", unknowns).prob_below
        np.testing.assert_allclose(found[:, lane], told, atol=1e-15)


def test_a_diagram_without_room_gets_an_order_of_its_own_or_is_refused():
    network, down = _network(), _every_lane()
    whole = Lanes(network, SWITCHES, down).prob_below("admit", "online", Unknowns.WORKING)
    refused = 0
    for room in range(4, 200, 7):
        lanes = Lanes(network, SWITCHES, down, max_nodes=room)
        try:
            found = lanes.prob_below("admit", "online", Unknowns.WORKING)
        except DiagramTooLarge:
            refused += 1
            continue
        np.testing.assert_allclose(found, whole, atol=1e-15)
    assert 0 < refused < 20
