"""The first page: nine sections in the order that officials read them."""

from collections.abc import Mapping, Sequence
from typing import Any

from pollready.assessment.result import (
    AgencyCommitments,
    Assessment,
    DataConfidence,
    Loss,
    Tally,
    Vulnerabilities,
)
from pollready.obstacles.finding import Cause, Severity
from pollready.reports.bars import amount_bar, divided_bar, station_parts, voter_parts
from pollready.reports.content import Cell, Column, Table, bar_cell, sign_cell
from pollready.reports.county_map import draw_map
from pollready.reports.signs import CLOSED, NOT_READY, ORDER, READY, SIGNS, UNKNOWN
from pollready.reports.wording import Wording

DECISIONS_MAX = 5
CAUSES_MAX = 10
COMMITMENTS_MAX = 4
CONFIDENCE_MAX = 4
# Counties beside the map in columns of at most 12 rows; more than three columns do not fit.
COUNTY_ROWS = 12
COUNTY_COLUMNS_MAX = 3
# Letters of a name that a column of the first page holds in one or two lines.
SUBJECT_MAX, OWNER_MAX, MEANS_MAX, COUNTY_MAX = 110, 38, 26, 24
_REHEARSAL_SIGNS = {"passed": READY, "failed": NOT_READY, "absent": CLOSED, "unknown": UNKNOWN}
_CAUSE_COLOURS = {
    Severity.SEVERE: SIGNS[NOT_READY].colour,
    Severity.MODERATE: "#B87700",
    Severity.MINOR: "#B9A44C",
    Severity.UNKNOWN: "#A9B0B5",
}


def first_page(words: Wording) -> dict[str, Any]:
    """Build the nine sections."""
    return {
        "summary": _summary(words),
        "readiness": _readiness(words),
        "decisions": _decisions(words),
        "causes": _causes(words),
        "counties": _counties(words),
        "commitments": _commitments(words),
        "vulnerabilities": _vulnerabilities(words),
        "rehearsal": _rehearsal(words),
        "confidence": _confidence(words),
    }


def _section(words: Wording, number: int, name: str, headline: str = "") -> dict[str, Any]:
    title = words.say("numbered", number=number, title=words.say(f"first.{name}"))
    return {"title": title, "headline": headline}


def obstacles_of(assessment: Assessment) -> list[Cause]:
    """Give the causes found from evidence; what is only unknown is told apart."""
    return [cause for cause in assessment.causes if cause.severity is not Severity.UNKNOWN]


def gaps_of(assessment: Assessment) -> list[Cause]:
    """Give the causes that are missing or contradicted evidence."""
    return [cause for cause in assessment.causes if cause.severity is Severity.UNKNOWN]


def _summary(words: Wording) -> dict[str, Any]:
    """Say where the round stands, when, what weighs most, and what is not known."""
    assessment, total = words.assessment, words.assessment.total
    lines = []
    if not total.stations:
        return {**_section(words, 1, "summary"), "lines": [words.say("first.no_stations")]}
    lines.append(
        words.say(
            "first.summary_readiness",
            stations=total.stations,
            ready=total.ready,
            ready_share=words.share(total.ready, total.stations),
            not_ready=total.not_ready,
            unknown=total.unknown,
        )
        + _summary_voters(words, total)
    )
    lines.append(_summary_course(words, total))
    obstacles, gaps = obstacles_of(assessment), gaps_of(assessment)
    if obstacles:
        lines.append(
            words.say(
                "first.summary_obstacle",
                causes=len(obstacles),
                cause=words.cause(obstacles[0]),
                owner=words.owner(obstacles[0].owner),
            )
        )
    if gaps:
        lines.append(words.say("first.summary_gap", causes=len(gaps), cause=words.cause(gaps[0])))
    return {**_section(words, 1, "summary"), "lines": lines}


def _summary_voters(words: Wording, total: Tally) -> str:
    if total.voters is None:
        return " " + words.say("first.summary_no_voters")
    text = " " + words.say(
        "first.summary_voters", voters=total.voters, not_ready=total.voters_not_ready or 0
    )
    if total.stations_without_voters:
        text += " " + words.say("first.some_without_voters", stations=total.stations_without_voters)
    return text


def _summary_course(words: Wording, total: Tally) -> str:
    days = words.assessment.facts.days_before()
    if days is None:
        return words.say("first.summary_no_date")
    if days == 0:
        return words.say("first.summary_today", on_course=total.on_course)
    if days < 0:
        return words.say("first.summary_after", date=words.assessment.election_date)
    return words.say("first.summary_course", days=days, on_course=total.on_course)


