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
from pollready.engine.siting import NOWHERE, Ints, Siting, nearest
from pollready.engine.travel import Roads, Travel, travel
from pollready.planning.staging.asking import Asked, Goal
from pollready.planning.staging.candidates import Candidate, candidates_of, depots_of, places_of
from pollready.planning.staging.facts import StagedStation, StagingFacts

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
class Site:
    """A chosen site with the stations that it serves, as places in the plan's stations.

    `number` is what the plan calls it, from 1.
    """

    number: int
    at: Candidate
    serves: tuple[int, ...]
    voters: int
    farthest_min: float | None


@dataclass(frozen=True, slots=True)
class Proof:
    """What the chosen sites cost, and how far it is proven that none cost less.

    `by_table` and `by_distance` count the ways by which travel was known.
    """

    cost: float
    bound: float
    gap: float
    proven: bool
    by_table: int
    by_distance: int


@dataclass(frozen=True, eq=False)
class SitesPlan:
    """Chosen sites; minutes of each station before (from depots) and after, NaN where none.

    `gaps` are located stations beyond the target from every chosen site, `unplaced` those without
    a position. `before_known` tells whether any depot is known at all. `proof` is None where
    there was nothing to choose from.
    """

    sites: tuple[Site, ...]
    before_min: Floats
    after_min: Floats
    gaps: tuple[int, ...]
    unplaced: tuple[int, ...]
    before_known: bool
    proof: Proof | None
    candidates: int


def plan_sites(
    facts: StagingFacts,
    asked: Asked,
    budget: Budget,
    table_min: TravelTable | None = None,
) -> SitesPlan:
    """Choose sites for the stations of the facts.

    Raises `TooManyWays`, `UnknownSites`, `TooManyFixedSites`.
    """
    located = [n for n, each in enumerate(facts.stations) if each.lat is not None]
    candidates, depots = candidates_of(facts, asked), depots_of(facts)
    if not located or not candidates:
        return _nothing(facts, located, len(candidates))
    if len(candidates) * len(located) > MAX_WAYS:
        raise TooManyWays(len(candidates), len(located))
    stations = [facts.stations[n] for n in located]

    def ways_from(places: Sequence[Candidate]) -> Travel:
        roads = Roads(asked.speed_km_h, asked.detour_ratio)
        return travel(places_of(places), places_of(stations), table_min=table_min, roads=roads)

    ways = ways_from(candidates)
    hours = np.ascontiguousarray(ways.hours.T)
    fixed = [n for n, each in enumerate(candidates) if each.stays]
    found = _choose(hours, asked, _weights(stations), fixed, budget)
    # Help comes today from every depot, be it ruled out or not.
    before_min = _everywhere(facts, located, ways_from(depots).hours.T, np.arange(len(depots)))[1]
    site_of, after_min = _everywhere(facts, located, hours, found.sites)
    sites = tuple(
        site_at(facts, number, candidates[j], np.nonzero(site_of == j)[0].tolist(), after_min)
        for number, j in enumerate(found.sites.tolist(), start=1)
    )
    proof = Proof(found.cost, found.bound, found.gap, found.proven, ways.by_table, ways.by_distance)
    gaps = gaps_in(facts, after_min, asked.target_min)
    return SitesPlan(
        sites, before_min, after_min, gaps, unplaced_in(facts), bool(depots), proof,
        len(candidates),
    )  # fmt: skip


def _nothing(facts: StagingFacts, located: Sequence[int], candidates: int) -> SitesPlan:
    nothing = np.full(len(facts.stations), np.nan)
    return SitesPlan(
        (), nothing, nothing.copy(), tuple(located), unplaced_in(facts), bool(facts.depots), None,
        candidates,
    )  # fmt: skip


def _everywhere(
    facts: StagingFacts, located: Sequence[int], hours: Floats, sites: Ints
) -> tuple[Ints, Floats]:
    """Give of every station the nearest of the sites, NOWHERE where none is, and the minutes."""
    site_of, minutes = np.full(len(facts.stations), NOWHERE), np.full(len(facts.stations), np.nan)
    site_of[located], near = nearest(hours, sites)
    minutes[located] = 60 * near
    return site_of, minutes


def unplaced_in(facts: StagingFacts) -> tuple[int, ...]:
    """Give the stations without a position."""
    return tuple(n for n, each in enumerate(facts.stations) if each.lat is None)


def gaps_in(facts: StagingFacts, after_min: Floats, target_min: float) -> tuple[int, ...]:
    """Give the located stations that no site is known to reach within the target."""
    beyond = ~(after_min <= target_min + 1e-9)
    return tuple(n for n, each in enumerate(facts.stations) if each.lat is not None and beyond[n])


def site_at(
    facts: StagingFacts, number: int, at: Candidate, serves: Sequence[int], minutes: Floats
) -> Site:
    """Give a site with what its stations come to."""
    voters = sum(facts.stations[n].voters or 0 for n in serves)
    farthest = float(minutes[list(serves)].max()) if serves else None
    return Site(number, at, tuple(serves), voters, farthest)


def _weights(stations: Sequence[StagedStation]) -> Floats:
    """Give the voters of each station; one without a known number weighs as the mean of others."""
    known = [each.voters for each in stations if each.voters is not None]
    mean = sum(known) / len(known) if known else 1.0
    return np.array([float(mean if each.voters is None else each.voters) for each in stations])


def _choose(
    hours: Floats, asked: Asked, weights: Floats, fixed: Sequence[int], budget: Budget
) -> Siting:
    p, target_h = min(asked.sites, hours.shape[1]), asked.target_min / 60
    if asked.goal is Goal.FEWEST:
        return cover_all(hours, target_h, fixed=fixed, budget=budget)
    if asked.goal is Goal.MOST:
        return cover_most(hours, target_h, p, weights=weights, fixed=fixed, budget=budget)
    if asked.goal is Goal.MEDIAN:
        return p_median(hours, p, weights=weights, fixed=fixed, budget=budget)
    return p_center(hours, p, fixed=fixed, budget=budget)
