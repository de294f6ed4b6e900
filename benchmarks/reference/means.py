"""Series allocation: stations that work where power AND link AND devices work.

So means are complements. Invented places, depots within a travel limit, and floors that bind;
pinned by seed.
"""

from dataclasses import dataclass
from itertools import product

import numpy as np

from pollready.engine.allocation_problem import AllocationProblem, Floor, Options

KINDS = ("generator", "modem", "satellite terminal", "spare device", "technician")
# Each bundle: whether it has a generator, a modem, a satellite terminal, a device, a technician.
BUNDLES = np.array(list(product((0, 1), repeat=len(KINDS))), dtype=np.int64)
STOCK_PER_STATION = np.array([0.12, 0.20, 0.06, 0.15, 0.10])
# Far from town a unit costs the same and saves fewer: what floors are there for.
RURAL_FLOOR, COUNTY_FLOOR, MOBILE_SERVED = 0.25, 0.38, 0.3
KM_PER_H, TRAVEL_LIMIT_H = 45.0, 1.25


@dataclass(frozen=True, eq=False)
class Stations:
    """Stations of invented counties: places in km, expected voters, kind."""

    county: np.ndarray
    place_km: np.ndarray
    voters: np.ndarray
    rural: np.ndarray
    mobile: np.ndarray


def series_problem(
    n_points: int, n_counties: int, seed: int = 2026, county_floor: float = COUNTY_FLOOR
) -> AllocationProblem:
    """Make the problem of `n_points` stations x 32 bundles, a depot in each county."""
    rng = np.random.default_rng(seed)
    town_km = rng.uniform(0, 45 * np.sqrt(n_counties), (n_counties, 2))
    stations = _stations(rng, n_points, town_km)
    saves = _saves(rng, stations)
    travel_h = _distance_km(stations.place_km, town_km) * 1.3 / KM_PER_H
    reached = travel_h <= TRAVEL_LIMIT_H
    reached[np.arange(n_points), stations.county] = True
    packed = np.packbits(reached, axis=1)
    keys = packed.view(np.dtype((np.void, packed.shape[1]))).ravel()
    _, first, reach_class = np.unique(keys, return_index=True, return_inverse=True)
    options = Options(
        point=np.repeat(np.arange(n_points), len(BUNDLES) - 1),
        units=np.tile(BUNDLES[1:], (n_points, 1)),
        saves=saves[:, 1:].ravel(),
        cost=np.zeros(n_points * (len(BUNDLES) - 1)),
    )
    return AllocationProblem(
        points=tuple(f"station {number}" for number in range(n_points)),
        kinds=KINDS,
        depots=tuple(f"depot {number}" for number in range(n_counties)),
        stock=_stock(rng, stations, n_counties),
        reach_class=reach_class.ravel(),
        within=np.repeat(reached[first][:, :, np.newaxis], len(KINDS), axis=2),
        travel_h=travel_h,
        options=options,
        floors=_floors(options, stations, n_counties, county_floor),
    )


def _stations(rng: np.random.Generator, n_points: int, town_km: np.ndarray) -> Stations:
    size = rng.pareto(1.6, len(town_km)) + 1
    county = np.sort(rng.choice(len(town_km), n_points, p=size / size.sum()))
    rural = rng.random(n_points) < 0.55
    spread_km = np.where(rural, 18.0, 3.0)[:, np.newaxis]
    place_km = town_km[county] + rng.normal(size=(n_points, 2)) * spread_km
    voters = rng.lognormal(np.where(rural, 5.7, 6.9), 0.45).round()
    return Stations(county, place_km, voters, rural, rural & (rng.random(n_points) < 0.4))


def _saves(rng: np.random.Generator, stations: Stations) -> np.ndarray:
    """Give for each station and bundle the expected voters saved against no bundle."""
    rural, n_points = stations.rural, len(stations.voters)
    power = np.clip(rng.beta(2, np.where(rural, 8, 16)), 0.001, 0.9)
    link = np.clip(rng.beta(2, np.where(rural, 6, 14)), 0.001, 0.9)
    device = rng.beta(2, 30, n_points)
    has = BUNDLES.T[:, np.newaxis, :].astype(bool)
    visit = np.where(has[4], rng.uniform(0.5, 0.9, n_points)[:, np.newaxis], 1.0)
    no_power = power[:, np.newaxis] * np.where(has[0], 0.08, 1.0) * visit
    modem = np.where(has[1], rng.uniform(0.2, 0.7, n_points)[:, np.newaxis], 1.0)
    no_link = link[:, np.newaxis] * modem * np.where(has[2], 0.1, 1.0) * visit
    no_device = device[:, np.newaxis] * np.where(has[3], 0.1, 1.0) * visit
    works = (1 - no_power) * (1 - no_link) * (1 - no_device)
    return stations.voters[:, np.newaxis] * (works - works[:, :1])


def _stock(rng: np.random.Generator, stations: Stations, n_counties: int) -> np.ndarray:
    """Share the units out over depots by their counties' stations, unevenly."""
    count = np.bincount(stations.county, minlength=n_counties)
    weight = count * rng.uniform(0.5, 1.5, n_counties)
    total = STOCK_PER_STATION * len(stations.county)
    return np.round(np.outer(weight / weight.sum(), total)).astype(np.int64)


def _distance_km(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    return np.hypot(*(one[:, axis, np.newaxis] - other[:, axis] for axis in (0, 1)))


def _floors(
    options: Options, stations: Stations, n_counties: int, county_floor: float
) -> tuple[Floor, ...]:
    """Ask of counties and countryside shares of what could be saved, and mobile stations served."""
    of_option = options.point
    most = np.maximum.reduceat(options.saves, np.arange(0, len(of_option), len(BUNDLES) - 1))
    floors = []
    for county in range(n_counties):
        theirs = np.nonzero(stations.county[of_option] == county)[0]
        asked = county_floor * most[stations.county == county].sum()
        floors.append(Floor(f"county {county}", theirs, options.saves[theirs], asked))
    theirs = np.nonzero(stations.rural[of_option])[0]
    asked = RURAL_FLOOR * most[stations.rural].sum()
    floors.append(Floor("countryside", theirs, options.saves[theirs], asked))
    theirs = np.nonzero(stations.mobile[of_option])[0]
    asked = float(np.floor(MOBILE_SERVED * stations.mobile.sum()))
    floors.append(Floor("mobile stations served", theirs, np.ones(len(theirs)), asked))
    return tuple(floors)
