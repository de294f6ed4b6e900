from itertools import permutations, product
from time import perf_counter

import numpy as np
import pytest

from pollready.engine.budget import Budget
from pollready.engine.dispatch import WrongShape, assign_now
from pollready.engine.routes import (
    Job,
    RoutesNotInstalled,
    Team,
    WrongJob,
    plan_routes,
    timetable,
)
from pollready.engine.siting import NOWHERE


def plane(places, seed=0, width=2.0):
    at = np.random.default_rng(seed).random((places, 2)) * width
    return np.hypot(*(at[:, None] - at).transpose(2, 0, 1))


def within(seconds):
    return Budget.within(seconds, perf_counter)


@pytest.mark.parametrize("seed", range(12))
def test_the_assignment_is_the_least_of_all(seed):
    rng = np.random.default_rng(seed)
    hours, weights = rng.random((3, 4)) * 5, rng.integers(1, 5, 4).astype(float)
    found = assign_now(hours, weights=weights, horizon_h=4.0)
    least = np.inf
    for jobs in permutations([0, 1, 2, 3, None, None, None], 3):
        wait = np.full(4, 4.0)
        for team, job in enumerate(jobs):
            if job is not None:
                wait[job] = hours[team, job] if hours[team, job] <= 4.0 else np.inf
        least = min(least, float((wait * weights).sum()))
    assert found.cost == pytest.approx(least)


def test_nobody_is_sent_an_unknown_way_or_without_what_is_needed():
    hours = np.array([[np.nan, 1.0], [0.5, 0.5]])
    found = assign_now(hours, fit=np.array([[True, False], [False, True]]))
    assert found.job_of.tolist() == [NOWHERE, 1] and found.waiting.tolist() == [0]
    assert np.isnan(found.arrival_h[0]) and found.cost == 12.5


def test_the_heavier_job_comes_first_and_a_busy_team_later():
    found = assign_now(np.array([[1.0, 1.0]]), weights=np.array([1.0, 3.0]), free_h=np.array([2.0]))
    assert found.job_of.tolist() == [1] and found.arrival_h[1] == 3.0


def test_arrays_that_do_not_fit_are_refused():
    with pytest.raises(WrongShape) as refused:
        assign_now(np.ones((2, 3)), weights=np.ones(2))
    assert refused.value.fields["name"] == "weights"


def check(routes, hours, jobs, teams):
    """Walk every route on the hours given, and count that each job is somewhere once."""
    of_job, of_team = ({each.code: each for each in every} for every in (jobs, teams))
    for route in routes.routes:
        team = of_team[route.team]
        again = timetable(hours, team, [of_job[visit.job] for visit in route.visits])
        assert again == route and route.leave_h >= team.from_h and route.back_h <= team.to_h
        assert sum(of_job[visit.job].load for visit in route.visits) <= team.capacity
        for visit in route.visits:
            assert of_job[visit.job].from_h <= visit.begin_h <= of_job[visit.job].to_h
    everywhere = [visit.job for route in routes.routes for visit in route.visits]
    everywhere += [*routes.impossible, *routes.left_out]
    assert sorted(everywhere) == sorted(of_job)


def test_routes_keep_windows_shifts_and_capacity():
    pytest.importorskip("pyvrp")
    hours = plane(27)
    jobs = tuple(
        Job(f"j{n}", n, service_min=20, from_h=8 + n % 3, to_h=12 + n % 4, load=2)
        for n in range(25)
    )
    teams = tuple(Team(f"t{n}", 25 + n % 2, 7.0, 15.0, capacity=14) for n in range(3))
    found = plan_routes(hours, jobs, teams, budget=within(1.0))
    check(found, hours, jobs, teams)
    assert sum(len(route.visits) for route in found.routes) == 21  # what three teams carry
    assert found.bound_h <= found.travel_h and 0 <= found.gap < 1


