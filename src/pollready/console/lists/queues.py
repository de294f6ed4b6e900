"""The list of queues: who waits how long at each station, and how many devices it needs."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import inf
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from pollready.assessment.filters import Records
from pollready.assessment.models import StationRecord
from pollready.console.lists.asked import Asked
from pollready.console.lists.cells import Cell
from pollready.console.lists.columns import Column
from pollready.console.lists.description import Figures
from pollready.console.lists.of_stations import (
    CODE,
    COUNTY,
    DISTRICT,
    KIND,
    NAME,
    VOTERS,
    ListOfStations,
)
from pollready.console.queues import rounded, target_words
from pollready.language import number, percent
from pollready.obstacles.devices import devices_needed
from pollready.obstacles.office import office_thresholds
from pollready.obstacles.waits import WaitModel, model_of_hours
from pollready.planning.queues import Shortage, WaitFigures, shortage, wait_figures

BY_FIGURE = frozenset({"wait", "wait_over", "needed"})  # columns that no database can sort by
PAIR = ("listing__expected_voters", "devices")


class QueueList(ListOfStations):
    """Rows are stations with their waits."""

    name = "queues"
    head = "queues/_head.html"
    default_sort = "-wait"
    edits_in_bulk = False
    offered = ("q", "county", "district", "kind", "rule")
    primary = frozenset({"q", "place", "county", "district", "kind"})

    def all_columns(self) -> Iterable[Column]:
        """Give the columns."""
        return (
            CODE,
            NAME,
            COUNTY,
            Column("district", DISTRICT.cell, width=18, chosen=False),
            Column("kind", KIND.cell, width=10, chosen=False),
            VOTERS,
            Column(
                "devices", lambda record, of: of.writer.number(record.devices),
                ("devices", "listing__code"), 10, amount=True,
            ),
            Column("wait", _wait, ("wait",), 14, amount=True),
            Column("wait_over", _over, ("wait_over",), 14, amount=True),
            Column("needed", _needed, ("needed",), 12, amount=True),
            Column("in_time", _in_time, width=16),
        )  # fmt: skip

    @cached_property
    def model(self) -> WaitModel:
        """Give the office's model for the hours of the round."""
        return model_of_hours(self.reading.round.polling_h, office_thresholds())

    def prepare(self, records: Sequence[Any]) -> None:
        """Work out the waits of some rows together."""
        self._figures = self._of((r.listing.expected_voters, r.devices) for r in records)

    def figures_of(self, record: StationRecord) -> WaitFigures | None:
        """Give a row's waits; None where voters or devices are not known, or there are none."""
        found: WaitFigures | None = self._figures.get(
            (record.listing.expected_voters, record.devices)
        )
        return found

    def needed_of(self, voters: int | None) -> int | None:
        """Give the devices that so many voters need."""
        return None if voters is None else devices_needed(voters, self.model)

    def ordered(self, rows: QuerySet[Any], by: Asked) -> Any:
        """Sort by a column; by a figure here, by anything else in the database."""
        if by.sort not in BY_FIGURE:
            return super().ordered(rows, by)
        here = rows.filter(listing__round=self.reading.round).order_by("listing__code", "pk")
        found = list(here.values_list("pk", *PAIR))
        figures = self._of((voters, devices) for _, voters, devices in found)
        keyed = []
        for place, (pk, voters, devices) in enumerate(found):
            value = self._value(by.sort, voters, figures.get((voters, devices)))
            known = value is not None
            keyed.append((not known, -(value or 0) if by.descending else value or 0, place, pk))
        return _Ranked(self, [pk for *_, pk in sorted(keyed)])

    def for_rows(self, rows: Any) -> Any:
        """Read the place along; ranked rows are read so by themselves."""
        return rows if isinstance(rows, _Ranked) else super().for_rows(rows)

    def in_head(self, rows: Records, figures: Figures) -> Mapping[str, Any]:
        """Count the stations over the target, and what they lack."""
        return {
            "shortage": self.shortage(rows),
            "target": target_words(self.model, self.writer.language),
        }

    def shortage(self, rows: Records) -> Shortage:
        """Add up stations by voters and devices."""
        return shortage(rows.order_by().values_list(*PAIR), self.model)

    @cached_property
    def _any_page(self) -> tuple[str, str]:
        before, _, after = reverse("queue-station", args=[0]).rpartition("0")
        return before, after

    def _of(self, pairs: Iterable[tuple[int | None, int | None]]) -> Any:
        known = ((v, d) for v, d in pairs if v is not None and d is not None)
        return wait_figures(known, self.model)

    def _value(self, sort: str, voters: int | None, figures: WaitFigures | None) -> float | None:
        if sort == "needed":
            return self.needed_of(voters)
        if figures is None:
            return None
        return figures.mean_min if sort == "wait" else figures.over_share


@dataclass(frozen=True, slots=True)
class _Ranked:
    """Rows in an order that no database gives, with what a list asks of a queryset."""

    listing: QueueList
    keys: list[int]

    def values_list(self, name: str, *, flat: bool) -> list[int]:
        return self.keys

    def iterator(self, chunk_size: int) -> Iterator[StationRecord]:
        for begin in range(0, len(self.keys), chunk_size):
            yield from self.listing.read(self.keys[begin : begin + chunk_size])


def _wait(record: StationRecord, of: QueueList) -> Cell:
    found = of.figures_of(record)
    if found is None:
        return of.writer.unknown()
    if found.mean_min == inf:
        return Cell(of.writer.say("queues.without_end"))
    shown = number(rounded(found.mean_min), of.writer.language)
    return Cell(shown, number=round(found.mean_min, 3))


def _over(record: StationRecord, of: QueueList) -> Cell:
    found = of.figures_of(record)
    if found is None:
        return of.writer.unknown()
    text = percent(found.over_share, of.writer.language, decimals=1)
    return Cell(text, number=round(found.over_share, 6))


def _needed(record: StationRecord, of: QueueList) -> Cell:
    return of.writer.number(of.needed_of(record.listing.expected_voters))


def _in_time(record: StationRecord, of: QueueList) -> Cell:
    needed = of.needed_of(record.listing.expected_voters)
    if needed is None or record.devices is None:
        return of.writer.sign("unknown", words=of.writer.say("console.unknown"))
    if record.devices >= needed:
        return of.writer.sign("ready", words=of.writer.say("queues.in_time"))
    return of.writer.sign("not_ready", words=of.writer.say("queues.too_long"))
