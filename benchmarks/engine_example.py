"""Times of the engine on a network of the example province's size.

Run as `python benchmarks/engine_example.py`. The network is made here (3,166 points, about
2,600 shared components, each point with seven private parts), pinned by its seed. Figures are
wall-clock seconds with kernels warm, beside a probe of the machine; nothing fails.
"""

import random
from time import perf_counter

import numpy as np

from pollready.engine.contingency import analyse
from pollready.engine.live import LiveState
from pollready.engine.network import Network, NetworkBuilder, Tier, Unknowns
from pollready.engine.reliability import exact
from pollready.engine.warm_up import warm_up

POINTS, COUNTIES, SITES, FEEDERS = 3166, 22, 1800, 600


def province(seed: int = 1) -> Network:
    """Make the network: two operators, fibre, feeders, rings of aggregation, one centre."""
    random_ = random.Random(seed)
    builder = NetworkBuilder()
    for name in ("centre", "core-1", "core-2"):
        builder.component(name, q=0.002, mttr_h=1, tier=Tier.NATION)
    for county in range(COUNTIES):
        for ring in range(4):
            other = (county + 1 + ring) % COUNTIES
            builder.component(f"agg-{county}-{ring}", q=0.004, mttr_h=3, tier=Tier.COUNTY,
                              requires=f"core-{1 + ring % 2} | link-{other}-{ring}")  # fmt: skip
            builder.component(f"link-{county}-{ring}", q=0.01, mttr_h=6, tier=Tier.COUNTY)
    for feeder in range(FEEDERS):
        builder.component(f"feeder-{feeder}", q=0.02, mttr_h=2, tier=Tier.DISTRICT)
    for site in range(SITES):
        county, ring = site % COUNTIES, random_.randrange(3)
        feeder = random_.randrange(FEEDERS)
        builder.component(f"rect-{site}", q=0.01, mttr_h=4)
        up = f"(agg-{county}-{ring} | agg-{county}-{ring + 1})"
        builder.component(f"site-{site}", q=0.01, mttr_h=4, tier=Tier.DISTRICT,
                          requires=f"{up} & ride(feeder-{feeder}, 4h, rect-{site})")  # fmt: skip
    for point in range(POINTS):
        add_point(builder, random_, point)
    members = [f"devices-{point}" for point in range(0, POINTS, 3)]
    builder.group("batch", q=0.005, mttr_h=8, reach=0.3, members=members, tier=Tier.PROVINCE)
    return builder.build()


def add_point(builder: NetworkBuilder, random_: random.Random, point: int) -> None:
    """Add a station: power with battery and generator, two operators, devices of its own."""
    for part in ("devices", "sim-a", "sim-b", "mains", "battery", "generator", "cards"):
        builder.component(f"{part}-{point}", q=0.01, mttr_h=3, unknown=random_.random() < 0.1)
    near = (point * 7) % SITES
    one, two = near, (near + random_.randint(1, 60)) % SITES
    feeder = random_.randrange(FEEDERS)
    power = (
        f"ride(ride(feeder-{feeder} & mains-{point}, 2h, battery-{point}), 8h, generator-{point})"
    )
    offline = f"devices-{point} & cards-{point} & {power}"
    path = f"(sim-a-{point} & site-{one} | sim-b-{point} & site-{two}) & centre"
    builder.point(
        f"s{point}",
        voters=random_.choice((None, 600.0, 1000.0, 1400.0)),
        services={"admit": {"online": f"{offline} & {path}", "offline": offline}},
    )


def main() -> None:
    """Print the times."""
    warm_up()
    probe = np.random.default_rng(0).random(20_000_000)
    start = perf_counter()
    np.sort(probe[:2_000_000])
    print(f"probe: sort of 2 M floats {perf_counter() - start:.3f} s")
    start = perf_counter()
    network = province()
    print(f"build {perf_counter() - start:.3f} s, {network.graph.kind.size:,} nodes")
    for turn in ("first", "again"):
        for unknowns in Unknowns:
            for level in ("online", "offline"):
                start = perf_counter()
                result = analyse(network, "admit", level, 2.0, unknowns)
                worst = result.top_pairs(1)
                found = perf_counter() - start
                start = perf_counter()
                exact(network, "admit", level, unknowns)
                print(
                    f"{turn} {unknowns} {level}: N-1 and N-2 of {int(result.shared.sum())} "
                    f"{found:.3f} s ({len(result.pairs.keys):,} corrections, worst {worst[0].ids})"
                    f", probability {perf_counter() - start:.3f} s"
                )
    state = LiveState(network)
    start = perf_counter()
    for site in range(500):
        state.fail(f"site-{site}", 2.0)
    print(f"live event {(perf_counter() - start) / 500 * 1e6:.1f} us")


if __name__ == "__main__":
    main()
