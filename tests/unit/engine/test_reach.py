"""What each point rests on, against the shared elements of an analysis."""

import random

import numpy as np
import pytest

from pollready.engine.condensing import shared_elements
from pollready.engine.network import NetworkBuilder, UnknownName
from pollready.engine.reach import reach
from tests.oracles.engine_networks import draw


def chain():
    builder = NetworkBuilder()
    builder.component("core")
    builder.component("site", requires="core")
    builder.component("alone")
    builder.point("a", voters=1, services={"admit": {"online": "site"}})
    builder.point("b", voters=1, services={"admit": {"online": "core", "offline": "core | alone"}})
    builder.point("c", voters=1, services={"close": {"courier": "alone"}})
    return builder.build()


def test_points_are_counted_behind_all_that_they_rest_on_at_any_level():
    found = reach(chain(), "admit")
    assert found.points_behind.tolist() == [2, 1, 1]
    assert found.behind_of(np.array([1])).tolist() == [1, 0, 1]
    assert found.behind_of(np.array([], dtype=np.int64)).tolist() == [0, 0, 0]
    assert found.points_on(np.array([False, True, False])).tolist() == [0]


def test_a_service_that_is_not_there_is_refused_by_name():
    with pytest.raises(UnknownName):
        reach(chain(), "fly")


@pytest.mark.parametrize("seed", range(20))
def test_what_two_points_rest_on_is_what_is_shared(seed):
    network = draw(random.Random(seed)).build()
    for service in network.services:
        components = len(network.component_ids)
        shared = shared_elements(network, service)[:components]
        assert (reach(network, service).points_behind >= 2).tolist() == shared.tolist()
