"""Single points beside failing each element by itself, on random networks."""

import random

import numpy as np
import pytest

from pollready.engine.contingency import analyse, evaluate_contingency
from pollready.engine.network import Unknowns
from pollready.engine.single_points import single_points
from tests.oracles.engine_networks import DURATIONS_H, LEVELS, draw


def fallen_with(network, level, duration_h, unknowns):
    """Fail every element of known state by itself; what falls with it, by point."""
    found = {}
    for number, name in enumerate(network.element_ids):
        if network.unknown[number]:
            continue
        after = evaluate_contingency(network, (name,), duration_h, unknowns)
        for point in after.fallen("admit", level):
            found.setdefault(point, set()).add(name)
    return found


@pytest.mark.parametrize("unknowns", Unknowns)
@pytest.mark.parametrize("level", LEVELS)
def test_single_points_are_what_each_point_falls_with_alone(level, unknowns):
    random_ = random.Random(11)
    for _ in range(60):
        network = draw(random_).build()
        for duration_h in DURATIONS_H:
            found = single_points(network, "admit", level, duration_h, unknowns)
            wanted = fallen_with(network, level, duration_h, unknowns)
            assert found.by_point(network.element_ids) == wanted


@pytest.mark.parametrize("unknowns", Unknowns)
def test_points_behind_single_points_are_counted_once(unknowns):
    random_ = random.Random(12)
    for _ in range(60):
        network = draw(random_).build()
        for duration_h in DURATIONS_H:
            result = analyse(network, "admit", LEVELS[-1], duration_h, unknowns)
            fallen = set()
            for number in np.nonzero(result.shared)[0]:
                after = evaluate_contingency(
                    network, (network.element_ids[number],), duration_h, unknowns
                )
                fallen |= set(after.fallen("admit", LEVELS[-1]))
            known = [v for p in fallen if not np.isnan(v := network.voters[network.point(p)])]
            cost = result.behind_singles()
            assert (cost.points, cost.voters) == (len(fallen), sum(known))
            assert cost.points_without_voters == len(fallen) - len(known)
