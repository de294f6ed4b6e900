"""Hours by road from depots to stations, by the one rule of travel and the office's roads."""

import numpy as np
from numpy.typing import NDArray

from pollready.engine.travel import Places, Roads, travel
from pollready.obstacles.thresholds import Thresholds

Floats = NDArray[np.float64]


def travel_h(
    lat: Floats, lon: Floats, from_lat: Floats, from_lon: Floats, thresholds: Thresholds
) -> Floats:
    """Give float64[n_places, n_depots]; NaN where either end is unknown."""
    roads = Roads(thresholds.road_speed_km_h, thresholds.road_detour_ratio)
    return travel(_places(lat, lon), _places(from_lat, from_lon), roads=roads).hours


def _places(lat: Floats, lon: Floats) -> Places:
    return Places([str(number) for number in range(len(lat))], lat, lon)
