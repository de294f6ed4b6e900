"""What follows the county pages: all causes, commitments, failures, method, data, terms."""

from collections.abc import Sequence
from typing import Any

from pollready.assessment.result import CRITERIA, Vulnerabilities
from pollready.obstacles.finding import Cause
from pollready.reports.blocks import Block, note, notes, section, subheading, table, terms, text
from pollready.reports.content import Cell, Column, Table
from pollready.reports.first_page.causes import gaps_of, obstacles_of
from pollready.reports.first_page.commitments import commitment_table
from pollready.reports.first_page.confidence import confidence_table
from pollready.reports.first_page.vulnerabilities import loss_span, why_not_computed, worst
from pollready.reports.wording import Wording

# More causes than a reader will go through; all of them stand in obstacles.xlsx.
CAUSES_MAX, GAPS_MAX = 120, 40
TERMS = (
    "station",
    "expected_voters",
    "voters_affected",
    "ready",
    "not_ready",
    "unknown",
    "contradicted",
    "on_course",
    "closed",
    "offline",
    "independent",
    "single_point",
    "service_left",
    "cause",
)
METHOD = ("readiness", "missing", "criteria", "failures", "durations", "unknowns", "no_rank")


def appendix(words: Wording) -> list[dict[str, Any]]:
    """Build the sections behind the county pages."""
    return [
        _causes(words),
        _commitments(words),
        _vulnerabilities(words),
        _method(words),
        _confidence(words),
        section(
            "terms",
            words.say("part.terms"),
            [terms([(words.say(f"term.{t}"), words.say(f"term.{t}_is")) for t in TERMS])],
        ),
    ]


def _causes(words: Wording) -> dict[str, Any]:
    """List every cause with what removes it, weightiest first; what is unknown stands apart."""
    obstacles, gaps = obstacles_of(words.assessment), gaps_of(words.assessment)
    blocks = [
        *_cause_list(words, obstacles, CAUSES_MAX, words.say("first.no_causes")),
        subheading(words.say("counties.unknowns")),
        *_cause_list(words, gaps, GAPS_MAX, words.say("counties.no_unknowns")),
    ]
    after_counties = bool(words.assessment.by_county)
    return section("causes", words.say("part.causes"), blocks, new_page=after_counties)


def _cause_list(words: Wording, causes: Sequence[Cause], most: int, empty: str) -> list[Block]:
    columns = [
        Column("", "auto", "number"),
        Column(words.say("column.cause"), "1.1fr"),
        Column(words.say("column.action"), "1fr"),
        Column(words.say("column.severity"), "auto"),
        Column(words.say("column.agency"), "31mm"),
        Column(words.say("column.stations"), "auto", "number"),
        Column(words.say("column.voters"), "auto", "number"),
    ]
    rows: list[list[Cell]] = [
        [
            words.number(index),
            words.cause(cause),
            {"soft": words.remedy(cause)},
            words.say(f"severity.{cause.severity}"),
            words.owner(cause.owner),
            words.counted(cause.stations, rule=cause.rule),
            words.number(cause.voters),
        ]
        for index, cause in enumerate(causes[:most], 1)
    ]
    blocks = [table(Table(columns, rows, empty))]
    if len(causes) > most:
        blocks.append(note(words.say("causes.more", count=len(causes) - most)))
    return blocks


def _commitments(words: Wording) -> dict[str, Any]:
    content = commitment_table(words, words.assessment.commitments)
    return section(
        "commitments", words.say("part.commitments"), [{"kind": "table", "table": content}]
    )


def _vulnerabilities(words: Wording) -> dict[str, Any]:
    """Give the worst failures as counts, for both durations and both levels."""
    readings = words.assessment.vulnerabilities
    title = words.say("part.vulnerabilities")
    if not readings:
        return section("vulnerabilities", title, [text(why_not_computed(words))])
    blocks: list[Block] = [text(words.say("failures.intro"))]
    for duration in ("generator", "service"):
        hours = readings[0].durations_h[duration]
        blocks.append(subheading(words.say(f"failures.duration_{duration}", hours=hours)))
        blocks.append(table(_loss_table(words, readings, duration)))
    blocks.append(notes(_failure_notes(words, readings)))
    return section("vulnerabilities", title, blocks)


def _loss_table(words: Wording, readings: Sequence[Vulnerabilities], duration: str) -> Table:
    columns = [
        Column(words.say("column.failure"), "1fr"),
        Column(words.say("column.closed_stations"), "auto", "number"),
        Column(words.say("column.voters_affected"), "auto", "number"),
        Column(words.say("column.below_online_stations"), "auto", "number"),
        Column(words.say("column.voters_affected"), "auto", "number"),
    ]
    rows: list[list[Cell]] = []
    for scope in ("below_province", "all_tiers"):
        for size in ("singles", "pairs"):
            name = f"{size}_{scope}"
            row: list[Cell] = [words.say(f"failures.{name}")]
            for level in ("offline", "online"):
                losses = [worst(getattr(v, name), level, duration) for v in readings]
                row += [loss_span(words, losses, "stations"), loss_span(words, losses, "voters")]
            rows.append(row)
    return Table(columns, rows)


def _failure_notes(words: Wording, readings: Sequence[Vulnerabilities]) -> list[str]:
    assessment, first, last = words.assessment, readings[0], readings[-1]
    lines = []
    for level in ("offline", "online"):
        if level in first.already_below:
            below = [reading.already_below.get(level, (0, None))[0] for reading in readings]
            lines.append(
                words.say(f"failures.already_{level}", stations=words.span(min(below), max(below)))
            )
    lines.append(
        words.say("failures.paper", stations=words.span(first.paper_possible, last.paper_possible))
    )
    affected = assessment.voters_affected
    if affected:
        lines.append(
            words.say(
                "failures.expected", voters=words.span(round(affected.low), round(affected.high))
            )
        )
    lines.append(
        words.say("failures.basis", components=assessment.components, groups=assessment.groups)
    )
    return lines


def _method(words: Wording) -> dict[str, Any]:
    blocks: list[Block] = [
        (subheading if name == "criteria" else text)(words.say(f"method.{name}")) for name in METHOD
    ]
    criteria = [
        [words.number(index), words.say(f"criterion.{name}"), words.say(f"criterion.{name}_asks")]
        for index, name in enumerate(CRITERIA, 1)
    ]
    columns = [
        Column("", "auto", "number"),
        Column(words.say("column.criterion"), "auto"),
        Column(words.say("column.asks"), "1fr"),
    ]
    blocks.insert(METHOD.index("criteria") + 1, table(Table(columns, criteria)))
    return section("method", words.say("part.method"), blocks)


def _confidence(words: Wording) -> dict[str, Any]:
    """Say what is known of every field, and which faults the data have."""
    assessment = words.assessment
    content = confidence_table(words, assessment.confidence, empty=words.say("confidence.none"))
    blocks: list[Block] = [
        text(words.say("confidence.intro")),
        {"kind": "table", "table": content},
    ]
    faults = [(rule, count) for rule, count in assessment.data_faults.items() if count]
    blocks.append(subheading(words.say("confidence.faults")))
    columns = [
        Column(words.say("column.fault"), "1fr"),
        Column(words.say("column.count"), "auto", "number"),
    ]
    rows: list[list[Cell]] = [[words.rule_title(rule), words.number(n)] for rule, n in faults]
    blocks.append(table(Table(columns, rows, words.say("confidence.no_faults"))))
    return section("confidence", words.say("part.confidence"), blocks)
