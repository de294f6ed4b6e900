"""Routes of teams: who visits which stations in which order, and why nobody reaches the others."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from math import inf
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from pollready.engine.budget import Budget
from pollready.engine.routes import Job, Route, Routes, Team, plan_routes, timetable
from pollready.engine.travel import Places, Roads, Travel, travel
from pollready.planning.dispatching.asking import RoutesAsked, TeamsAt
from pollready.planning.dispatching.ground import Ground, Spot, spot_of
from pollready.planning.dispatching.tasks import Task, Tasks, weights_of
from pollready.planning.staging.sites import TravelTable

Floats = NDArray[np.float64]
TASKS_MAX = 1500  # of one plan: what a few seconds order well
_WAYS_PER_KM = 1.0  # a speed at which hours are kilometres


class TooManyTasks(Exception):
    """More stations than one plan of routes can hold."""

    code: ClassVar[str] = "planning.too-many-tasks"

    def __init__(self, tasks: int) -> None:
        self.fields: dict[str, object] = {"tasks": tasks, "most": TASKS_MAX}
        super().__init__(tasks)


class Why(StrEnum):
    """Why nobody reaches a station."""

    NO_TEAM = "no-team"  # nobody starts where its means are
    LOAD = "load"  # it is more than any team carries
    NO_WAY = "no-way"
    WINDOW = "window"  # everybody would come after it closes
    SHIFT = "shift"  # nobody would be back within his hours
    TIME = "time"  # somebody could, but all are busy with others


@dataclass(frozen=True, slots=True)
class Stop:
    """One visit of a route."""

    task: Task
    arrive_h: float
    begin_h: float
    leave_h: float


@dataclass(frozen=True, slots=True)
class TeamRoute:
    """One team's day; `number` is its number among the teams of its base."""

    base: Spot
    number: int
    leave_h: float
    stops: Sequence[Stop]
    back_h: float
    travel_h: float
    length_km: float

    @property
    def load(self) -> int:
        """What it takes along."""
        return sum(stop.task.load for stop in self.stops)


@dataclass(frozen=True, slots=True)
class RoutesPlan:
    """Routes, who stays, and whom nobody reaches; `bound_h` is the travel that none goes below."""

    routes: Sequence[TeamRoute]
    idle: int
    unreached: Sequence[tuple[Task, Why]]
    tasks: Tasks
    travel_h: float
    bound_h: float
    ways_by_table: int
    ways_by_distance: int

    @property
    def gap(self) -> float:
        """The share of the travel above the bound."""
        return (self.travel_h - self.bound_h) / self.travel_h if self.travel_h else 0.0


def plan_dispatch(
    ground: Ground,
    asked: RoutesAsked,
    tasks: Tasks,
    budget: Budget,
    table_min: TravelTable | None = None,
) -> RoutesPlan:
    """Order the tasks; what is fetched from a depot is for the teams that start there.

    Raises `TooManyTasks`, and `RoutesNotInstalled` where the extra is not there.
    """
    if len(tasks.tasks) > TASKS_MAX:
        raise TooManyTasks(len(tasks.tasks))
    groups = _groups(tasks.tasks)
    found: list[_Solved] = []
    left = len(tasks.tasks)
    for base, members in groups.items():
        teams = [each for each in asked.teams if base is None or each.base == base]
        share = budget.remaining_s() * len(members) / max(left, 1)
        turn = Budget.within(share, budget.clock)
        found.append(_solve(ground, asked, members, teams, turn, table_min))
        left -= len(members)
    routes = [route for each in found for route in each.routes]
    return RoutesPlan(
        routes,
        sum(each.teams for each in asked.teams) - len(routes),
        [pair for each in found for pair in each.unreached],
        tasks,
        sum(each.plan.travel_h for each in found),
        sum(each.plan.bound_h for each in found),
        sum(each.ways.by_table for each in found),
        sum(each.ways.by_distance for each in found),
    )


@dataclass(frozen=True, slots=True)
class _Solved:
    plan: Routes
    ways: Travel
    routes: Sequence[TeamRoute]
    unreached: Sequence[tuple[Task, Why]]


def _groups(tasks: Sequence[Task]) -> dict[Spot | None, list[Task]]:
    found: dict[Spot | None, list[Task]] = {}
    for each in tasks:
        found.setdefault(each.base, []).append(each)
    return found


