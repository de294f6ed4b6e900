"""Draws a second of Monte Carlo on 100,000 stations and 12,000 shared components.

Draws are of states of the whole network; failures of shared components alone, and with each
station's private parts too.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter, process_time

import numpy as np

from benchmarks.reference.national import NATION_100K, national
from pollready.engine.network import Network, Unknowns
from pollready.engine.reliability import exact
from pollready.engine.sampling import sample
from pollready.engine.sampling_plan import Private, planned
from pollready.engine.warm_up import warm_up

SHARED_DRAWS, ALL_DRAWS = 1 << 20, 1 << 15


def measure() -> list[dict[str, object]]:
    """Measure the pinned reference of 100,000 stations."""
    warm_up()
    return list(rows(national(NATION_100K)))


def rows(network: Network) -> Iterator[dict[str, object]]:
    """Give a row for each kind of draw and number of threads.

    Draws a second by the clock, and by the processor time of all threads (which others on the
    machine do not slow so much). `off_by` is how many standard errors the mean is from the exact
    one, where that is known.
    """
    expected = exact(network, "admit", "online")
    for private, draws in ((Private.WORKING, SHARED_DRAWS), (Private.SAMPLED, ALL_DRAWS)):
        planned(network, "admit", "online", Unknowns.WORKING, private)
        for threads in (1, 2):
            with ThreadPoolExecutor(threads) as pool:
                start, busy = perf_counter(), process_time()
                result = sample(network, "admit", "online", draws=draws, seed=1, private=private,
                                workers=pool)  # fmt: skip
                took_s, busy_s = perf_counter() - start, process_time() - busy
            row: dict[str, object] = {
                "job": "Monte Carlo",
                "private": str(private),
                "threads": threads,
                "stations": len(network.point_ids),
                "draws": draws,
                "draws_per_s": round(draws / took_s),
                "draws_per_cpu_s": round(draws / busy_s),
                "points_below_mean": round(result.points.mean().estimate, 1),
                "voters_p99": result.voters.quantile(0.99).estimate,
            }
            if private == Private.SAMPLED:
                values = result.voters.values
                off = values.mean() - expected.expected_voters_affected
                row["off_by"] = round(float(off / values.std() * np.sqrt(draws)), 2)
            yield row
