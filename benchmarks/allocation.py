"""Series allocation of a province and of a nation, beside HiGHS on the whole program, and greedy.

Run as `python -m benchmarks.allocation [SECONDS]`: how long HiGHS may take. Kernels are warm; all
runs on one thread, one after the other, from the same problem; nothing fails because of a figure.
"""

import sys
from time import perf_counter, process_time
from typing import Any

import numpy as np

from benchmarks.reference.means import series_problem
from pollready.engine.allocation import allocate, preview
from pollready.engine.allocation_core import Core
from pollready.engine.allocation_framing import frame_of
from pollready.engine.allocation_plan import Plan, plan_of
from pollready.engine.allocation_prices import Aim
from pollready.engine.allocation_problem import AllocationProblem
from pollready.engine.allocation_result import Allocation
from pollready.engine.budget import Budget
from pollready.engine.warm_up import warm_up

HIGHS_S = 70.0
# Stations, counties, each county's floor as a share of what could be saved, target, seconds.
PROVINCE = (3_000, 22, 0.38, 1e-4, 60.0)
PROVINCE_TIGHT = (3_000, 22, 0.39, 1e-4, 40.0)  # twice as many floors bind
NATION = (60_000, 440, 0.35, 5e-4, 150.0)


def measure_province(highs_s: float = HIGHS_S) -> list[dict[str, Any]]:
    """Measure 3,000 stations: seconds, saved, gap and broken floors, of ours, greedy and HiGHS."""
    warm_up()
    return [_row(size, highs_s) for size in (PROVINCE, PROVINCE_TIGHT)]


def measure_nation() -> list[dict[str, Any]]:
    """Measure 60,000 stations likewise, without HiGHS: with it there was no end within 450 s."""
    warm_up()
    return [_row(NATION, None)]


def _row(size: tuple[int, int, float, float, float], highs_s: float | None) -> dict[str, Any]:
    stations, counties, floor, target, limit_s = size
    problem = series_problem(stations, counties, county_floor=floor)
    start, cpu = perf_counter(), process_time()
    budget = Budget.within(limit_s, perf_counter)
    ours = allocate(problem, target_gap=target, budget=budget)
    taken_s, cpu_s = perf_counter() - start, process_time() - cpu
    return {
        "stations": stations,
        "bundles": 32,
        "depots": counties,
        "floors": len(problem.floors),
        "floors_binding": sum(each.is_binding for each in ours.floors),
        "s": round(taken_s, 2),
        "cpu_s": round(cpu_s, 2),
        **_figures("", ours, ours.bound),
        "stopped": ours.stopped.value,
        **_greedy(problem, ours.bound),
        **(_highs(problem, ours.bound, highs_s) if highs_s is not None else {}),
    }


def _figures(prefix: str, found: Allocation, bound: float) -> dict[str, Any]:
    """Give saved, the gap to our bound (below 0 only where floors are broken), broken floors."""
    return {
        f"{prefix}saved": round(found.saved, 1),
        f"{prefix}gap_pct": round(100 * (1 - found.saved / bound), 5),
        f"{prefix}broken_floors": len(found.broken_floors),
    }


def _greedy(problem: AllocationProblem, bound: float) -> dict[str, Any]:
    start, cpu = perf_counter(), process_time()
    found = preview(problem)
    taken = {
        "greedy_s": round(perf_counter() - start, 3),
        "greedy_cpu_s": round(process_time() - cpu, 3),
    }
    return taken | _figures("greedy_", found, bound)


def _highs(problem: AllocationProblem, bound: float, limit_s: float) -> dict[str, Any]:
    """Give HiGHS the whole program: every option, and flows between classes as ours has them."""
    start, cpu = perf_counter(), process_time()
    frame = frame_of(problem)
    nothing = plan_of(frame, np.zeros(0, dtype=np.int64))
    core = Core(frame, Aim(1.0, 0.0, 0.0), np.arange(len(frame.options)), nothing)
    found = core.solve(1e-5 * bound, Budget.within(limit_s, perf_counter), None)
    figures = {
        "highs_s": round(perf_counter() - start, 1),
        "highs_cpu_s": round(process_time() - cpu, 1),
    }
    return figures | _of_plan(found.plan, found.bound, bound)


def _of_plan(plan: Plan, own_bound: float, bound: float) -> dict[str, Any]:
    has_plan = plan.saved > 0
    return {
        "highs_saved": round(plan.saved, 1) if has_plan else None,
        "highs_gap_pct": round(100 * (1 - plan.saved / bound), 5) if has_plan else None,
        "highs_bound_over_ours_pct": (
            round(100 * (own_bound / bound - 1), 5) if np.isfinite(own_bound) else None
        ),
    }


def main() -> None:
    """Print what was measured, size by size."""
    highs_s = float(sys.argv[1]) if len(sys.argv) > 1 else HIGHS_S
    for row in (*measure_province(highs_s), *measure_nation()):
        print("\n".join(f"{name:>28} {value}" for name, value in row.items()), "\n", flush=True)


if __name__ == "__main__":
    main()
