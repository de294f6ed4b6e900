"""Radio estimates of a province over synthetic terrain, and the paths a second behind them.

Run as `python -m benchmarks.radio`. 3,166 stations and the nearest 10 of 1,800 sites (5 of each
of two operators), over four fractal tiles of 3 seconds of arc, all pinned by a seed. The same is
computed by one process and by two; a third figure takes every one of the nearest sites, since
over temperate seas free space rules none out. The package's own way through one path stands beside
ours on the same profiles.
"""

import json
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from time import perf_counter, process_time
from typing import Any

import numpy as np
from itmlogic.preparatory_subroutines.qlrpfl import qlrpfl
from itmlogic.preparatory_subroutines.qlrps import qlrps
from itmlogic.statistics.avar import avar

from pollready.engine.longley_rice import Climate, RadioPath, Surroundings
from pollready.engine.radio import RadioEstimate, estimate
from pollready.engine.radio_inputs import Places, RadioSettings, Sites
from pollready.engine.terrain import Profile, Terrain

STATIONS, SITES, OPERATORS = 3166, 1800, ("OP1", "OP2")
TOWNS, PATHS = 60, 2000
SIDE = 1201
Row = dict[str, Any]


def fractal_tiles(seed: int = 1) -> dict[tuple[int, int], np.ndarray]:
    """Make 2 x 2 adjoining tiles: random phases with a spectrum that falls as of mountains."""
    generator = np.random.default_rng(seed)
    side = 2 * (SIDE - 1) + 1
    rows, columns = np.fft.fftfreq(side)[:, None], np.fft.rfftfreq(side)[None, :]
    frequency = np.hypot(rows, columns)
    frequency[0, 0] = np.inf
    phases = np.exp(2j * np.pi * generator.random(frequency.shape))
    height = np.fft.irfft2(frequency**-2.0 * phases, s=(side, side))
    height = 1500 + 500 * height / height.std()
    whole = np.clip(height, 0, 4000).astype(np.int16)
    north, south = slice(0, SIDE), slice(SIDE - 1, side)
    return {
        (37, 46): whole[south, north], (37, 47): whole[south, south],
        (38, 46): whole[north, north], (38, 47): whole[north, south],
    }  # fmt: skip


def province(seed: int = 1) -> tuple[Places, Sites, Terrain]:
    """Scatter stations and sites around towns, and some of each anywhere."""
    generator = np.random.default_rng(seed)
    towns = generator.uniform((37.1, 46.1), (38.9, 47.9), (TOWNS, 2))

    def scattered(count: int, spread_deg: float) -> np.ndarray:
        around = towns[generator.integers(TOWNS, size=count)]
        around = around + generator.normal(0, spread_deg, (count, 2))
        anywhere = generator.uniform((37.05, 46.05), (38.95, 47.95), (count, 2))
        chosen = np.where(generator.random((count, 1)) < 0.3, anywhere, around)
        return np.clip(chosen, (37.01, 46.01), (38.99, 47.99))

    stations, sites = scattered(STATIONS, 0.06), scattered(SITES, 0.05)
    heights = generator.choice((18.0, 30.0, 45.0, np.nan), SITES)
    return (
        Places(stations[:, 0], stations[:, 1]),
        Sites(
            sites[:, 0],
            sites[:, 1],
            [OPERATORS[number % 2] for number in range(SITES)],
            heights,
            np.full(SITES, np.nan),
            generator.choice((900.0, 1800.0, 2100.0), SITES),
        ),
        Terrain(fractal_tiles(seed)),
    )