def _readiness(words: Wording) -> dict[str, Any]:
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
    tallies = [(words.say("first.all_stations"), assessment.total)]
    tallies += [
        (words.say(f"kind.{kind}"), tally)
        for kind, tally in assessment.by_kind.items()
        if tally.stations
    ]
    for label, tally in tallies:
        rows.append(_station_row(words, label, tally))
        if tally.voters is None and tally is not assessment.total:
            continue  # said once, for all stations
        quiet.append(len(rows))
        rows.append(_voter_row(words, tally))
    table = Table(columns, rows, strong=(0,), quiet=quiet)
    return {
        **_section(words, 2, "readiness", _change(words, assessment.change)),
        "table": table.as_content(),
    }


def sign_columns(words: Wording) -> list[Column]:
    """Head a column for each sign; the contradicted are counted inside the unknown."""
    return [
        Column(sign_cell(name, words.say(f"column.sign_{name}")), "auto", "number")
        for name in ORDER
    ]


def _station_row(words: Wording, label: str, tally: Tally) -> list[Cell]:
    bar = divided_bar(station_parts(tally), direction=words.direction)
    return [
        label,
        words.number(tally.stations),
        bar_cell(bar),
        words.number(tally.ready),
        words.number(tally.not_ready),
        words.number(tally.unknown),
        words.number(tally.contradicted),
        words.number(tally.on_course),
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


def _decisions(words: Wording) -> dict[str, Any]:
    decisions = words.assessment.decisions[:DECISIONS_MAX]
    columns = [
        Column("", "auto", "number"),
        Column(words.say("column.subject"), "1fr"),
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
    table = Table(columns, rows, words.say("first.no_decisions"))
    return {**_section(words, 3, "decisions"), "table": table.as_content()}


def _causes(words: Wording) -> dict[str, Any]:
    """List the ten weightiest obstacles, severe first, with a bar of their stations."""
    assessment = words.assessment
    obstacles = obstacles_of(assessment)
    shown = (obstacles or gaps_of(assessment))[:CAUSES_MAX]
    table = cause_table(words, shown, empty=words.say("first.no_causes"))
    part: dict[str, Any] = {
        **_section(words, 4, "causes", _causes_headline(words, obstacles)),
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
            words.number(cause.stations),
            words.number(cause.voters),
            words.short(words.owner(cause.owner), OWNER_MAX),
        ]
        for index, cause in enumerate(causes, 1)
    ]
    return Table(columns, rows, empty).as_content()


def _counties(words: Wording) -> dict[str, Any]:
    """Show the map beside the counties in code order."""
    assessment = words.assessment
    counties = [(code, tally) for code, tally in assessment.by_county.items() if tally.stations]
    listed = len(counties) <= COUNTY_ROWS * COUNTY_COLUMNS_MAX
    columns = -(-len(counties) // COUNTY_ROWS) if listed else 0
    wide = not columns
    drawn = draw_map(
        assessment.stations,
        words.county_names(),
        doubtful=doubtful(assessment),
        width=520 if wide else 196,
        height=150 if wide else 148,
        dot=2.2 if assessment.total.stations > 300 else 3.4,
        label=6.2 if wide else 6.6,
    )
    clear = sum(tally.not_ready == 0 and tally.unknown == 0 for _, tally in counties)
    which = "none_clear" if not clear else "all_clear" if clear == len(counties) else "some_clear"
    headline = words.say(f"first.counties_{which}", counties=len(counties), clear=clear)
    part: dict[str, Any] = {
        **_section(words, 5, "counties", headline if len(counties) > 1 else ""),
        "map": {
            "svg": drawn.svg if drawn else "",
            "alt": words.say("first.map_alt", stations=drawn.drawn if drawn else 0),
            "empty": words.say("first.no_map"),
        },
        "map_share": {0: 1.0, 1: 0.6, 2: 0.36, 3: 0.26}[columns],
        "tables": [
            _county_table(words, counties[start : start + -(-len(counties) // columns)])
            for start in range(0, len(counties), -(-len(counties) // columns))
        ]
        if columns
        else [],
        "legend": legend(words) if drawn or columns else [],
        "note": words.say("first.not_on_map", stations=drawn.left_out)
        if drawn and drawn.left_out
        else "",
    }
    if counties:
        part["see"] = words.see("first.all_counties", "counties")
    return part


def doubtful(assessment: Assessment) -> frozenset[int]:
    """Give the listings whose coordinates cannot be right."""
    return frozenset(s.listing_id for s in assessment.facts.stations if s.coordinate_doubts)


def legend(words: Wording) -> list[dict[str, str]]:
    """Give the signs of a map with their words."""
    return [{"name": name, "text": words.say(f"column.sign_{name}")} for name in ORDER]


def _county_table(words: Wording, counties: Sequence[tuple[str, Tally]]) -> dict[str, Any]:
    columns = [
        Column(words.say("column.county"), "1fr"),
        *(Column(sign_cell(name), "2.5em", "number") for name in ORDER),
    ]
    rows: list[list[Cell]] = [
        [
            words.short(words.county(code), COUNTY_MAX),
            words.number(tally.ready),
            words.number(tally.not_ready),
            words.number(tally.unknown),
            words.number(tally.contradicted),
        ]
        for code, tally in counties
    ]
    return Table(columns, rows).as_content()


def _commitments(words: Wording) -> dict[str, Any]:
    commitments = words.assessment.commitments
    pressing = sorted(commitments, key=lambda c: (-c.overdue, -(c.shortfall or 0), c.agency))
    part: dict[str, Any] = {
        **_section(words, 6, "commitments"),
        "table": commitment_table(words, pressing[:COMMITMENTS_MAX], short=True),
    }
    if len(commitments) > COMMITMENTS_MAX:
        part["see"] = words.see("first.all_commitments", "commitments")
    return part


def commitment_table(
    words: Wording, commitments: Sequence[AgencyCommitments], *, short: bool = False
) -> dict[str, Any]:
    """Lay out what agencies pledged, gave, still owe, and owe past their date."""
    columns = [
        Column(words.say("column.agency"), "1fr"),
        Column(words.say("column.means"), "auto"),
        *(
            Column(words.say(f"column.{name}"), "auto", "number")
            for name in ("pledged", "delivered", "shortfall", "overdue")
        ),
    ]
    rows: list[list[Cell]] = [
        [
            words.short(words.owner(each.agency), OWNER_MAX if short else 200),
            words.short(words.means(each.kind), MEANS_MAX if short else 200),
            words.number(each.pledged),
            words.number(each.delivered),
            words.number(each.shortfall),
            words.number(each.overdue),
        ]
        for each in commitments
    ]
    return Table(columns, rows, words.say("first.no_commitments")).as_content()


def _vulnerabilities(words: Wording) -> dict[str, Any]:
    """Give counts only: how many stations and voters the worst failures would cost."""
    section = _section(words, 7, "vulnerabilities")
    readings = words.assessment.vulnerabilities
    if not readings:
        empty = Table([], [], words.say("first.no_components")).as_content()
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


def _rehearsal(words: Wording) -> dict[str, Any]:
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
        return {**_section(words, 8, "rehearsal"), "table": table.as_content()}
    headline = words.say(
        "first.rehearsal_headline",
        share=words.share(results.get("passed", 0), words.assessment.total.stations),
    )
    return {
        **_section(words, 8, "rehearsal", headline),
        "table": Table(columns, rows).as_content(),
    }


def _confidence(words: Wording) -> dict[str, Any]:
    """Show how much of what is asked is known, and where the largest gaps are."""
    fields = words.assessment.confidence
    asked = sum(f.known + f.unknown + f.contradicted for f in fields)
    known = sum(f.known for f in fields)
    worst_first = sorted(fields, key=lambda f: (-(f.unknown + f.contradicted), f.field))
    gaps = [f for f in worst_first if f.unknown or f.contradicted][:CONFIDENCE_MAX]
    headline = ""
    if asked:
        headline = words.say("first.confidence_headline", share=words.share(known, asked))
    return {
        **_section(words, 9, "confidence", headline),
        "table": confidence_table(
            words, gaps, empty=words.say("first.all_known" if asked else "confidence.none")
        ),
        "see": words.see("first.all_confidence", "confidence"),
    }


def confidence_table(
    words: Wording, fields: Sequence[DataConfidence], *, empty: str
) -> dict[str, Any]:
    """Lay out what is known of each field, and how old the oldest of it is."""
    columns = [
        Column(words.say("column.field"), "1fr"),
        *(
            Column(words.say(f"column.{name}"), "auto", "number")
            for name in ("known", "unknown", "contradicted", "oldest")
        ),
    ]
    rows: list[list[Cell]] = [
        [
            words.field(each.field),
            words.number(each.known),
            words.number(each.unknown),
            words.number(each.contradicted),
            words.say("days", days=each.oldest_days)
            if each.oldest_days is not None
            else words.say("unknown"),
        ]
        for each in fields
    ]
    return Table(columns, rows, empty).as_content()
