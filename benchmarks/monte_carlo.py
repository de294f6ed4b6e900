"""Draws a second of Monte Carlo on 100,000 stations and 12,000 shared components.

Run as `python -m benchmarks.monte_carlo`. Draws are of states of the whole network; failures of
shared components alone, and with each station's private parts too. Beside a probe of the machine
in the same run; nothing fails.
"""

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter, process_time

import numpy as np

from pollready.engine.network import Network, NetworkBuilder, Tier, Unknowns
from pollready.engine.reliability import exact
from pollready.engine.sampling import sample
from pollready.engine.sampling_plan import Private, planned
from pollready.engine.warm_up import warm_up

POINTS, COUNTIES, RINGS, SITES, FEEDERS, SUBSTATIONS, LINES = 100_000, 220, 4, 3300, 3000, 750, 80
SHARED_DRAWS, ALL_DRAWS = 1 << 20, 1 << 15


def nation(points: int = POINTS, seed: int = 1) -> Network:
    """Make a stand-in for the reference network: two operators, rings, feeders, rides."""
    random_ = random.Random(seed)
    builder = NetworkBuilder()
    add_upstream(builder, random_)
    for point in range(points):
        add_point(builder, random_, point, points)
    members = [f"devices-{point}" for point in range(0, points, 3)]
    builder.group("batch", q=0.005, mttr_h=8, reach=0.3, members=members, tier=Tier.PROVINCE)
    return builder.build()


def add_upstream(builder: NetworkBuilder, random_: random.Random) -> None:
    """Add what stations share: centre, cores, rings of aggregation, lines, feeders, sites."""
    for name in ("centre", "core-1", "core-2", "core-3", "core-4"):
        builder.component(name, q=0.002, mttr_h=1, tier=Tier.NATION)
    for line in range(LINES):
        builder.component(f"line-{line}", q=0.002, mttr_h=3, tier=Tier.PROVINCE)
    for station in range(SUBSTATIONS):
        one, two = random_.sample(range(LINES), 2)
        builder.component(f"substation-{station}", q=0.003, mttr_h=3, tier=Tier.COUNTY,
                          requires=f"line-{one} | line-{two}")  # fmt: skip
    for feeder in range(FEEDERS):
        builder.component(f"feeder-{feeder}", q=0.02, mttr_h=2, tier=Tier.DISTRICT,
                          requires=f"substation-{feeder * SUBSTATIONS // FEEDERS}")  # fmt: skip
    for county in range(COUNTIES):
        for ring in range(RINGS):
            builder.component(f"link-{county}-{ring}", q=0.01, mttr_h=6, tier=Tier.COUNTY)
    for county in range(COUNTIES):
        for ring in range(RINGS):
            other = (county + 1) % COUNTIES
            way = (
                f"(link-{county}-{ring} & core-{1 + ring % 4}) | "
                f"(link-{other}-{ring} & core-{1 + (ring + 1) % 4})"
            )
            builder.component(f"agg-{county}-{ring}", q=0.004, mttr_h=3, tier=Tier.COUNTY,
                              requires=way)  # fmt: skip
    for site in range(SITES):
        county, ring = site * COUNTIES // SITES, random_.randrange(RINGS - 1)
        feeder = (site * FEEDERS // SITES + random_.randint(0, 3)) % FEEDERS
        builder.component(f"rect-{site}", q=0.01, mttr_h=4, tier=Tier.DISTRICT)
        up = f"(agg-{county}-{ring} | agg-{county}-{ring + 1})"
        builder.component(f"site-{site}", q=0.01, mttr_h=4, tier=Tier.DISTRICT,
                          requires=f"{up} & ride(feeder-{feeder}, 4h, rect-{site})")  # fmt: skip


def add_point(builder: NetworkBuilder, random_: random.Random, point: int, points: int) -> None:
    """Add a station: power with battery and generator, two operators, devices of its own."""
    for part in ("devices", "sim-a", "sim-b", "mains", "battery", "generator", "cards"):
        builder.component(f"{part}-{point}", q=0.01, mttr_h=3)
    one = point * SITES // points
    two = (one + random_.randint(1, 8)) % SITES
    feeder = (point * FEEDERS // points + random_.randint(0, 2)) % FEEDERS
    power = (
        f"ride(ride(feeder-{feeder} & mains-{point}, 2h, battery-{point}), 8h, generator-{point})"
    )
    offline = f"devices-{point} & cards-{point} & {power}"
    path = f"(sim-a-{point} & site-{one} | sim-b-{point} & site-{two}) & centre"
    builder.point(
        f"s{point}",
        voters=float(random_.randint(200, 1800)),
        services={"admit": {"online": f"{offline} & {path}", "offline": offline}},
    )


def probe_s() -> float:
    """Give the seconds of a fixed work: sorting two million numbers."""
    numbers = np.random.default_rng(0).random(2_000_000)
    start = perf_counter()
    np.sort(numbers)
    return perf_counter() - start


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
                "probe_s": round(probe_s(), 3),
            }
            if private == Private.SAMPLED:
                values = result.voters.values
                off = values.mean() - expected.expected_voters_affected
                row["off_by"] = round(float(off / values.std() * np.sqrt(draws)), 2)
            yield row


def main() -> None:
    """Print the rows."""
    warm_up()
    start = perf_counter()
    network = nation()
    print(f"build {perf_counter() - start:.1f} s, {network.graph.kind.size:,} nodes")
    for row in rows(network):
        print(row)


if __name__ == "__main__":
    main()
