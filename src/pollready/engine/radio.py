"""The signal to expect at a place from the mobile sites around it: an estimate, never a test."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from math import erfc, hypot, nan, sqrt
from typing import Any

import numpy as np

from pollready.engine.longley_rice import (
    NO_CAUTION,
    Caution,
    RadioPath,
    free_space_db,
    median_gain_bound_db,
)
from pollready.engine.radio_inputs import DEFAULTS, Floats, Places, RadioSettings, Sites
from pollready.engine.terrain import EARTH_RADIUS_KM, POINTS_MIN, Gap, Profile, Terrain

PLACE_HEIGHT_M = 1.5
NEAREST_M = 20.0  # nearer places are taken to be this far
TENTH = 1.2815515655446004  # the standard normal deviate that one in ten exceeds
_CHUNK = 200  # places that one call of `spread` computes

Spread = Callable[[Callable[[range], "list[RadioEstimate]"], list[range]], Iterable[Any]]


class Signal(StrEnum):
    """The class of an estimated signal; `NONE` speaks of the sites that are recorded."""

    GOOD = "good"
    WEAK = "weak"
    NONE = "none"
    UNKNOWN = "unknown"


class Why(StrEnum):
    """Why a signal cannot be estimated."""

    NO_POSITION = "no-position"
    NO_SITE = "no-site-in-range"
    MISSING_TILE = "missing-tile"
    VOID = "void"
    REFUSED = "outside-model"


@dataclass(frozen=True, slots=True)
class RadioEstimate:
    """The signal of one operator at one place, by its best site.

    Powers are NaN, `site` None, where no path could be computed. `power_dbm` is the median;
    with probability 0.9 the power is at least `low_dbm`, with probability 0.1 at least
    `high_dbm`. `usable_prob` and `good_prob` are the probabilities of at least the thresholds
    of weak and of good. `assumed` names what nobody said of the site: height, power, frequency.
    `ruled_out` sites were not computed because free space already proves them no better.
    """

    place: int
    operator: str
    signal: Signal
    why: Why | None = None
    site: int | None = None
    distance_km: float = nan
    power_dbm: float = nan
    low_dbm: float = nan
    high_dbm: float = nan
    usable_prob: float = nan
    good_prob: float = nan
    assumed: tuple[str, ...] = ()
    cautions: Caution = NO_CAUTION
    missing_tiles: tuple[str, ...] = ()
    computed: int = 0
    ruled_out: int = 0


def estimate(
    places: Places,
    sites: Sites,
    terrain: Terrain,
    settings: RadioSettings = DEFAULTS,
    *,
    spread: Spread = map,
) -> tuple[RadioEstimate, ...]:
    """Estimate the signal of every operator at every place over terrain by Longley-Rice.

    Parameters
    ----------
    places
        Stations or stops.
    sites
        Mobile sites; the nearest few of each operator within reach are asked.
    terrain
        Elevations; a path that crosses what is not known has no estimate.
    settings
        Reach, thresholds, assumptions.
    spread
        As `map`, or as an executor's `map`, to use several processes.

    Returns
    -------
    tuple of RadioEstimate
        By place, then by operator. A path that could not be computed leaves the signal unknown
        wherever it might have put the place into a better class.

    Notes
    -----
    docs/method/radio.md.

    Examples
    --------
    >>> level = Terrain({(38, 46): np.full((1201, 1201), 1350, np.int16)})
    >>> site = Sites(np.array([38.5]), np.array([46.5]), ["OP1"], np.array([30.0]),
    ...              np.array([30.0]), np.array([900.0]))
    >>> found = estimate(Places(np.array([38.52, 38.98]), np.array([46.5, 46.5])), site, level)
    >>> [(each.signal.value, each.why and each.why.value) for each in found]
    [('good', None), ('unknown', 'no-site-in-range')]
    """
    work = partial(_estimate_some, _Round(places, sites, terrain, settings))
    count = len(places.lat)
    chunks = [range(begin, min(begin + _CHUNK, count)) for begin in range(0, count, _CHUNK)]
    return tuple(each for found in spread(work, chunks) for each in found)


@dataclass(frozen=True, eq=False)
class _Round:
    """What all places share."""

    places: Places
    sites: Sites
    terrain: Terrain
    settings: RadioSettings


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A site that may serve a place, with what it sends and the most that can arrive."""

    site: int
    distance_km: float
    height_m: float
    power_dbm: float
    frequency_mhz: float
    assumed: tuple[str, ...]
    most_dbm: float


