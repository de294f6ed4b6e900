"""A round's network kept ready for questions: what fails, and what that takes, in whose scope."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from threading import RLock
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from pollready.assessment.assessing import likelihoods_of_round
from pollready.assessment.compiling import ADMIT, compile_network
from pollready.assessment.contingencies import durations_of
from pollready.assessment.people import PeopleIndex
from pollready.assessment.reading import Register, read_register
from pollready.assessment.standing import standing
from pollready.assessment.vulnerabilities import BELOW_PROVINCE, LEVELS
from pollready.engine.contingency import Contingencies, analyse
from pollready.engine.live import LiveState
from pollready.engine.network import Network, Unknowns
from pollready.engine.propagation import evaluate, levels_of, outages
from pollready.obstacles.facts import NOTHING_KNOWN
from pollready.obstacles.office import office_thresholds
from pollready.register.veil import masked

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
Value = TypeVar("Value")

FEW = 300  # failures up to which they are tried in the kept state
KEPT = 24  # answers derived from one network and kept: analyses, scopes


@dataclass(frozen=True, slots=True)
class Thing:
    """A component or group of the register as it is told without its name."""

    code: str
    kind: str
    agency: str
    county: str
    tier: int
    is_group: bool


@dataclass(frozen=True, eq=False)
class Scope:
    """What one viewer may ask about: bool[n_stations] and bool[n_elements] of a network."""

    key: str
    stations: Bools
    elements: Bools

    @cached_property
    def sees_all_stations(self) -> bool:
        """Whether no station is outside."""
        return bool(self.stations.all())

    @cached_property
    def sees_all_elements(self) -> bool:
        """Whether nothing that can fail is outside."""
        return bool(self.elements.all())


@dataclass(frozen=True, eq=False)
class Explored:
    """The network of a round at one version of the register, with its stations in arrays.

    `listings` int64[n] are primary keys, `points` int64[n] their points in the network,
    `county` int64[n] places in `counties` (code, name), `voters` float64[n] with NaN where not
    known, `forms` int8[n]: 1 where ballot forms are counted, 0 where there are none, -1 unknown.
    """

    round_id: int
    version: int
    as_of: date
    network: Network
    durations: Mapping[str, float]
    things: Mapping[str, Thing]
    listings: Ints
    points: Ints
    voters: NDArray[np.float64]
    counties: tuple[tuple[str, str], ...]
    county: Ints
    forms: NDArray[np.int8]
    figure_basis: Mapping[str, Mapping[str, int]]
    _kept: OrderedDict[Hashable, Any] = field(default_factory=OrderedDict)
    _lock: RLock = field(default_factory=RLock)

    def derived(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """Give what is kept under `key`, made where it is not; the least used goes first."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            else:
                self._kept[key] = make()
                while len(self._kept) > KEPT:
                    self._kept.popitem(last=False)
            found: Value = self._kept[key]
            return found

    @cached_property
    def masks(self) -> Mapping[str, str]:
        """Give the code behind each masked code."""
        return {masked(code): code for code in self.things}

    @cached_property
    def position(self) -> Mapping[int, int]:
        """Give the position of each listing."""
        return {listing: number for number, listing in enumerate(self.listings.tolist())}

    def before(self, unknowns: Unknowns) -> Mapping[str, NDArray[np.int8]]:
        """Give the levels of all stations while nothing fails, by service."""
        return self.derived(
            ("before", unknowns), lambda: self.by_station(evaluate(self.network, (), 0, unknowns))
        )

    def after(
        self,
        failed: frozenset[str],
        duration_h: float,
        unknowns: Unknowns,
        *,
        repaired: frozenset[str] = frozenset(),
    ) -> Mapping[str, NDArray[np.int8]]:
        """Give the levels of all stations while a set is out for a time, by service.

        Few failures touch little: they come and go in a state that is kept. Many, and what is
        supposed to work although nobody knows, are evaluated anew. Raises `UnknownName`, and
        ValueError for a negative duration.
        """
        if repaired or len(failed) > FEW or any(map(self._is_wide, failed)):
            out_s = outages(self.network, failed, duration_h, unknowns, repaired=repaired)
            return self.by_station(levels_of(self.network, out_s))
        for code in failed:
            self.network.element(code)  # nothing fails if anything is not there
        with self._lock:
            state = self.derived(
                ("live", unknowns), lambda: LiveState(self.network, unknowns=unknowns)
            )
            try:
                for code in failed:
                    state.fail(code, duration_h)
                return self.by_station(state.levels)
            finally:
                for code in failed:
                    state.repair(code)

    def _is_wide(self, code: str) -> bool:
        """Say whether so much rests on something that evaluating all anew is as fast."""
        return code in self.things and self.things[code].tier > BELOW_PROVINCE

    def by_station(self, levels: Mapping[str, NDArray[np.int8]]) -> Mapping[str, NDArray[np.int8]]:
        """Take the stations out of levels of all points."""
        return {service: levels[service][self.points] for service in levels}

    def narrowed(self, scope: Scope) -> Network:
        """Give the network in which only the stations of a scope have services.

        What is shared, single or worst is then so for these stations.
        """
        if scope.sees_all_stations:
            return self.network
        return self.derived(("narrowed", scope.key), lambda: narrowed(self, scope.stations))

    def analysis(
        self, scope: Scope, level: str, duration_h: float, unknowns: Unknowns
    ) -> Contingencies:
        """Give all single and double failures of the admit service below a level of `LEVELS`."""
        key = "" if scope.sees_all_stations else scope.key
        return self.derived(
            ("analysis", key, level, duration_h, unknowns),
            lambda: analyse(self.narrowed(scope), ADMIT, LEVELS[level], duration_h, unknowns),
        )


