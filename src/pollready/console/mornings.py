"""What the page of the morning surge shows: a centre or link, and those that may be chosen."""

from collections.abc import Sequence
from functools import cached_property
from math import isfinite
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from pollready.assessment.models import StationRecord
from pollready.console.lists.of_upstream import kind_name
from pollready.console.map_answers import Kept, key_of
from pollready.console.queues import Clock, Compared, rounded
from pollready.console.wait_curve import Curve, curve_of
from pollready.language import number, percent, say
from pollready.obstacles.waits import WaitModel
from pollready.places.models import ElectionRound
from pollready.planning.morning_carriers import Carrier
from pollready.planning.mornings import MorningAnswer, MorningQuestion, morning_answer
from pollready.register.models import Component
from pollready.register.veil import Veil

if TYPE_CHECKING:
    from pollready.engine.surge import Surge

PAIR = ("listing__expected_voters", "devices")
MORNINGS: Kept[MorningAnswer] = Kept(32)
_CURVE_H = 4


def answer_for(
    stations: QuerySet[StationRecord], model: WaitModel, question: MorningQuestion
) -> MorningAnswer:
    """Follow a morning; it is kept until a station, or what rests on what, changes."""
    rows = stations.order_by().values_list(*PAIR)
    key = f"{key_of(rows)} {model} {question}"
    return MORNINGS.get(key, lambda: morning_answer(rows, model, question))


class CarrierRow:
    """A component that may be chosen, as the viewer may see it."""

    def __init__(self, carrier: Carrier, veil: Veil, language: str) -> None:
        self.carrier = carrier
        self.named = Named(carrier.component, veil, language)
        self.agency = carrier.component.agency.name if carrier.component.agency else ""
        self.capacity_per_s = rounded(carrier.capacity_per_s)
        self.load = None if carrier.share is None else percent(carrier.share, language)


class Named:
    """A component in words: its kind, its code or mask, its name where that may be seen."""

    def __init__(self, component: Component, veil: Veil, language: str) -> None:
        self.pk, self.kind = component.pk, kind_name(component.kind, language)
        self.code = veil.code(component.code)
        self.name = component.name if veil.shows(component.code) else ""


class MorningPage:
    """The morning surge in words and pictures."""

    def __init__(
        self, answer: MorningAnswer, share_max: float, round_: ElectionRound, language: str
    ) -> None:
        self.answer, self.share_max, self.language = answer, share_max, language
        self.clock = Clock(round_.opens, language)

    @property
    def peak_per_s(self) -> float:
        """Messages per second in the busiest quarter hour."""
        return rounded(self.answer.peak_per_s)

    @property
    def needed_per_s(self) -> float:
        """Messages per second that a centre needs to pass."""
        return rounded(self.answer.capacity_needed_per_s)

    @property
    def longest_s(self) -> int:
        """Seconds of the longest check-in."""
        return round(self.answer.surge.longest_check_in_s) if self.answer.surge else 0

    @property
    def power_on_by(self) -> str:
        """When all devices have to be on."""
        return self.clock.at(self.answer.power_on_by_min or 0.0)

    @property
    def is_over(self) -> bool:
        """Whether more is asked than the share allowed of the capacity."""
        return self.answer.surge is not None and self.answer.surge.utilisation > self.share_max

    @property
    def load_pct(self) -> int:
        """The load of the busiest quarter hour, in percent of the capacity."""
        return round(100 * self.answer.surge.utilisation) if self.answer.surge else 0

    @property
    def saved_h(self) -> int:
        """Hours that voters wait less where devices are switched on in turns."""
        surge, turns = self.answer.surge, self.answer.in_turns
        return round(surge.extra_wait_h - turns.extra_wait_h) if surge and turns else 0

    @property
    def compared(self) -> list[Compared]:
        """The figures as asked, and with devices switched on in turns."""
        surge, turns = self.answer.surge, self.answer.in_turns
        if surge is None or turns is None:
            return []
        rows = zip(self._figures(surge), self._figures(turns), strict=True)
        return [
            Compared(say(f"queues.morning.figure.{name}", self.language), now, then)
            for (name, now), (_, then) in rows
        ]

    def _figures(self, found: "Surge") -> list[tuple[str, str]]:
        clears = say("queues.morning.not_cleared", self.language)
        if isfinite(found.clears_min):
            clears = self.clock.at(found.clears_min)
        return [
            ("load", percent(found.utilisation, self.language)),
            ("check_in", number(round(found.longest_check_in_s), self.language)),
            ("clears", clears),
            ("extra", number(round(found.extra_wait_h), self.language)),
        ]

    @cached_property
    def curve(self) -> Curve | None:
        """Seconds of a check-in over the first hours, as asked and in turns."""
        surge, turns = self.answer.surge, self.answer.in_turns
        if surge is None or turns is None:
            return None
        now, then = (_check_ins(each) for each in (surge, turns))
        return curve_of(now, now, now, self._times(len(now)), self.language, other=then)

    def _times(self, count: int) -> list[str]:
        return [self.clock.at(_CURVE_H * 60 * k / count) for k in range(count + 1)]


def _check_ins(found: "Surge") -> Sequence[float]:
    """Give the longest check-in of every five minutes after opening."""
    here = (found.minute > 0) & (found.minute <= _CURVE_H * 60)
    seconds = found.check_in_s[here]
    return [float(seconds[k : k + 10].max()) for k in range(0, seconds.size, 10)]
