"""The list of stations: readiness, ten criteria, and what else is known of each."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

from pollready.assessment.filters import STATES
from pollready.assessment.models import StationRecord
from pollready.assessment.result import CRITERIA
from pollready.console.lists.cells import Cell, Writer
from pollready.console.lists.columns import Column
from pollready.console.lists.description import ListOf
from pollready.console.lists.of_stations import (
    CHANGED,
    CODE,
    COUNTY,
    DISTRICT,
    KIND,
    NAME,
    VOTERS,
    ListOfStations,
)
from pollready.console.lists.words import cards_cell, known_version, rehearsal_cell, wait_cell
from pollready.language import number
from pollready.people.scopes import agencies_for


class StationList(ListOfStations):
    """All stations of the round in scope."""

    name = "stations"
    foot = "lists/_ten_legend.html"
    primary = frozenset(
        {"q", "place", "county", "district", "kind", "readiness", "criterion", "rule"}
    )
    offered = (
        "q", "county", "district", "kind", "readiness", "criterion", "rule", "operator", "signal",
        "agency", "wait", "software", "cards", "rehearsal", "tested", "evidence",
        "contradiction", "changed",
    )  # fmt: skip

    def all_columns(self) -> Iterable[Column]:
        """Give the usual eight columns, and more to choose from."""
        return COLUMNS

    @cached_property
    def drawn_criteria(self) -> dict[str, Cell]:
        """Keep the cells of ten criteria by their letters: few are unlike."""
        return {}

    @cached_property
    def agency_names(self) -> Mapping[str, str]:
        """Give the names of agencies by their keys, read once."""
        rows = agencies_for(self.viewer).values_list("pk", "name")
        return {str(pk): name for pk, name in rows}


def readiness_cell(record: StationRecord, of: ListOf) -> Cell:
    """Draw the readiness; the contradicted are inside the unknown."""
    return of.writer.sign("contradicted" if record.contradicted else record.readiness)


def criteria_cell(record: StationRecord, of: StationList) -> Cell:
    """Draw the ten criteria, once for all stations that are alike; a file has a column for each."""
    if record.criteria not in of.drawn_criteria:
        parts = tuple(
            criterion_sign(name, letter, of.writer)
            for name, letter in zip(CRITERIA, record.criteria, strict=True)
        )
        cell = Cell("", drawn="ten", parts=parts)
        of.drawn_criteria[record.criteria] = replace(cell, ready=cell.html())
    return of.drawn_criteria[record.criteria]


def criterion_sign(name: str, letter: str, writer: Writer) -> Cell:
    """Say one criterion's value, for a small sign."""
    state = STATES[letter]
    words = writer.say(
        "console.list.criterion_state",
        criterion=writer.say(f"console.criterion.{name}"),
        state=writer.say(f"console.sign.{state}"),
    )
    return Cell(words, drawn="sign", sign=state, note=writer.say(f"console.sign.{state}"))


def _agencies(record: StationRecord, of: StationList) -> Cell:
    names = [of.agency_names.get(key) for key in record.agency_ids.split("|") if key]
    comma = of.writer.say("console.list_comma")
    return of.writer.known(comma.join(name for name in names if name))


def _place_of(field: str) -> Any:
    def cell(record: StationRecord, of: ListOf) -> Cell:
        value = getattr(record.listing.point, field)
        if value is None:
            return of.writer.unknown()
        return Cell(number(value, of.writer.language, decimals=5), number=value)

    return cell


COLUMNS = (
    CODE,
    NAME,
    COUNTY,
    DISTRICT,
    KIND,
    VOTERS,
    Column("readiness", readiness_cell, ("readiness", "listing__code"), 14),
    Column(
        "criteria", criteria_cell, width=16,
        spread=tuple(f"console.criterion.{name}" for name in CRITERIA),
    ),
    Column(
        "on_course",
        lambda record, of: of.writer.text(
            of.writer.say(f"console.station.on_course_now.{record.on_course}")
        ),
        width=18, chosen=False,
    ),
    Column("agencies", _agencies, width=30, chosen=False),
    Column(
        "devices", lambda record, of: of.writer.number(record.devices),
        ("devices", "listing__code"), 10, amount=True, chosen=False,
    ),
    Column("wait", wait_cell, ("wait_mean_min", "listing__code"), 14, amount=True, chosen=False),
    Column("software", known_version, ("software", "listing__code"), chosen=False),
    Column("cards", cards_cell, chosen=False),
    Column("rehearsal", rehearsal_cell, chosen=False),
    Column(
        "tested", lambda record, of: of.writer.day(record.tested_date),
        ("tested_date", "listing__code"), chosen=False,
    ),
    Column(
        "evidence", lambda record, of: of.writer.day(record.evidence_date),
        ("evidence_date", "listing__code"), chosen=False,
    ),
    Column(
        "contradictions", lambda record, of: of.writer.number(record.contradictions),
        ("contradictions", "listing__code"), 12, amount=True, chosen=False,
    ),
    CHANGED,
    Column(
        "address",
        lambda record, of: of.writer.known(of.wording.veil.text(record.listing.point.address)),
        width=40, chosen=False,
    ),
    Column("lat", _place_of("lat"), width=11, amount=True, chosen=False),
    Column("lon", _place_of("lon"), width=11, amount=True, chosen=False),
)  # fmt: skip
