"""Waits of stations in two figures, by the engine's exact law and the office's profile.

The engine's kernels are imported where they are first needed: most commands do without them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import inf

from pollready.obstacles.waits import WaitModel

MOST_VOTERS = 50_000  # of one station: past it a number is taken for a slip, and has no figures
DEVICES_MAX = 2**31 - 1  # what a column holds
Pair = tuple[int, int]  # voters and devices


@dataclass(frozen=True, slots=True)
class WaitFigures:
    """Waits of a day in two figures: their mean, and the share that waits too long.

    Without devices a wait has no end: its mean is infinite.
    """

    mean_min: float
    over_share: float

    def keeps(self, model: WaitModel) -> bool:
        """Tell whether they keep the target."""
        wanted = model.thresholds
        return (
            self.mean_min <= wanted.wait_mean_max_min
            and self.over_share <= wanted.wait_over_share_max
        )


WITHOUT_END = WaitFigures(inf, 1.0)


def wait_figures(pairs: Iterable[Pair], model: WaitModel) -> Mapping[Pair, WaitFigures]:
    """Give the waits of stations by voters and devices; without devices they have no end.

    For a number of voters that cannot be, and where nobody comes to no devices, there are none.
    """
    asked = {pair for pair in pairs if pair[0] <= MOST_VOTERS}
    endless = {pair: WITHOUT_END for pair in asked if pair[0] > 0 and pair[1] == 0}
    wanted = sorted(pair for pair in asked if pair[1] > 0)
    return endless | (_screened(wanted, model) if wanted else {})


def _screened(pairs: list[Pair], model: WaitModel) -> dict[Pair, WaitFigures]:
    import numpy as np

    from pollready.engine.time_varying_queue import screen
    from pollready.obstacles.arriving import profile_of

    voters, devices = np.array(pairs, np.int64).T
    arrivals, at_doors = profile_of(model.thresholds).many(
        voters.astype(np.float64), model.polling_h
    )
    found = screen(
        arrivals,
        devices,
        model.thresholds.check_in_service_min,
        at_doors=at_doors,
        limit_min=model.thresholds.wait_target_min,
    )
    figures = zip(found.mean_min.tolist(), found.share_over.tolist(), strict=True)
    return dict(zip(pairs, (WaitFigures(*each) for each in figures), strict=True))