def narrowed(explored: Explored, stations: Bools) -> Network:
    """Take every service from the points outside: they neither fall nor make anything shared."""
    inside = np.zeros(len(explored.network.point_ids), dtype=np.bool_)
    inside[explored.points[stations]] = True
    tops = {
        service: np.where(inside[:, None], nodes, -1).astype(np.int32)
        for service, nodes in explored.network.tops.items()
    }
    return replace(explored.network, tops=tops, derived={})


def explore_round(round_id: int, *, as_of: date, version: int) -> Explored | None:
    """Read and compile a round as its register stands; None where no component is known.

    Raises `engine.network.InvalidNetwork` where requirements form a circle.
    """
    rows = read_register(round_id)
    return explored_of(rows, as_of=as_of, version=version)


def explored_of(rows: Register, *, as_of: date, version: int) -> Explored | None:
    """Compile rows that were read already."""
    thresholds = office_thresholds()
    likelihoods = likelihoods_of_round(rows, thresholds)
    register = standing(rows)
    compiled = compile_network(register, PeopleIndex(register, as_of), likelihoods)
    network = compiled.network
    if network is None:
        return None
    stations = [station.listing for station in compiled.stations]
    counties = sorted({(row.county_code, row.county) for row in stations})
    number = {county: place for place, county in enumerate(counties)}
    forms = [register.claims.get(row.id, {}).get("forms", NOTHING_KNOWN) for row in stations]
    return Explored(
        round_id=rows.round.pk,
        version=version,
        as_of=as_of,
        network=network,
        durations=durations_of(thresholds, thresholds.service_h),
        things=_things(register),
        listings=np.array([row.id for row in stations], dtype=np.int64),
        points=np.array([network.point(row.code) for row in stations], dtype=np.int64),
        voters=np.array(
            [np.nan if row.voters is None else row.voters for row in stations], dtype=np.float64
        ),
        counties=tuple(counties),
        county=np.array([number[row.county_code, row.county] for row in stations], dtype=np.int64),
        forms=np.array(
            [int(known.value > 0) if known.known else -1 for known in forms], dtype=np.int8
        ),
        figure_basis=compiled.figure_basis,
    )


def _things(register: Register) -> dict[str, Thing]:
    return {
        row.code: Thing(row.code, row.kind, row.agency, row.county, row.tier, is_group)
        for rows, is_group in ((register.components, False), (register.groups, True))
        for row in rows.values()
    }
