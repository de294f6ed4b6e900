"""From a network to what its draws need: numbered arrays without any name."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from pollready.engine._sampling_kernels import Plan
from pollready.engine.condensing import (
    LEAF_FALSE,
    LEAF_TRUE,
    Condensed,
    condensed,
    element_of_leaves,
    shared_elements,
)
from pollready.engine.contingency import Cost
from pollready.engine.network import Kind, Network, Unknowns
from pollready.engine.requirements import point_weights
from pollready.engine.sampling_layout import Layout
from pollready.engine.timing import spelled_out


class Private(StrEnum):
    """What becomes of components behind one point only: drawn too, or never failing."""

    SAMPLED = "sampled"
    WORKING = "working"


@dataclass(frozen=True, eq=False)
class Planned:
    """The plan of one level, what is below in every draw, and what can fall at most."""

    plan: Plan
    already_below: Cost
    at_stake: Cost


def planned(
    network: Network, service: str, level: str, unknowns: Unknowns, private: Private
) -> Planned:
    """Make the plan of one level's draws; kept with the network.

    Variables are elements by number, then hits. What never fails (q of 0; private parts where
    they are taken as working) is no variable.
    """
    key = ("sampling", service, level, Unknowns(unknowns), Private(private))
    if key not in network.derived:
        network.derived[key] = _planned(network, service, level, unknowns, private)
    result: Planned = network.derived[key]
    return result


def _planned(
    network: Network, service: str, level: str, unknowns: Unknowns, private: Private
) -> Planned:
    column, components = network.level(service, level), len(network.component_ids)
    part = _condensed(network, service, unknowns, private)
    tops = part.tops[:, column]
    present = np.nonzero(tops >= 0)[0]
    nodes, place = np.unique(tops[present], return_inverse=True)
    lasting = np.append(network.q < 0, network.unknown[components + network.hit_group])
    timed = spelled_out(part.graph, nodes, timeless=lasting)
    roots, place = np.unique(timed.roots[place], return_inverse=True)
    weights = np.column_stack(
        [np.bincount(place, each, roots.size) for each in point_weights(network)[present].T]
    ).astype(np.float64)  # without any point there is nothing that tells numpy so
    falling = roots > Kind.TRUE
    # Tops in the order of their first points: neighbours share what is upstream.
    order = np.argsort(np.unique(place, return_index=True)[1])
    order = order[falling[order]]
    plan = Layout(network, timed, roots[order]).plan(weights[order])
    return Planned(
        plan,
        already_below=_cost(weights[roots == Kind.FALSE].sum(axis=0)),
        at_stake=_cost(weights[falling].sum(axis=0)),
    )


def _cost(row: NDArray[np.float64]) -> Cost:
    return Cost(round(row[1]), float(row[0]), round(row[2]))


def _condensed(network: Network, service: str, unknowns: Unknowns, private: Private) -> Condensed:
    """Replace leaves by variables: elements by number, then hits.

    A hit of reach 1 is its group's event; any other is a variable that fails while it is hit and
    the event lasts.
    """
    graph = network.graph
    element = element_of_leaves(network)
    fails = network.q > 0
    if private == Private.WORKING:
        fails &= shared_elements(network, service)
    value = np.where(fails[element], element, LEAF_TRUE) if fails.size else element
    second = np.full(graph.kind.size, LEAF_FALSE, dtype=np.int64)
    hit = np.nonzero(graph.kind == Kind.HIT)[0]
    reach = network.reach[network.hit_group[graph.param[hit]]]
    some = (reach < 1) & (fails | network.unknown)[element[hit]]
    value[hit[some]] = LEAF_FALSE  # unless the group's state is unknown: that comes first
    number = network.q.size + graph.param[hit[some]]
    second[hit[some]] = np.where(reach[some] > 0, number, LEAF_TRUE)
    return condensed(network, service, unknowns, element, value, second)
