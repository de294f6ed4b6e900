"""The matrix of stations and operators: each signal with the age of its test."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from pollready.assessment.filters import Records
from pollready.assessment.models import Signal, SignalRecord, StationRecord
from pollready.assessment.queries import operators_of, signal_counts
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
from pollready.console.lists.station_fields import operator_name
from pollready.console.lists.words import SIGNAL_SIGNS, signal_cell


class SignalList(ListOfStations):
    """Rows are stations, columns operators."""

    name = "signals"
    head = "lists/_signal_counts.html"
    offered = ("q", "county", "district", "kind", "operator", "signal", "tested", "contradiction")
    primary = frozenset({*offered, "place"})

    @cached_property
    def operators(self) -> list[str]:
        """Name the operators, in the order of the columns."""
        return self.wording.veil.open_ones(operators_of(self.reading.saved))

    def all_columns(self) -> Iterable[Column]:
        """Give a column for each operator."""
        yield from (CODE, NAME, COUNTY)
        for operator in self.operators:
            yield Column(
                f"signal.{operator.replace(',', '.')}",
                _cell_of(operator),
                width=24,
                words=operator_name(operator, self.wording),
            )
        for column in (DISTRICT, KIND, VOTERS):
            yield Column(
                column.name, column.cell, column.sort, column.width, column.amount, chosen=False
            )

    def prepare(self, records: Sequence[Any]) -> None:
        """Read the signals of some stations at once."""
        signals = SignalRecord.objects.filter(
            assessment=self.reading.saved, listing__in=[record.listing_id for record in records]
        )
        self.signals = {(signal.listing_id, signal.operator): signal for signal in signals}

    def in_head(self, rows: Records, figures: Figures) -> Mapping[str, Any]:
        """Count stations by operator and signal."""
        counts = signal_counts(rows, self.reading.saved, stations=figures.rows)
        return {
            "signals": [
                (SIGNAL_SIGNS[signal], self.writer.say(f"lists.choice.signal.{signal}"), [
                    (
                        counts.get(operator, {}).get(signal, 0),
                        urlencode({"operator": operator, "signal": signal.value}),
                    )
                    for operator in self.operators
                ])
                for signal in Signal
            ],
            "operators": [operator_name(operator, self.wording) for operator in self.operators],
        }  # fmt: skip


def _cell_of(operator: str) -> Any:
    def cell(record: StationRecord, of: SignalList) -> Cell:
        signal = of.signals.get((record.listing_id, operator))
        return signal_cell(signal, of.reading.saved.as_of_date, of.writer)

    return cell
