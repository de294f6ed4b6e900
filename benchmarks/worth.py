"""What means are worth, at a province and at a nation, beside one network for every question.

Run as `python -m benchmarks.worth`. The province is the example's (3,166 stations), the nation
nineteen of it, made in memory (`benchmarks.what_if`). The peer is the slow obvious way, which
answered before: each bundle, and each unit at a component with a bundle, as changes compiled into
a network of its own; it is compared with ours where both answer. Kernels are warm; nothing fails.
"""

from time import perf_counter, process_time
from typing import Any

import numpy as np

from benchmarks.what_if import nation_rows, province_rows

AGENCIES = {"modem": ["OP1", "OP2"]}


def measure_province() -> list[dict[str, Any]]:
    """Measure 3,166 stations: seconds of ours, of the slow way, and how far they differ."""
    ground = _ground(province_rows())
    worth, row = _ours(ground)
    return [row | _slow(ground, worth)]


def measure_nation() -> list[dict[str, Any]]:
    """Measure 60,154 stations, ours alone: the slow way would take some hours."""
    return [_ours(_ground(nation_rows(province_rows())))[1]]


def _ground(rows: Any) -> Any:
    from pollready.assessment.chances import Ground
    from pollready.assessment.dependants import Dependants
    from pollready.assessment.likelihoods import NO_LIKELIHOODS
    from pollready.engine.warm_up import warm_up
    from pollready.example.province import AS_OF

    warm_up()
    return Ground(rows, AS_OF, NO_LIKELIHOODS, Dependants(rows))


def _kinds() -> Any:
    from pollready.planning.allocations.effects import kinds_of
    from pollready.planning.allocations.means import office_means

    return kinds_of(office_means(), AGENCIES)


def _ours(ground: Any) -> tuple[Any, dict[str, Any]]:
    from pollready.planning.allocations.worth import work_out

    told: list[float] = []
    start, cpu = perf_counter(), process_time()
    worth = work_out(ground, _kinds(), tell=lambda done, total: told.append(perf_counter()))
    return worth, {
        "stations": len(ground.listings),
        "bundles": len(worth.bundles),
        "upgrades": len(worth.upgrades),
        "s": round(perf_counter() - start, 2),
        "cpu_s": round(process_time() - cpu, 2),
        "longest_s_between_stops": round(float(np.diff([start, *told]).max()), 2),
    }


def _slow(ground: Any, worth: Any) -> dict[str, Any]:
    """Ask every bundle of all stations by itself, the way it was; units at components left out."""
    from pollready.assessment.chances import chances
    from pollready.planning.allocations.effects import Effects

    effects, kinds = Effects(ground), _kinds()
    start, cpu, apart = perf_counter(), process_time(), 0.0
    for number, bundle in enumerate(worth.bundles):
        taken = [kinds[place] for place in np.flatnonzero(bundle)]
        known = np.flatnonzero(np.isfinite(worth.below["closed", "working"][:, number]))
        changes = [
            change
            for kind in taken
            for station in known.tolist()
            for change in effects.at_station(kind, ground.listings[station]) or ()
        ]
        for key, values in chances(ground, changes, known.tolist()).items():
            apart = max(apart, float(np.abs(values - worth.below[key][known, number]).max()))
    return {
        "slow_s": round(perf_counter() - start, 1),
        "slow_cpu_s": round(process_time() - cpu, 1),
        "slow_is": "bundles alone, without units at components",
        "most_apart": apart,
    }


def main() -> None:
    """Print what was measured."""
    for row in (*measure_province(), *measure_nation()):
        print("\n".join(f"{name:>24} {value}" for name, value in row.items()), "\n", flush=True)


if __name__ == "__main__":
    main()
