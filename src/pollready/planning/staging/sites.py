"""Sites of a staging plan: the candidates, and who is reached from where, before and after."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from pollready.engine.budget import Budget
from pollready.engine.covering import cover_all, cover_most
from pollready.engine.p_center import p_center
from pollready.engine.p_median import p_median
from pollready.engine.siting import NOWHERE, Siting, Stop, nearest
from pollready.engine.travel import Places, Roads, Travel, travel
from pollready.planning.staging.asking import Asked, Candidates, Goal
from pollready.planning.staging.facts import DepotAt, StagedStation, StagingFacts

Floats = NDArray[np.float64]
TravelTable = Mapping[tuple[str, str], float]  # minutes by code of site and of station


MAX_WAYS = 25_000_000  # of one plan: 200 MB of hours, thrice over while sites are chosen


class TooManyWays(Exception):
    """Candidates times stations are more than one plan can hold."""

    code: ClassVar[str] = "planning.too-many-ways"

    def __init__(self, candidates: int, stations: int) -> None:
        self.fields: dict[str, object] = {"candidates": candidates, "stations": stations}
        super().__init__(candidates, stations)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place that may become a site; `is_depot` tells that means stand there already."""

    code: str
    name: str
    lat: float
    lon: float
    is_depot: bool


@dataclass(frozen=True, slots=True)
class Site:
    """A chosen site with the stations that it serves, as places in the plan's stations."""

    at: Candidate
    serves: tuple[int, ...]
    voters: int
    farthest_min: float | None


@dataclass(frozen=True, eq=False)
class SitesPlan:
    """Chosen sites; minutes of each station before (from depots) and after, NaN where none.

    `gaps` are located stations beyond the target from every chosen site, `unplaced` those without
    a position. `before_known` tells whether any depot is known at all. `siting` has the cost, the
    bound and the proof; None where there was nothing to choose from.
    """

    sites: tuple[Site, ...]
    site_of: NDArray[np.int64]
    before_min: Floats
    after_min: Floats
    gaps: tuple[int, ...]
    unplaced: tuple[int, ...]
    before_known: bool
    siting: Siting | None
    travel: Travel | None
    candidates: int


def plan_sites(
    facts: StagingFacts,
    asked: Asked,
    budget: Budget,
    table_min: TravelTable | None = None,
) -> SitesPlan:
    """Choose sites for the stations of the facts; raises `TooManyWays`."""
    located = [n for n, each in enumerate(facts.stations) if each.lat is not None]
    unplaced = tuple(n for n, each in enumerate(facts.stations) if each.lat is None)
    candidates = candidates_of(facts, asked)
    nothing = np.full(len(facts.stations), np.nan)
    if not located or not candidates:
        nowhere = np.full(len(facts.stations), NOWHERE)
        return SitesPlan(
            (), nowhere, nothing, nothing.copy(), tuple(located), unplaced,
            bool(facts.depots), None, None, len(candidates),
        )  # fmt: skip
    if len(candidates) * len(located) > MAX_WAYS:
        raise TooManyWays(len(candidates), len(located))
    stations = [facts.stations[n] for n in located]
    ways = travel(
        places_of(candidates),
        places_of(stations),
        table_min=table_min,
        roads=Roads(asked.speed_km_h, asked.detour_ratio),
    )
    hours = np.ascontiguousarray(ways.hours.T)
    found = _choose(hours, asked, _weights(stations), budget)
    depots = np.array([n for n, each in enumerate(candidates) if each.is_depot], dtype=np.int64)
    site_of, after = nearest(hours, found.sites)
    before_min, after_min = nothing, nothing.copy()
    before_min[located] = 60 * nearest(hours, depots)[1]
    after_min[located] = 60 * after
    whole = np.full(len(facts.stations), NOWHERE)
    whole[located] = site_of
    gaps = tuple(n for n in located if not after_min[n] <= asked.target_min + 1e-9)
    sites = tuple(_site(facts, candidates[j], whole, j, after_min) for j in found.sites.tolist())
    return SitesPlan(
        sites, whole, before_min, after_min, gaps, unplaced, bool(len(depots)), found, ways,
        len(candidates),
    )  # fmt: skip


def candidates_of(facts: StagingFacts, asked: Asked) -> list[Candidate]:
    """List where sites may be: depots first, then places of stations that are no depot's."""
    depots = [Candidate(each.code, each.name, each.lat, each.lon, True) for each in facts.depots]
    if asked.candidates is Candidates.DEPOTS:
        return depots
    stations = [each for each in facts.stations if each.lat is not None]
    if asked.candidates is Candidates.DISTRICTS:
        stations = _centres(stations)
    taken = {(each.lat, each.lon) for each in depots}
    found = []
    for each in stations:
        if each.lat is None or each.lon is None or (each.lat, each.lon) in taken:
            continue
        taken.add((each.lat, each.lon))
        found.append(Candidate(each.code, each.name, each.lat, each.lon, False))
    return depots + found


def _centres(stations: Sequence[StagedStation]) -> list[StagedStation]:
    """Give of each district, or county where no district is recorded, its most central station."""
    groups: dict[tuple[int | None, int | None], list[StagedStation]] = {}
    for each in stations:
        groups.setdefault((each.county, each.district), []).append(each)
    return [central(members) for members in groups.values()]


def central(
    stations: Sequence[StagedStation], among: Sequence[StagedStation] | None = None
) -> StagedStation:
    """Give the one `among` some, the stations themselves by default, to which all are nearest."""
    chosen = stations if among is None else among
    hours = travel(places_of(chosen), places_of(stations)).hours
    return chosen[int(hours.sum(axis=1).argmin())]


def places_of(places: Sequence[StagedStation] | Sequence[Candidate] | Sequence[DepotAt]) -> Places:
    """Give places as the engine takes them."""
    lat = np.array([np.nan if each.lat is None else each.lat for each in places], dtype=np.float64)
    lon = np.array([np.nan if each.lon is None else each.lon for each in places], dtype=np.float64)
    return Places([each.code for each in places], lat, lon)


def _weights(stations: Sequence[StagedStation]) -> Floats:
    """Give the voters of each station; one without a known number weighs as the mean of others."""
    known = [each.voters for each in stations if each.voters is not None]
    mean = sum(known) / len(known) if known else 1.0
    return np.array([float(mean if each.voters is None else each.voters) for each in stations])


def _choose(hours: Floats, asked: Asked, weights: Floats, budget: Budget) -> Siting:
    p, target_h = min(asked.sites, hours.shape[1]), asked.target_min / 60
    if asked.goal is Goal.FEWEST:
        return cover_all(hours, target_h, budget=budget)
    if asked.goal is Goal.MOST:
        return cover_most(hours, target_h, p, weights=weights, budget=budget)
    if asked.goal is Goal.MEDIAN:
        return p_median(hours, p, weights=weights, budget=budget)
    return p_center(hours, p, budget=budget)


def _site(
    facts: StagingFacts, at: Candidate, site_of: NDArray[np.int64], number: int, minutes: Floats
) -> Site:
    serves = tuple(np.nonzero(site_of == number)[0].tolist())
    voters = sum(facts.stations[n].voters or 0 for n in serves)
    farthest = float(minutes[list(serves)].max()) if serves else None
    return Site(at, serves, voters, farthest)


def is_cut(plan: SitesPlan) -> bool:
    """Tell whether time ran out before the sites were proven."""
    return plan.siting is not None and plan.siting.stopped is not Stop.PROVEN
