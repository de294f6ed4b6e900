"""A chosen plan worked out again: all its changes made together on the network, exactly."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pollready.assessment.chances import MEASURES, READINGS, Chances, Ground, chances
from pollready.assessment.changes import Change
from pollready.planning.allocations.effects import Effects, Kind

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Gift:
    """Units that one station, or one shared component, gets."""

    station: int | None  # its position
    component: str
    kinds: Sequence[str]


@dataclass(frozen=True, slots=True)
class Affected:
    """Expected voters below a level, and expected stations, before and after a plan.

    `without_voters` stations are in no figure of voters: nobody knows theirs.
    """

    measure: str
    reading: str
    before: float
    after: float
    stations_before: float
    stations_after: float
    without_voters: int


def changes_of(effects: Effects, kinds: Mapping[str, Kind], gifts: Sequence[Gift]) -> list[Change]:
    """Give everything that a plan changes."""
    found: list[Change] = []
    for gift in gifts:
        for key in gift.kinds:
            if gift.station is not None:
                row = effects.ground.listings[gift.station]
                found += effects.at_station(kinds[key], row) or ()
            else:
                component = effects.ground.rows.components[gift.component]
                found += effects.at_component(kinds[key], component) or ()
    return found


def chances_after(ground: Ground, kinds: Sequence[Kind], gifts: Sequence[Gift]) -> Chances:
    """Give every station's chances with the whole plan in place."""
    by_key = {kind.key: kind for kind in kinds}
    return chances(ground, changes_of(Effects(ground), by_key, gifts))


def affected(before: Chances, after: Chances, voters: Floats) -> list[Affected]:
    """Add chances up, for every measure and reading."""
    known = np.isfinite(voters)
    weight = np.where(known, voters, 0.0)
    return [
        Affected(
            measure,
            reading,
            float(weight @ before[measure, reading]),
            float(weight @ after[measure, reading]),
            float(before[measure, reading].sum()),
            float(after[measure, reading].sum()),
            int((~known).sum()),
        )
        for measure in MEASURES
        for reading in READINGS
    ]
