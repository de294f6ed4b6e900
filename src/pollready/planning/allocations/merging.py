"""Where no means are left for a station that will not serve: the nearest that can take it in."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pollready.obstacles.thresholds import Thresholds
from pollready.planning.allocations.stations import Stations
from pollready.planning.allocations.travel import travel_h

DOWN = 0.5  # below its level more likely than not
MOST = 200  # offers that a plan keeps


@dataclass(frozen=True, slots=True)
class Merge:
    """A station that will not serve, and the nearest station that will, with the way there."""

    station: int  # positions
    into: int
    travel_h: float


def merges(
    below: NDArray[np.float64], served: NDArray[np.bool_], stations: Stations,
    thresholds: Thresholds,
) -> list[Merge]:  # fmt: skip
    """Offer to merge stations that are down and get nothing, most voters first."""
    known = np.isfinite(stations.lat) & np.isfinite(stations.lon)
    down = np.flatnonzero((below > DOWN) & ~served & known)
    up = np.flatnonzero((below <= DOWN) & known)
    if not down.size or not up.size:
        return []
    down = down[np.argsort(-np.nan_to_num(stations.voters[down]), kind="stable")][:MOST]
    hours = travel_h(
        stations.lat[down], stations.lon[down], stations.lat[up], stations.lon[up], thresholds
    )
    nearest = hours.argmin(axis=1)
    return [
        Merge(int(station), int(up[place]), float(hours[row, place]))
        for row, (station, place) in enumerate(zip(down, nearest, strict=True))
    ]