def _estimate_some(round_: _Round, chunk: range) -> list[RadioEstimate]:
    """Estimate a few places; at the top of the module, so that processes can be sent it."""
    operators = sorted(set(round_.sites.operator))
    found = []
    for place in chunk:
        if np.isnan(round_.places.lat[place]) or np.isnan(round_.places.lon[place]):
            found += [
                RadioEstimate(place, name, Signal.UNKNOWN, Why.NO_POSITION) for name in operators
            ]
            continue
        near = _nearest(round_, place)
        found += [_estimate_one(round_, place, name, near.get(name, [])) for name in operators]
    return found


def _nearest(round_: _Round, place: int) -> Mapping[str, list[_Candidate]]:
    """Give the nearest sites within reach of each operator, those that can bring most first."""
    places, sites, settings = round_.places, round_.sites, round_.settings
    distances = _distances_km(places.lat[place], places.lon[place], sites)
    within = np.flatnonzero(distances <= settings.max_range_km)
    near: dict[str, list[_Candidate]] = {}
    for site in within[np.argsort(distances[within], kind="stable")].tolist():
        listed = near.setdefault(sites.operator[site], [])
        if len(listed) < settings.sites_per_operator:
            listed.append(_candidate(sites, settings, site, float(distances[site])))
    for listed in near.values():
        listed.sort(key=lambda each: -each.most_dbm)
    return near


def _distances_km(lat: float, lon: float, sites: Sites) -> Floats:
    lat_r, lats_r = np.radians(lat), np.radians(sites.lat)
    lats = np.sin((lats_r - lat_r) / 2) ** 2
    lons = np.sin(np.radians(sites.lon - lon) / 2) ** 2
    chord = np.sqrt(lats + np.cos(lat_r) * np.cos(lats_r) * lons)
    distances: Floats = 2 * EARTH_RADIUS_KM * np.arcsin(np.minimum(chord, 1.0))
    return distances


def _candidate(sites: Sites, settings: RadioSettings, site: int, distance: float) -> _Candidate:
    """Put what is assumed where nobody says; bound what can arrive by free space."""
    said = {
        "height": (float(sites.height_m[site]), settings.assumed_height_m),
        "power": (float(sites.eirp_dbm[site]), settings.assumed_power_dbm),
        "frequency": (float(sites.frequency_mhz[site]), settings.assumed_frequency_mhz),
    }
    height, power, frequency = (
        assumed if np.isnan(value) else value for value, assumed in said.values()
    )
    free = free_space_db(max(1000 * distance, NEAREST_M), frequency)
    gain = median_gain_bound_db(settings.surroundings.climate)
    return _Candidate(
        site,
        distance,
        height,
        power,
        frequency,
        tuple(name for name, (value, _) in said.items() if np.isnan(value)),
        power - free + gain - settings.indoor_loss_db + 1e-6,  # what rounding may take
    )


def _estimate_one(
    round_: _Round, place: int, operator: str, candidates: list[_Candidate]
) -> RadioEstimate:
    """Take the best site; one that free space proves no better than the best is not computed."""
    if not candidates:
        return RadioEstimate(place, operator, Signal.UNKNOWN, Why.NO_SITE)
    best: tuple[float, _Candidate, RadioPath] | None = None
    open_: list[tuple[_Candidate, Why, tuple[str, ...]]] = []
    computed = 0
    for candidate in candidates:
        if best is not None and candidate.most_dbm <= best[0]:
            break
        computed += 1
        profile = _profile(round_, place, candidate)
        if profile.gap is not None:
            why = Why.VOID if profile.gap is Gap.VOID else Why.MISSING_TILE
            open_.append((candidate, why, profile.missing))
            continue
        path = _path(round_, place, candidate, profile)
        power = candidate.power_dbm - path.loss_db() - round_.settings.indoor_loss_db
        if np.isnan(power):
            open_.append((candidate, Why.REFUSED, ()))
        elif best is None or power > best[0]:
            best = power, candidate, path
    told = _told(round_.settings, place, operator, best, open_)
    return replace(told, computed=computed, ruled_out=len(candidates) - computed)


