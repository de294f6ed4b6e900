"""Hours by road from depots to stations: great-circle distance, times a detour, over a speed."""

import numpy as np
from numpy.typing import NDArray

from pollready.engine.terrain import EARTH_RADIUS_KM
from pollready.obstacles.thresholds import Thresholds

Floats = NDArray[np.float64]


def travel_h(
    lat: Floats, lon: Floats, from_lat: Floats, from_lon: Floats, thresholds: Thresholds
) -> Floats:
    """Give float64[n_places, n_depots]; NaN where either end is unknown."""
    one, other = _unit(lat, lon), _unit(from_lat, from_lon)
    # The chord, not the cosine of the angle: near places would lose all their digits in it.
    chord = np.linalg.norm(one[:, None, :] - other[None, :, :], axis=2)
    km = 2 * EARTH_RADIUS_KM * np.arcsin(np.clip(chord / 2, 0.0, 1.0))
    hours: Floats = km * thresholds.road_detour_ratio / thresholds.road_speed_km_h
    return hours


def _unit(lat: Floats, lon: Floats) -> Floats:
    up, along = np.radians(lat), np.radians(lon)
    return np.column_stack([np.cos(up) * np.cos(along), np.cos(up) * np.sin(along), np.sin(up)])
