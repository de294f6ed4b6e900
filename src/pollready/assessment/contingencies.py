"""What the engine says of a compiled round: structure for the rules, costs, probabilities."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from math import fsum

import numpy as np
from numpy.typing import NDArray

from pollready.assessment.compiling import ADMIT, CLOSE, WAY, Compiled
from pollready.assessment.cones import cones_of
from pollready.assessment.filling import Structure
from pollready.assessment.reading import Register
from pollready.assessment.result import Loss, Range, Vulnerabilities
from pollready.engine.contingency import (
    Contingencies,
    Contingency,
    Cost,
    analyse,
    evaluate_contingency,
)
from pollready.engine.network import Network, Tier, Unknowns
from pollready.engine.propagation import evaluate
from pollready.engine.reliability import exact
from pollready.engine.single_points import single_points
from pollready.obstacles.facts import NOTHING_KNOWN
from pollready.obstacles.thresholds import Thresholds

FloatArray = NDArray[np.float64]

WORST = 20  # how many of the worst contingencies are kept
BELOW_PROVINCE = int(Tier.COUNTY)
# Losses are told by these names: the level that the loss leaves behind nothing better than, and
# the level of the engine that must hold. Below `paper` a station admits nobody: it is closed.
LEVELS = {"offline": "paper", "online": "online"}


@dataclass(frozen=True, slots=True)
class Answers:
    """The engine's answers; empty where no component is known."""

    structure: Structure = field(default_factory=Structure)
    level_names: Mapping[str, Mapping[str, Mapping[str, str]]] = field(default_factory=dict)
    closed_prob: Mapping[str, Range] = field(default_factory=dict)
    voters_affected: Range | None = None
    voters_below_online: Range | None = None
    vulnerabilities: tuple[Vulnerabilities, ...] = ()

    def levels(self, service: str, point: str) -> Mapping[str, str]:
        """Give the level of a station now, by both readings of what is unknown."""
        return self.level_names.get(service, {}).get(point, {})


def ask_engine(
    compiled: Compiled, register: Register, thresholds: Thresholds, service_h: float
) -> Answers:
    """Ask everything that an assessment needs of a network."""
    network = compiled.network
    if network is None:
        return Answers()
    durations = {"generator": thresholds.generator_arrival_h, "service": service_h}
    # Each reading of the unknowns by itself: the kernels let the other core have the interpreter.
    with ThreadPoolExecutor(len(Unknowns)) as readings:
        asked = [
            (
                readings.submit(_chances, network, unknowns),
                readings.submit(_vulnerabilities, network, register, unknowns, durations),
            )
            for unknowns in Unknowns
        ]
        structure = _structure(network, compiled, register, thresholds.generator_arrival_h)
    working, failed = (below.result() for below, _ in asked)
    chances = {level: (working[level], failed[level]) for level in LEVELS}
    return Answers(
        structure=structure,
        level_names={service: _levels_now(network, service) for service in (ADMIT, CLOSE)},
        closed_prob=_by_station(network, compiled, chances["offline"]),
        voters_affected=_expected(network, chances["offline"]),
        voters_below_online=_expected(network, chances["online"]),
        vulnerabilities=tuple(vulnerable.result() for _, vulnerable in asked),
    )


def _structure(
    network: Network, compiled: Compiled, register: Register, arrival_h: float
) -> Structure:
    """Find what each station and each path falls with alone, before help can arrive.

    A station's own parts, and what is too wide to be anybody's single point below, are left out.
    """
    rows = register.components | register.groups
    codes = frozenset(code for code, row in rows.items() if row.tier <= BELOW_PROVINCE)
    ways = WAY in network.services  # no station names a path: there are none
    return Structure(
        singles=single_points(network, ADMIT, "online", arrival_h).by_point(codes),
        ways=single_points(network, WAY, "up", arrival_h).by_point(codes) if ways else {},
        cone=cones_of(compiled, register),
    )


def _levels_now(network: Network, service: str) -> dict[str, dict[str, str]]:
    """Name the level of every point with nothing failed, by both readings."""
    if service not in network.services:
        return {}
    names = network.level_names(service)
    numbers = {unknowns: evaluate(network, (), 0.0, unknowns)[service] for unknowns in Unknowns}
    return {
        point: {
            unknowns.value: names[int(by_point[index])] for unknowns, by_point in numbers.items()
        }
        for index, point in enumerate(network.point_ids)
        if numbers[Unknowns.WORKING][index] >= 0
    }


def _chances(network: Network, unknowns: Unknowns) -> dict[str, FloatArray]:
    """Give P(below the level) per point, by level."""
    return {
        level: exact(network, ADMIT, wanted, unknowns).prob_below
        for level, wanted in LEVELS.items()
    }


