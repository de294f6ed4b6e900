"""Building a network reports everything that is wrong with it."""

import subprocess
import sys

import pytest

from pollready.engine import faults
from pollready.engine.expression import All, AtLeast, Leaf, Ride
from pollready.engine.network import InvalidNetwork, NetworkBuilder, Tier


def found(builder: NetworkBuilder) -> tuple[faults.Fault, ...]:
    with pytest.raises(InvalidNetwork) as caught:
        builder.build()
    return caught.value.faults


def test_every_fault_of_a_network_is_reported_at_once():
    builder = NetworkBuilder()
    builder.component("a", q=1.5, requires="b")
    builder.component("b", requires="a & nobody", mttr_h=-1)
    builder.component("a")
    builder.group("g", q=0.1, reach=2, members=["a", "who"])
    builder.component("c", requires="g")
    builder.point("p", voters=-5, services={"admit": {"online": AtLeast(3, (Leaf("a"),))}})
    builder.point("q", voters=1, services={"admit": {"online": All(())}, "close": {}})
    builder.point("r", voters=1, services={"admit": {"online": Ride(Leaf("a"), -1, Leaf("b"))}})
    builder.point("s", voters=1, services={"admit": {"online": "a &"}})
    assert set(found(builder)) == {
        faults.DuplicateId("a"),
        faults.BadExpression("point s admit online", 4, "requirement", ""),
        faults.ProbabilityOutOfRange("a", "q", 1.5),
        faults.NegativeNumber("b", "mttr_h", -1),
        faults.UnknownId("component b", "nobody"),
        faults.GroupAsRequirement("component c", "g"),
        faults.ProbabilityOutOfRange("g", "reach", 2),
        faults.UnknownId("group g", "who"),
        faults.NegativeNumber("p", "voters", -5),
        faults.CountOutOfRange("point p admit online", 3, 1),
        faults.EmptyGate("point q admit online"),
        faults.EmptyService("q", "close"),
        faults.NegativeNumber("point r admit online", "hours", -1),
        faults.CyclicDependency(("a", "b", "a")),
    }


def test_a_level_that_asks_for_more_than_the_one_above_is_a_fault():
    builder = NetworkBuilder()
    builder.component("a")
    builder.component("b")
    builder.point("p", voters=1, services={"admit": {"online": "a", "offline": "a & b"}})
    assert found(builder) == (faults.LevelNotWeaker("p", "admit", "offline", "online"),)


def test_points_that_order_levels_differently_are_a_fault():
    builder = NetworkBuilder()
    builder.component("a")
    builder.point("p", voters=1, services={"admit": {"online": "a", "offline": "a"}})
    builder.point("q", voters=1, services={"admit": {"offline": "a", "online": "a"}})
    assert found(builder) == (faults.LevelOrderDiffers("q", "admit", ("offline", "online")),)


def test_a_chain_of_ten_thousand_requirements_is_built():
    builder = NetworkBuilder()
    builder.component("c0", tier=Tier.NATION)
    for i in range(1, 10_000):
        builder.component(f"c{i}", requires=f"c{i - 1}")
    builder.point("p", voters=None, services={"admit": {"online": "c9999"}})
    assert len(builder.build().component_ids) == 10_000


def test_a_network_is_built_without_importing_numba():
    code = "import sys, pollready.engine.network; sys.exit('numba' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