def test_routes_of_one_team_are_the_shortest_and_at_least_the_bound():
    pytest.importorskip("pyvrp")
    hours = plane(7)
    jobs = tuple(Job(f"j{n}", n) for n in range(6))
    team = Team("t", 6, 6.0, 30.0)
    found = plan_routes(hours, jobs, (team,), budget=within(1.0))
    shortest = min(timetable(hours, team, list(order)).travel_h for order in permutations(jobs))
    assert found.travel_h == pytest.approx(shortest, abs=1e-2)
    assert found.bound_h <= shortest + 1e-9


@pytest.mark.parametrize("seed", range(4))
def test_the_bound_is_at_most_the_least_travel_of_all_shares_and_orders(seed):
    pytest.importorskip("pyvrp")
    hours = plane(7, seed)
    jobs = tuple(Job(f"j{n}", n, service_min=60, load=1) for n in range(5))
    teams = tuple(Team(f"t{n}", 5 + n % 2, 6.0, 12.0, capacity=3) for n in range(3))
    found = plan_routes(hours, jobs, teams, budget=within(0.3))
    least = np.inf
    for share in product(range(3), repeat=5):
        ways = [
            shortest(hours, teams[t], [jobs[n] for n in range(5) if share[n] == t])
            for t in range(3)
        ]
        least = min(least, sum(ways))
    assert not found.left_out and found.bound_h <= least + 1e-9
    assert found.travel_h >= least - 1e-9 and found.bound_h > 0.5 * least


def shortest(hours, team, jobs):
    walks = [timetable(hours, team, list(order)) for order in permutations(jobs)] if jobs else []
    return min((walk.travel_h for walk in walks if walk), default=np.inf if jobs else 0.0)


def test_more_work_than_one_shift_holds_sends_the_second_team_out_in_the_bound_too():
    pytest.importorskip("pyvrp")
    hours = np.array([[0.0, 2.0, 2.0], [2.0, 0.0, 0.0], [2.0, 0.0, 0.0]])
    jobs = (Job("a", 1, service_min=180), Job("b", 2, service_min=180))
    teams = (Team("t0", 0, 6.0, 14.0), Team("t1", 0, 6.0, 14.0))
    found = plan_routes(hours, jobs, teams, budget=within(0.3))
    assert found.travel_h == 8.0 and found.bound_h == 8.0 and found.gap == 0.0


def test_what_nobody_can_do_is_told_from_what_there_is_no_time_for():
    pytest.importorskip("pyvrp")
    hours = np.array([[0.0, 1.0, np.nan], [1.0, 0.0, np.nan], [np.nan, np.nan, 0.0]])
    jobs = (
        Job("near", 1, service_min=60),
        Job("twin", 1, service_min=60),
        Job("lost", 2),
        Job("heavy", 1, load=5),
        Job("early", 1, to_h=6.5),
    )
    teams = (Team("t", 0, 6.0, 9.5, capacity=4),)
    found = plan_routes(hours, jobs, teams, budget=within(0.5))
    check(found, hours, jobs, teams)
    assert found.impossible == ("lost", "heavy", "early")
    assert len(found.left_out) == 1 and len(found.routes) == 1


def test_no_jobs_or_no_teams_make_no_routes():
    assert plan_routes(plane(2), (), (Team("t", 0, 6, 9),), budget=within(1.0)).routes == ()
    assert plan_routes(plane(2), (Job("j", 1),), (), budget=within(1.0)).impossible == ("j",)


@pytest.mark.parametrize("job", [Job("x", 9), Job("x", 0, from_h=9, to_h=8)])
def test_a_job_in_no_place_or_time_is_refused(job):
    with pytest.raises(WrongJob) as refused:
        plan_routes(plane(2), (job,), (Team("t", 0, 6, 9),), budget=within(1.0))
    assert refused.value.fields == {"name": "x"}


def test_without_pyvrp_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pyvrp", None)
    with pytest.raises(RoutesNotInstalled) as missing:
        plan_routes(plane(2), (Job("j", 1),), (Team("t", 0, 6, 22),), budget=within(1.0))
    assert missing.value.fields == {"extra": "routes"}
