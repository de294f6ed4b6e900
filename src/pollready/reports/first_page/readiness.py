"""Sections 2 and 8: how stations divide by readiness, and by the last drill."""

from collections.abc import Mapping
from typing import Any

from pollready.assessment.result import Tally
from pollready.reports.bars import divided_bar, station_parts, voter_parts
from pollready.reports.content import Cell, Column, Table, bar_cell, sign_cell
from pollready.reports.first_page.heading import heading
from pollready.reports.signs import CLOSED, NOT_READY, ORDER, READY, UNKNOWN
from pollready.reports.wording import Wording

_REHEARSAL_SIGNS = {"passed": READY, "failed": NOT_READY, "absent": CLOSED, "unknown": UNKNOWN}


def readiness_section(words: Wording) -> dict[str, Any]:
    """Show how stations divide, all, fixed and mobile, and under each its expected voters."""
    assessment = words.assessment
    columns = [
        Column("", "auto"),
        Column(words.say("column.stations"), "auto", "number"),
        Column("", "1fr"),
        *sign_columns(words),
        Column(words.say("column.on_course"), "auto", "number"),
    ]
    rows: list[list[Cell]] = []
    quiet: list[int] = []
    tallies: list[tuple[str, Tally, dict[str, str]]] = [
        (words.say("first.all_stations"), assessment.total, {})
    ]
    tallies += [
        (words.say(f"kind.{kind}"), tally, {"kind": kind})
        for kind, tally in assessment.by_kind.items()
        if tally.stations
    ]
    for label, tally, filters in tallies:
        rows.append(_station_row(words, label, tally, filters))
        if tally.voters is None and tally is not assessment.total:
            continue  # said once, for all stations
        quiet.append(len(rows))
        rows.append(_voter_row(words, tally))
    table = Table(columns, rows, strong=(0,), quiet=quiet)
    return {
        **heading(words, 2, "readiness", _change(words, assessment.change)),
        "table": table.as_content(),
    }


def sign_columns(words: Wording) -> list[Column]:
    """Head a column for each sign; the contradicted are counted inside the unknown."""
    return [
        Column(sign_cell(name, words.say(f"column.sign_{name}")), "auto", "number")
        for name in ORDER
    ]


def _station_row(
    words: Wording, label: str, tally: Tally, filters: Mapping[str, str]
) -> list[Cell]:
    bar = divided_bar(station_parts(tally), direction=words.direction)
    return [
        label,
        words.counted(tally.stations, **filters),
        bar_cell(bar),
        *sign_cells(words, tally, **filters),
        words.number(tally.on_course),
    ]


def sign_cells(words: Wording, tally: Tally, **filters: str) -> list[Cell]:
    """Count the stations of each sign, each count leading to its list."""
    return [
        words.counted(getattr(tally, name), **filters, readiness=name)
        for name in ("ready", "not_ready", "unknown", "contradicted")
    ]


def _voter_row(words: Wording, tally: Tally) -> list[Cell]:
    bar = divided_bar(voter_parts(tally), direction=words.direction, height=7)
    return [
        words.say("first.their_voters"),
        words.number(tally.voters),
        bar_cell(bar),
        words.number(tally.voters_ready),
        words.number(tally.voters_not_ready),
        words.number(tally.voters_unknown),
        "",
        "",
    ]


def _change(words: Wording, change: Mapping[str, int] | None) -> str:
    """Say what changed since the last report, in the words of the signs."""
    if change is None:
        return words.say("first.no_earlier")
    parts = [
        words.say("first.change_part", state=words.say(f"sign.{name}"), change=_signed(words, step))
        for name in ORDER
        if (step := change.get(name, 0))
    ]
    if not parts:
        return words.say("first.no_change")
    return words.say("first.change", changes=words.say("list_comma").join(parts))


def _signed(words: Wording, step: int) -> str:
    return words.say("first.more" if step > 0 else "first.fewer", count=abs(step))


def rehearsal_section(words: Wording) -> dict[str, Any]:
    """Show the last drill's results by station."""
    results = words.assessment.rehearsal
    names = ("passed", "failed", "absent", "unknown")
    held = sum(results.get(name, 0) for name in names[:3])
    parts = [(sign, results.get(name, 0)) for name, sign in _REHEARSAL_SIGNS.items()]
    bar = bar_cell(divided_bar(parts, direction=words.direction))
    columns = [
        Column("", "1fr"),
        *(Column(words.say(f"rehearsal.{name}"), "auto", "number") for name in names),
    ]
    rows: list[list[Cell]] = [[bar, *(words.number(results.get(name, 0)) for name in names)]]
    if not held:
        table = Table([], [], words.say("first.no_rehearsal"))
        return {**heading(words, 8, "rehearsal"), "table": table.as_content()}
    headline = words.say(
        "first.rehearsal_headline",
        share=words.share(results.get("passed", 0), words.assessment.total.stations),
    )
    return {
        **heading(words, 8, "rehearsal", headline),
        "table": Table(columns, rows).as_content(),
    }
