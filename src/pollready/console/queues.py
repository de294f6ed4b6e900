"""What the pages of queues show: one station's day, moves of devices, the next day."""

from dataclasses import dataclass
from datetime import time
from functools import cached_property
from math import isfinite
from typing import TYPE_CHECKING, Any

from pollready.console.places import places_above
from pollready.console.wait_curve import Curve, curve_of
from pollready.language import number, percent, say, time_text
from pollready.obstacles.thresholds import Thresholds
from pollready.obstacles.waits import WaitModel
from pollready.places.models import ElectionRound, Listing, PlaceLevel
from pollready.planning.device_moves import DeviceMove
from pollready.planning.queues import Question, StationQueue, station_queue

if TYPE_CHECKING:
    from pollready.engine.adjournment import AdjournedInAll

SLICES_PER_ROW = 4  # of the table: an hour


def target_words(wanted: Thresholds, language: str) -> str:
    """Say the wait target, and whose profile of arrivals it is judged by."""
    said = say(
        "queues.target",
        language,
        mean=wanted.wait_mean_max_min,
        limit=wanted.wait_target_min,
        share=100 * wanted.wait_over_share_max,
        service=wanted.check_in_service_min,
    )
    profile = "office" if wanted.arrival_shares else "seen"
    return f"{said} {say(f'queues.profile.{profile}', language)}"


