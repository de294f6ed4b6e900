"""The list of queues: who waits how long at each station, and how many devices it needs."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from django.urls import reverse

from pollready.assessment.filters import Records
from pollready.assessment.models import StationRecord
from pollready.assessment.waits import Shortage, shortage_of, thresholds_of
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
from pollready.console.lists.words import wait_cell, wait_over_cell
from pollready.console.map_answers import Kept, key_of
from pollready.console.queues import target_words

SHORTAGES: Kept[Shortage] = Kept(200)


class QueueList(ListOfStations):
    """Rows are stations with their waits, as the assessment keeps them."""

    name = "queues"
    head = "queues/_head.html"
    default_sort = "-wait"
    edits_in_bulk = False
    offered = ("q", "county", "district", "kind", "wait", "rule")
    primary = frozenset({"q", "place", "county", "district", "kind", "wait"})

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
            Column("wait", wait_cell, ("wait_mean_min", "listing__code"), 14, amount=True),
            Column("wait_over", wait_over_cell, ("wait_over_share", "listing__code"), 14,
                   amount=True),
            Column(
                "needed", lambda record, of: of.writer.number(record.devices_needed),
                ("devices_needed", "listing__code"), 12, amount=True,
            ),
            Column("in_time", _in_time, width=16),
        )  # fmt: skip

    def in_head(self, rows: Records, figures: Figures) -> Mapping[str, Any]:
        """Count the stations over the target, and what they lack."""
        thresholds = thresholds_of(self.reading.saved)
        if thresholds is None:  # an earlier version of the program kept no waits
            return {}
        counted = rows.order_by()
        return {
            "shortage": SHORTAGES.get(key_of(counted), lambda: shortage_of(counted)),
            "target": target_words(thresholds, self.writer.language),
        }

    @cached_property
    def _any_page(self) -> tuple[str, str]:
        before, _, after = reverse("queue-station", args=[0]).rpartition("0")
        return before, after


def _in_time(record: StationRecord, of: QueueList) -> Cell:
    if record.devices_needed is None or record.devices is None:
        return of.writer.sign("unknown", words=of.writer.say("console.unknown"))
    if record.devices >= record.devices_needed:
        return of.writer.sign("ready", words=of.writer.say("queues.in_time"))
    return of.writer.sign("not_ready", words=of.writer.say("queues.too_long"))