def measure() -> list[Row]:
    """Give one row a measurement: what, its size, seconds, paths a second."""
    places, sites, terrain = province()
    start, cpu = perf_counter(), process_time()
    found = estimate(places, sites, terrain)
    row = _row("province, 1 process", found, perf_counter() - start)
    rows = [row | {"cpu_s": round(process_time() - cpu, 2)}]
    with ProcessPoolExecutor(2) as pool:
        list(pool.map(abs, (1, 2)))  # both processes are there before the clock runs
        start = perf_counter()
        spread = estimate(places, sites, terrain, spread=pool.map)
        rows.append(_row("province, 2 processes", spread, perf_counter() - start))
        assert [each.signal for each in spread] == [each.signal for each in found]
        sea = RadioSettings(surroundings=Surroundings(Climate.MARITIME_TEMPERATE_OVER_SEA))
        start = perf_counter()
        every = estimate(places, sites, terrain, sea, spread=pool.map)
        rows.append(_row("every path, 2 processes", every, perf_counter() - start))
    return rows + _alone(places, sites, terrain)


def _row(what: str, found: Iterable[RadioEstimate], seconds: float) -> Row:
    found = tuple(found)
    computed = sum(each.computed for each in found)
    classes: dict[str, int] = {}
    for each in found:
        classes[each.signal.value] = classes.get(each.signal.value, 0) + 1
    return {
        "what": what,
        "stations": STATIONS,
        "sites": SITES,
        "paths": computed + sum(each.ruled_out for each in found),
        "computed": computed,
        "seconds": round(seconds, 2),
        "paths_per_s": round(computed / seconds),
        "classes": classes,
    }


def _alone(places: Places, sites: Sites, terrain: Terrain) -> list[Row]:
    """Time one path after another: profiles, the package alone, and ours."""
    settings = RadioSettings()
    profiles: list[tuple[Profile, float]] = []
    start = perf_counter()
    for place in range(PATHS):
        offset = place % SITES
        lat, lon = float(places.lat[place]), float(places.lon[place])
        order = np.argsort(np.hypot(sites.lat - lat, sites.lon - lon))
        site = int(order[offset % 10])
        found = terrain.profile(float(sites.lat[site]), float(sites.lon[site]), lat, lon)
        profiles.append((found, float(sites.frequency_mhz[site])))
    rows = [_timed("profiles (with finding the site)", perf_counter() - start, profiles)]
    start = perf_counter()
    for profile, frequency in profiles:
        _package(profile, frequency, settings.assumed_height_m)
    rows.append(_timed("itmlogic alone", perf_counter() - start, profiles))
    start = perf_counter()
    for profile, frequency in profiles:
        step = max(profile.step_m, 2.0)
        RadioPath(profile.elevation_m, step, settings.assumed_height_m, 1.5, frequency).loss_db()
    rows.append(_timed("RadioPath", perf_counter() - start, profiles))
    return rows


def _timed(what: str, seconds: float, profiles: list[tuple[Profile, float]]) -> Row:
    points = sum(profile.elevation_m.size for profile, _ in profiles) / len(profiles)
    return {
        "what": what,
        "paths": len(profiles),
        "mean_points": round(points),
        "seconds": round(seconds, 2),
        "paths_per_s": round(len(profiles) / seconds),
    }


def _package(profile: Profile, frequency_mhz: float, height_m: float) -> float:
    """Compute a path as the package does it by itself."""
    heights = profile.elevation_m
    prop: dict[str, Any] = {
        "kwx": 0, "lvar": 5, "klimx": 5, "klim": 5, "mdvar": 0, "mdvarx": 0,
        "hg": [height_m, 1.5],
        "pfl": [heights.size - 1, max(profile.step_m, 2.0), *heights.tolist()],
    }  # fmt: skip
    prop["wn"], prop["gme"], prop["ens"], prop["zgnd"] = qlrps(
        frequency_mhz, float(heights.mean()), 301.0, 1, 15.0, 0.005
    )
    prop = qlrpfl(prop)
    return float(avar(0.0, 0.0, 0.0, prop)[0])


def main() -> None:
    """Print the rows."""
    for row in measure():
        print(json.dumps(row))


if __name__ == "__main__":
    main()
