"""What pages of queues show, as tables of a file; components stand under masked codes."""

from collections.abc import Iterable, Mapping, Sequence
from math import isfinite

from pollready.console.mornings import MorningPage
from pollready.console.queue_answers import (
    MorningAnswered,
    MovesAnswer,
    NextDayAnswer,
    StationAnswer,
)
from pollready.console.queues import Compared, HourFigures, StationPage
from pollready.language import say
from pollready.register.veil import masked
from pollready.reports.table_file import Rows

COLUMNS: Mapping[str, Sequence[str]] = {
    "hours": ("code", "begins", "arrivals", "wait_min", "low_min", "high_min", "over_share",
              "queue"),
    "figures": ("code", "figure", "now", "then"),
    "second": ("code", "figure", "estimate", "between"),
    "morning": ("figure", "now", "in_turns"),
    "carriers": ("component", "kind", "agency", "stations", "capacity_per_s", "load", "state"),
    "next_day": ("figure", "now"),
    "moves": ("to_code", "to", "from_code", "from", "county", "devices", "road_km"),
}  # fmt: skip


def station_tables(answer: StationAnswer) -> dict[str, Rows]:
    """Give a station's day by hours, its figures, and those of a second stage."""
    page, code = answer.page, answer.record.listing.code
    if page is None:
        return {"hours": [], "figures": []}
    tables: dict[str, Rows] = {
        "hours": [[code, *_hour(each)] for each in page.hour_figures],
        "figures": [[code, each.name, each.now, each.then] for each in _figures(page)],
    }
    if answer.second is not None and answer.second.found.played is not None:
        tables["second"] = [[code, *row] for row in answer.second.figures]
    return tables


def _hour(each: HourFigures) -> list[str | int | float | None]:
    waits = (each.wait_min, each.low_min, each.high_min)
    known = [round(minutes, 2) if isfinite(minutes) else None for minutes in waits]  # without end
    return [each.begins, each.arrivals, *known, round(each.over_share, 4), round(each.queue, 2)]


def _figures(page: StationPage) -> Iterable[Compared]:
    return page.compared or [Compared(name, value, "") for name, value in page.figures]


def morning_tables(answer: MorningAnswered) -> dict[str, Rows]:
    """Give the figures of a morning, and the components that may be chosen."""
    tables: dict[str, Rows] = {"morning": _morning(answer.page, answer.language)}
    if answer.carriers is not None:
        rows = [(each, answer.carrier_row(each)) for each in answer.carriers]
        tables["carriers"] = [
            [
                masked(each.component.code), row.named.kind, row.agency, each.stations,
                each.capacity_per_s, each.share, _state(each.is_over, each.share, answer.language),
            ]
            for each, row in rows
        ]  # fmt: skip
    return tables


def _morning(page: MorningPage, language: str) -> Rows:
    found = page.answer

    def line(name: str, value: float | str, in_turns: str = "") -> list[str | float | None]:
        return [say(f"queues.file.{name}", language), value, in_turns]

    rows: Rows = [
        line("stations", found.stations),
        line("unknown", found.unknown),
        line("devices", found.devices),
        line("peak_per_s", round(found.peak_per_s, 3)),
        line("needed_per_s", round(found.capacity_needed_per_s, 3)),
    ]
    rows += [[each.name, each.now, each.then] for each in page.compared]
    if found.surge is not None:
        rows.append(line("power_on_by", "", page.power_on_by))
    return rows


def _state(is_over: bool, share: float | None, language: str) -> str:
    word = "is_over" if is_over else "not_told" if share is None else "is_within"
    return say(f"queues.morning.carriers.{word}", language)


def next_day_tables(answer: NextDayAnswer) -> dict[str, Rows]:
    """Give what the next day needs."""
    found, language = answer.found, answer.language
    if found is None:
        return {"next_day": []}
    figures = {
        "left": found.voters, "left_low": found.low, "left_high": found.high,
        "left_stations": found.stations, "device_h": found.device_h,
        "stations": len(answer.known), "unknown": answer.unknown,
    }  # fmt: skip
    rows: Rows = [[say(f"queues.file.{name}", language), value] for name, value in figures.items()]
    return {"next_day": rows}


def moves_tables(answer: MovesAnswer) -> dict[str, Rows]:
    """Give every move of devices."""
    rows = answer.rows(list(answer.found.moves))
    return {
        "moves": [
            [
                row.target.code, row.target.point.name, row.source.code, row.source.point.name,
                row.county, row.devices, row.road_km,
            ]
            for row in rows
        ]
    }  # fmt: skip
