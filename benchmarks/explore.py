"""Times of exploring failures at a province and at a nation of 60,154 stations.

Run as `python -m benchmarks.explore`. For each size: seconds to compile the network once, and of
200 different picks (one to five components, a group, all of a kind in a county) the median and
the 95th percentile of everything that the page computes: both durations, both readings of what is
unknown, counts by level and county. Beside it all single failures, and a station's picture with
its single points. No database: rows are those of `benchmarks.what_if`.

`python -m benchmarks explore.pages` measures the page itself, from the request to its last byte,
over a register of each size: new picks (each written into the log), and the list of what falls.
"""

import gc
import json
import os
import random
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path
from time import perf_counter, process_time
from typing import Any
from urllib.parse import urlencode

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


def measure_pages() -> list[dict[str, Any]]:
    """Make a register of each size and ask for its pages, each in a process of its own."""
    from benchmarks.map import in_process

    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory(prefix="pollready-explore-") as folder:
        for size in ("province", "nation"):
            session = in_process(Path(folder), size)["session"]
            command = [sys.executable, "-m", "benchmarks.explore", session]
            environment = os.environ | {"POLLREADY_DATA": folder}
            done = subprocess.run(
                command, env=environment, check=True, stdout=subprocess.PIPE, text=True
            )
            rows += json.loads(done.stdout.splitlines()[-1])
    return rows


def pages_here(session: str) -> list[dict[str, Any]]:
    """Ask for the pages of this process's register, its network compiled beforehand."""
    from pollready.jobs.registers import open_register

    open_register()
    from django.conf import settings
    from django.test import Client

    from pollready.assessment.explorers import EXPLORERS
    from pollready.assessment.models import SavedAssessment
    from pollready.audit.version import register_version
    from pollready.places.models import Listing
    from pollready.register.models import Component

    settings.ALLOWED_HOSTS = ["*"]
    saved = SavedAssessment.objects.defer("summary").get()
    EXPLORERS.make(saved.round_id, (register_version(), saved.as_of_date))
    client = Client()
    client.cookies["sessionid"] = session
    codes = list(Component.objects.order_by("pk").values_list("code", flat=True))
    chance = random.Random(SEED)
    picks = [urlencode([("c", c) for c in chance.sample(codes, 1 + n % 5)]) for n in range(60)]
    wide = "kind=ring_segment&t=service&m=online"
    asked = {
        "a pick, up to five components": [f"/explore/?{pick}" for pick in picks],
        "all ring segments": [f"/explore/?{wide}"] * 20,
        "list of what all ring segments take": [f"/stations/?{urlencode({'pick': wide})}"] * 20,
    }
    rows = []
    for what, addresses in asked.items():
        client.get(addresses[0])
        times, works = [], []
        for address in addresses:
            start, work = perf_counter(), process_time()
            answer = client.get(address)
            times.append((perf_counter() - start) * 1000)
            works.append((process_time() - work) * 1000)
            assert answer.status_code == 200, address
        row = {"stations": Listing.objects.count(), "what": what, "kb": len(answer.content) // 1024}
        for name, each in (("wall", sorted(times)), ("processor", sorted(works))):
            row[f"{name}_median_ms"] = round(each[len(each) // 2], 1)
            row[f"{name}_p95_ms"] = round(each[int(len(each) * 0.95)], 1)
        rows.append(row)
    return rows


def _timed(work: Any) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start


if __name__ == "__main__":
    if sys.argv[1:]:
        print(json.dumps(pages_here(sys.argv[1])))
    else:
        print(json.dumps(run(), indent=2))
