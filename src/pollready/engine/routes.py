"""Routes of teams for set-up day and deliveries, by PyVRP, with a bound on their travel."""

import warnings
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
from scipy.optimize import linear_sum_assignment

from pollready.engine.budget import Budget
from pollready.engine.errors import EngineError
from pollready.engine.siting import Floats

S_PER_H = 3600
PRIZE = 3  # longest ways: leaving a job of weight 1 out costs more than any way there and back
STILL = 2000  # rounds without anything better after which the search ends by itself


class RoutesNotInstalled(EngineError):
    """PyVRP is missing: it comes with the extra `routes`."""

    code: ClassVar[str] = "engine.routes-not-installed"

    def __init__(self, extra: str = "routes") -> None:
        self.extra = extra
        super().__init__(extra)


class WrongJob(EngineError):
    """A job's or team's place is not in the travel hours, or its hours run backwards."""

    code: ClassVar[str] = "engine.wrong-job"

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(name)


@dataclass(frozen=True, slots=True)
class Job:
    """Work at a place: minutes of service, a window in which it begins, and what it takes up.

    Hours count from midnight before the day. `load` is in the unit of the teams' `capacity`.
    """

    code: str
    place: int
    service_min: float = 30.0
    from_h: float = 0.0
    to_h: float = 48.0
    load: int = 0
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Team:
    """Who goes: from and back to a place, from when to when, and how much it carries."""

    code: str
    place: int
    from_h: float
    to_h: float
    capacity: int = 0


@dataclass(frozen=True, slots=True)
class Visit:
    """A team at a job: when it arrives, begins and leaves."""

    job: str
    arrive_h: float
    begin_h: float
    leave_h: float


@dataclass(frozen=True, slots=True)
class Route:
    """One team's day: when it leaves, whom it visits, when it is back, and hours on the road."""

    team: str
    leave_h: float
    visits: tuple[Visit, ...]
    back_h: float
    travel_h: float


@dataclass(frozen=True, slots=True)
class Routes:
    """Routes of the teams that go, and the jobs that nobody reaches.

    `impossible` are the jobs that no team could do even alone, `left_out` the others without a
    visit. `travel_h` is what all routes take; routes to the same jobs cannot take less than
    `bound_h`. `gap` is the share of the travel above the bound.
    """

    routes: tuple[Route, ...]
    impossible: tuple[str, ...]
    left_out: tuple[str, ...]
    travel_h: float
    bound_h: float
    gap: float


def plan_routes(
    hours: Floats,
    jobs: tuple[Job, ...],
    teams: tuple[Team, ...],
    *,
    budget: Budget,
    seed: int = 0,
) -> Routes:
    """Plan who visits which jobs in which order, as many jobs as can be, on little travel.

    Parameters
    ----------
    hours : float64[n_places, n_places]
        Travel hours from place to place, at least 0; NaN where no way is known.
    jobs, teams : tuple
        With codes that are distinct and places in `hours`.
    budget : Budget
        Its remaining time is PyVRP's; it ends earlier where nothing gets better for long.
    seed : int
        Of PyVRP. The same seed and number of rounds give the same routes.

    Returns
    -------
    Routes
        No route begins before its team's hours or ends after them, none begins a job outside its
        window or carries more than its capacity: checked on the hours given, not on PyVRP's.

    Raises
    ------
    RoutesNotInstalled
        If PyVRP is not there.
    WrongJob
        At the first job or team whose place is not in `hours` or whose window is empty.

    Notes
    -----
    Wouda, Lan and Kool 2024. The bound: every job has one way in and one way out, and as many
    teams go out and come back as the work takes, a least assignment. `docs/method/staging.md`.
    """
    _check(hours, jobs, teams)
    possible = [job for job in jobs if any(_alone(hours, job, team) for team in teams)]
    able = {job.code for job in possible}
    impossible = tuple(job.code for job in jobs if job.code not in able)
    orders = _orders(hours, possible, teams, budget, seed) if possible else []
    routes = tuple(
        route
        for team, order in orders
        if (route := _trimmed(hours, teams[team], [possible[each] for each in order])) is not None
    )
    visited = {visit.job for route in routes for visit in route.visits}
    left_out = tuple(job.code for job in possible if job.code not in visited)
    travel_h = float(sum(route.travel_h for route in routes))
    bound_h = min(_bound(hours, [job for job in jobs if job.code in visited], teams), travel_h)
    gap = (travel_h - bound_h) / travel_h if travel_h else 0.0
    return Routes(routes, impossible, left_out, travel_h, bound_h, gap)


