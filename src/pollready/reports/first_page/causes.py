"""Sections 3 and 4: what needs a decision, and the weightiest obstacles."""

from collections.abc import Sequence
from typing import Any

from pollready.assessment.result import Assessment
from pollready.obstacles.finding import Cause, Severity
from pollready.reports.bars import amount_bar
from pollready.reports.content import Cell, Column, Table, bar_cell
from pollready.reports.first_page.heading import OWNER_MAX, SUBJECT_MAX, heading
from pollready.reports.signs import NOT_READY, SIGNS
from pollready.reports.wording import Wording

DECISIONS_MAX = 5
CAUSES_MAX = 10
_CAUSE_COLOURS = {
    Severity.SEVERE: SIGNS[NOT_READY].colour,
    Severity.MODERATE: "#B87700",
    Severity.MINOR: "#B9A44C",
    Severity.UNKNOWN: "#A9B0B5",
}


def obstacles_of(assessment: Assessment) -> list[Cause]:
    """Give the causes found from evidence; what is only unknown is told apart."""
    return [cause for cause in assessment.causes if cause.severity is not Severity.UNKNOWN]


def gaps_of(assessment: Assessment) -> list[Cause]:
    """Give the causes that are missing or contradicted evidence."""
    return [cause for cause in assessment.causes if cause.severity is Severity.UNKNOWN]


def decisions_section(words: Wording) -> dict[str, Any]:
    decisions = words.assessment.decisions[:DECISIONS_MAX]
    columns = [
        Column("", "auto", "number"),
        Column(words.say("column.subject"), "1.5fr"),
        Column(words.say("column.action"), "1fr"),
        Column(words.say("column.owner"), "auto"),
        Column(words.say("column.deadline"), "auto", "number"),
    ]
    rows: list[list[Cell]] = [
        [
            words.number(index),
            words.short(words.cause(decision.cause), SUBJECT_MAX),
            words.short(words.remedy(decision.cause), SUBJECT_MAX),
            words.short(words.owner(decision.cause.owner), OWNER_MAX),
            words.short_date(decision.deadline)
            if decision.deadline
            else words.say("first.no_deadline"),
        ]
        for index, decision in enumerate(decisions, 1)
    ]
    unknown = words.assessment.total.unknown
    # Where much is unknown, no known obstacle is no all-clear.
    nothing = (
        words.say("first.no_decisions_yet", stations=unknown)
        if unknown
        else words.say("first.no_decisions")
    )
    table = Table(columns, rows, nothing)
    return {**heading(words, 3, "decisions"), "table": table.as_content()}


def causes_section(words: Wording) -> dict[str, Any]:
    """List the ten weightiest obstacles, severe first, with a bar of their stations."""
    assessment = words.assessment
    obstacles = obstacles_of(assessment)
    shown = (obstacles or gaps_of(assessment))[:CAUSES_MAX]
    table = cause_table(words, shown, empty=words.say("first.no_causes"))
    part: dict[str, Any] = {
        **heading(words, 4, "causes", _causes_headline(words, obstacles)),
        "table": table,
    }
    if assessment.causes:
        part["see"] = words.see("first.all_causes", "causes", causes=len(assessment.causes))
    return part


def _causes_headline(words: Wording, obstacles: Sequence[Cause]) -> str:
    if not obstacles:
        return words.say("first.only_gaps") if words.assessment.causes else ""
    severe = sum(cause.severity is Severity.SEVERE for cause in obstacles)
    return words.say("first.causes_headline", causes=len(obstacles), severe=severe)


def cause_table(words: Wording, causes: Sequence[Cause], *, empty: str) -> dict[str, Any]:
    """Lay causes out in rows: what, how severe, stations with a bar, voters, who acts."""
    largest = max((cause.stations for cause in causes), default=0)
    columns = [
        Column("", "auto", "number"),
        Column(words.say("column.cause"), "1fr"),
        Column(words.say("column.severity"), "auto"),
        Column("", "18mm"),
        Column(words.say("column.stations"), "auto", "number"),
        Column(words.say("column.voters"), "auto", "number"),
        Column(words.say("column.agency"), "auto"),
    ]
    rows: list[list[Cell]] = [
        [
            words.number(index),
            words.short(words.cause(cause), SUBJECT_MAX),
            words.say(f"severity.{cause.severity}"),
            bar_cell(
                amount_bar(
                    cause.stations,
                    largest,
                    direction=words.direction,
                    colour=_CAUSE_COLOURS[cause.severity],
                )
            ),
            words.counted(cause.stations, rule=cause.rule),
            words.number(cause.voters),
            words.short(words.owner(cause.owner), OWNER_MAX),
        ]
        for index, cause in enumerate(causes, 1)
    ]
    return Table(columns, rows, empty).as_content()
