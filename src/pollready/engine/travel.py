"""Travel times between places: as a table gives them, else from distance by a stated rule."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

from pollready.engine.errors import EngineError
from pollready.engine.terrain import EARTH_RADIUS_KM

Floats = NDArray[np.float64]
MIN_PER_H = 60.0


class WrongRoads(EngineError):
    """The speed is not positive, or the detour ratio is below 1."""

    code: ClassVar[str] = "engine.wrong-roads"

    def __init__(self, speed_km_h: float, detour_ratio: float) -> None:
        self.speed_km_h = speed_km_h
        self.detour_ratio = detour_ratio
        super().__init__(speed_km_h, detour_ratio)


class WrongTravelTime(EngineError):
    """A table holds a travel time that is negative or no number."""

    code: ClassVar[str] = "engine.wrong-travel-time"

    def __init__(self, origin: str, destination: str, minutes: float) -> None:
        self.origin = origin
        self.destination = destination
        self.minutes = minutes
        super().__init__(origin, destination, minutes)


@dataclass(frozen=True, slots=True)
class Roads:
    """How distance becomes time: the length of the road over the great circle, and the speed.

    `detour_ratio` is the terrain factor of places that give none of their own.
    """

    speed_km_h: float = 50.0
    detour_ratio: float = 1.3

    def __post_init__(self) -> None:
        """Refuse a rule that would make travel free or shorter than the straight way."""
        if not (self.speed_km_h > 0 and self.detour_ratio >= 1):
            raise WrongRoads(self.speed_km_h, self.detour_ratio)


@dataclass(frozen=True, eq=False)
class Places:
    """Places by code: latitude and longitude in degrees, float64[n], NaN where unknown.

    `detour_ratio`, float64[n], is a place's own terrain factor, NaN where it has none.
    """

    codes: Sequence[str]
    lat: Floats
    lon: Floats
    detour_ratio: Floats | None = None


@dataclass(frozen=True, eq=False)
class Travel:
    """Hours from each origin to each destination, float64[n_origins, n_destinations].

    NaN is unknown, never nought. `by_table`, `by_distance` and `unknown` count the pairs by where
    their hours come from; `roads` is the rule of those by distance.
    """

    hours: Floats
    by_table: int
    by_distance: int
    unknown: int
    roads: Roads


def travel(
    origins: Places,
    destinations: Places,
    *,
    table_min: Mapping[tuple[str, str], float] | None = None,
    roads: Roads = Roads(),
) -> Travel:
    """Give the hours of travel, by the table where it has the pair, else by distance.

    Parameters
    ----------
    origins, destinations : Places
    table_min : mapping of (origin code, destination code) to float, optional
        Minutes, at least 0. A pair that stands in one direction only serves that one.
    roads : Roads
        Hours by distance are great-circle kilometres times the detour ratio over the speed; of a
        pair the ratio is the mean of both ends'.

    Returns
    -------
    Travel

    Raises
    ------
    WrongTravelTime
        At the first pair of the table that is negative or NaN.

    Notes
    -----
    O(n_origins x n_destinations). `docs/method/staging.md`.

    Examples
    --------
    >>> import numpy as np
    >>> a = Places(["a"], np.array([38.0]), np.array([46.0]))
    >>> b = Places(["b", "c"], np.array([39.0, np.nan]), np.array([46.0, 46.0]))
    >>> travel(a, b, roads=Roads(50.0, 1.0)).hours.round(2).tolist()
    [[2.22, nan]]
    >>> travel(a, b, table_min={("a", "c"): 30.0}, roads=Roads(50.0, 1.0)).hours[0, 1]
    np.float64(0.5)
    """
    hours = great_circle_km(origins, destinations)
    hours *= _ratios(origins, destinations, roads) / roads.speed_km_h
    by_table = _put(hours, origins, destinations, table_min or {})
    unknown = int(np.isnan(hours).sum())
    return Travel(hours, by_table, hours.size - by_table - unknown, unknown, roads)


def great_circle_km(origins: Places, destinations: Places) -> Floats:
    """Give great-circle kilometres, float64[n_origins, n_destinations]; NaN where unknown."""
    # The chord, not the cosine of the angle: near places would lose all their digits in it.
    chord = cdist(_unit_vectors(origins), _unit_vectors(destinations))
    np.clip(chord / 2, 0.0, 1.0, out=chord)
    km: Floats = 2 * EARTH_RADIUS_KM * np.arcsin(chord, out=chord)
    return km


def _unit_vectors(places: Places) -> Floats:
    lat, lon = np.radians(places.lat), np.radians(places.lon)
    return np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])


def _ratios(origins: Places, destinations: Places, roads: Roads) -> Floats | float:
    if origins.detour_ratio is None and destinations.detour_ratio is None:
        return roads.detour_ratio
    one, other = (_own_ratio(places, roads) for places in (origins, destinations))
    return (one[:, np.newaxis] + other) / 2


def _own_ratio(places: Places, roads: Roads) -> Floats:
    if places.detour_ratio is None:
        return np.full(len(places.codes), roads.detour_ratio)
    own = np.where(np.isnan(places.detour_ratio), roads.detour_ratio, places.detour_ratio)
    if (own < 1).any():
        raise WrongRoads(roads.speed_km_h, float(own.min()))
    return own


def _put(
    hours: Floats, origins: Places, destinations: Places, table_min: Mapping[tuple[str, str], float]
) -> int:
    """Write the table's pairs over the hours and count them."""
    row = {code: place for place, code in enumerate(origins.codes)}
    column = {code: place for place, code in enumerate(destinations.codes)}
    written = 0
    for (origin, destination), minutes in table_min.items():
        if not minutes >= 0:
            raise WrongTravelTime(origin, destination, minutes)
        if origin in row and destination in column:
            hours[row[origin], column[destination]] = minutes / MIN_PER_H
            written += 1
    return written
