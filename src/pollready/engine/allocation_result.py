"""What an allocation says: who gets what from where, what no plan exceeds, and what binds."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

NOTHING = -1  # option of a point that gets none
TOLERANCE = 1e-6  # of HiGHS, relative to what a floor asks


class Stop(StrEnum):
    """Why nothing better was sought."""

    GAP = "gap"  # the gap asked for is proven
    BUDGET = "budget"  # the time is spent
    CANCELLED = "cancelled"
    PREVIEW = "preview"  # greedy alone was asked for


class Stage(StrEnum):
    """What a computation is at."""

    GREEDY = "greedy"
    BOUND = "bound"  # the linear program
    FLOORS = "floors"  # which floors cannot be met, and what can
    CORE = "core"  # whole bundles, by the mixed-integer program
    ASSIGNMENT = "assignment"  # from which depot to which point


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a computation stands: saved by the best plan so far, and what no plan exceeds."""

    stage: Stage
    saved: float
    bound: float


class WhyNothing(StrEnum):
    """Why a point gets nothing."""

    FIXED = "fixed"  # somebody decided so
    NOTHING_SAVES = "nothing-saves"  # none of its options saves anything
    OUT_OF_REACH = "out-of-reach"  # nothing that reaches it makes up an option that saves
    WORTH_LESS = "worth-less"  # its means save more elsewhere


@dataclass(frozen=True, slots=True)
class PointWithoutMeans:
    """A point that gets nothing: why, its best option, and what that would save.

    `price` is what the option's means are worth elsewhere, in expected voters, at the marginal
    values of the bound; None where the reason is not `WORTH_LESS`, and in a preview, which has no
    prices.
    """

    point: int
    why: WhyNothing
    option: int | None
    saves: float
    price: float | None


@dataclass(frozen=True, slots=True)
class FloorMet:
    """A floor: what was asked, what the plan was held to, what it reaches.

    `held_to` is below `asked` where the floors cannot all be met: the smallest relaxation in all,
    each floor's counted as a share of what it asks. `alone` is then the most that the floor can
    reach by itself, were it the only one; None where it is met, or the time did not suffice.
    `price` is what the floor costs at the margin: expected voters that asking one less would save;
    None where there are no prices.
    """

    name: str
    asked: float
    held_to: float
    reached: float
    alone: float | None
    price: float | None

    @property
    def is_broken(self) -> bool:
        """Tell whether the plan stays below what was asked."""
        return self.reached < self.asked - TOLERANCE * max(1.0, abs(self.asked))

    @property
    def slack(self) -> float:
        """Give by how much the plan exceeds what it was held to."""
        return self.reached - self.held_to

    @property
    def is_binding(self) -> bool:
        """Tell whether the floor costs anything, or the plan reaches no more than it asks."""
        return bool(self.price) or self.slack <= TOLERANCE * max(1.0, abs(self.held_to))


@dataclass(frozen=True, eq=False)
class Shipments:
    """Units on their way, one row each.

    `point` is -1 where they go to `upgrade`, and `upgrade` -1 where they go to a point; `travel_h`
    is NaN where nobody knows it.
    """

    depot: Ints
    kind: Ints
    point: Ints
    upgrade: Ints
    units: Ints
    travel_h: Floats


@dataclass(frozen=True, eq=False)
class Allocation:
    """A plan, and what is proven of it.

    Attributes
    ----------
    option : int64[n_points]
        The option each point takes, -1 for none.
    upgrades : bool[n_upgrades]
        Which are made.
    shipments : Shipments
    saved : float
        Expected voters saved by the chosen options, summed exactly.
    bound : float
        No plan under the same limits saves more.
    used : int64[n_depots, n_kinds]
    left : int64[n_depots, n_kinds]
        Of the stock.
    spent : float
        Money.
    money_left : float
        inf where money has no limit.
    floors : tuple of FloorMet
    without_means : tuple of PointWithoutMeans
        Every point that gets nothing, in the order of points.
    stock_value : float64[n_depots, n_kinds] or None
        What one more unit there would save at most: the price in the linear program of the bound.
        No plan with that unit saves more than `linear_bound` and it together. None in a preview,
        and where the time was spent before there were prices. `value_of_one_more` gives the exact
        range.
    money_value : float or None
        The same for one more unit of money.
    linear_bound : float
        The optimum of the linear program, to which prices refer; inf where it was not reached.
    stopped : Stop
    """

    option: Ints
    upgrades: Bools
    shipments: Shipments
    saved: float
    bound: float
    used: Ints
    left: Ints
    spent: float
    money_left: float
    floors: tuple[FloorMet, ...]
    without_means: tuple[PointWithoutMeans, ...]
    stock_value: Floats | None
    money_value: float | None
    linear_bound: float
    stopped: Stop

    @property
    def gap(self) -> float:
        """Give the share of the bound that the plan does not reach."""
        return max(1.0 - self.saved / self.bound, 0.0) if self.bound > 0 else 0.0

    @property
    def is_cut(self) -> bool:
        """Tell whether the time, or somebody, ended the search."""
        return self.stopped in (Stop.BUDGET, Stop.CANCELLED)

    @property
    def used_up(self) -> Bools:
        """Tell which stocks bind: there was something, and nothing is left."""
        return np.asarray((self.left == 0) & (self.used > 0))

    @property
    def broken_floors(self) -> tuple[FloorMet, ...]:
        """Give the floors that the plan does not meet."""
        return tuple(floor for floor in self.floors if floor.is_broken)
