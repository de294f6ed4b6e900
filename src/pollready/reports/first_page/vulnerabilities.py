"""Section 7: what the worst failures would cost, in counts only."""

from collections.abc import Mapping, Sequence
from typing import Any

from pollready.assessment.result import Loss, Vulnerabilities
from pollready.reports.content import Cell, Column, Table
from pollready.reports.first_page.heading import heading
from pollready.reports.wording import Wording


def vulnerabilities_section(words: Wording) -> dict[str, Any]:
    """Give counts only: how many stations and voters the worst failures would cost."""
    section = heading(words, 7, "vulnerabilities")
    readings = words.assessment.vulnerabilities
    if not readings:
        empty = Table([], [], why_not_computed(words)).as_content()
        return {**section, "table": empty, "lines": []}
    columns = [
        Column(words.say("first.service_left", hours=readings[0].durations_h["service"]), "1fr"),
        Column(words.say("column.closed_stations"), "auto", "number"),
        Column(words.say("column.voters_affected"), "auto", "number"),
        Column(words.say("column.below_online_stations"), "auto", "number"),
    ]
    rows: list[list[Cell]] = []
    for name in ("singles_below_province", "pairs_below_province", "singles_all_tiers"):
        closed = [worst(getattr(v, name), "offline", "service") for v in readings]
        below = [worst(getattr(v, name), "online", "service") for v in readings]
        rows.append(
            [
                words.say(f"first.worst_{name}"),
                loss_span(words, closed, "stations"),
                loss_span(words, closed, "voters"),
                loss_span(words, below, "stations"),
            ]
        )
    lines = [_single_points(words, readings)]
    return {
        **section,
        "table": Table(columns, rows).as_content(),
        "lines": lines,
        "see": words.see("first.names_in_annex", "vulnerabilities"),
    }


def why_not_computed(words: Wording) -> str:
    """Say what is missing where no failure could be weighed: the infrastructure, or stations."""
    nothing_to_lose = words.assessment.components and not words.assessment.stations
    return words.say("first.no_stations_to_lose" if nothing_to_lose else "first.no_components")


def _single_points(words: Wording, readings: Sequence[Vulnerabilities]) -> str:
    first, last = readings[0], readings[-1]
    return words.say(
        "first.single_points",
        count=words.span(first.single_point_count, last.single_point_count),
        stations=words.span(
            first.stations_behind_single_points, last.stations_behind_single_points
        ),
    )


def worst(
    losses: Mapping[tuple[str, str], Sequence[Loss]], level: str, duration: str
) -> Loss | None:
    """Give the worst loss of a level and duration; None where nothing would be lost."""
    found = losses.get((level, duration), ())
    return found[0] if found else None


def loss_span(words: Wording, losses: Sequence[Loss | None], figure: str) -> str:
    """Write a loss, once or as a span of both readings; no loss is nothing lost."""
    if any(loss is not None and getattr(loss, figure) is None for loss in losses):
        return words.say("unknown")
    values = [getattr(loss, figure) if loss else 0 for loss in losses]
    return words.span(min(values), max(values))