def _profile(round_: _Round, place: int, candidate: _Candidate) -> Profile:
    places, sites, site = round_.places, round_.sites, candidate.site
    return round_.terrain.profile(
        float(sites.lat[site]),
        float(sites.lon[site]),
        float(places.lat[place]),
        float(places.lon[place]),
    )


def _path(round_: _Round, place: int, candidate: _Candidate, profile: Profile) -> RadioPath:
    heights = round_.places.height_m
    return RadioPath(
        profile.elevation_m,
        max(profile.step_m, NEAREST_M / POINTS_MIN),
        candidate.height_m,
        PLACE_HEIGHT_M if heights is None else float(heights[place]),
        candidate.frequency_mhz,
        round_.settings.surroundings,
    )


def _told(
    settings: RadioSettings,
    place: int,
    operator: str,
    best: tuple[float, _Candidate, RadioPath] | None,
    open_: list[tuple[_Candidate, Why, tuple[str, ...]]],
) -> RadioEstimate:
    """Class the best path, unless one that could not be computed may reach a better class."""
    _, why, missing = open_[0] if open_ else (None, None, ())
    if best is None:
        return RadioEstimate(place, operator, Signal.UNKNOWN, why, missing_tiles=missing)
    power, candidate, path = best
    signal = _signal(power, settings)
    better = {Signal.GOOD: np.inf, Signal.WEAK: settings.good_dbm}.get(signal, settings.weak_dbm)
    hiding = [(why, missing) for each, why, missing in open_ if each.most_dbm >= better]
    if hiding:
        signal, (why, missing) = Signal.UNKNOWN, hiding[0]
    else:
        why, missing = None, ()
    low_sd, high_sd = _deviations(settings, candidate, path)
    return RadioEstimate(
        place,
        operator,
        signal,
        why,
        candidate.site,
        candidate.distance_km,
        power,
        power - TENTH * low_sd,
        power + TENTH * high_sd,
        _prob_at_least(settings.weak_dbm, power, low_sd, high_sd),
        _prob_at_least(settings.good_dbm, power, low_sd, high_sd),
        candidate.assumed,
        path.cautions,
        missing,
    )


def _signal(power_dbm: float, settings: RadioSettings) -> Signal:
    if power_dbm >= settings.good_dbm:
        return Signal.GOOD
    return Signal.WEAK if power_dbm >= settings.weak_dbm else Signal.NONE


def _deviations(
    settings: RadioSettings, candidate: _Candidate, path: RadioPath
) -> tuple[float, float]:
    """Give the deviations below and above the median: the model's, and what is assumed."""
    median = path.loss_db()
    below = (path.loss_db(situation=0.9) - median) / TENTH
    above = (median - path.loss_db(situation=0.1)) / TENTH
    added = {
        "height": settings.height_sd_db,
        "power": settings.power_sd_db,
        "frequency": settings.frequency_sd_db,
    }
    assumed = hypot(settings.indoor_sd_db, *(added[name] for name in candidate.assumed))
    return hypot(below, assumed), hypot(above, assumed)


def _prob_at_least(threshold: float, median: float, low_sd: float, high_sd: float) -> float:
    """Give the probability of at least the threshold: normal with two deviations."""
    sd = low_sd if threshold <= median else high_sd
    if sd == 0:
        return float(median >= threshold)
    return 0.5 * erfc((threshold - median) / (sd * sqrt(2)))