class Clock:
    """Words for moments of a day, from its opening on; hours alone where nobody says when."""

    def __init__(self, opens: time | None, language: str) -> None:
        self._opens, self._language = opens, language

    def at(self, minutes: float) -> str:
        """Say a moment, in minutes after opening."""
        if self._opens is None:
            return say("queues.hour", self._language, hours=round(minutes / 60, 2))
        whole = (self._opens.hour * 60 + self._opens.minute + round(minutes)) % (24 * 60)
        return time_text(time(whole // 60, whole % 60), self._language)


@dataclass(frozen=True, slots=True)
class HourFigures:
    """An hour: voters, waits in minutes with their band, the share over the limit, the queue."""

    begins: str
    arrivals: int
    wait_min: float
    low_min: float
    high_min: float
    over_share: float
    queue: float


@dataclass(frozen=True, slots=True)
class HourRow:
    """An hour of the table, in words."""

    begins: str
    arrivals: int
    wait: str
    band: str
    over: str
    queue: float


@dataclass(frozen=True, slots=True)
class Compared:
    """One figure as it is and as it might be."""

    name: str
    now: str
    then: str


class StationPage:
    """A station's day in words and a picture, beside what might be."""

    def __init__(
        self, question: Question, asked: Question | None, round_: ElectionRound, language: str
    ) -> None:
        self.question, self.language = question, language
        self.asked = asked if asked != question else None
        self.clock = Clock(round_.opens, language)

    @cached_property
    def answer(self) -> StationQueue:
        """The station as it is."""
        return station_queue(self.question)

    @cached_property
    def other(self) -> StationQueue | None:
        """The station as it might be."""
        return station_queue(self.asked) if self.asked else None

    @property
    def model(self) -> WaitModel:
        """What it is judged by."""
        return self.question.model

    @property
    def has_band(self) -> bool:
        """Whether stations are known to differ: not where the office gives its own profile."""
        return bool((self.answer.low_min < self.answer.high_min).any())

    @cached_property
    def longest(self) -> tuple[str, str]:
        """The longest mean wait of a quarter hour, and when."""
        by_slice = self.answer.waits.mean_by_slice
        k = int(by_slice.argmax())
        return self.minutes(float(by_slice[k])), self.clock.at(k * self.answer.day.slice_min)

    @property
    def mean(self) -> str:
        """The mean wait, in minutes."""
        return self.minutes(self.answer.waits.mean_min)

    @property
    def left(self) -> int:
        """Voters there at closing."""
        return round(self.answer.left)

    @cached_property
    def curve(self) -> Curve:
        """The curve over the day."""
        found = self.answer
        slices = found.day.arrivals.size
        return curve_of(
            found.waits.mean_by_slice.tolist(),
            found.low_min.tolist(),
            found.high_min.tolist(),
            [self.clock.at(k * found.day.slice_min) for k in range(slices + 1)],
            self.language,
            limit=self.model.thresholds.wait_target_min,
            other=self.other.waits.mean_by_slice.tolist() if self.other else (),
        )

    @property
    def hours(self) -> list[HourRow]:
        """The day by hours, in words."""
        return [
            HourRow(
                begins=each.begins,
                arrivals=each.arrivals,
                wait=self.minutes(each.wait_min),
                band=f"{self.minutes(each.low_min)} – {self.minutes(each.high_min)}",
                over=percent(each.over_share, self.language, decimals=1),
                queue=round(each.queue, 1),
            )
            for each in self.hour_figures
        ]

    @cached_property
    def hour_figures(self) -> list[HourFigures]:
        """The day by hours."""
        found = self.answer
        slices = found.day.arrivals.size
        starts = range(0, slices, SLICES_PER_ROW)
        return [self._hour(found, k, min(k + SLICES_PER_ROW, slices)) for k in starts]

    def _hour(self, found: StationQueue, begin: int, end: int) -> HourFigures:
        weights = found.day.arrivals[begin:end]
        weights = weights / weights.sum() if weights.sum() > 0 else weights + 1 / len(weights)

        def mean(row: Any) -> float:
            return float(weights @ row[begin:end])

        return HourFigures(
            begins=self.clock.at(begin * found.day.slice_min),
            arrivals=round(float(found.day.arrivals[begin:end].sum())),
            wait_min=mean(found.waits.mean_by_slice),
            low_min=mean(found.low_min),
            high_min=mean(found.high_min),
            over_share=mean(found.waits.over_by_slice),
            queue=float(found.waits.queue_by_slice[begin:end].mean()),
        )

    @property
    def figures(self) -> list[tuple[str, str]]:
        """The figures of the station as it is, by name."""
        named = self._figures(self.answer)
        return [(say(f"queues.figure.{name}", self.language), value) for name, value in named]

    @property
    def compared(self) -> list[Compared]:
        """The figures of both, side by side."""
        if self.other is None:
            return []
        return [
            Compared(say(f"queues.figure.{name}", self.language), now, then)
            for (name, now), (_, then) in zip(
                self._figures(self.answer), self._figures(self.other), strict=True
            )
        ]

    def _figures(self, found: StationQueue) -> list[tuple[str, str]]:
        extension = found.extension
        return [
            ("mean", self.minutes(found.waits.mean_min)),
            ("over", percent(found.waits.share_over, self.language, decimals=1)),
            ("longest", self.minutes(float(found.waits.mean_by_slice.max()))),
            ("needed", self.count(found.devices_needed)),
            ("closing", self.count(round(float(found.waits.left_by_slice[-1])))),
            ("served", self.count(round(extension.served) if extension else 0)),
            ("left", self.count(round(found.left))),
        ]

    def minutes(self, value: float) -> str:
        """Write minutes; without end where devices do not come back."""
        if not isfinite(value):
            return say("queues.without_end", self.language)
        return number(rounded(value), self.language)

    def count(self, value: int | None) -> str:
        """Write a count, or that it is unknown."""
        return say("console.number", self.language, value=value)


class MoveRow:
    """Devices that could go from one station to another."""

    def __init__(self, move: DeviceMove, source: Listing, target: Listing) -> None:
        self.source, self.target = source, target
        self.devices, self.road_km = move.devices, rounded(move.road_km)
        self.county = places_above(target.point.place).get(PlaceLevel.COUNTY, "")


class NextDay:
    """What the next day needs, in whole numbers."""

    def __init__(self, found: "AdjournedInAll") -> None:
        self.voters = round(found.voters.estimate)
        self.low, self.high = round(found.voters.low), round(found.voters.high)
        self.stations, self.device_h = round(found.stations), round(found.device_h)


def rounded(value: float) -> float | int:
    """Give a whole number where a tenth no longer matters."""
    return round(value) if value >= 10 else round(value, 1)
