"""An office's profile of arrivals and its wait target, as the engine takes them."""

import numpy as np

from pollready.engine.arrivals import SEEN_IN_2019, ArrivalProfile
from pollready.engine.devices_needed import WaitTarget
from pollready.obstacles.thresholds import Thresholds


def profile_of(thresholds: Thresholds) -> ArrivalProfile:
    """Give the office's profile; without one, what was seen elsewhere, with how it differs."""
    given = np.array(thresholds.arrival_shares)
    if not given.sum() > 0:
        return ArrivalProfile(
            SEEN_IN_2019.shares, thresholds.at_doors_share, SEEN_IN_2019.concentration
        )
    return ArrivalProfile(given / given.sum(), thresholds.at_doors_share)


def target_of(thresholds: Thresholds) -> WaitTarget:
    """Give the wait target."""
    return WaitTarget(
        thresholds.wait_mean_max_min, thresholds.wait_target_min, thresholds.wait_over_share_max
    )
