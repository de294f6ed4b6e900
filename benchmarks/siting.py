"""Sites, covers, desks, routes and couriers, beside spopt where it answers.

The p-median and p-center problems of OR-Library need the real data (POLLREADY_TEST_DATA, else
../shared/data); without it they are left out and said to be. spopt runs in a process of its own,
with a limit of time and of memory, which its models of 3,000 x 3,000 can exceed.
"""

import multiprocessing
import os
import resource
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import dijkstra

from pollready.engine.budget import Budget
from pollready.engine.couriers import CourierHours, Wave, plan_couriers
from pollready.engine.cover_program import reduced_for_most
from pollready.engine.covering import cover_all, cover_most
from pollready.engine.desks import group_into_desks
from pollready.engine.dispatch import assign_now
from pollready.engine.p_center import p_center
from pollready.engine.p_median import p_median
from pollready.engine.routes import Job, Team, plan_routes
from pollready.engine.warm_up import warm_up

MEDIANS = (
    5819, 4093, 4250, 3034, 1355, 7824, 5631, 4445, 2734, 1255, 7696, 6634, 4374, 2968, 1729,
    8162, 6999, 4809, 2845, 1789, 9138, 8579, 4619, 2961, 1828, 9917, 8307, 4498, 3033, 1989,
    10086, 9297, 4700, 3013, 10400, 9934, 5057, 11060, 9423, 5128,
)  # fmt: skip
PEER_S, PEER_BYTES = 60.0, 8 << 30
PLANE = 3000
DATA = Path(
    os.environ.get("POLLREADY_TEST_DATA") or Path(__file__).resolve().parents[2] / "shared" / "data"
)


def rows() -> list[dict[str, Any]]:
    """Measure everything with kernels warm, ours and the peer one after the other."""
    warm_up()
    return [
        *or_library(), *plane_medians(), *plane_covers(), peer_on_small_median(),
        *desks_and_couriers(), *dispatch(),
    ]  # fmt: skip


def or_library() -> list[dict[str, Any]]:
    """Solve pmed1 to pmed40 as p-medians and as p-centers, beside the published optima."""
    folder = DATA / "orlib_pmed"
    if not folder.is_dir():
        return [{"job": "OR-Library", "left_out": "no real data: set POLLREADY_TEST_DATA"}]
    listed = (row.split() for row in (folder / "kcenteropt.txt").read_text().splitlines() if row)
    centers = {name: float(value) for name, value in listed}
    found = []
    for number in range(1, 41):
        hours, p = _pmed(folder, number)
        for job, choose, optimum in (
            ("p-median", p_median, float(MEDIANS[number - 1])),
            ("p-center", p_center, centers[f"pmed{number}"]),
        ):
            taken_s, plan = _timed(lambda h=hours, p=p, c=choose: c(h, p, budget=_within(120.0)))
            row = {"job": f"{job} pmed{number}", "points": len(hours), "p": p}
            found.append(row | _plan(taken_s, plan) | {"published": optimum})
    for job in ("p-median", "p-center"):
        own = [row for row in found if row["job"].startswith(job)]
        right = sum(row["proven"] and row["cost"] == row["published"] for row in own)
        total = sum(row["s"] for row in own)
        found.append({"job": f"{job}, all", "proven_optima": right, "s": round(total, 2)})
    return found


def plane_medians() -> list[dict[str, Any]]:
    """Choose p of 3,000 places for 3,000 places at random in a square, in ten seconds."""
    hours, _ = _plane()
    found = []
    for p in (10, 30, 100, 300):
        taken_s, plan = _timed(lambda p=p: p_median(hours, p, budget=_within(10.0)))
        found.append({"job": f"p-median {PLANE} x {PLANE}", "p": p} | _plan(taken_s, plan))
    found.append(_peer(f"p-median {PLANE} x {PLANE}", "PMedian", {"p": 30}))
    return found


def plane_covers() -> list[dict[str, Any]]:
    """Leave the least weight beyond a radius, and reach all from the fewest places."""
    hours, weights = _plane()
    radius, p, job = 0.05, 50, f"cover most {PLANE} x {PLANE}"
    build_s, _ = _timed(lambda: reduced_for_most(hours <= radius, weights))
    taken_s, plan = _timed(
        lambda: cover_most(hours, radius, p, weights=weights, budget=_within(60.0))
    )
    ours = {"job": job, "p": p, "build_s": round(build_s, 3)} | _plan(taken_s, plan)
    theirs = _peer(job, "MCLP", {"p": p, "radius": radius})
    taken_s, plan = _timed(lambda: cover_all(hours, radius, budget=_within(20.0)))
    return [ours, theirs, {"job": f"cover all {PLANE} x {PLANE}"} | _plan(taken_s, plan)]


def peer_on_small_median() -> dict[str, Any]:
    """Give spopt a p-median that it can answer."""
    hours = _plane()[0][:250, :250]
    taken_s, plan = _timed(lambda: p_median(hours, 10, budget=_within(60.0)))
    ours = {f"ours_{key}": value for key, value in _plan(taken_s, plan).items()}
    return _peer("p-median 250 x 250", "PMedian", {"p": 10, "places": 250}) | ours


