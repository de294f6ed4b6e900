"""Every figure of the engine beside the enumeration's."""

from collections import Counter
from itertools import combinations
from math import isclose

from pollready.engine.contingency import analyse, evaluate_contingency
from pollready.engine.network import Unknowns
from pollready.engine.reliability import exact
from tests.oracles.engine_enumeration import losses, probability, size_of
from tests.oracles.engine_networks import DURATIONS_H, LEVELS, Small, shared_names

MAX_STATES = 20_000  # larger cones are left to the other points; how many is counted


def differences(small: Small, counts: Counter[str], *, max_states: int = MAX_STATES) -> list[str]:
    """Compare N-1, N-2 and probabilities for both levels, durations and unknowns."""
    network = small.build()
    found: list[str] = []
    for level in LEVELS:
        for unknowns in Unknowns:
            for duration_h in DURATIONS_H:
                found += contingency_differences(
                    small, network, level, duration_h, unknowns, counts
                )
            found += probability_differences(small, network, level, unknowns, counts, max_states)
    counts["networks"] += 1
    return found


def contingency_differences(small, network, level, duration_h, unknowns, counts) -> list[str]:
    got = analyse(network, "admit", level, duration_h, unknowns)
    wanted = losses(small, level, duration_h, unknowns == Unknowns.FAILED)
    shared = shared_names(small)
    found = []

    def compare(ids, cost) -> None:
        counts["contingencies"] += 1
        if (cost.points, cost.voters, cost.points_without_voters) != wanted[frozenset(ids)]:
            found.append(f"{level} {duration_h} {unknowns} {ids}: {cost} {wanted[frozenset(ids)]}")

    names = network.element_ids
    if {names[i] for i in got.shared.nonzero()[0]} != set(shared):
        found.append(f"shared differ: {shared}")
    compare((), got.already_below)
    for name in shared:
        compare((name,), got.single(name))
    for pair in combinations(shared, 2):
        compare(pair, got.pairs.loss(*pair))
    for chosen in [*combinations(shared, 1), *list(combinations(shared, 2))[:3]]:
        compare(
            chosen, evaluate_contingency(network, chosen, duration_h, unknowns).cost("admit", level)
        )
    if len(shared) > 1:
        pairs = [wanted[frozenset(pair)] for pair in combinations(shared, 2)]
        worst = max((voters, points) for points, voters, _ in pairs)
        top = got.top_pairs(1)
        cost = (top[0].cost.voters, top[0].cost.points) if top else (0.0, 0)
        counts["worst pairs"] += 1
        if cost != worst:
            found.append(f"{level} {duration_h} {unknowns} worst pair {cost} {worst}")
    return found


def probability_differences(small, network, level, unknowns, counts, max_states) -> list[str]:
    got = exact(network, "admit", level, unknowns)
    found = []
    for point in small.points:
        if size_of(small, point) > max_states:
            counts["cones too large to enumerate"] += 1
            continue
        wanted = probability(small, point, level, unknowns == Unknowns.FAILED)
        counts["probabilities"] += 1
        if not isclose(got.prob(point), wanted, rel_tol=1e-9, abs_tol=1e-12):
            found.append(f"{level} {unknowns} P({point}): {got.prob(point)} {wanted}")
    return found
