"""What an allocation is asked: means in depots, bundles that points could have, and what binds."""

from dataclasses import dataclass, field
from math import inf

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.integer]
Bools = NDArray[np.bool_]


def _none() -> NDArray[np.int64]:
    return np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, eq=False)
class Options:
    """Bundles of means, one row each; a point takes one of its own, or none.

    Attributes
    ----------
    point : int[n_options]
        Whose option it is.
    units : int[n_options, n_kinds]
        How many of each kind it takes. A bundle that takes nothing is allowed: it only presumes
        shared upgrades.
    saves : float64[n_options]
        Expected voters saved against doing nothing there, worked out for the whole bundle and
        all upgrades it presumes: means are complements, so their effects do not add up.
    cost : float64[n_options]
        Money, in the unit of `AllocationProblem.money`; without upgrades, which cost by themselves.
    presuming, presumed : int[n_pairs]
        Option presuming[i] is there only where upgrade presumed[i] is made.
    """

    point: Ints
    units: Ints
    saves: Floats
    cost: Floats
    presuming: Ints = field(default_factory=_none)
    presumed: Ints = field(default_factory=_none)


@dataclass(frozen=True, eq=False)
class Upgrades:
    """Means for shared components, one row each; they save through the options that presume them.

    Attributes
    ----------
    ids : tuple of str
    units : int[n_upgrades, n_kinds]
    cost : float64[n_upgrades]
    reach_class : int[n_upgrades]
        Which depots reach it, as `AllocationProblem.reach_class`.
    travel_h : float64[n_upgrades, n_depots]
        NaN where unknown.
    """

    ids: tuple[str, ...]
    units: Ints
    cost: Floats
    reach_class: Ints
    travel_h: Floats

    @classmethod
    def none(cls, n_depots: int, n_kinds: int) -> "Upgrades":
        """Give no upgrades, in arrays of the right shape."""
        return cls(
            (), np.zeros((0, n_kinds), np.int64), np.zeros(0), _none(), np.zeros((0, n_depots))
        )


@dataclass(frozen=True, eq=False)
class Floor:
    """The chosen options' weights must sum to `at_least`.

    A weight is what the floor counts: expected voters saved, units of a kind, or 1 for a station
    served; options that it does not name count nothing.

    Attributes
    ----------
    name : str
    options : int[n]
        Each at most once.
    weights : float64[n]
        At least 0.
    at_least : float
    """

    name: str
    options: Ints
    weights: Floats
    at_least: float


@dataclass(frozen=True, slots=True)
class FixedChoice:
    """The point takes this option whatever else is chosen; None: it gets nothing."""

    point: int
    option: int | None


@dataclass(frozen=True, slots=True)
class FixedUpgrade:
    """The upgrade is made, or not, whatever else is chosen."""

    upgrade: int
    made: bool


@dataclass(frozen=True, eq=False)
class KeptUnits:
    """So many units of a depot may go to these points and upgrades alone, or stay: say, a county.

    They are part of the depot's stock, and the travel limit binds them as before.
    """

    depot: int
    kind: int
    units: int
    points: Ints
    upgrades: Ints = field(default_factory=_none)


@dataclass(frozen=True, eq=False)
class AllocationProblem:
    """Means to be given to points so that the most expected voters are saved.

    Everything that an allocation may look at stands here: what points need, what is in stock,
    what reaches where, and the floors and decisions of the office. Indices count from 0 in the
    order of `points`, `kinds`, `depots` and `upgrades.ids`.

    Attributes
    ----------
    points, kinds, depots : tuple of str
    stock : int[n_depots, n_kinds]
        Units that may be given.
    reach_class : int[n_points]
        Points that the same depots reach share a class.
    within : bool[n_classes, n_depots, n_kinds]
        Whether the depot reaches the class within the travel limit with that kind; where nobody
        knows the travel time it does not.
    travel_h : float64[n_points, n_depots]
        NaN where unknown. Decides only which depot's units go to which point.
    options : Options
    upgrades : Upgrades, optional
        None: no shared component can be upgraded.
    floors : tuple of Floor
    fixed : tuple of FixedChoice or FixedUpgrade
    kept : tuple of KeptUnits
    money : float
        What options and upgrades may cost together; inf: no limit.
    """

    points: tuple[str, ...]
    kinds: tuple[str, ...]
    depots: tuple[str, ...]
    stock: Ints
    reach_class: Ints
    within: Bools
    travel_h: Floats
    options: Options
    upgrades: Upgrades | None = None
    floors: tuple[Floor, ...] = ()
    fixed: tuple[FixedChoice | FixedUpgrade, ...] = ()
    kept: tuple[KeptUnits, ...] = ()
    money: float = inf

    @property
    def all_upgrades(self) -> Upgrades:
        """Give the upgrades, where there are none as empty arrays."""
        if self.upgrades is None:
            return Upgrades.none(len(self.depots), len(self.kinds))
        return self.upgrades
