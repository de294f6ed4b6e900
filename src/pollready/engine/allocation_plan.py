"""A plan within the frame of an allocation: what it chooses, saves and takes, counted exactly."""

from dataclasses import dataclass
from math import fsum

import numpy as np

from pollready.engine.allocation_frame import Bools, Floats, Frame, Indices
from pollready.engine.allocation_prices import Aim

NONE = -1


@dataclass(frozen=True, eq=False)
class Plan:
    """What is chosen and what it comes to.

    Attributes
    ----------
    chosen : int64[n_groups]
        The option of each point, as place in the frame, -1 for none.
    upgrades : bool[n_upgrades]
    saved : float
    relaxed : float64[n_floors]
        By which share of what it asks each floor is missed.
    """

    chosen: Indices
    upgrades: Bools
    saved: float
    relaxed: Floats

    def worth(self, aim: Aim) -> float:
        """Give what the plan is worth by an aim."""
        return aim.saves * self.saved - aim.penalty * fsum(self.relaxed)


def plan_of(frame: Frame, options: Indices) -> Plan:
    """Count what options, one a point at most, come to with the upgrades that they presume."""
    chosen = np.full(len(frame.point), NONE, dtype=np.int64)
    chosen[frame.group[options]] = options
    upgrades = frame.upgrading.lower > 0
    upgrades[frame.pair_of[frame.pairs[options].indices]] = True
    reached = np.asarray(frame.weights[options].sum(axis=0)).ravel()
    relaxed = np.zeros(len(frame.asked))
    asks = frame.asked > 0
    relaxed[asks] = np.maximum(1.0 - reached[asks] / frame.asked[asks], 0.0)
    return Plan(chosen, upgrades, fsum(frame.saves[options]), relaxed)


def demand_of(frame: Frame, plan: Plan) -> Indices:
    """Give the units that a plan takes in each cell, int64[n_cells]."""
    demand = np.zeros(frame.layout.n_cells, dtype=np.int64)
    group = np.nonzero(plan.chosen != NONE)[0]
    units = frame.units[plan.chosen[group]]
    row, kind = np.nonzero(units)
    np.add.at(demand, frame.cell[group[row], kind], units[row, kind])
    made = np.nonzero(plan.upgrades)[0]
    row, kind = np.nonzero(frame.upgrading.units[made])
    taken = frame.upgrading.units[made[row], kind]
    np.add.at(demand, frame.upgrading.cell[made[row], kind], taken)
    return demand
