"""What an address asks of queues, and the answer: a page shows it, a file takes it along."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404

from pollready.assessment.models import StationRecord
from pollready.assessment.queries import stations_for
from pollready.console.context import Reading
from pollready.console.mornings import PAIR, CarrierRow, MorningPage, Named, answer_for
from pollready.console.places import ABOVE
from pollready.console.queue_forms import (
    DEVICES_MAX,
    MorningForm,
    NextDayForm,
    QuestionForm,
    typed,
)
from pollready.console.queues import MoveRow, NextDay, StationPage
from pollready.console.second_stage import SecondStagePage
from pollready.obstacles.office import office_thresholds
from pollready.obstacles.wait_figures import MOST_VOTERS
from pollready.obstacles.waits import WaitModel, model_of_hours
from pollready.people.models import User
from pollready.people.permissions import Permission, may
from pollready.people.scopes import listings_for
from pollready.planning.device_moves import DeviceMove, DeviceMoves, Placed, moves_within_counties
from pollready.planning.morning_carriers import (
    Carrier,
    capacity_of,
    carriers_for,
    stations_behind,
)
from pollready.planning.mornings import MorningAnswer, MorningQuestion, default_question
from pollready.planning.needs import CountyOf
from pollready.planning.queues import Question, next_day
from pollready.register.models import Component
from pollready.register.queries import components_for

KEY = re.compile("[0-9]{1,18}")
# What is asked where nobody asks yet: 18% of stations in trouble was seen in Ghana in 2012.
HIT_PCT, OUTAGE_FROM_H, OUTAGE_H = 18, 4, 3
Asked = Mapping[str, Any]  # the values of an address


@dataclass(frozen=True, eq=False)
class QueueAnswer:
    """One viewer's question about the stations of a round."""

    reading: Reading
    viewer: User
    asked: Asked
    language: str

    @cached_property
    def model(self) -> WaitModel:
        """What waits are judged by."""
        return model_of_hours(self.reading.round.polling_h, office_thresholds())


@dataclass(frozen=True, eq=False)
class StationAnswer(QueueAnswer):
    """One station's day, and what would change it."""

    listing_id: int

    @cached_property
    def record(self) -> StationRecord:
        """The station; raises `Http404` for one that the viewer has not."""
        records = stations_for(self.viewer, self.reading.saved)
        above = records.select_related(f"listing__point__place__{ABOVE}")
        return get_object_or_404(above.defer("detail"), listing=self.listing_id)

    @cached_property
    def question(self) -> Question | None:
        """The station as it is; None where that is not known, or cannot be."""
        voters, devices = self.record.listing.expected_voters, self.record.devices
        if voters is None or devices is None or voters > MOST_VOTERS:
            return None
        return Question(voters, devices, self.model) if 0 < devices <= DEVICES_MAX else None

    @cached_property
    def form(self) -> QuestionForm:
        """What is asked, or might be."""
        return QuestionForm(self.asked or None, language=self.language, initial=self._initial)

    @property
    def _initial(self) -> dict[str, str]:
        if self.question is None:
            return {}
        service_min = self.model.thresholds.check_in_service_min
        shown = {"voters": self.question.voters, "devices": self.question.devices}
        return typed({**shown, "service_min": service_min}, self.language)

    @property
    def is_wrong(self) -> bool:
        """Whether what is asked cannot be read."""
        return self.form.is_bound and not self.form.is_valid()

    @property
    def _is_asked(self) -> bool:
        return self.form.is_bound and self.form.is_valid()

    @cached_property
    def page(self) -> StationPage | None:
        """The day, beside what might be; None where nothing is known and nothing asked."""
        asked = self.form.question(self.model) if self._is_asked else None
        shown = self.question or asked
        if shown is None:
            return None
        return StationPage(shown, asked, self.reading.round, self.language)

    @cached_property
    def second(self) -> SecondStagePage | None:
        """The second stage, where it is asked for."""
        if self.page is None or not self._is_asked:
            return None
        wanted = self.form.cleaned_data
        if not wanted["second_min"]:
            return None
        return SecondStagePage(self.page, wanted["second_min"], wanted["second_desks"])


