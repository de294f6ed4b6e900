"""Section 5: the map beside the counties in code order."""

from collections.abc import Sequence
from typing import Any

from pollready.assessment.result import Assessment, Tally
from pollready.reports.content import Cell, Column, Table, sign_cell
from pollready.reports.county_map import draw_map
from pollready.reports.first_page.heading import heading
from pollready.reports.first_page.readiness import sign_cells
from pollready.reports.signs import ORDER
from pollready.reports.wording import Wording

# Counties beside the map in columns of at most 12 rows; more than three columns do not fit.
COUNTY_ROWS = 12
COUNTY_COLUMNS_MAX = 3
COUNTY_NAME_MAX = 24


def counties_section(words: Wording) -> dict[str, Any]:
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
        **heading(words, 5, "counties", headline if len(counties) > 1 else ""),
        "map": {
            "svg": drawn.svg if drawn else "",
            "alt": words.say("first.map_alt", stations=drawn.drawn if drawn else 0),
            "empty": words.say("first.no_map"),
        },
        "map_share": {0: 1.0, 1: 0.42, 2: 0.36, 3: 0.26}[columns],
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
            words.short(words.county(code), COUNTY_NAME_MAX),
            *sign_cells(words, tally, county=code),
        ]
        for code, tally in counties
    ]
    return Table(columns, rows).as_content()
