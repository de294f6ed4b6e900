"""What is known before a change: an assessment kept in memory with all that it was made of."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from pollready.assessment.assessing import (
    Workings,
    end_of,
    likelihoods_of_round,
    severe_criteria,
    work_out,
)
from pollready.assessment.compiling import ADMIT
from pollready.assessment.dependants import Dependants
from pollready.assessment.likelihoods import NO_LIKELIHOODS, Likelihoods
from pollready.assessment.reading import Register, read_register
from pollready.assessment.result import Range, StationResult, Tally, Vulnerabilities
from pollready.assessment.rollups import tallies, tally
from pollready.assessment.vulnerabilities import BELOW_PROVINCE
from pollready.engine.increments import Elements, LossSums, loss_sums, shared_in
from pollready.engine.network import Network, Unknowns
from pollready.engine.reach import Reach, reach
from pollready.engine.terrain import Terrain
from pollready.obstacles.finding import Cause
from pollready.obstacles.office import office_thresholds
from pollready.obstacles.thresholds import Thresholds

Sums = Mapping[Unknowns, Mapping[tuple[str, str], LossSums]]


@dataclass(frozen=True, slots=True)
class Figures:
    """What an assessment says of a round as a whole; the fields are those of `Assessment`."""

    total: Tally
    by_county: Mapping[str, Tally]
    causes: tuple[Cause, ...]
    vulnerabilities: tuple[Vulnerabilities, ...]
    voters_affected: Range | None
    voters_below_online: Range | None
    components: int


def figures_of(workings: Workings) -> Figures:
    """Take the figures out of an assessment's workings."""
    answers = workings.answers
    return Figures(
        total=tally(workings.stations),
        by_county=by_county(workings.stations),
        causes=workings.causes,
        vulnerabilities=answers.vulnerabilities,
        voters_affected=answers.voters_affected,
        voters_below_online=answers.voters_below_online,
        components=len(workings.register.components),
    )


def by_county(stations: tuple[StationResult, ...]) -> Mapping[str, Tally]:
    """Count the stations of each county by readiness."""
    return tallies(stations, lambda station: [station.county_code])


@dataclass(frozen=True, eq=False)
class Baseline:
    """An assessment before any change; made by `prepare`, asked by `what_if`."""

    workings: Workings

    @cached_property
    def figures(self) -> Figures:
        """What the assessment says of the round."""
        return figures_of(self.workings)

    @property
    def stations(self) -> tuple[StationResult, ...]:
        """What the assessment says of each station."""
        return self.workings.stations

    @cached_property
    def dependants(self) -> Dependants:
        """Who names what, in the rows as they were read."""
        return Dependants(self.workings.rows)

    @cached_property
    def counties(self) -> Mapping[str, list[int]]:
        """Give the positions of the stations of each county."""
        found: dict[str, list[int]] = {}
        for position, station in enumerate(self.stations):
            found.setdefault(station.county_code, []).append(position)
        return found

    def tallies_after(self, stations: tuple[StationResult, ...]) -> Mapping[str, Tally]:
        """Count by county: anew only where a station is another than before."""
        found = dict(self.figures.by_county)
        pairs = zip(self.stations, stations, strict=True)
        for county in {new.county_code for old, new in pairs if old is not new}:
            found[county] = tally(stations[position] for position in self.counties[county])
        return found

    @cached_property
    def severe(self) -> Mapping[int, frozenset[int | None]]:
        """Give, by listing, the criteria of its severe findings."""
        return severe_criteria(self.workings.findings)

    @property
    def network(self) -> Network:
        """The network of the round; asked only where there is one."""
        network = self.workings.compiled.network
        if network is None:
            raise AssertionError("a round without components is worked out wholly")
        return network

    @cached_property
    def points(self) -> NDArray[np.int64]:
        """Number the point of each station, by position: int64[n_stations]."""
        codes = (station.listing.code for station in self.workings.compiled.stations)
        return np.array([self.network.point(code) for code in codes], dtype=np.int64)

    @cached_property
    def reach(self) -> Reach:
        """Give the components behind each station."""
        return reach(self.network, ADMIT)

    @cached_property
    def elements(self) -> Elements:
        """Give what can fail and is shared; it is the same for every level and reading."""
        first = next(iter(self.workings.answers.analyses.values()))
        return shared_in(next(iter(first.values())))

    @cached_property
    def sums(self) -> Sums:
        """All single and double failures, free of the network."""
        return {
            unknowns: {
                key: loss_sums(analysis, self.elements, behind_tier=BELOW_PROVINCE)
                for key, analysis in found.items()
            }
            for unknowns, found in self.workings.answers.analyses.items()
        }

    @cached_property
    def is_truncated(self) -> bool:
        """Tell whether pairs were left out: then nothing can be taken from their sums."""
        return any(
            analysis.truncated is not None
            for found in self.workings.answers.analyses.values()
            for analysis in found.values()
        )


def prepare(
    round_id: int,
    *,
    as_of: date,
    thresholds: Thresholds | None = None,
    recorded_by: datetime | None = None,
    terrain: Terrain | None = None,
) -> Baseline:
    """Read and assess a round once, so that any number of changes can be tried on it.

    Raises what `assess` raises.
    """
    thresholds = thresholds or office_thresholds()
    rows = read_register(round_id, recorded_by or end_of(as_of))
    likelihoods = likelihoods_of_round(rows, thresholds)
    return baseline_of(
        rows, as_of=as_of, thresholds=thresholds, likelihoods=likelihoods, terrain=terrain
    )


def baseline_of(
    rows: Register,
    *,
    as_of: date,
    thresholds: Thresholds | None = None,
    likelihoods: Likelihoods = NO_LIKELIHOODS,
    terrain: Terrain | None = None,
) -> Baseline:
    """Assess rows that were read already, and ready everything that a change may ask for.

    `likelihoods` stay as they are under every change: they tell of earlier rounds.
    """
    thresholds = thresholds or office_thresholds()
    baseline = Baseline(
        work_out(rows, as_of=as_of, thresholds=thresholds, likelihoods=likelihoods, terrain=terrain)
    )
    _ = baseline.figures, baseline.severe, baseline.counties
    baseline.dependants.ready()
    if baseline.workings.compiled.network is not None:
        _ = baseline.points, baseline.reach.points_behind, baseline.sums
    return baseline
