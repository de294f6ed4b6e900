"""A staging plan as tables: sites, stations, desks and messages, and the travel table it reads."""

import csv
from collections.abc import Iterator, Sequence
from io import StringIO
from typing import ClassVar

from pollready.language import parse_number
from pollready.planning.staging.plan import CountyMessages, Message, StagingPlan

Cell = str | int | float | None
Rows = list[list[Cell]]
COLUMNS = {
    "sites": ("number", "code", "is_depot", "stations", "voters", "farthest_min"),
    "stations": ("code", "name", "county", "site", "before_min", "after_min", "in_time", "desk"),
    "desks": ("number", "county", "seat", "stations", "farthest_min"),
    "messages": ("code", "county", "wave", "way", "relay", "arrival_h", "late", "earliest_h"),
}


class BadTravelTable(Exception):
    """Rows of a travel table that cannot be read: all of them at once."""

    code: ClassVar[str] = "planning.bad-travel-table"

    def __init__(self, rows: Sequence[int]) -> None:
        self.rows = tuple(rows)
        self.fields: dict[str, object] = {"rows": self.rows}
        super().__init__(str(self.rows))


def read_travel_table(text: str) -> dict[tuple[str, str], float]:
    """Read minutes by code of origin and destination: a CSV of three columns with a heading.

    Raises `BadTravelTable` with the number of every row that is no such row.
    """
    found: dict[tuple[str, str], float] = {}
    wrong = []
    for number, row in enumerate(csv.reader(StringIO(text.lstrip("\ufeff"))), start=1):
        if number == 1 or not any(cell.strip() for cell in row):
            continue
        minutes = parse_number(row[2]) if len(row) == 3 else None
        if minutes is None or minutes < 0:
            wrong.append(number)
        else:
            found[row[0].strip(), row[1].strip()] = minutes
    if wrong:
        raise BadTravelTable(wrong)
    return found


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
    }  # fmt: skip


def _sites(plan: StagingPlan) -> Rows:
    return [
        [
            number, site.at.code, int(site.at.is_depot), len(site.serves), site.voters,
            None if site.farthest_min is None else round(site.farthest_min, 1),
        ]
        for number, site in enumerate(plan.sites.sites, start=1)
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
        yield [
            plan.facts.stations[each.station].code, _county(plan, county.county), wave,
            each.way.value, each.relay or at_desk, _hours(each.arrival_h), int(each.is_late),
            _hours(each.earliest_h),
        ]  # fmt: skip


def _county(plan: StagingPlan, county: int | None) -> str | None:
    return None if county is None else plan.facts.places[county]


def _minutes(value: float) -> float | None:
    return None if value != value else round(value, 1)


def _hours(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
