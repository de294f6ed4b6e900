"""Worst cases of up to five failures on a redundant province, beside HiGHS on the same question.

Run as `python -m benchmarks.worst_case [SECONDS]`: how long HiGHS may take for each question.
Both run with kernels warm, one after the other, from a compiled network; nothing fails.
"""

import sys
from time import perf_counter
from typing import Any

import numpy as np

from benchmarks.reference.redundant import redundant
from pollready.engine.budget import Budget
from pollready.engine.contingency import Contingencies, analyse
from pollready.engine.network import Tier
from pollready.engine.warm_up import warm_up
from pollready.engine.worst_case import Run, WorstCase, worst_cases
from pollready.engine.worst_case_program import worst_by_program

DURATION_H, BUDGET_S, HIGHS_S = 8.0, 60.0, 30.0
RUNS: dict[Run, dict[str, Any]] = {
    Run.BELOW_PROVINCE: {"max_tier": int(Tier.COUNTY), "groups": False},
    Run.COMPONENTS: {"groups": False},
    Run.WITH_GROUPS: {},
}


def rows(highs_s: float = HIGHS_S) -> list[dict[str, Any]]:
    """Measure each run and size: seconds, share of voters, gap and proof, ours and HiGHS's."""
    warm_up()
    network = redundant()
    total = float(np.nansum(network.voters))
    contingencies = analyse(network, "admit", "online", DURATION_H)
    found = []
    for run, asked in RUNS.items():
        for k in range(2, 6):
            ours_s, ours = _ours(contingencies, k, asked)
            start = perf_counter()
            budget = Budget.within(highs_s, perf_counter)
            theirs = worst_by_program(contingencies, k, **asked, budget=budget)
            row = {"run": run.value, "k": k} | _figures("", ours_s, ours, total)
            found.append(row | _figures("highs_", perf_counter() - start, theirs, total))
    return found


def _ours(contingencies: Contingencies, k: int, asked: dict[str, Any]) -> tuple[float, WorstCase]:
    """Time size k alone: what sizes up to k take, less what sizes up to k - 1 take."""
    times = []
    for size in (k - 1, k):
        start = perf_counter()
        budget = Budget.within(BUDGET_S, perf_counter)
        worst = worst_cases(contingencies, size, **asked, budget=budget)[-1]
        times.append(perf_counter() - start)
    return max(times[1] - times[0], 0.0), worst


def _figures(prefix: str, taken_s: float, worst: WorstCase, total: float) -> dict[str, Any]:
    return {
        f"{prefix}s": round(taken_s, 3),
        f"{prefix}voters_pct": round(100 * worst.cost.voters / total, 3),
        f"{prefix}gap_pct": round(100 * worst.gap, 2),
        f"{prefix}proven": worst.proven,
    }


def main() -> None:
    """Print a table."""
    probe = np.random.default_rng(0).random(2_000_000)
    start = perf_counter()
    np.sort(probe)
    print(f"probe: sort of 2 M floats {perf_counter() - start:.3f} s")
    for number, row in enumerate(rows(float(sys.argv[1]) if len(sys.argv) > 1 else HIGHS_S)):
        if number == 0:
            print("  ".join(row))
        print("  ".join(str(value).rjust(len(name)) for name, value in row.items()), flush=True)


if __name__ == "__main__":
    main()
