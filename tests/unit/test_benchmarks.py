"""What is measured exists, and the reference networks are the same each time."""

import importlib
from dataclasses import replace

import numpy as np
import pytest

from benchmarks import agreement
from benchmarks.__main__ import MEASUREMENTS
from benchmarks.reference.national import PROVINCE, national
from benchmarks.reference.topologies import backbone
from pollready.engine.contingency import analyse


@pytest.mark.parametrize("name", MEASUREMENTS)
def test_what_is_named_can_be_measured(name):
    module, _, function = MEASUREMENTS[name].partition(".")
    assert callable(getattr(importlib.import_module(f"benchmarks.{module}"), function))


def test_a_reference_network_is_the_same_each_time():
    size = replace(PROVINCE, points=60, counties=3)
    one, other = national(size), national(size)
    assert one.element_ids == other.element_ids
    assert np.array_equal(one.graph.child, other.graph.child)
    assert np.array_equal(one.voters, other.voters, equal_nan=True)
    assert not np.array_equal(one.voters, national(replace(size, seed=2)).voters, equal_nan=True)


def test_pairs_of_the_reference_province_equal_evaluating_anew():
    row = agreement.pairs_row(pairs=3000)
    assert row["differing"] == 0
    assert row["with a correction"] > 30


def test_a_node_of_a_backbone_with_one_link_falls_with_it():
    edges = [{"source": a, "target": b, "dist": 10.0} for a, b in ((0, 1), (1, 2), (0, 2), (2, 3))]
    network = backbone({"nodes": [{"id": node} for node in range(4)], "edges": edges})
    result = analyse(network, "admit", "online", 2.0)
    one_link, in_a_ring = result.single("link-3"), result.single("link-0")
    assert (one_link.points > 50, in_a_ring.points) == (True, 0)