def _check(hours: Floats, jobs: tuple[Job, ...], teams: tuple[Team, ...]) -> None:
    asked: list[Job | Team] = [*jobs, *teams]
    for each in asked:
        if not (0 <= each.place < len(hours) and each.from_h <= each.to_h):
            raise WrongJob(each.code)


def timetable(hours: Floats, team: Team, jobs: list[Job]) -> Route | None:
    """Give the times of a team that visits jobs in order, leaving at once; None if it cannot."""
    now, place, travel_h, visits = team.from_h, team.place, 0.0, []
    if sum(job.load for job in jobs) > team.capacity and any(job.load for job in jobs):
        return None
    for job in jobs:
        arrive = now + hours[place, job.place]
        begin = max(arrive, job.from_h)
        if not begin <= job.to_h:  # NaN is no time either
            return None
        travel_h += hours[place, job.place]
        now, place = begin + job.service_min / 60, job.place
        visits.append(Visit(job.code, float(arrive), float(begin), float(now)))
    back = now + hours[place, team.place]
    if not back <= team.to_h:
        return None
    travel_h += hours[place, team.place]
    return Route(team.code, team.from_h, tuple(visits), float(back), float(travel_h))


def _alone(hours: Floats, job: Job, team: Team) -> bool:
    return timetable(hours, team, [job]) is not None


def _trimmed(hours: Floats, team: Team, jobs: list[Job]) -> Route | None:
    """Give the route's times, without its last jobs where it would be late; None if empty."""
    while jobs:
        if (route := timetable(hours, team, jobs)) is not None:
            return route
        jobs = jobs[:-1]
    return None


def _orders(
    hours: Floats, jobs: list[Job], teams: tuple[Team, ...], budget: Budget, seed: int
) -> list[tuple[int, list[int]]]:
    """Let PyVRP order the jobs: pairs of a team and its jobs' places in `jobs`."""
    pyvrp = _pyvrp()
    stop = pyvrp.stop
    rule = stop.MultipleCriteria(
        [stop.MaxRuntime(max(budget.remaining_s(), 0.1)), stop.NoImprovement(STILL)]
    )
    alike = _alike(teams)
    problem = _problem(pyvrp, hours, jobs, [(teams[same[0]], len(same)) for same in alike])
    with warnings.catch_warnings():
        # That it struggles to keep within limits: what does not is trimmed afterwards.
        warnings.simplefilter("ignore", pyvrp.exceptions.PenaltyBoundWarning)
        found = pyvrp.solve(problem, stop=rule, seed=seed, collect_stats=False, display=False)
    return [
        (alike[route.vehicle_type()].pop(0), [step.idx for step in route if step.is_client()])
        for route in found.best.routes()
    ]


def _alike(teams: tuple[Team, ...]) -> list[list[int]]:
    """Put teams together that differ in nothing but their code: the search need not try each."""
    found: dict[Team, list[int]] = {}
    for number, team in enumerate(teams):
        found.setdefault(replace(team, code=""), []).append(number)
    return list(found.values())


def _pyvrp() -> Any:
    try:
        import pyvrp  # an extra
        import pyvrp.exceptions
        import pyvrp.stop
    except ImportError as missing:
        raise RoutesNotInstalled from missing
    return pyvrp


