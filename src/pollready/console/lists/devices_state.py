"""The list of what stands on the devices: software, cards, operators' SIMs, rehearsal."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from pollready.assessment.filters import UNKNOWN, Records
from pollready.assessment.models import SignalRecord, StationRecord
from pollready.assessment.queries import required_software, software_counts
from pollready.console.lists.cells import Cell
from pollready.console.lists.columns import Column
from pollready.console.lists.description import Figures
from pollready.console.lists.of_stations import (
    CHANGED,
    CODE,
    COUNTY,
    DISTRICT,
    NAME,
    VOTERS,
    ListOfStations,
)
from pollready.console.lists.station_fields import operator_name
from pollready.console.lists.words import cards_cell, rehearsal_cell

# Ways up that have no SIM.
_NO_SIM = frozenset({"fixed_line", "satellite"})


class DevicesStateList(ListOfStations):
    """Rows are stations with the state of their devices."""

    name = "devices-state"
    head = "lists/_versions.html"
    offered = (
        "q", "county", "district", "software", "cards", "rehearsal", "operator", "contradiction",
        "changed",
    )  # fmt: skip
    primary = frozenset({"q", "place", "county", "district", "software", "cards", "rehearsal"})

    def all_columns(self) -> Iterable[Column]:
        """Give the columns."""
        return (
            CODE,
            NAME,
            COUNTY,
            Column("district", DISTRICT.cell, width=18, chosen=False),
            Column(
                "devices", lambda record, of: of.writer.number(record.devices),
                ("devices", "listing__code"), 10, amount=True,
            ),
            Column("software", _software, ("software", "listing__code"), 22),
            Column("cards", cards_cell, ("cards", "listing__code")),
            Column("sims", _sims, width=28),
            Column("rehearsal", rehearsal_cell, ("rehearsal", "listing__code")),
            Column("voters", VOTERS.cell, VOTERS.sort, 14, amount=True, chosen=False),
            CHANGED,
        )  # fmt: skip

    @cached_property
    def required(self) -> str | None:
        """Give the version that most stations run, if it is more than half of them."""
        return required_software(self.reading.saved)

    def prepare(self, records: Sequence[Any]) -> None:
        """Read the operators of some stations at once."""
        rows = SignalRecord.objects.filter(
            assessment=self.reading.saved, listing__in=[record.listing_id for record in records]
        ).order_by("operator")
        self.operators: dict[int, list[str]] = {}
        for listing, operator in rows.values_list("listing_id", "operator"):
            if operator not in _NO_SIM:
                self.operators.setdefault(listing, []).append(operator)

    def in_head(self, rows: Records, figures: Figures) -> Mapping[str, Any]:
        """Count stations by version."""
        return {
            "required": self.required and self.wording.veil.text(self.required),
            "versions": [
                (
                    self.wording.veil.text(version),
                    stations,
                    self._address(version),
                    bool(version and self.required and version != self.required),
                )
                for version, stations in self._versions(rows, figures)
            ],
        }

    def _address(self, version: str) -> str:
        """Give the query of a version's stations; none where its name is not for this viewer."""
        hidden = self.wording.veil.text(version) != version
        return "" if hidden else urlencode({"software": version or UNKNOWN})

    def _versions(self, rows: Records, figures: Figures) -> list[tuple[str, int]]:
        counts = self.reading.saved.counts
        if figures.rows == counts.get("stations"):  # these are all
            return [(version, stations) for version, stations in counts["software"]]
        return software_counts(rows)


def _software(record: StationRecord, of: DevicesStateList) -> Cell:
    """Draw the version beside the one that is required."""
    writer = of.writer
    if not record.software:
        return writer.sign("unknown", words=writer.say("console.unknown"))
    if of.required is None:
        return writer.text(record.software)
    same = record.software == of.required
    note = "" if same else writer.say("lists.software.differs")
    return writer.sign(
        "ready" if same else "not_ready", words=of.wording.veil.text(record.software), note=note
    )


def _sims(record: StationRecord, of: DevicesStateList) -> Cell:
    names = [operator_name(code, of.wording) for code in of.operators.get(record.listing_id, ())]
    return of.writer.known(of.writer.say("console.list_comma").join(names))
