"""The county pages: one block a county in code order, its causes by district, its unknowns."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pollready.assessment.result import Assessment, StationResult, Tally
from pollready.obstacles.finding import Cause, Severity
from pollready.reports.bars import divided_bar, station_parts
from pollready.reports.blocks import Block, figure, legend_block, note, section, subheading, table
from pollready.reports.content import Cell, Column, Table, bar_cell
from pollready.reports.county_map import draw_map
from pollready.reports.first_page.counties import doubtful
from pollready.reports.first_page.readiness import sign_cells, sign_columns
from pollready.reports.signs import ORDER
from pollready.reports.wording import Wording

CAUSES_MAX = 10
GAPS_MAX = 8
DISTRICTS_IN_LINE = 5


@dataclass(frozen=True, slots=True)
class LocalCause:
    """A cause as one county has it: its stations by district."""

    cause: Cause
    by_district: Mapping[str, int]
    stations: int
    voters: int | None


def counties_section(words: Wording) -> dict[str, Any]:
    """Build the overview with its map and table, then a block for each county."""
    assessment = words.assessment
    blocks: list[Block] = _overview(words)
    local = local_causes(assessment)
    for code, tally in assessment.by_county.items():
        if tally.stations:
            blocks.append(_county(words, code, tally, local.get(code, ())))
    return section("counties", words.say("part.counties"), blocks)


def _overview(words: Wording) -> list[Block]:
    assessment = words.assessment
    counties = [(c, tally) for c, tally in assessment.by_county.items() if tally.stations]
    blocks: list[Block] = []
    drawn = draw_map(
        assessment.stations,
        words.county_names(),
        doubtful=doubtful(assessment),
        width=520,
        height=330,
        dot=3.0 if assessment.total.stations > 300 else 5.0,
        label=8.5,
    )
    if drawn:
        blocks.append({"kind": "lead", "text": _map_headline(words)})
        blocks.append(
            figure(drawn.svg, words.say("first.map_alt", stations=drawn.drawn), height=330)
        )
        blocks.append(legend_block([(name, words.say(f"sign.{name}")) for name in ORDER]))
        if drawn.left_out:
            blocks.append(note(words.say("first.not_on_map", stations=drawn.left_out)))
    if not counties:
        return [*blocks, note(words.say("counties.none"))]
    rows = [(words.county(code), tally, {"county": code}) for code, tally in counties]
    return [*blocks, table(tally_table(words, words.say("column.county"), rows, total=True))]


def _map_headline(words: Wording) -> str:
    total = words.assessment.total
    if not total.not_ready:
        return words.say("counties.map_headline_none", unknown=total.unknown)
    return words.say(
        "counties.map_headline",
        not_ready=total.not_ready,
        share=words.share(total.not_ready, total.stations),
    )


Tallied = tuple[str, Tally, Mapping[str, str] | None]


def tally_table(
    words: Wording, heading: str, rows: Sequence[Tallied], *, total: bool = False
) -> Table:
    """Lay tallies out in rows with their bars; with `total` a last row sums them up.

    A row comes with the filters of the list behind it, or None where no list is just that.
    """
    columns = [
        Column(heading, "auto"),
        Column(words.say("column.stations"), "auto", "number"),
        Column("", "1fr"),
        *sign_columns(words),
        Column(words.say("column.voters"), "auto", "number"),
    ]
    written = [_tally_row(words, *row) for row in rows]
    if total and len(rows) > 1:
        written.append(_tally_row(words, words.say("total"), words.assessment.total, {}))
        return Table(columns, written, strong=(len(written) - 1,))
    return Table(columns, written)


def _tally_row(
    words: Wording, label: str, tally: Tally, filters: Mapping[str, str] | None
) -> list[Cell]:
    bar = bar_cell(divided_bar(station_parts(tally), direction=words.direction))
    counts: list[Cell] = (
        [words.number(getattr(tally, name)) for name in ORDER]
        if filters is None
        else sign_cells(words, tally, **filters)
    )
    return [
        label,
        words.number(tally.stations)
        if filters is None
        else words.counted(tally.stations, **filters),
        bar,
        *counts,
        words.number(tally.voters),
    ]


def local_causes(assessment: Assessment) -> dict[str, list[LocalCause]]:
    """Divide every cause by county and district; a station counts once in a cause."""
    stations = {station.listing_id: station for station in assessment.stations}
    local: dict[str, list[LocalCause]] = defaultdict(list)
    for cause in assessment.causes:
        here: dict[str, dict[int, StationResult]] = defaultdict(dict)
        for finding in cause.findings:
            station = stations.get(finding.listing_id) if finding.listing_id is not None else None
            if station:
                here[station.county_code][station.listing_id] = station
        for county, found in here.items():
            known = [s.voters for s in found.values() if s.voters is not None]
            local[county].append(
                LocalCause(
                    cause,
                    Counter(s.district for s in found.values()),
                    len(found),
                    sum(known) if known else None,
                )
            )
    return local


def _county(words: Wording, code: str, tally: Tally, causes: Sequence[LocalCause]) -> Block:
    obstacles = [c for c in causes if c.cause.severity is not Severity.UNKNOWN]
    gaps = [c for c in causes if c.cause.severity is Severity.UNKNOWN]
    blocks: list[Block] = []
    districts = [
        (words.place(district) or words.say("no_district"), each, None)
        for (county, district), each in words.assessment.by_district.items()
        if county == code and each.stations
    ]
    if len(districts) > 1:
        blocks.append(table(tally_table(words, words.say("column.district"), districts)))
    blocks.append(subheading(words.say("counties.causes")))
    blocks += _local_table(words, obstacles, CAUSES_MAX, words.say("counties.no_causes"))
    blocks.append(subheading(words.say("counties.unknowns")))
    blocks += _local_table(words, gaps, GAPS_MAX, words.say("counties.no_unknowns"))
    return {
        "kind": "county",
        "title": words.say("counties.title", county=words.county(code))
        if code
        else words.say("no_county"),
        "stations": words.say("counties.stations", stations=tally.stations, voters=tally.voters),
        "bar": divided_bar(station_parts(tally), direction=words.direction, width=240),
        "tally": [
            {
                "name": name,
                "text": words.say(
                    "counties.state", state=words.say(f"column.sign_{name}"), stations=amount
                ),
            }
            for name, amount in zip(
                ORDER,
                (tally.ready, tally.not_ready, tally.unknown, tally.contradicted),
                strict=True,
            )
        ],
        "blocks": blocks,
    }


def _local_table(
    words: Wording, causes: Sequence[LocalCause], most: int, empty: str
) -> list[Block]:
    """Lay out a county's causes, most stations first within their severity."""
    columns = [
        Column(words.say("column.cause"), "1.5fr"),
        Column(words.say("column.by_district"), "1fr"),
        Column(words.say("column.agency"), "37mm"),
        Column(words.say("column.stations"), "auto", "number"),
    ]
    order = list(Severity)
    ranked = sorted(causes, key=lambda c: (order.index(c.cause.severity), -c.stations))
    rows: list[list[Cell]] = [
        [
            words.cause(each.cause, stations=each.stations, voters=each.voters),
            {"soft": _by_district(words, each)},
            words.owner(each.cause.owner),
            words.number(each.stations),
        ]
        for each in ranked[:most]
    ]
    blocks: list[Block] = [table(Table(columns, rows, empty))]
    if len(ranked) > most:
        blocks.append(note(words.say("counties.more", count=len(ranked) - most)))
    return blocks


def _by_district(words: Wording, local: LocalCause) -> str:
    """Say how a cause's stations divide over districts, in the districts' own order."""
    found = sorted(local.by_district.items())
    if len(found) == 1 and not found[0][0]:
        return words.say("no_district")
    shown = [
        words.say(
            "counties.in_district",
            district=words.isolated(words.place(d)) if d else words.say("no_district"),
            stations=n,
        )
        for d, n in found[:DISTRICTS_IN_LINE]
    ]
    if len(found) > DISTRICTS_IN_LINE:
        rest = sum(n for _, n in found[DISTRICTS_IN_LINE:])
        shown.append(words.say("counties.in_other_districts", stations=rest))
    return words.say("list_comma").join(shown)
