"""The engine on the reference networks: failures, probabilities, live events, at three sizes.

Every job is timed three ways: `whole_s` from a compiled Network that nothing is derived from yet;
`s` from what is derived once per network (the distinct requirements of the level and duration, or
the canonical gates) and kept; `cpu_s` the processor time of the latter, which other work on a
shared machine disturbs less. The best of some turns is given.
"""

from collections.abc import Callable
from time import perf_counter, process_time
from typing import Any

import numpy as np
from numba import njit

from benchmarks.machine import peak_mib
from benchmarks.reference.national import NATION_1M, NATION_100K, PROVINCE, Size, national
from benchmarks.reference.topologies import networks
from pollready.engine import _live_kernels
from pollready.engine.contingency import analyse, single_losses
from pollready.engine.live import LiveState
from pollready.engine.live_losses import LiveLosses
from pollready.engine.network import Network, Unknowns
from pollready.engine.reliability import exact
from pollready.engine.requirements import requirements
from pollready.engine.warm_up import warm_up

LEVEL = ("admit", "online")
DURATION_H = 2.0
Row = dict[str, Any]


def measure_province() -> list[Row]:
    """Measure 3,166 stations."""
    return _measured("province", PROVINCE)


def measure_nation() -> list[Row]:
    """Measure 100,000 stations."""
    return _measured("nation", NATION_100K)


def measure_million() -> list[Row]:
    """Measure 1,000,000 stations, over what they share."""
    return _measured("million", NATION_1M)


def measure_topologies() -> list[Row]:
    """Measure networks built on real topologies."""
    warm_up()
    return [row for name, network in networks() for row in _jobs(name, network)]


def _measured(name: str, size: Size) -> list[Row]:
    warm_up()
    start = perf_counter()
    network = national(size)
    rows = [{"network": name, "job": "compile the network", "s": perf_counter() - start}]
    return rows + _jobs(name, network)


def _jobs(name: str, network: Network) -> list[Row]:
    size = _size(network)
    rows: list[Row] = []
    for job, work in (
        ("N-1", lambda: single_losses(network, *LEVEL, DURATION_H)),
        ("N-2, all pairs", lambda: analyse(network, *LEVEL, DURATION_H)),
        ("probability of every point, Birnbaum", lambda: exact(network, *LEVEL)),
    ):
        rows.append({"network": name, "job": job, **size, **_timed(network, work)})
    rows += [
        {"network": name, "job": "live event, losses", **size, **_live_losses(network)},
        {"network": name, "job": "live event, levels of all points", **size, **_live(network)},
    ]
    for row in rows:
        row["peak_mib"] = peak_mib()
    return rows


def _size(network: Network) -> Row:
    needs = requirements(network, *LEVEL, DURATION_H, Unknowns.WORKING)
    found = analyse(network, *LEVEL, DURATION_H)
    shared = int(found.shared.sum())
    return {
        "points": len(network.point_ids),
        "shared": shared,
        "pairs": shared * (shared - 1) // 2,
        "requirements": len(needs.tops),
    }


def _timed(network: Network, work: Callable[[], object], turns: int = 5) -> Row:
    network.derived.clear()
    start = perf_counter()
    work()
    whole_s = perf_counter() - start
    best_s = best_cpu_s = float("inf")
    for _ in range(turns):
        start, cpu = perf_counter(), process_time()
        work()
        best_s = min(best_s, perf_counter() - start)
        best_cpu_s = min(best_cpu_s, process_time() - cpu)
    return {"whole_s": whole_s, "s": best_s, "cpu_s": best_cpu_s}


def _live_losses(network: Network) -> Row:
    """Fail and repair every shared element: in the kernel by itself, and through Python."""
    live = LiveLosses(network, *LEVEL, DURATION_H)
    tables, graph = live._tables, live._graph  # the kernel alone is what is measured
    leaves = np.array(list(live._leaf.values()))
    arguments = (
        graph.kind, graph.first, tables.parent_first, tables.parent, tables.failing,
        tables.weights, tables.total, tables.stack,
    )  # fmt: skip
    _switched(leaves[:1], 1, *arguments)
    kernel_us = np.array([_us(lambda leaf=leaf: _switched(leaf, 20, *arguments), 40)
                          for leaf in leaves[:, None]])  # fmt: skip
    names = [network.element_ids[element] for element in live._leaf]
    python_us = _event_us(live, names[:: max(1, len(names) // 3000)])
    return {
        "kernel_mean_us": float(kernel_us.mean()),
        "kernel_p99_us": float(np.percentile(kernel_us, 99)),
        **python_us,
    }


def _live(network: Network) -> Row:
    state = LiveState(network)
    needs = requirements(network, *LEVEL, DURATION_H, Unknowns.WORKING)
    names = [network.element_ids[element] for element in needs.elements]
    return _event_us(state, names[:: max(1, len(names) // 3000)])


def _event_us(live: LiveState | LiveLosses, names: list[str]) -> Row:
    taken = []
    live.fail(names[0])  # a first call loads the kernel
    live.repair(names[0])
    for name in names:
        for act in (live.fail, live.repair):
            start = perf_counter()
            act(name)
            taken.append((perf_counter() - start) * 1e6)
    return {
        "python_median_us": float(np.median(taken)),
        "python_mean_us": float(np.mean(taken)),
        "python_p99_us": float(np.percentile(taken, 99)),
    }


def _us(work: Callable[[], object], events: int) -> float:
    start = perf_counter()
    work()
    return (perf_counter() - start) * 1e6 / events


@njit(cache=True)
def _switched(leaves, turns, kind, first, parent_first, parent, failing, weights, total, stack):
    for _ in range(turns):
        for leaf in leaves:
            for down in (1, 0):
                _live_kernels.switch(
                    leaf, down, kind, first, parent_first, parent, failing, weights, total, stack
                )
