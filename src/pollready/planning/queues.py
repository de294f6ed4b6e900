"""Queues of a round's stations: who waits how long, what changes would do, who is left.

The figures are the engine's exact law by the office's profile; the kernels are imported where
they are first needed.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from math import ceil, inf
from typing import TYPE_CHECKING

from pollready.obstacles.devices import devices_needed
from pollready.obstacles.waits import WaitModel

if TYPE_CHECKING:
    from pollready.engine.adjournment import AdjournedInAll
    from pollready.engine.arrivals import ArrivalProfile
    from pollready.engine.devices_needed import DevicesNeeded, Extension
    from pollready.engine.time_varying_queue import Floats, PollingDay, Waits

MOST_VOTERS = 50_000  # of one station: past it a number is taken for a slip, and has no figures
SEED = 2028  # of the band: a page shows the same one each time
DRAWS = 40
BAND = (0.05, 0.95)
NEXT_DAY_CONFIDENCE = 0.95
Pair = tuple[int, int]  # voters and devices


@dataclass(frozen=True, slots=True)
class WaitFigures:
    """Waits of a day in two figures: their mean, and the share that waits too long."""

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
_kept: dict[WaitModel, dict[Pair, WaitFigures]] = {}
_KEPT_MODELS, _KEPT_PAIRS = 4, 200_000


def wait_figures(pairs: Iterable[Pair], model: WaitModel) -> Mapping[Pair, WaitFigures]:
    """Give the waits of stations by voters and devices; without devices they have no end.

    For a number of voters that cannot be, and where nobody comes to no devices, there are none.
    What was worked out is kept, for a few models.
    """
    asked = {pair for pair in pairs if pair[0] <= MOST_VOTERS}
    endless = {pair: WITHOUT_END for pair in asked if pair[0] > 0 and pair[1] == 0}
    wanted = {pair for pair in asked if pair[1] > 0}
    known = _kept.get(model, {})
    if lacking := sorted(wanted - known.keys()):
        known = {**known, **_screened(lacking, model)} if len(known) < _KEPT_PAIRS else (
            _screened(sorted(wanted), model)
        )  # fmt: skip
        if len(_kept) >= _KEPT_MODELS:
            _kept.clear()
        _kept[model] = known
    return endless | {pair: known[pair] for pair in wanted}


def _screened(pairs: list[Pair], model: WaitModel) -> dict[Pair, WaitFigures]:
    import numpy as np

    from pollready.engine.time_varying_queue import screen

    profile = _profile(model)
    voters = np.array([pair[0] for pair in pairs], np.float64)
    found = screen(
        np.outer(voters, profile.arrivals(1.0, _slices(model))),
        np.array([pair[1] for pair in pairs], np.int64),
        model.thresholds.check_in_service_min,
        at_doors=voters * profile.at_doors,
        limit_min=model.thresholds.wait_target_min,
    )
    figures = zip(found.mean_min.tolist(), found.share_over.tolist(), strict=True)
    return dict(zip(pairs, (WaitFigures(*each) for each in figures), strict=True))


def _profile(model: WaitModel) -> "ArrivalProfile":
    from pollready.obstacles.arriving import profile_of

    return profile_of(model.thresholds)


def _slices(model: WaitModel) -> int:
    return max(round(model.polling_h * 4), 1)


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
        service_min = self.model.thresholds.check_in_service_min
        day = profile.day(self.voters, self.devices, service_min, self.model.polling_h)
        if self.outage is None:
            return day
        devices = day.devices.copy()
        begin = round(self.outage.from_h * 4)
        end = begin + max(round(self.outage.hours * 4), 1)
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


@dataclass(frozen=True, slots=True)
class Shortage:
    """What all stations come to: over the target, devices that they lack, and unknown ones."""

    stations: int
    over: int
    lacking: int
    unknown: int


def shortage(stations: Iterable[tuple[int | None, int | None]], model: WaitModel) -> Shortage:
    """Add up stations by their voters and devices; where either is unknown, so is the station."""
    count = over = lacking = unknown = 0
    for voters, devices in stations:
        count += 1
        if voters is None or devices is None:
            unknown += 1
            continue
        short = devices_needed(voters, model) - devices
        over += short > 0
        lacking += max(short, 0)
    return Shortage(count, over, lacking, unknown)


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