def _problem(pyvrp: Any, hours: Floats, jobs: list[Job], teams: list[tuple[Team, int]]) -> Any:
    """State the problem in whole seconds, rounded to the careful side."""
    latest = max(team.to_h for team, _ in teams)
    # A way that nobody knows takes longer than any shift.
    known = np.where(np.isnan(hours), 2 * latest + 48.0, hours)
    seconds = np.ceil(known * S_PER_H).astype(np.int64)
    np.fill_diagonal(seconds, 0)
    longest = np.ceil(np.nanmax(hours) * S_PER_H) + 1
    clients = [
        pyvrp.Client(
            job.place,
            delivery=[job.load],
            service_duration=_up(job.service_min / 60),
            tw_early=_up(job.from_h),
            tw_late=_down(job.to_h),
            prize=int(PRIZE * longest * job.weight),
            required=False,
        )
        for job in jobs
    ]
    vehicles = [
        pyvrp.VehicleType(
            number,
            capacity=[team.capacity],
            start_depot=place,
            end_depot=place,
            tw_early=_up(team.from_h),
            tw_late=_down(team.to_h),
        )
        for place, (team, number) in enumerate(teams)
    ]
    places = [pyvrp.Location(0, 0) for _ in range(len(hours))]
    depots = [pyvrp.Depot(team.place) for team, _ in teams]
    return pyvrp.ProblemData(places, clients, depots, vehicles, [seconds], [seconds])


def _up(hours: float) -> int:
    return int(np.ceil(round(hours * S_PER_H, 6)))


def _down(hours: float) -> int:
    return int(np.floor(round(hours * S_PER_H, 6)))


def _bound(hours: Floats, jobs: list[Job], teams: tuple[Team, ...]) -> float:
    """Give what visiting these jobs takes at least, by as many routes as their work needs."""
    if not jobs:
        return 0.0
    lengths = np.cumsum(sorted((team.to_h - team.from_h for team in teams), reverse=True))
    carried = np.cumsum(sorted((team.capacity for team in teams), reverse=True))
    service_h, load = sum(job.service_min for job in jobs) / 60, sum(job.load for job in jobs)
    routes = max(1, _least(lengths, service_h), _least(carried, load) if load else 1)
    while True:
        # The teams must have the time for the work and for the way, which grows with their number.
        travel_h = _ways(hours, jobs, teams, min(routes, len(jobs), len(teams)))
        needed = _least(lengths, service_h + travel_h)
        if needed <= routes:
            return travel_h
        routes = needed


def _least(sums: Floats, amount: float) -> int:
    """Give how many of the largest it takes to reach an amount; all where none do."""
    return min(int(np.searchsorted(sums, amount - 1e-6)) + 1, len(sums))


def _ways(hours: Floats, jobs: list[Job], teams: tuple[Team, ...], routes: int) -> float:
    """Give the least ways into and out of each job where so many teams at least go out.

    An assignment: who goes out stands first, from whichever base is nearest; the rest may stay.
    """
    far = 1e6
    stops, bases = [job.place for job in jobs], [team.place for team in teams]
    known = np.nan_to_num(hours, nan=far)
    count, out = len(stops), len(stops) + routes
    cost = np.full((out + len(bases), out + len(bases)), far)
    cost[:count, :count] = known[np.ix_(stops, stops)]
    cost[count:out, :count] = known[np.ix_(bases, stops)].min(axis=0)
    cost[:count, count:out] = known[np.ix_(stops, bases)].min(axis=1)[:, np.newaxis]
    cost[out:, :count] = known[np.ix_(bases, stops)]
    cost[:count, out:] = known[np.ix_(stops, bases)]
    stay = np.arange(out, len(cost))
    cost[stay, stay] = 0.0
    cost[np.arange(count), np.arange(count)] = far  # nobody goes from a job to itself
    row, column = linear_sum_assignment(cost)
    return float(cost[row, column].sum())
