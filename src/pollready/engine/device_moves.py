"""Moving devices from stations that have more than they need to those that lack some."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Move:
    """Devices that go from one place to another, by their positions, and how far that is."""

    source: int
    target: int
    devices: int
    km: float


def device_moves(spare: Counts, lacking: Counts, km: Floats) -> tuple[Move, ...]:
    """Serve as many of the devices lacking as there are spare ones, with the fewest kilometres.

    Parameters
    ----------
    spare : int64[n]
        Devices that each source can give, not negative.
    lacking : int64[m]
        Devices that each target lacks, not negative.
    km : float64[n, m]
        Distance of each source from each target, not negative; infinite where nothing may go.

    Returns
    -------
    tuple of Move
        In the order of targets, then sources. First as many devices as possible arrive, then their
        kilometres are least, by assignment of single devices.

    Raises
    ------
    ValueError
        If shapes differ, or a count or distance is negative.

    Notes
    -----
    A source gives at most as many as all targets lack. Source: D. F. Crouse, "On implementing 2D
    rectangular assignment algorithms", IEEE Transactions on Aerospace and Electronic Systems 52,
    2016 (as in SciPy).

    Examples
    --------
    >>> device_moves(np.array([2, 1]), np.array([2]), np.array([[9.0], [1.0]]))
    (Move(source=0, target=0, devices=1, km=9.0), Move(source=1, target=0, devices=1, km=1.0))
    """
    if km.shape != (spare.size, lacking.size):
        raise ValueError(f"km: needs {spare.size} x {lacking.size} distances, not {km.shape}")
    if (spare < 0).any() or (lacking < 0).any() or not (km >= 0).all():
        raise ValueError("spare, lacking and km: need numbers of at least 0")
    sources = np.repeat(np.arange(spare.size), np.minimum(spare, lacking.sum()))
    targets = np.repeat(np.arange(lacking.size), lacking)
    if sources.size == 0 or targets.size == 0:
        return ()
    cost = km[np.ix_(sources, targets)]
    allowed = np.isfinite(cost)
    # What may not go costs more than everything that may together, so it is taken last.
    last = float(cost[allowed].max(initial=0.0)) * (min(cost.shape) + 1) + 1.0
    rows, columns = linear_sum_assignment(np.where(allowed, cost, last))
    kept = allowed[rows, columns]
    pairs = np.column_stack([targets[columns[kept]], sources[rows[kept]]])
    found, counts = np.unique(pairs, axis=0, return_counts=True)
    return tuple(
        Move(int(source), int(target), int(count), float(km[source, target]))
        for (target, source), count in zip(found.tolist(), counts.tolist(), strict=True)
    )
