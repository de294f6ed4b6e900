"""Voters and points as one whole number, so that a search compares them exactly."""

from dataclasses import dataclass
from math import ceil, floor, log2

import numpy as np
from numpy.typing import NDArray

LARGEST = 1 << 42  # of all points together: leaves room for shares, rounds and five loads
FINEST = 20  # fractions of a voter are kept to 2**-20 at best


@dataclass(frozen=True, eq=False)
class Value:
    """Weights of requirements: voters first, points (where there is room) second.

    `weights` int64[n] = round(voters / grain) * point_room + points; `slack_voters` is the
    most by which rounding can have lessened a sum.
    """

    weights: NDArray[np.int64]
    grain: float
    point_room: int
    slack_voters: float

    def voters(self, value: int) -> float:
        """Give the most voters that a value can stand for."""
        return (value // self.point_room) * self.grain + self.slack_voters


def value_of(weights: NDArray[np.float64]) -> Value:
    """Make the weights of voters and points, float64[n, 3], whole numbers."""
    voters, points = weights[:, 0], weights[:, 1].astype(np.int64)
    total, room = float(voters.sum()), int(points.sum()) + 1
    if max(total, 1.0) * room > LARGEST:
        room = 1
    fine = floor(log2(LARGEST / (max(total, 1.0) * room)))
    whole = bool(np.all(voters == np.floor(voters)))
    grain = 2.0 ** -min(fine, 0 if whole else FINEST)
    counted = np.rint(voters / grain).astype(np.int64)
    exact = bool(np.all(counted * grain == voters))
    slack = 0.0 if exact else ceil(len(voters) / 2) * grain
    return Value(counted * room + (points if room > 1 else 0), grain, room, slack)
