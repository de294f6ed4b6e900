"""What the engine says of a compiled round: structure for the rules, costs, probabilities."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from math import fsum

import numpy as np
from numpy.typing import NDArray

from pollready.assessment.alone import lost_alone
from pollready.assessment.compiling import ADMIT, CLOSE, WAY, Compiled
from pollready.assessment.cones import cones_of
from pollready.assessment.filling import Structure
from pollready.assessment.reading import Register
from pollready.assessment.result import LostAlone, Range, Vulnerabilities
from pollready.assessment.vulnerabilities import (
    BELOW_PROVINCE,
    CLOSED,
    LEVELS,
    vulnerabilities,
    with_forms,
)
from pollready.engine.contingency import (
    Contingencies,
    Contingency,
    analyse,
    evaluate_contingency,
)
from pollready.engine.network import Network, Unknowns
from pollready.engine.propagation import evaluate
from pollready.engine.reliability import exact
from pollready.engine.single_points import single_points
from pollready.obstacles.thresholds import Thresholds

FloatArray = NDArray[np.float64]

Analyses = Mapping[tuple[str, str], Contingencies]


@dataclass(frozen=True, slots=True)
class Answers:
    """The engine's answers; empty where no component is known."""

    structure: Structure = field(default_factory=Structure)
    level_names: Mapping[str, Mapping[str, Mapping[str, str]]] = field(default_factory=dict)
    closed_prob: Mapping[str, Range] = field(default_factory=dict)
    voters_affected: Range | None = None
    voters_below_online: Range | None = None
    vulnerabilities: tuple[Vulnerabilities, ...] = ()
    # What the figures above are made of: by level, P(below) per point of the network with
    # unknowns working and failed; and all single and double failures.
    chances: Mapping[str, tuple[FloatArray, FloatArray]] = field(default_factory=dict)
    analyses: Mapping[Unknowns, Analyses] = field(default_factory=dict)
    alone: LostAlone = field(default_factory=LostAlone)

    def levels(self, service: str, point: str) -> Mapping[str, str]:
        """Give the level of a station now, by both readings of what is unknown."""
        return self.level_names.get(service, {}).get(point, {})


def ask_engine(
    compiled: Compiled, register: Register, thresholds: Thresholds, service_h: float
) -> Answers:
    """Ask everything that an assessment needs of a network."""
    answers = ask_part(compiled, register, thresholds, service_h)
    network = compiled.network
    if network is None:
        return answers
    durations = durations_of(thresholds, service_h)
    return replace(
        answers,
        voters_affected=expected(network.voters, answers.chances["offline"]),
        voters_below_online=expected(network.voters, answers.chances["online"]),
        alone=lost_alone(
            network, frozenset(register.components | register.groups), durations["service"]
        ),
        vulnerabilities=tuple(
            _vulnerabilities(network, register, unknowns, durations, found)
            for unknowns, found in answers.analyses.items()
        ),
    )


def ask_part(
    compiled: Compiled, register: Register, thresholds: Thresholds, service_h: float
) -> Answers:
    """Ask what is told of each station by itself, and what the sums over all are made of."""
    network = compiled.network
    if network is None:
        return Answers()
    durations = durations_of(thresholds, service_h)
    # Each reading of the unknowns by itself: the kernels let the other core have the interpreter.
    with ThreadPoolExecutor(len(Unknowns)) as readings:
        asked = [
            (
                readings.submit(_chances, network, unknowns),
                readings.submit(analyses_of, network, unknowns, durations),
            )
            for unknowns in Unknowns
        ]
        structure = _structure(network, compiled, register, thresholds.generator_arrival_h)
    working, failed = (below.result() for below, _ in asked)
    chances = {level: (working[level], failed[level]) for level in LEVELS}
    analyses = {
        unknowns: found.result() for unknowns, (_, found) in zip(Unknowns, asked, strict=True)
    }
    return Answers(
        structure=structure,
        level_names={service: _levels_now(network, service) for service in (ADMIT, CLOSE)},
        closed_prob=_by_station(network, compiled, chances["offline"]),
        chances=chances,
        analyses=analyses,
    )


def durations_of(thresholds: Thresholds, service_h: float) -> dict[str, float]:
    """Give the hours for which what fails is taken to be out, by name."""
    return {"generator": thresholds.generator_arrival_h, "service": service_h}


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


def chances_of(network: Network) -> Mapping[str, tuple[FloatArray, FloatArray]]:
    """Give P(below the level) per point, by level, for both readings of the unknowns."""
    with ThreadPoolExecutor(len(Unknowns)) as readings:
        working, failed = readings.map(lambda unknowns: _chances(network, unknowns), Unknowns)
    return {level: (working[level], failed[level]) for level in LEVELS}


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


def expected(voters: FloatArray, chances: tuple[FloatArray, FloatArray]) -> Range:
    """Sum known voters x P(below); stations without a figure count nothing, not zero voters."""
    known = np.nan_to_num(voters)  # fsum: the same to the last digit in any order
    low, high = (fsum((known * np.nan_to_num(chance)).tolist()) for chance in chances)
    return Range(low, high)


def analyses_of(network: Network, unknowns: Unknowns, durations: Mapping[str, float]) -> Analyses:
    """Fail everything shared, one by one and two by two, for each level and duration."""
    return {
        (level, name): analyse(network, ADMIT, wanted, hours, unknowns)
        for level, wanted in LEVELS.items()
        for name, hours in durations.items()
    }


def _vulnerabilities(
    network: Network,
    register: Register,
    unknowns: Unknowns,
    durations: Mapping[str, float],
    found: Analyses,
) -> Vulnerabilities:
    closed = found[CLOSED]
    cutting = (closed.losses[:, 1] > 0) & (network.tier <= BELOW_PROVINCE)
    worst = closed.top_singles(1, max_tier=BELOW_PROVINCE)
    return vulnerabilities(
        found,
        register,
        unknowns,
        durations,
        single_point_count=int(np.count_nonzero(cutting)),
        behind=closed.behind_singles(max_tier=BELOW_PROVINCE),
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
    fallen = {
        listings[point]
        for one in worst
        for point in evaluate_contingency(network, one.ids, hours, unknowns).fallen(
            ADMIT, LEVELS["offline"]
        )
        if point in listings
    }
    return with_forms(register, fallen, unknowns)
