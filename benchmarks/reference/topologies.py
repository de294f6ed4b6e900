"""Networks built on the backbones of real operators, read from the folder of real data.

Each node of a backbone reaches one of its two best-connected nodes, where the service stands, by
its shortest way, by the shortest that shares no link with it, and by a third: a working path,
a protection path and a restoration path. Stations stand behind sites, sites behind nodes.
"""

import heapq
import json
import os
import random
from collections.abc import Iterator
from pathlib import Path

from pollready.engine.expression import Leaf, Ride, all_of, any_of
from pollready.engine.network import Network, NetworkBuilder, Tier

WAYS, SITES_OF_NODE, STATIONS_OF_SITE, SEED = 3, 12, 8, 1
Links = dict[int, dict[int, tuple[str, float]]]


def networks() -> Iterator[tuple[str, Network]]:
    """Give each backbone's name and its network; none where the data is not there."""
    given = os.environ.get("POLLREADY_TEST_DATA")
    data = Path(given) if given else Path(__file__).resolve().parents[3] / "shared" / "data"
    for path in sorted((data / "topologies").glob("*.json")):
        yield path.stem.partition("_")[2], backbone(json.loads(path.read_text("utf-8")))


def backbone(document: dict) -> Network:
    """Build the network on one backbone (node-link JSON)."""
    number = {str(node["id"]): place for place, node in enumerate(document["nodes"])}
    links: Links = {place: {} for place in number.values()}
    builder, random_ = NetworkBuilder(), random.Random(SEED)
    for count, edge in enumerate(document["edges"]):
        one, other = number[str(edge["source"])], number[str(edge["target"])]
        km = float(edge.get("dist") or 1.0)
        # A fibre is cut about once a year for every 500 km, and mended within half a day.
        builder.component(f"link-{count}", q=min(km / 500 * 12 / 8760 + 1e-4, 0.5), mttr_h=12.0,
                          tier=Tier.PROVINCE)  # fmt: skip
        links[one][other] = links[other][one] = (f"link-{count}", km)
    hubs = sorted(links, key=lambda node: (-len(links[node]), node))[:2]
    for node in links:
        builder.component(f"node-{node}", q=0.001, mttr_h=4.0, tier=Tier.PROVINCE)
    for node in links:
        ways = [all_of(*map(Leaf, way)) for way in disjoint_ways(links, node, hubs)]
        builder.component(f"reach-{node}", tier=Tier.COUNTY, requires=any_of(*ways))
        for site in range(SITES_OF_NODE):
            builder.component(f"feeder-{node}-{site}", q=0.01, mttr_h=2.0, tier=Tier.DISTRICT)
            builder.component(f"rectifier-{node}-{site}", q=0.01, mttr_h=4.0)
            power = Ride(Leaf(f"feeder-{node}-{site}"), random_.choice((1.0, 4.0)),
                         Leaf(f"rectifier-{node}-{site}"))  # fmt: skip
            builder.component(f"site-{node}-{site}", q=0.01, mttr_h=4.0, tier=Tier.DISTRICT,
                              requires=all_of(Leaf(f"reach-{node}"), power))  # fmt: skip
    _add_stations(builder, random_, len(links))
    return builder.build()


def disjoint_ways(links: Links, start: int, hubs: list[int]) -> list[list[str]]:
    """List ways from a node to a hub, the shortest first, each without the links of those before.

    A way is the components on it: the nodes, its start and end too, and the links.
    """
    used: set[str] = set()
    ways = []
    for _ in range(WAYS):
        way = shortest_way(links, start, hubs, used)
        if way is None:
            break
        ways.append(way)
        used.update(part for part in way if part.startswith("link-"))
        if start in hubs:
            break  # the service stands here
    return ways


def shortest_way(links: Links, start: int, hubs: list[int], used: set[str]) -> list[str] | None:
    """Give the components of the shortest way that uses no link twice, None where there is none."""
    queue: list[tuple[float, int, list[str]]] = [(0.0, start, [f"node-{start}"])]
    seen: set[int] = set()
    while queue:
        km, node, way = heapq.heappop(queue)
        if node in hubs:
            return way
        if node in seen:
            continue
        seen.add(node)
        for other, (link, length_km) in links[node].items():
            if link not in used and other not in seen:
                heapq.heappush(queue, (km + length_km, other, [*way, link, f"node-{other}"]))
    return None


def _add_stations(builder: NetworkBuilder, random_: random.Random, nodes: int) -> None:
    for node in range(nodes):
        for station in range(SITES_OF_NODE * STATIONS_OF_SITE):
            near, far = (random_.randrange(SITES_OF_NODE) for _ in range(2))
            neighbour = (node + 1) % nodes if random_.random() < 0.3 else node
            paths = any_of(Leaf(f"site-{node}-{near}"), Leaf(f"site-{neighbour}-{far}"))
            own = f"devices-{node}-{station}"
            builder.component(own, q=0.01, mttr_h=3.0)
            builder.point(
                f"s-{node}-{station}",
                voters=float(random_.randrange(400, 1600, 100)),
                services={"admit": {"online": all_of(Leaf(own), paths), "offline": Leaf(own)}},
            )
