"""Who goes now: each free team to at most one waiting station, so that help comes soonest."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from pollready.engine.dispatch import assign_now
from pollready.engine.travel import Roads, travel
from pollready.planning.dispatching.asking import FreeTeam, NowAsked
from pollready.planning.dispatching.ground import Ground, spot_of
from pollready.planning.dispatching.routing import TASKS_MAX, TooManyTasks, places_of
from pollready.planning.dispatching.tasks import Task, Tasks, weights_of
from pollready.planning.staging.sites import TravelTable


class WhyWaiting(StrEnum):
    """Why a station waits."""

    NO_TEAM = "no-team"  # no team was named
    TOO_FAR = "too-far"  # no team could be there within the horizon
    BUSY = "busy"  # all who could come go elsewhere


@dataclass(frozen=True, slots=True)
class Sending:
    """A team on its way to a station, with the hour of the clock at which it arrives."""

    team: FreeTeam
    task: Task
    leave_h: float
    arrive_h: float


@dataclass(frozen=True, slots=True)
class Waiting:
    """A station to which nobody goes, and when the nearest team could be there, if any."""

    task: Task
    why: WhyWaiting
    earliest_h: float | None


@dataclass(frozen=True, slots=True)
class NowPlan:
    """Who goes where, which teams stay, which stations wait, the heaviest first.

    `cost_h` are the weighted hours until somebody comes: no assignment has less.
    """

    sent: Sequence[Sending]
    staying: Sequence[FreeTeam]
    waiting: Sequence[Waiting]
    tasks: Tasks
    cost_h: float
    ways_by_table: int
    ways_by_distance: int


def send_now(
    ground: Ground, asked: NowAsked, tasks: Tasks, table_min: TravelTable | None = None
) -> NowPlan:
    """Assign the teams; raises `TooManyTasks`."""
    todo, teams = tasks.tasks, asked.teams
    if len(todo) > TASKS_MAX:
        raise TooManyTasks(len(todo))
    if not teams or not todo:
        alone = [Waiting(each, WhyWaiting.NO_TEAM, None) for each in todo]
        return NowPlan((), tuple(teams), alone, tasks, 0.0, 0, 0)
    stations = [spot_of(ground.staged.stations[each.station]) for each in todo]
    ways = travel(
        places_of([each.place for each in teams]),
        places_of([each for each in stations if each is not None]),
        table_min=table_min,
        roads=Roads(asked.speed_km_h, asked.detour_ratio),
    )
    free = np.array([max(each.free_h - asked.at_h, 0.0) for each in teams])
    weights = np.array(weights_of(todo))
    found = assign_now(ways.hours, free_h=free, weights=weights, horizon_h=asked.horizon_h)
    earliest = asked.at_h + (free[:, None] + ways.hours).min(axis=0)
    sent = [
        Sending(
            teams[team], todo[job], asked.at_h + float(free[team]),
            asked.at_h + float(found.arrival_h[job]),
        )
        for team, job in enumerate(found.job_of.tolist())
        if job >= 0
    ]  # fmt: skip
    waits = sorted(found.waiting.tolist(), key=lambda job: (-weights[job], job))
    return NowPlan(
        sorted(sent, key=lambda each: each.arrive_h),
        [teams[team] for team, job in enumerate(found.job_of.tolist()) if job < 0],
        [_waiting(todo[job], float(earliest[job]), asked) for job in waits],
        tasks,
        found.cost,
        ways.by_table,
        ways.by_distance,
    )


def _waiting(task: Task, earliest_h: float, asked: NowAsked) -> Waiting:
    near = earliest_h - asked.at_h <= asked.horizon_h
    why = WhyWaiting.BUSY if near else WhyWaiting.TOO_FAR
    return Waiting(task, why, earliest_h)