def _solve(
    ground: Ground,
    asked: RoutesAsked,
    tasks: Sequence[Task],
    rows: Sequence[TeamsAt],
    budget: Budget,
    table_min: TravelTable | None,
) -> _Solved:
    bases = list(dict.fromkeys(row.base for row in rows))
    stations = [spot_of(ground.staged.stations[each.station]) for each in tasks]
    places = places_of([*bases, *(each for each in stations if each is not None)])
    ways = travel(
        places, places, table_min=table_min, roads=Roads(asked.speed_km_h, asked.detour_ratio)
    )
    km = travel(places, places, roads=Roads(_WAYS_PER_KM, asked.detour_ratio)).hours
    jobs = tuple(_jobs(asked, tasks, len(bases)))
    teams, names = _teams(rows, bases)
    plan = plan_routes(ways.hours, jobs, teams, budget=budget)
    routes = [_route(route, tasks, jobs, names, km) for route in plan.routes]
    unreached = _unreached(plan, ways.hours, tasks, jobs, teams)
    return _Solved(plan, ways, routes, unreached)


def places_of(spots: Sequence[Spot]) -> Places:
    """Give places as the engine takes them."""
    lat, lon = (np.array([getattr(each, axis) for each in spots]) for axis in ("lat", "lon"))
    return Places([each.code for each in spots], lat, lon)


def _jobs(asked: RoutesAsked, tasks: Sequence[Task], first: int) -> list[Job]:
    weights = weights_of(tasks)
    return [
        Job(
            str(n), first + n, task.minutes, asked.open_from_h, asked.open_to_h, task.load, weight
        )
        for n, (task, weight) in enumerate(zip(tasks, weights, strict=True))
    ]  # fmt: skip


def _teams(
    rows: Sequence[TeamsAt], bases: Sequence[Spot]
) -> tuple[tuple[Team, ...], dict[str, tuple[Spot, int, int]]]:
    """Give the teams as the engine takes them, and of each code its base, number and place."""
    found: list[Team] = []
    names: dict[str, tuple[Spot, int, int]] = {}
    at_base: dict[Spot, int] = {}
    for row in rows:
        for _ in range(row.teams):
            number = at_base[row.base] = at_base.get(row.base, 0) + 1
            place, code = bases.index(row.base), str(len(found))
            names[code] = (row.base, number, place)
            found.append(Team(code, place, row.from_h, row.to_h, row.capacity))
    return tuple(found), names


def _route(
    route: Route,
    tasks: Sequence[Task],
    jobs: Sequence[Job],
    names: dict[str, tuple[Spot, int, int]],
    km: Floats,
) -> TeamRoute:
    base, number, place = names[route.team]
    order = [int(visit.job) for visit in route.visits]
    way = [place, *(jobs[n].place for n in order), place]
    # A team leaves no earlier than it must to be there when its first station opens.
    first = route.visits[0]
    leave_h = route.leave_h + (first.begin_h - first.arrive_h)
    stops = [
        Stop(tasks[n], visit.begin_h if not at else visit.arrive_h, visit.begin_h, visit.leave_h)
        for at, (n, visit) in enumerate(zip(order, route.visits, strict=True))
    ]
    length = float(km[way[:-1], way[1:]].sum())
    return TeamRoute(base, number, leave_h, stops, route.back_h, route.travel_h, length)


def _unreached(
    plan: Routes,
    hours: Floats,
    tasks: Sequence[Task],
    jobs: Sequence[Job],
    teams: Sequence[Team],
) -> list[tuple[Task, Why]]:
    found = [(int(code), why_impossible(hours, jobs[int(code)], teams)) for code in plan.impossible]
    found += [(int(code), Why.TIME) for code in plan.left_out]
    return [(tasks[n], why) for n, why in sorted(found, key=_heaviest(jobs))]


def _heaviest(jobs: Sequence[Job]) -> Callable[[tuple[int, Why]], tuple[float, int]]:
    return lambda pair: (-jobs[pair[0]].weight, pair[0])


def why_impossible(hours: Floats, job: Job, teams: Sequence[Team]) -> Why:
    """Tell why no team could do a job even alone."""
    if not teams:
        return Why.NO_TEAM
    strong = [team for team in teams if job.load <= team.capacity]
    if not strong:
        return Why.LOAD
    ways = [(team, float(hours[team.place, job.place])) for team in strong]
    known = [(team, way) for team, way in ways if not np.isnan(way)]
    if not known:
        return Why.NO_WAY
    whenever = replace(job, from_h=0.0, to_h=inf)
    in_shift = any(timetable(hours, team, [whenever]) is not None for team, _ in known)
    return Why.WINDOW if in_shift else Why.SHIFT
