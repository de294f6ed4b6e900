"""What the reference networks are: `python -m benchmarks.reference`."""

import numpy as np

from benchmarks.reference.national import NATION_1M, NATION_100K, PROVINCE, national
from benchmarks.reference.topologies import networks
from pollready.engine import _cut_kernels
from pollready.engine.network import Graph, Kind, Network, Unknowns
from pollready.engine.requirements import requirements


def described(network: Network) -> str:
    """Tell its size, and per distinct requirement its single cuts, pairs and cone at 2 hours."""
    needs = requirements(network, "admit", "online", 2.0, Unknowns.WORKING)
    graph, tops = needs.graph, needs.tops
    one_first, _, two_first, _, _ = _cut_kernels.cuts_of_order_two(
        graph.kind, graph.param, graph.first, graph.child, len(needs.elements), 200_000_000
    )
    sampled = tops[:: max(1, tops.size // 500)].tolist()
    cone = np.mean([cone_size(graph, top) for top in sampled])
    return (
        f"{len(network.point_ids):>9,} points {len(needs.elements):>7,} shared elements "
        f"{tops.size:>8,} requirements: {np.diff(one_first)[tops].mean():.1f} single cuts, "
        f"{np.diff(two_first)[tops].mean():.1f} pairs, a cone of {cone:.1f}"
    )


def cone_size(graph: Graph, top: int) -> int:
    """Count the elements below a gate."""
    seen, stack = {top}, [top]
    while stack:
        node = stack.pop()
        below = graph.child[graph.first[node] : graph.first[node + 1]].tolist()
        stack.extend(child for child in below if child not in seen)
        seen.update(below)
    return sum(graph.kind[node] == Kind.LEAF for node in seen)


if __name__ == "__main__":
    for name, size in (("province", PROVINCE), ("nation", NATION_100K), ("million", NATION_1M)):
        print(f"{name:<14}{described(national(size))}", flush=True)
    for name, network in networks():
        print(f"{name:<14}{described(network)}")
