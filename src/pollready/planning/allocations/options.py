"""Options of the engine's problem: what bundles save, and those that are better in stock."""

import numpy as np
from numpy.typing import NDArray

from pollready.engine.allocation_problem import Options

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
EPS = 1e-6  # voters: what saves no more saves nothing


def saved(voters: Floats, before: Floats, after: Floats) -> Floats:
    """Give voters x how far the chance falls; nothing where either is not known."""
    with np.errstate(invalid="ignore"):
        return np.asarray(np.nan_to_num(voters * (before - after), nan=0.0))


def with_useless_units(saves: Floats, below: Floats, bundles: Ints) -> Bools:
    """Tell which bundles save no more than with a unit less: that unit is better in stock."""
    number = {tuple(row): place for place, row in enumerate(bundles.tolist())}
    useless = np.zeros(saves.shape, dtype=np.bool_)
    for place, row in enumerate(bundles.tolist()):
        for kind in np.flatnonzero(row).tolist():
            less = number.get((*row[:kind], 0, *row[kind + 1 :]))
            if less is not None:
                known = np.isfinite(below[:, less])
                useless[:, place] |= known & (saves[:, place] <= saves[:, less] + EPS)
    return useless


def with_option(
    options: Options, bundle: Ints, point: int, units: Ints, cost: float, number: int
) -> tuple[Options, Ints]:
    """Add an option that saves nothing."""
    return (
        Options(
            point=np.append(options.point, point),
            units=np.vstack([options.units, units]),
            saves=np.append(options.saves, 0.0),
            cost=np.append(options.cost, cost),
            presuming=options.presuming,
            presumed=options.presumed,
        ),
        np.append(bundle, number),
    )
