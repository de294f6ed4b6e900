"""What a station's page shows of a second stage: both waits with their intervals, and a picture."""

from functools import cached_property
from typing import TYPE_CHECKING

from pollready.console.queues import StationPage, rounded
from pollready.console.wait_curve import Curve, curve_of
from pollready.language import number, percent, say
from pollready.planning.queues import station_queue
from pollready.planning.second_stage import SecondStageQuestion, second_stage

if TYPE_CHECKING:
    from pollready.engine.intervals import Interval
    from pollready.engine.queue_simulation import Played


class SecondStagePage:
    """Both stages in words and a picture; for the station as asked, else as it is."""

    def __init__(self, page: StationPage, service_min: float, desks: int | None) -> None:
        self.page, self.language = page, page.language
        self.first = page.asked or page.question
        self.asked = SecondStageQuestion(self.first, service_min, desks)
        self.found = second_stage(self.asked)

    @property
    def is_short(self) -> bool:
        """Whether there are fewer desks than the target needs."""
        return self.found.needed.desks is None or (self.found.desks or 0) < self.found.needed.desks

    @property
    def _played(self) -> "Played":
        if self.found.played is None:
            raise AssertionError("a page asks for figures only where days were played")
        return self.found.played

    @property
    def mean(self) -> str:
        """The mean wait at both stages, in minutes."""
        return number(rounded(self._played.mean_min.estimate), self.language)

    @property
    def figures(self) -> list[tuple[str, str, str]]:
        """Each figure: its name, the estimate, and between what it lies."""
        played = self._played
        rows = [
            ("mean", self._minutes(played.mean_min)),
            ("first", self._minutes(played.first_min)),
            ("over", self._share(played.share_over)),
            ("last", self._moment(played.cleared_min)),
        ]
        if played.left.estimate > 0:
            rows.append(("left", self._count(played.left)))
        return [(say(f"queues.second.figure.{name}", self.language), *row) for name, row in rows]

    def _minutes(self, found: "Interval") -> tuple[str, str]:
        low, estimate, high = (
            number(rounded(each), self.language) for each in (found.low, found.estimate, found.high)
        )
        return estimate, self._between(low, high)

    def _share(self, found: "Interval") -> tuple[str, str]:
        low, estimate, high = (
            percent(min(each, 1.0), self.language, decimals=1)
            for each in (found.low, found.estimate, found.high)
        )
        return estimate, self._between(low, high)

    def _count(self, found: "Interval") -> tuple[str, str]:
        low, estimate, high = (
            number(round(max(each, 0.0)), self.language)
            for each in (found.low, found.estimate, found.high)
        )
        return estimate, self._between(low, high)

    def _moment(self, found: "Interval") -> tuple[str, str]:
        low, estimate, high = (
            self.page.clock.at(each) for each in (found.low, found.estimate, found.high)
        )
        return estimate, self._between(low, high)

    def _between(self, low: str, high: str) -> str:
        return say("queues.second.between", self.language, low=low, high=high)

    @cached_property
    def curve(self) -> Curve:
        """The wait at both stages over the day with its interval, beside that at the devices."""
        estimate, low, high = self._played.by_slice.tolist()
        first = station_queue(self.first)
        slice_min = first.day.slice_min
        return curve_of(
            estimate,
            low,
            high,
            [self.page.clock.at(k * slice_min) for k in range(len(estimate) + 1)],
            self.language,
            limit=self.first.model.thresholds.wait_target_min,
            other=first.waits.mean_by_slice.tolist(),
        )
