"""How many voters a number of devices serves in time, by the profile and hours of a round.

The engine's kernels are imported where they are first needed: most commands do without them.
"""

from dataclasses import dataclass
from functools import lru_cache

from pollready.obstacles.facts import Facts
from pollready.obstacles.thresholds import Thresholds


@dataclass(frozen=True, slots=True)
class WaitModel:
    """What waits are judged by: hours of polling, and the office's profile, service and target."""

    polling_h: float
    thresholds: Thresholds

    def most_in_time(self, devices: int) -> int:
        """Give the most voters whose waits keep the target at so many devices."""
        return _most_in_time(self.polling_h, self.thresholds, devices)

    def devices_for(self, voters: int) -> int | None:
        """Give the least devices in time for so many voters; None where no number in reason is."""
        from pollready.engine.devices_needed import MOST_DEVICES

        if voters * self.thresholds.check_in_service_min >= 60 * self.polling_h * MOST_DEVICES:
            return None
        short, enough = 0, 1
        while self.most_in_time(enough) < voters:
            if enough >= MOST_DEVICES:
                return None
            short, enough = enough, 2 * enough
        while enough - short > 1:
            middle = (short + enough) // 2
            if self.most_in_time(middle) < voters:
                short = middle
            else:
                enough = middle
        return enough


def wait_model(facts: Facts, thresholds: Thresholds) -> WaitModel:
    """Give the model of a round: its own hours, or those of the office where it names none."""
    return model_of_hours(facts.polling_h, thresholds)


def model_of_hours(polling_h: float | None, thresholds: Thresholds) -> WaitModel:
    """Give the model of so many hours of polling; of the office's where nobody says."""
    return WaitModel(polling_h or thresholds.polling_h, thresholds)


@lru_cache(maxsize=1024)
def _most_in_time(polling_h: float, thresholds: Thresholds, devices: int) -> int:
    from pollready.engine.devices_needed import Station, voters_in_time
    from pollready.obstacles.arriving import profile_of, target_of

    station = Station(profile_of(thresholds), thresholds.check_in_service_min, polling_h)
    return voters_in_time(station, devices, target_of(thresholds))
