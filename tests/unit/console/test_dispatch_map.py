"""The map of routes: what is on it, and what lies beyond."""

import pytest

from pollready.console.dispatch_map import HEIGHT, WIDTH, draw_routes
from pollready.planning.dispatching.ground import Spot
from pollready.planning.dispatching.routing import RoutesPlan, Stop, TeamRoute, Why
from pollready.planning.dispatching.tasks import Task, Tasks
from tests.unit.planning.test_dispatching import DEPOT, ground, station


def plan(base: Spot, reached: list[int], missed: list[int]) -> RoutesPlan:
    stops = [Stop(Task(n, 30, None), 8, 8, 9) for n in reached]
    routes = [TeamRoute(base, 1, 7, stops, 10, 1, 10)] if stops else []
    unreached = [(Task(n, 30, None), Why.TIME) for n in missed]
    return RoutesPlan(routes, 0, unreached, Tasks(()), 1, 1, 0, 0)


def test_a_way_leads_from_the_base_by_its_stations_and_back():
    road = ground(station(0, 5), station(1, 10), station(2, 12))
    drawn = draw_routes(road, plan(DEPOT, [0, 1], [2]))
    (way,), (base,) = drawn.ways, drawn.bases
    assert way.line.count("L") == 3 and way.line.endswith(way.line[1:].split("L")[0])
    assert way.dots.count("h0") == 2 and drawn.missed.count("z") == 1
    assert base.name == "depot" and drawn.beyond == [] and drawn.left_out == 0


def test_a_base_far_off_does_not_shrink_the_stations_to_a_dot():
    road = ground(station(0, 500), station(1, 505))
    drawn = draw_routes(road, plan(DEPOT, [0, 1], []))
    assert drawn.bases == [] and drawn.beyond == ["depot"]
    points = [dot.split(" ") for dot in drawn.ways[0].dots.replace("h0", "").split("M")[1:]]
    heights = [float(y) for _, y in points]
    assert max(heights) - min(heights) > HEIGHT / 2
    assert all(0 <= float(x) <= WIDTH for x, _ in points)


@pytest.mark.parametrize("stations", [(), (station(0, None),)])
def test_nothing_with_a_place_is_no_map(stations):
    assert draw_routes(ground(*stations), plan(DEPOT, [], [])) is None
