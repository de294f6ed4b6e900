"""The map of routes: where teams start, their ways, and the stations reached and not."""

from collections.abc import Sequence
from dataclasses import dataclass

from pollready.planning.dispatching.ground import Ground, Spot, spot_of
from pollready.planning.dispatching.routing import RoutesPlan, TeamRoute
from pollready.reports.map_frame import Frame, believable, fit

WIDTH, HEIGHT, MARGIN = 960.0, 520.0, 26.0
COLOURS = 6  # of ways: neighbours in the list differ
NUMBERED = 24  # more routes than these are not numbered on the map: their labels would be a heap


@dataclass(frozen=True, slots=True)
class Way:
    """One route: its way, dots of its stations, and where its number stands."""

    number: int
    colour: int
    line: str
    dots: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Base:
    """Where teams start."""

    x: float
    y: float
    name: str


@dataclass(frozen=True, slots=True)
class RoutesMap:
    """The drawing; `left_out` places lie too far off to be drawn."""

    ways: Sequence[Way]
    bases: Sequence[Base]
    missed: str
    left_out: int
    numbered: bool
    beyond: Sequence[str]  # bases that are not on it
    width: float = WIDTH
    height: float = HEIGHT


def draw_routes(ground: Ground, plan: RoutesPlan) -> RoutesMap | None:
    """Draw a plan; None where nothing of it has a place."""
    stops = {spot for route in plan.routes for spot in _stops(ground, route)}
    missed = {spot for task, _ in plan.unreached if (spot := _spot(ground, task.station))}
    placed = believable([(spot, spot.lat, spot.lon) for spot in stops | missed])
    if not placed:
        return None
    inside = {spot for spot, _, _ in placed}
    bases = dict.fromkeys(route.base for route in plan.routes)
    frame = _frame(inside, list(bases))
    ways = [
        _way(number, route.base, [each for each in _stops(ground, route) if each in inside], frame)
        for number, route in enumerate(plan.routes, start=1)
    ]
    triangles = [frame.place(each.lat, each.lon) for each in missed & inside]
    return RoutesMap(
        ways,
        [
            Base(*frame.place(each.lat, each.lon), each.name or each.code)
            for each in bases
            if _is_on(frame, each)
        ],
        "".join(f"M{x:.0f} {y - 4.5:.0f}l4 8h-8z" for x, y in sorted(triangles)),
        len(stops | missed) - len(inside),
        len(ways) <= NUMBERED,
        [each.name or each.code for each in bases if not _is_on(frame, each)],
    )


def _frame(inside: set[Spot], bases: Sequence[Spot]) -> Frame:
    """Fit the stations, and bases that are no farther from them than they are wide.

    A base far off would shrink the stations to a dot: ways to it run off the map instead.
    """
    stations = sorted(inside, key=lambda spot: spot.code)
    frame = fit([(each, each.lat, each.lon) for each in stations], WIDTH, HEIGHT, MARGIN)
    near = [each for each in bases if _is_on(frame, each, room=1.0)]
    return fit([(each, each.lat, each.lon) for each in (*stations, *near)], WIDTH, HEIGHT, MARGIN)


def _is_on(frame: Frame, spot: Spot, room: float = 0.0) -> bool:
    """Say whether a place is on the map, or no farther off than `room` times its size."""
    x, y = frame.place(spot.lat, spot.lon)
    wide, high = room * WIDTH, room * HEIGHT
    return -wide <= x <= WIDTH + wide and -high <= y <= HEIGHT + high


def _spot(ground: Ground, station: int) -> Spot | None:
    return spot_of(ground.staged.stations[station])


def _stops(ground: Ground, route: TeamRoute) -> list[Spot]:
    found = [_spot(ground, stop.task.station) for stop in route.stops]
    return [spot for spot in found if spot is not None]


def _way(number: int, base: Spot, stops: Sequence[Spot], frame: Frame) -> Way:
    start, *points = (frame.place(each.lat, each.lon) for each in (base, *stops))
    line = "M" + "L".join(f"{x:.0f} {y:.0f}" for x, y in (start, *points, start))
    # A line of no length with round ends is a dot.
    dots = "".join(f"M{x:.0f} {y:.0f}h0" for x, y in points)
    x, y = _farthest(start, points)
    return Way(number, number % COLOURS, line, dots, x, y)


def _farthest(
    start: tuple[float, float], points: Sequence[tuple[float, float]]
) -> tuple[float, float]:
    """Give the station farthest from the base: there ways lie apart."""
    x0, y0 = start
    return max(points, key=lambda at: (at[0] - x0) ** 2 + (at[1] - y0) ** 2, default=start)
