"""What each component and common cause costs when it fails alone, service by service."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from pollready.assessment.compiling import ADMIT, CLOSE
from pollready.assessment.result import LossAlone, LostAlone
from pollready.assessment.vulnerabilities import LEVELS
from pollready.engine.network import Network, Unknowns
from pollready.engine.requirements import point_weights
from pollready.engine.single_points import SinglePoints, single_points

# Below these levels, told by these names: below paper nobody is admitted, below courier the
# minutes reach nobody.
_ASKED = (
    ("admit.online", ADMIT, LEVELS["online"]),
    ("admit.offline", ADMIT, LEVELS["offline"]),
    ("close.electronic", CLOSE, "electronic"),
    ("close.courier", CLOSE, "courier"),
)
BELOW_ONLINE, CLOSED = "admit.online", "admit.offline"


def lost_alone(network: Network, codes: frozenset[str], service_h: float) -> LostAlone:
    """Ask what each of `codes` costs alone; those behind one station only count as well."""
    costs: dict[str, dict[str, dict[str, LossAlone]]] = {}
    falls: dict[str, Mapping[str, frozenset[str]]] = {}
    for name, service, level in _ASKED:
        if service not in network.services or level not in network.level_names(service):
            continue
        for unknowns in Unknowns:
            found = single_points(network, service, level, service_h, unknowns)
            for code, cost in _costs(found, codes).items():
                costs.setdefault(code, {}).setdefault(name, {})[unknowns.value] = cost
            if unknowns is Unknowns.WORKING and name in (BELOW_ONLINE, CLOSED):
                falls[name] = found.by_point(codes)
    return LostAlone(costs, falls)


def _costs(found: SinglePoints, codes: frozenset[str]) -> dict[str, LossAlone]:
    names = found.network.element_ids
    sums = _sums(found)
    return {
        names[index]: _cost(sums[index])
        for index in np.nonzero(sums[:, 1])[0].tolist()
        if names[index] in codes
    }


def _sums(found: SinglePoints) -> NDArray[np.float64]:
    """Add up the weights of the points behind each element, each point once an element."""
    point = np.repeat(np.arange(len(found.first) - 1), np.diff(found.first))
    size = len(found.network.element_ids)
    pairs = np.unique(point * size + found.element)
    weights = point_weights(found.network)[pairs // size]
    sums = np.zeros((size, 3))
    np.add.at(sums, pairs % size, weights)
    return sums


def _cost(row: NDArray[np.float64]) -> LossAlone:
    voters, stations, without = (round(value) for value in row.tolist())
    return LossAlone(stations, None if without == stations else voters, without)
