"""Which depots reach which stations, with means that can be used there."""

import numpy as np
from numpy.typing import NDArray

from pollready.planning.allocations.stations import Stations
from pollready.planning.allocations.stock import Store

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


def fits(store: Store, stations: Stations) -> Bools:
    """Tell at which stations a lot's units can be used."""
    usable = np.ones(stations.count, dtype=np.bool_)
    if store.versions:
        usable &= np.isin(stations.software, sorted(store.versions))
    if store.counties:
        usable &= np.isin(stations.county, sorted(store.counties))
    return usable


def middle(values: Floats) -> float:
    """Give the mean of what is known; NaN where nothing is."""
    known = values[np.isfinite(values)]
    return float(known.mean()) if known.size else np.nan


def classes(reach: Bools, stock: Ints) -> tuple[Bools, Ints]:
    """Put rows that the same depots reach into classes; a depot reaches with what it holds."""
    rows, reach_class = np.unique(reach, axis=0, return_inverse=True)
    within = rows[:, :, None] & (stock > 0)[None, :, :]
    return within, reach_class.reshape(-1).astype(np.int64)
