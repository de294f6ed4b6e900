"""A staging plan as a file: a workbook of sheets, a table of its stations as CSV, or JSON."""

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from pollready.language import direction, safe, say
from pollready.planning.staging.plan import CountyMessages, Message, StagingPlan
from pollready.reports.spreadsheet import Cell, SheetContent, write_spreadsheet

Rows = list[list[Cell]]
COLUMNS = {
    "sites": ("number", "code", "is_depot", "stays", "stations", "voters", "farthest_min"),
    "stations": ("code", "name", "county", "site", "before_min", "after_min", "in_time", "desk"),
    "desks": ("number", "county", "seat", "stations", "farthest_min"),
    "messages": ("code", "county", "wave", "way", "relay", "arrival_h", "late", "earliest_h"),
    "decided": ("code", "rule", "reason"),
}


@dataclass(frozen=True, eq=False)
class StagingFile:
    """What a file of a plan holds: its tables, the lines above them, figures of the whole."""

    plan: StagingPlan
    language: str
    lines: Sequence[str] = ()  # what it is, class, watermark
    figures: Mapping[str, Any] = field(default_factory=dict)


def write_staging_file(path: Path, file: StagingFile, *, now: datetime) -> None:
    """Write the file in the format of its name: `.xlsx`, `.csv` or `.json`."""
    rows, suffix = tables(file.plan), path.suffix.lower()
    if suffix == ".json":
        named = {
            name: [dict(zip(COLUMNS[name], row, strict=True)) for row in table]
            for name, table in rows.items()
        }
        document = {**file.figures, "lines": list(file.lines), "tables": named}
        path.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", "utf-8")
    elif suffix == ".csv":
        _write_csv(path, file, rows["stations"])
    else:
        sheets = [_sheet(file, name, table) for name, table in rows.items()]
        right_to_left = direction(file.language) == "rtl"
        write_spreadsheet(path, sheets, right_to_left=right_to_left, now=now)


def _write_csv(path: Path, file: StagingFile, rows: Rows) -> None:
    """Write the stations; what the file is comes last, so that readers meet one heading only."""
    width = len(COLUMNS["stations"])
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(COLUMNS["stations"])
        writer.writerows([safe(cell) for cell in row] for row in rows)
        writer.writerows([safe(line), *[""] * (width - 1)] for line in file.lines)


def _sheet(file: StagingFile, name: str, rows: Rows) -> SheetContent:
    return SheetContent(
        say(f"staging.table.{name}", file.language),
        [say(f"staging.column.{column}", file.language) for column in COLUMNS[name]],
        [30.0 if column in ("name", "reason") else 16.0 for column in COLUMNS[name]],
        rows,
        head=file.lines,
    )


def tables(plan: StagingPlan) -> dict[str, Rows]:
    """Give the rows of each table, in the order of `COLUMNS`."""
    return {
        "sites": _sites(plan),
        "stations": _stations(plan),
        "desks": [
            [
                number, _county(plan, desk.county), desk.seat.code, len(desk.stations),
                round(desk.farthest_min, 1),
            ]
            for number, desk in enumerate(plan.desks, start=1)
        ],
        "messages": [
            row
            for county in plan.messages
            for wave, messages in (("opening", county.opening), ("closing", county.closing))
            for row in _messages(plan, county, wave, messages)
        ],
        "decided": [[each.code, each.rule.value, each.reason] for each in plan.asked.decided],
    }  # fmt: skip


def _sites(plan: StagingPlan) -> Rows:
    return [
        [
            site.number, site.at.code, int(site.at.is_depot), int(site.at.stays),
            len(site.serves), site.voters,
            None if site.farthest_min is None else round(site.farthest_min, 1),
        ]
        for site in plan.sites.sites
    ]  # fmt: skip


def _stations(plan: StagingPlan) -> Rows:
    site_of = {n: site.at.code for site in plan.sites.sites for n in site.serves}
    desk_of = {n: number for number, desk in enumerate(plan.desks, start=1) for n in desk.stations}
    rows: Rows = []
    for n, each in enumerate(plan.facts.stations):
        before, after = float(plan.sites.before_min[n]), float(plan.sites.after_min[n])
        in_time = None if after != after else int(n not in plan.sites.gaps)
        rows.append(
            [
                each.code, each.name, _county(plan, each.county), site_of.get(n),
                _minutes(before), _minutes(after), in_time, desk_of.get(n),
            ]
        )  # fmt: skip
    return rows


def _messages(
    plan: StagingPlan, county: CountyMessages, wave: str, messages: Sequence[Message]
) -> Iterator[list[Cell]]:
    for each in messages:
        at_desk = county.desk.code if each.arrival_h is not None else None
        relay = each.relay.code if each.relay is not None else at_desk
        yield [
            plan.facts.stations[each.station].code, _county(plan, county.county), wave,
            each.way.value, relay, _hours(each.arrival_h), int(each.is_late),
            _hours(each.earliest_h),
        ]  # fmt: skip


def _county(plan: StagingPlan, county: int | None) -> str | None:
    return None if county is None else plan.facts.places[county]


def _minutes(value: float) -> float | None:
    return None if value != value else round(value, 1)


def _hours(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