def _by_station(
    network: Network,
    compiled: Compiled,
    chances: tuple[FloatArray, FloatArray],
) -> dict[str, Range]:
    working, failed = chances
    found = {}
    for station in compiled.stations:
        index = network.point(station.listing.code)
        found[station.listing.code] = Range(float(working[index]), float(failed[index]))
    return found


def _expected(network: Network, chances: tuple[FloatArray, FloatArray]) -> Range:
    """Sum known voters x P(below); stations without a figure count nothing, not zero voters."""
    voters = np.nan_to_num(network.voters)  # fsum: the same to the last digit in any order
    low, high = (fsum((voters * np.nan_to_num(chance)).tolist()) for chance in chances)
    return Range(low, high)


def _vulnerabilities(
    network: Network, register: Register, unknowns: Unknowns, durations: Mapping[str, float]
) -> Vulnerabilities:
    found = {
        (level, name): analyse(network, ADMIT, wanted, hours, unknowns)
        for level, wanted in LEVELS.items()
        for name, hours in durations.items()
    }
    losses = _Losses(register)
    closed = found["offline", "service"]
    cutting = (closed.losses[:, 1] > 0) & (network.tier <= BELOW_PROVINCE)
    behind = closed.behind_singles(max_tier=BELOW_PROVINCE)
    worst = closed.top_singles(1, max_tier=BELOW_PROVINCE)
    return Vulnerabilities(
        unknowns=unknowns.value,
        durations_h=dict(durations),
        already_below={
            level: (cost.points, _voters(cost))
            for level in LEVELS
            for cost in (found[level, "service"].already_below,)
        },
        singles_below_province=losses.singles(found, BELOW_PROVINCE),
        singles_all_tiers=losses.singles(found, None),
        pairs_below_province=losses.pairs(found, BELOW_PROVINCE),
        pairs_all_tiers=losses.pairs(found, None),
        single_point_count=int(np.count_nonzero(cutting)),
        stations_behind_single_points=behind.points,
        voters_behind_single_points=_voters(behind),
        paper_possible=_with_forms(network, register, worst, durations["service"], unknowns),
    )


def _with_forms(
    network: Network,
    register: Register,
    worst: tuple[Contingency, ...],
    hours: float,
    unknowns: Unknowns,
) -> int:
    """Count the stations closed by the worst single that have forms, once paper is ordered.

    Where nobody counted the forms, there are some only if unknowns work.
    """
    listings = {listing.code: listing.id for listing in register.listings}
    return sum(
        forms.value > 0 if forms.known else unknowns is Unknowns.WORKING
        for one in worst
        for point in evaluate_contingency(network, one.ids, hours, unknowns).fallen(
            ADMIT, LEVELS["offline"]
        )
        if point in listings
        for forms in [register.claims.get(listings[point], {}).get("forms", NOTHING_KNOWN)]
    )


Found = Mapping[tuple[str, str], Contingencies]
Rows = dict[tuple[str, str], tuple[Loss, ...]]


class _Losses:
    """Turns the engine's contingencies into rows with kinds and tiers."""

    def __init__(self, register: Register) -> None:
        self._rows = register.components | register.groups

    def singles(self, found: Found, max_tier: int | None) -> Rows:
        return {
            key: self._losses(key[0], result, result.top_singles(WORST, max_tier=max_tier))
            for key, result in found.items()
        }

    def pairs(self, found: Found, max_tier: int | None) -> Rows:
        return {
            key: self._losses(key[0], result, result.top_pairs(WORST, max_tier=max_tier))
            for key, result in found.items()
        }

    def _losses(
        self, level: str, result: Contingencies, worst: tuple[Contingency, ...]
    ) -> tuple[Loss, ...]:
        return tuple(
            Loss(
                codes=one.ids,
                kinds=tuple(self._kind(code) for code in one.ids),
                tier=max(self._tier(code) for code in one.ids),
                level=level,
                duration_h=result.duration_h,
                stations=one.cost.points,
                voters=_voters(one.cost),
                stations_without_voters=one.cost.points_without_voters,
                more_than_sum=round(one.beyond_sum.voters) if len(one.ids) > 1 else None,
            )
            for one in worst
        )

    def _kind(self, code: str) -> str:
        return self._rows[code].kind if code in self._rows else "other"

    def _tier(self, code: str) -> int:
        return self._rows[code].tier if code in self._rows else 0


def _voters(cost: Cost) -> int | None:
    """Give the known voters; None where none of the points has a known number."""
    return None if cost.points_without_voters == cost.points else round(cost.voters)
