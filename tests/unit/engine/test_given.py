"""Probabilities under what is given to be out: whole hours, whole groups, the rest by chance."""

from dataclasses import replace

import numpy as np
import pytest

from pollready.engine.contingency import evaluate_contingency
from pollready.engine.given import given_out
from pollready.engine.network import NetworkBuilder
from pollready.engine.reliability import exact


def _network(q: float):
    """Stations on a feeder with batteries and a batch of devices; `q` of all that may fail."""
    builder = NetworkBuilder()
    builder.component("feeder", q=q, mttr_h=4)
    builder.component("site", q=q, requires="ride(feeder, 2h, store)")
    builder.component("store", q=q)
    for point in range(3):
        builder.component(f"devices-{point}", q=q)
        builder.component(f"battery-{point}", q=q)
    builder.group("batch", q=q, reach=0.5, members=("devices-0", "devices-1"))
    for point in range(3):
        needs = f"ride(feeder, {1 + 3 * point}h, battery-{point}) & devices-{point} & site"
        builder.point(f"p{point}", voters=100, services={"admit": {"online": needs}})
    return builder.build()


@pytest.mark.parametrize("hours", [0.5, 2, 3.9, 4, 24])
@pytest.mark.parametrize("out", [["feeder"], ["batch"], ["devices-2", "site"], []])
def test_where_nothing_else_can_fail_it_is_the_contingency(hours, out):
    network = _network(0.0)
    found = exact(given_out(network, out, hours), "admit", "online").prob_below
    fallen = evaluate_contingency(network, out, hours).fallen("admit", "online")
    assert found.tolist() == [float(point in fallen) for point in network.point_ids]


def test_it_is_conditional_while_the_rest_fails_by_its_own_chance():
    """P = P(out) P(below, out) + P(not) P(below, not), for an outage that outlasts all."""
    network = _network(0.1)
    whole = exact(network, "admit", "online").prob_below
    out = exact(given_out(network, ["store"], 1e9), "admit", "online").prob_below
    q = network.q.copy()
    q[network.element_index["store"]] = 0.0
    without = exact(replace(network, q=q, derived={}), "admit", "online").prob_below
    np.testing.assert_allclose(whole, 0.1 * out + 0.9 * without, atol=1e-15)
    assert (out > whole).all()


def test_what_is_out_for_no_time_is_refused():
    with pytest.raises(ValueError, match="more than 0 hours"):
        given_out(_network(0.1), ["feeder"], 0)