@dataclass(frozen=True, eq=False)
class MorningAnswered(QueueAnswer):
    """The morning surge of stations on a centre or link."""

    @cached_property
    def component(self) -> Component | None:
        """The component asked about; raises `Http404` for one that the viewer has not."""
        asked = self.asked.get("component", "")
        if not asked:
            return None
        if not may(self.viewer, Permission.SEE_INFRASTRUCTURE) or not KEY.fullmatch(asked):
            raise Http404
        mine = components_for(self.viewer).filter(round=self.reading.round)
        return get_object_or_404(mine, pk=int(asked))

    @cached_property
    def form(self) -> MorningForm:
        """The form, filled with what is asked where nobody typed anything."""
        shown = {name: getattr(self._usual, name) for name in MorningForm.base_fields}
        is_typed = not shown.keys().isdisjoint(self.asked)
        return MorningForm(
            self.asked if is_typed else None,
            language=self.language,
            initial=typed(shown, self.language),
        )

    @cached_property
    def _usual(self) -> MorningQuestion:
        question = default_question(self.model)
        if self.component is None:
            return question
        return replace(question, capacity_per_s=capacity_of(self.reading.saved, self.component))

    @property
    def is_wrong(self) -> bool:
        """Whether what is asked cannot be read."""
        return self.form.is_bound and not self.form.is_valid()

    @cached_property
    def answer(self) -> MorningAnswer:
        """The morning; what cannot be read is as by default."""
        stations = stations_for(self.viewer, self.reading.saved)
        if self.component is not None:
            stations = stations_behind(self.viewer, self.reading.saved, self.component)
        is_asked = self.form.is_bound and not self.is_wrong
        return answer_for(stations, self.model, self.form.question if is_asked else self._usual)

    @property
    def share_max(self) -> float:
        """The share of a capacity that may be asked."""
        return self.model.thresholds.surge_capacity_share_max

    @cached_property
    def page(self) -> MorningPage:
        """The morning in words."""
        return MorningPage(self.answer, self.share_max, self.reading.round, self.language)

    @property
    def chosen(self) -> Named | None:
        """The component in words."""
        veil = self.reading.wording.veil
        return Named(self.component, veil, self.language) if self.component else None

    @cached_property
    def carriers(self) -> list[Carrier] | None:
        """The components that may be chosen; None to who may not see infrastructure."""
        if not may(self.viewer, Permission.SEE_INFRASTRUCTURE):
            return None
        return carriers_for(self.viewer, self.reading.saved)

    def carrier_row(self, carrier: Carrier) -> CarrierRow:
        """Give a component that may be chosen, in words."""
        return CarrierRow(carrier, self.reading.wording.veil, self.language)


@dataclass(frozen=True, eq=False)
class NextDayAnswer(QueueAnswer):
    """How many would vote the next day if devices failed."""

    @cached_property
    def form(self) -> NextDayForm:
        """What is asked, or usual."""
        usual = {"hit_pct": HIT_PCT, "outage_from_h": OUTAGE_FROM_H, "outage_h": OUTAGE_H}
        return NextDayForm(self.asked or typed(usual, self.language), language=self.language)

    @cached_property
    def _pairs(self) -> list[tuple[int | None, int | None]]:
        rows = stations_for(self.viewer, self.reading.saved).order_by()
        return list(rows.values_list(*PAIR))

    @cached_property
    def known(self) -> list[tuple[int, int]]:
        """The stations whose voters and devices are known."""
        return [(v, d) for v, d in self._pairs if v is not None and d is not None]

    @property
    def unknown(self) -> int:
        """How many others there are."""
        return len(self._pairs) - len(self.known)

    @cached_property
    def found(self) -> NextDay | None:
        """What that day needs; None where it is asked of nothing, or cannot be read."""
        if not self.form.is_valid() or not self.known:
            return None
        share = self.form.cleaned_data["hit_pct"] / 100
        return NextDay(next_day(self.known, self.model, self.form.outage, share))


@dataclass(frozen=True, eq=False)
class MovesAnswer(QueueAnswer):
    """Which devices could go where within each county."""

    @cached_property
    def found(self) -> DeviceMoves:
        """Every move in the viewer's scope."""
        counties = CountyOf()
        columns = ("listing", "listing__point__place", "listing__point__lat",
                   "listing__point__lon", "devices_needed", "devices")  # fmt: skip
        rows = stations_for(self.viewer, self.reading.saved).order_by("listing__code")
        return moves_within_counties(
            (
                Placed(listing, counties(place), *rest)
                for listing, place, *rest in rows.values_list(*columns)
            ),
            office_thresholds().road_detour_ratio,
        )

    def rows(self, moves: list[DeviceMove]) -> list[MoveRow]:
        """Give moves with their stations."""
        wanted = {end for move in moves for end in (move.source, move.target)}
        listings = listings_for(self.viewer).select_related(f"point__place__{ABOVE}")
        by_id = listings.in_bulk(wanted)
        return [MoveRow(move, by_id[move.source], by_id[move.target]) for move in moves]
