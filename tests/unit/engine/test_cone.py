"""A cone answers for its nodes as the whole network does."""

import numpy as np

from pollready.engine.cone import cone_of
from pollready.engine.cutsets import minimal_cut_sets
from pollready.engine.network import NetworkBuilder, Unknowns
from pollready.engine.propagation import outages


def network():
    builder = NetworkBuilder()
    for name in ("feeder", "battery", "core"):
        builder.component(name)
    builder.component("nobody-knows", unknown=True)
    builder.component("site-1", requires="core & ride(feeder, 4h, battery)")
    builder.component("site-2", requires="core")
    builder.component("elsewhere")
    builder.group("batch", members=("site-1", "site-2"))
    builder.point(
        "school", voters=900,
        services={"admit": {"online": "(site-1 | site-2) & (feeder | nobody-knows)"}},
    )  # fmt: skip
    builder.point("mosque", voters=500, services={"admit": {"online": "elsewhere"}})
    return builder.build()


def test_every_failure_leaves_the_cone_as_the_whole_network():
    whole = network()
    top = int(whole.tops["admit"][0, 0])
    cone = cone_of(whole, [top, -1])
    for unknowns in Unknowns:
        for hours in (2.0, 4.0):
            for name in whole.element_ids:
                expected = outages(whole, [name], hours, unknowns)[cone.nodes]
                found = cone.outages([whole.element(name)], hours, unknowns)
                assert np.array_equal(found, expected)


def test_repairing_what_is_unknown_is_the_same_in_both():
    whole = network()
    number = whole.element("nobody-knows")
    cone = cone_of(whole, [int(whole.tops["admit"][0, 0])])
    expected = outages(whole, ["feeder"], 9.0, Unknowns.FAILED, repaired=["nobody-knows"])
    found = cone.outages([whole.element("feeder")], 9.0, Unknowns.FAILED, repaired=[number])
    assert np.array_equal(found, expected[cone.nodes])


def test_its_single_points_are_the_cuts_of_order_one():
    whole = network()
    top = int(whole.tops["admit"][0, 0])
    cone = cone_of(whole, [top])
    for unknowns in Unknowns:
        for hours in (2.0, 5.0):
            cuts = minimal_cut_sets(
                whole, "school", "admit", "online", hours, unknowns, max_order=1
            )
            found = {whole.element_ids[n] for n in cone.single_points(top, hours, unknowns)}
            assert found == {name for cut in cuts for name in cut}


def test_what_is_elsewhere_is_not_in_it():
    whole = network()
    cone = cone_of(whole, [int(whole.tops["admit"][0, 0])])
    assert whole.element("elsewhere") not in cone.elements()