def desks_and_couriers() -> list[dict[str, Any]]:
    """Group a province's stations into desks, and carry the messages of 366 without signal."""
    hours, _ = _plane(3166)
    taken_s, plan = _timed(lambda: group_into_desks(hours, budget=_within(30.0)))
    sizes = np.bincount(plan.desk_of)
    desks = {"job": "desks of 3166 stations", "desks": len(sizes), "least": int(sizes.min())}
    desks |= {"most": int(sizes.max()), "gap_pct": round(100 * plan.gap, 2)}
    around = _around_a_desk(366, 40)
    wave = Wave(np.full(366, 6.0), np.full(366, 8.0), 4.0, 14.0, couriers=40, messenger_h=0.25)
    courier_s, found = _timed(lambda: plan_couriers(around, wave))
    couriers = {"job": "366 stations without signal, 40 couriers", "s": round(courier_s, 2)}
    couriers |= {"missed": found.missed, "bound": found.bound, "nobody": len(found.nobody)}
    return [desks | {"s": round(taken_s, 2)}, couriers]


def dispatch() -> list[dict[str, Any]]:
    """Plan 200 jobs for 30 teams in eight seconds, and assign 200 jobs to 30 teams now."""
    hours = _plane(215)[0] * 3
    jobs = tuple(Job(f"j{n}", n, 20.0, 7.0, 17.0, 1) for n in range(200))
    teams = tuple(Team(f"t{n}", 200 + n % 15, 7.0, 18.0, 12) for n in range(30))
    taken_s, plan = _timed(lambda: plan_routes(hours, jobs, teams, budget=_within(8.0)))
    routed = {"job": "routes, 200 jobs x 30 teams", "s": round(taken_s, 2)}
    routed |= {"travel_min": round(60 * plan.travel_h), "bound_min": round(60 * plan.bound_h)}
    routed |= {"left_out": len(plan.left_out) + len(plan.impossible)}
    here = np.random.default_rng(3).random((30, 200)) * 3
    taken_s, _ = _timed(lambda: assign_now(here))
    return [routed, {"job": "assignment, 200 jobs x 30 teams", "ms": round(1000 * taken_s, 2)}]


def _peer(job: str, model: str, asked: dict[str, Any]) -> dict[str, Any]:
    """Let spopt answer in a process of its own; its seconds, or that it did not answer."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_solve_by_spopt, args=(there, model, asked))
    start = perf_counter()
    process.start()
    there.close()
    row = {"job": job, "peer": f"spopt {model}"} | asked
    try:
        while perf_counter() - start < PEER_S and here.poll(PEER_S - (perf_counter() - start)):
            row |= here.recv()
            if "value" in row:
                return row
    except EOFError:
        return row | {"answer": f"none: it ended within {perf_counter() - start:.0f} s, memory"}
    finally:
        process.kill()
        process.join()
    return row | {"answer": f"none in {PEER_S:.0f} s"}


def _solve_by_spopt(pipe: Any, model: str, asked: dict[str, Any]) -> None:
    import warnings

    warnings.simplefilter("ignore")
    import pulp
    from spopt import locate

    resource.setrlimit(resource.RLIMIT_AS, (PEER_BYTES, PEER_BYTES))
    hours, weights = _plane()
    places = asked.get("places", PLANE)
    hours, weights = hours[:places, :places], weights[:places]
    start = perf_counter()
    if model == "PMedian":
        one = np.ones(places)
        problem = locate.PMedian.from_cost_matrix(hours, one, p_facilities=asked["p"])
    else:
        problem = locate.MCLP.from_cost_matrix(
            hours, weights, asked["radius"], p_facilities=asked["p"]
        )
    pipe.send({"build_s": round(perf_counter() - start, 3)})
    start = perf_counter()
    solved = problem.solve(pulp.PULP_CBC_CMD(msg=False))
    value = float(pulp.value(solved.problem.objective))
    pipe.send({"s": round(perf_counter() - start, 3), "value": value})


def _plan(taken_s: float, plan: Any) -> dict[str, Any]:
    return {
        "s": round(taken_s, 3),
        "cost": round(plan.cost, 4),
        "bound": round(plan.bound, 4),
        "gap_pct": round(100 * plan.gap, 3),
        "proven": plan.proven,
    }


def _timed(work: Any) -> tuple[float, Any]:
    start = perf_counter()
    result = work()
    return perf_counter() - start, result


def _within(limit_s: float) -> Budget:
    return Budget.within(limit_s, perf_counter)


def _plane(places: int = PLANE) -> tuple[np.ndarray, np.ndarray]:
    """Give distances of places at random in a unit square, and weights of 1 to 999."""
    rng = np.random.default_rng(1)
    at = rng.random((places, 2))
    return np.hypot(*(at[:, None] - at).transpose(2, 0, 1)), rng.integers(1, 1000, places) * 1.0


def _around_a_desk(stations: int, relays: int) -> CourierHours:
    rng = np.random.default_rng(2)
    at, by, desk = rng.random((stations, 2)) * 2, rng.random((relays, 2)) * 2, np.ones((1, 2))

    def apart(one: np.ndarray, other: np.ndarray) -> np.ndarray:
        return np.hypot(*(one[:, None] - other).transpose(2, 0, 1))

    return CourierHours(
        apart(at, by), apart(by, at), apart(at, at), apart(desk, at)[0], apart(at, desk)[:, 0]
    )


def _pmed(folder: Path, number: int) -> tuple[np.ndarray, int]:
    """Read a problem: distances between all vertices, and p; a repeated edge stands."""
    numbers = [int(each) for each in (folder / f"pmed{number}.txt").read_text().split()]
    vertices, edges, p = numbers[:3]
    length = np.zeros((vertices, vertices))
    for one, other, here in np.array(numbers[3 : 3 + 3 * edges]).reshape(-1, 3):
        length[one - 1, other - 1] = length[other - 1, one - 1] = here
    return dijkstra(sparse.csr_array(length), directed=False), p
