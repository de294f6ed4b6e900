"""Times of exploring failures at a province and at a nation of 60,154 stations.

Run as `python -m benchmarks.explore`. For each size: seconds to compile the network once, and of
200 different picks (one to five components, a group, all of a kind in a county) the median and
the 95th percentile of everything that the page computes: both durations, both readings of what is
unknown, counts by level and county. Beside it all single failures, and a station's picture with
its single points. No database: rows are those of `benchmarks.what_if`.
"""

import gc
import random
from functools import partial
from time import perf_counter
from typing import Any

from benchmarks.machine import described, peak_mib, probe
from benchmarks.what_if import nation_rows, province_rows

PICKS, SEED = 200, 1403
PROVINCES = (1, 19)


def picks_of(explored: Any, count: int = PICKS) -> list[frozenset[str]]:
    """Draw picks of every sort, the same in every run."""
    chance = random.Random(SEED)
    codes = [code for code in explored.things if code in explored.network.element_index]
    kinds = sorted({(thing.kind, thing.county) for thing in explored.things.values()})
    found = []
    for number in range(count):
        if number % 5 == 4:
            kind, county = chance.choice(kinds)
            chosen = [
                thing.code
                for thing in explored.things.values()
                if (thing.kind, thing.county) == (kind, county)
            ]
            found.append(frozenset(chosen) & frozenset(codes))
        else:
            found.append(frozenset(chance.sample(codes, chance.randint(1, 5))))
    return found


def measured(rows: Any) -> dict[str, Any]:
    """Measure one size."""
    import numpy as np

    from pollready.assessment import exploring
    from pollready.assessment.exploring import Scope, explored_of
    from pollready.assessment.likelihoods import NO_LIKELIHOODS
    from pollready.assessment.looks import Failures, by_county, look_at
    from pollready.assessment.picturing import Trial, draw, own_top, station_cone
    from pollready.assessment.prepared import Asked, Measure, singles
    from pollready.engine.network import Unknowns
    from pollready.example.province import AS_OF

    # Incidents of earlier rounds are read from the database, of which there is none here.
    exploring.likelihoods_of_round = lambda *_: NO_LIKELIHOODS  # type: ignore[assignment]
    start = perf_counter()
    explored = explored_of(rows, as_of=AS_OF, version=0)
    assert explored is not None
    compiled_s = perf_counter() - start
    everything = np.ones(len(explored.network.element_ids), dtype=np.bool_)
    scope = Scope("all", np.ones(len(explored.listings), dtype=np.bool_), everything)

    def answer(failed: frozenset[str]) -> None:
        for hours in explored.durations.values():
            look = look_at(explored, scope, Failures(failed), hours)
        by_county(explored, scope, look.fallen["online"][Unknowns.WORKING])

    answer(frozenset())
    times = sorted(_timed(partial(answer, pick)) for pick in picks_of(explored))
    asked = Asked(measure=Measure.ONLINE, below_province=False)
    first_s = _timed(lambda: singles(explored, scope, asked))
    again_s = _timed(lambda: singles(explored, scope, asked))

    def picture(point: int) -> None:
        cone = station_cone(explored, point)
        top = own_top(explored.network, point, "admit", "online")
        trial = Trial(frozenset(), frozenset(), 2.0)
        draw(cone, top, trial, singles=cone.single_points(top, 2.0))

    pictures = sorted(_timed(partial(picture, int(point))) for point in explored.points[:200])
    return {
        "stations": len(explored.listings),
        "elements": len(explored.network.element_ids),
        "compile_s": round(compiled_s, 2),
        "picks": len(times),
        "pick_median_ms": round(times[len(times) // 2] * 1000, 1),
        "pick_p95_ms": round(times[int(len(times) * 0.95)] * 1000, 1),
        "pick_worst_ms": round(times[-1] * 1000, 1),
        "singles_first_ms": round(first_s * 1000, 1),
        "singles_again_ms": round(again_s * 1000, 1),
        "picture_p95_ms": round(pictures[int(len(pictures) * 0.95)] * 1000, 1),
        "peak_mib": peak_mib(),
    }


def run() -> dict[str, Any]:
    """Measure both sizes."""
    before = probe()
    province = province_rows()
    sizes = []
    for provinces in PROVINCES:
        sizes.append(measured(nation_rows(province, provinces)))
        gc.collect()
    return {"machine": described(), "before": before, "after": probe(), "sizes": sizes}


def _timed(work: Any) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start


if __name__ == "__main__":
    import json

    print(json.dumps(run(), indent=2))
