"""Queues of a round's stations: who waits how long, what changes would do, who is left.

The figures are the engine's exact law by the office's profile; the kernels are imported where
they are first needed.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from math import ceil
from typing import TYPE_CHECKING

from pollready.obstacles.wait_figures import MOST_VOTERS, Pair
from pollready.obstacles.waits import WaitModel

if TYPE_CHECKING:
    from pollready.engine.adjournment import AdjournedInAll
    from pollready.engine.arrivals import ArrivalProfile
    from pollready.engine.devices_needed import DevicesNeeded, Extension
    from pollready.engine.time_varying_queue import Floats, PollingDay, Waits

SEED = 2028  # of the band: a page shows the same one each time
DRAWS = 40
BAND = (0.05, 0.95)
NEXT_DAY_CONFIDENCE = 0.95


def _profile(model: WaitModel) -> "ArrivalProfile":
    from pollready.obstacles.arriving import profile_of

    return profile_of(model.thresholds)


@dataclass(frozen=True, slots=True)
class Outage:
    """Devices that are out for a while: how many, from which hour after opening, how long."""

    devices: int
    from_h: float
    hours: float


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of one station: its figures as they are, or as they might be."""

    voters: int
    devices: int
    model: WaitModel
    outage: Outage | None = None
    extension_h: float = 0.0

    def with_service(self, service_min: float) -> "Question":
        """Give the question with other minutes per voter."""
        thresholds = replace(self.model.thresholds, check_in_service_min=service_min)
        return replace(self, model=replace(self.model, thresholds=thresholds))

    def day(self, profile: "ArrivalProfile") -> "PollingDay":
        """Give the engine's day, with the outage in it."""
        from pollready.engine.arrivals import slices_in

        service_min = self.model.thresholds.check_in_service_min
        day = profile.day(self.voters, self.devices, service_min, self.model.polling_h)
        if self.outage is None:
            return day
        devices = day.devices.copy()
        begin = round(self.outage.from_h * 4)
        end = begin + slices_in(self.outage.hours)
        devices[begin:end] = max(self.devices - self.outage.devices, 0)
        return replace(day, devices=devices)


@dataclass(frozen=True, eq=False)
class StationQueue:
    """What is answered of one station.

    `low_min`, `high_min` by slice are the band of waits in nine of ten stations with so many
    voters. `left` are voters still there at closing and in each quarter hour of an extension;
    `next_day` those whom the day sends home, where it ends with the extension.
    """

    question: Question
    day: "PollingDay"
    waits: "Waits"
    low_min: "Floats"
    high_min: "Floats"
    needed: "DevicesNeeded"
    by_share: int  # devices that the limit of voters per device asks for
    extension: "Extension | None"
    left: float
    left_high: int
    next_day_device_h: float

    @property
    def devices_needed(self) -> int | None:
        """Give the devices that keep both limits."""
        return None if self.needed.devices is None else max(self.needed.devices, self.by_share)


@lru_cache(maxsize=256)
def station_queue(question: Question) -> StationQueue:
    """Answer a question about one station."""
    import numpy as np

    from pollready.engine.adjournment import adjourned
    from pollready.engine.devices_needed import Station, devices_needed_between, extension
    from pollready.engine.time_varying_queue import waits, waits_alike
    from pollready.obstacles.arriving import target_of

    thresholds, rng = question.model.thresholds, np.random.default_rng(SEED)
    profile = _profile(question.model)
    day = question.day(profile)
    days = [question.day(each) for each in profile.drawn(DRAWS, rng)]
    curves = np.array(
        [each.mean_by_slice for each in waits_alike(days, thresholds.wait_target_min)]
    )
    low, high = np.quantile(curves, BAND, axis=0, method="nearest")
    station = Station(profile, thresholds.check_in_service_min, question.model.polling_h)
    ends = day.closed_after(question.extension_h)
    left = adjourned(ends, devices_next=question.devices, confidence=NEXT_DAY_CONFIDENCE)
    return StationQueue(
        question=question,
        day=day,
        waits=waits(day, thresholds.wait_target_min),
        low_min=low,
        high_min=high,
        needed=devices_needed_between(
            station, question.voters, target_of(thresholds), rng, draws=DRAWS
        ),
        by_share=-(-question.voters // thresholds.voters_per_device_max),
        extension=extension(day, question.extension_h) if question.extension_h else None,
        left=left.voters,
        left_high=left.high,
        next_day_device_h=left.device_h,
    )


def next_day(
    stations: Iterable[Pair], model: WaitModel, outage: Outage, hit_prob: float
) -> "AdjournedInAll":
    """Give who votes the next day where each station is hit by an outage with a probability.

    Nobody is served after closing. Stations without devices send home whoever comes, hit or not.
    """
    found = Counter((min(voters, MOST_VOTERS), devices) for voters, devices in stations)
    return _next_day(tuple(sorted(found.items())), model, outage, hit_prob)


@lru_cache(maxsize=32)
def _next_day(
    stations: tuple[tuple[Pair, int], ...], model: WaitModel, outage: Outage, hit_prob: float
) -> "AdjournedInAll":
    from pollready.engine.adjournment import AdjournedInAll, adjourned, adjourned_in_all
    from pollready.engine.intervals import Interval

    profile = _profile(model)
    cases, sent_home, closed = [], 0, 0
    for (voters, devices), count in stations:
        if devices == 0:
            sent_home += voters * count
            closed += count if voters else 0
            continue
        day = Question(voters, devices, model, outage).day(profile)
        cases += [adjourned(day, confidence=NEXT_DAY_CONFIDENCE)] * count
    found = adjourned_in_all(cases, hit_prob, model.thresholds.check_in_service_min)
    told = found.voters
    voters_sent = Interval(
        sent_home + told.estimate, sent_home + told.low, sent_home + told.high, told.confidence
    )
    return AdjournedInAll(
        voters_sent, found.stations + closed,
        ceil(voters_sent.high) * model.thresholds.check_in_service_min / 60,
    )  # fmt: skip
