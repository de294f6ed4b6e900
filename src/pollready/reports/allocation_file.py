"""An allocation plan as a file: a workbook of sheets, one table of CSV, or JSON."""

import csv
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any

from pollready.language import direction, isolate, safe, say
from pollready.planning.allocations.effects import split_key
from pollready.planning.allocations.rows import PlanRows, Sent, StationRow
from pollready.planning.means import means_word
from pollready.planning.models import Scenario
from pollready.reports.spreadsheet import Cell, SheetContent, write_spreadsheet

FORMATS = ("xlsx", "csv", "json")
Mask = Callable[[str], str]


@dataclass(frozen=True, eq=False)
class PlanFile:
    """What a file of a plan holds: its rows, with names that the reader may see."""

    title: str
    inputs: Mapping[str, Any]
    rows: PlanRows
    language: str
    mask: Mask  # of the codes of shared components
    text: Mask  # of what is written of depots and stations
    under: str  # what the worth of means is weighed under
    lines: Sequence[str] = ()  # class, reason, watermark

    def tell(self, key: str, **fields: Any) -> str:
        """Say a phrase of the file."""
        return say(f"allocation.{key}", self.language, **fields)

    def kind(self, key: str) -> str:
        """Name a kind of means."""
        return kind_words(key, self.rows.agency_names, self.language)


def kind_words(key: str, agencies: Mapping[str, str], language: str) -> str:
    """Name a kind of means, with the agency where units are its own."""
    kind, agency = split_key(key)
    words = means_word(kind, language)
    return f"{words} ({agencies.get(agency, agency)})" if agency else words


def under_words(
    scenario: Scenario | None,
    asked: int | None,
    language: str,
    text: Mask = lambda words: words,
) -> str:
    """Say what a plan is weighed under; a scenario that the reader may not see has no name."""
    if asked is None:
        return say("allocation.scenario.expected", language)
    if scenario is None:
        return say("allocation.scenario.unseen", language)
    titles = {"fa": scenario.title_fa, "en": scenario.title_en}
    title = titles.get(language) or scenario.title_fa or scenario.title_en
    return say(
        "allocation.scenario.happens", language, code=isolate(scenario.code),
        title=text(title), hours=scenario.duration_h,
    )  # fmt: skip


def costs_words(costs: Mapping[str, Any], agencies: Mapping[str, str], language: str) -> str:
    """Say what a unit of each kind costs, and that the costs that ship are invented."""
    comma = say("console.list_comma", language)
    listed = comma.join(
        say("allocation.costs.of", language, kind=kind_words(kind, agencies, language), cost=cost)
        for kind, cost in costs["kinds"].items()
    )
    return say(f"allocation.costs.{'own' if costs['own'] else 'invented'}", language, costs=listed)


def write_plan_file(path: Path, file: PlanFile, *, now: datetime) -> None:
    """Write the file in the format of its name: `.xlsx`, `.csv` or `.json`."""
    if path.suffix == ".xlsx":
        right_to_left = direction(file.language) == "rtl"
        write_spreadsheet(path, sheets(file), right_to_left=right_to_left, now=now)
    elif path.suffix == ".csv":
        path.write_bytes(_csv(file).encode("utf-8-sig"))
    else:
        text = json.dumps(as_json(file), ensure_ascii=False, indent=2)
        path.write_text(f"{text}\n", "utf-8")


def sheets(file: PlanFile) -> list[SheetContent]:
    """Give every sheet of the workbook."""
    return [
        _sheet(file, "stations", STATION_COLUMNS, _station_rows(file)),
        _sheet(file, "means", MEANS_COLUMNS, _means_rows(file)),
        _sheet(file, "components", COMPONENT_COLUMNS, _component_rows(file)),
        _sheet(file, "floors", FLOOR_COLUMNS, _floor_rows(file)),
        _sheet(file, "left_out", LEFT_OUT_COLUMNS, _left_out_rows(file)),
        _sheet(file, "inputs", ("input", "value_of"), _input_rows(file)),
    ]


STATION_COLUMNS = (
    "station", "name", "county", "voters", "gets", "from", "travel_h", "saves", "before", "after",
    "why", "best", "price",
)  # fmt: skip
MEANS_COLUMNS = ("kind", "stock", "asked", "given", "left", "value", "one_more_low",
                 "one_more_high")  # fmt: skip
COMPONENT_COLUMNS = ("component", "component_kind", "behind", "gets", "from")
FLOOR_COLUMNS = ("floor", "county", "asked", "held_to", "reached", "alone")
LEFT_OUT_COLUMNS = ("lot", "kind", "depot", "units", "left_out_why")


def _sheet(
    file: PlanFile, name: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> SheetContent:
    return SheetContent(
        title=file.tell(f"sheet.{name}"),
        headings=[file.tell(f"column.{column}") for column in columns],
        widths=[22.0] * len(columns),
        rows=rows,
        head=[file.title, *file.lines],
    )


def _csv(file: PlanFile) -> str:
    """Write the stations, as spreadsheets of any language open them; what the file is comes last.

    A reader of rows meets one line of headings only.
    """
    text = StringIO(newline="")
    rows = csv.writer(text)
    rows.writerow([safe(file.tell(f"column.{column}")) for column in STATION_COLUMNS])
    rows.writerows([safe(cell) for cell in row] for row in _station_rows(file))
    for line in (file.title, *file.lines):
        rows.writerow([safe(line), *[""] * (len(STATION_COLUMNS) - 1)])
    return text.getvalue()


def as_json(file: PlanFile) -> dict[str, Any]:
    """Give the plan as values, of the stations and lots that its reader may see."""
    result = file.rows.result
    return {
        "title": file.title,
        "lines": list(file.lines),
        "under": file.under,
        "costs": file.rows.result.get("costs"),
        "inputs": {
            **{name: value for name, value in file.inputs.items() if name != "scenario"},
            "decisions": file.rows.decided(file.inputs["decisions"]),
        },
        "saved": result["saved"], "bound": result["bound"], "gap": result["gap"],
        "stopped": result["stopped"], "figures": result["figures"], "means": result["kinds"],
        "floors": result["floors"],
        "stations": [_station_json(row, file) for row in file.rows.stations],
        "components": [
            {"component": file.mask(row.code), "kind": row.kind, "behind": row.behind,
             "gets": [_sent_json(sent, file) for sent in row.sent]}
            for row in file.rows.components
        ],
        "left_out": [
            {**row, "depot": file.text(row["depot"])} for row in file.rows.left_out
        ],
    }  # fmt: skip


def _station_json(row: StationRow, file: PlanFile) -> dict[str, Any]:
    return {
        "station": row.code, "voters": row.voters, "before": row.before, "after": row.after,
        "gets": [_sent_json(sent, file) for sent in row.sent], "saves": row.saves,
        "decision": row.decision, "why": row.why or None, "best": list(row.best),
        "price": row.price,
    }  # fmt: skip


def _sent_json(sent: Sent, file: PlanFile) -> dict[str, Any]:
    return {
        "kind": sent.kind, "agency": sent.agency, "units": sent.units, "lot": sent.lot,
        "depot": file.text(sent.depot), "travel_h": sent.travel_h,
    }  # fmt: skip


def _station_rows(file: PlanFile) -> Iterable[Sequence[Cell]]:
    for row in file.rows.stations:
        yield (
            row.code, file.text(row.name), file.rows.county_names.get(row.county or 0, ""),
            row.voters, gets_words(row.sent, file), _from_words(row.sent, file),
            _longest(row.sent), row.saves, row.before, row.after,
            file.tell(f"why.{row.why}") if row.why else "",
            "" if row.gets else _listed(file, [file.kind(kind) for kind in row.best]),
            row.price,
        )  # fmt: skip


def gets_words(sent: Sequence[Sent], file: PlanFile) -> str:
    """Say what is sent."""
    return _listed(
        file,
        [
            file.tell("accept.units", units=each.units,
                     kind=means_word(each.kind, file.language))
            for each in sent
        ],
    )  # fmt: skip


def _from_words(sent: Sequence[Sent], file: PlanFile) -> str:
    return _listed(file, list(dict.fromkeys(file.text(each.depot) for each in sent if each.depot)))


def _listed(file: PlanFile, words: Sequence[str]) -> str:
    return say("console.list_comma", file.language).join(words)


def _longest(sent: Sequence[Sent]) -> float | None:
    known = [each.travel_h for each in sent if each.travel_h is not None]
    return max(known, default=None)


def _means_rows(file: PlanFile) -> Iterable[Sequence[Cell]]:
    for row in file.rows.result["kinds"]:
        yield (
            file.kind(row["kind"]), row["stock"], row["asked"], row["given"], row["left"],
            row["value"], *row["one_more"],
        )  # fmt: skip


def _component_rows(file: PlanFile) -> Iterable[Sequence[Cell]]:
    for row in file.rows.components:
        yield (
            file.mask(row.code), say(f"kind.{row.kind}", file.language) if row.kind else "",
            row.behind, gets_words(row.sent, file), _from_words(row.sent, file),
        )  # fmt: skip


def _floor_rows(file: PlanFile) -> Iterable[Sequence[Cell]]:
    for row in file.rows.result["floors"]:
        wish = file.inputs["floors"][row["wish"]]
        yield (
            floor_words(wish, file.rows.agency_names, file.language),
            file.rows.county_names.get(row["county"] or 0, ""),
            row["asked"], row["held_to"], row["reached"], row["alone"],
        )  # fmt: skip


def floor_words(wish: Mapping[str, Any], agencies: Mapping[str, str], language: str) -> str:
    """Say what a floor asks and for whom."""
    counts = (
        kind_words(wish["kind"], agencies, language)
        if wish["counts"] == "units"
        else say(f"allocation.floor.counts.{wish['counts']}", language)
    )
    group = say(f"allocation.floor.group.{wish['group']}", language)
    return say(
        "allocation.floor.words", language, group=group, counts=counts, at_least=wish["at_least"]
    )


def _left_out_rows(file: PlanFile) -> Iterable[Sequence[Cell]]:
    for row in file.rows.left_out:
        yield (
            row["lot"], file.kind(row["kind"]),
            file.text(row["depot"]), row["units"], file.tell(f"left_out.{row['why']}"),
        )  # fmt: skip


def _input_rows(file: PlanFile) -> Iterable[Sequence[Cell]]:
    inputs = file.inputs
    yield file.tell("input.under"), file.under
    yield file.tell("input.level"), file.tell(f"level.{inputs['level']}")
    yield file.tell("input.reading"), file.tell(f"reading.{inputs['reading']}")
    for kind, count in inputs["units"].items():
        yield file.tell("input.units", kind=file.kind(kind)), count
    yield file.tell("input.travel_max_h"), inputs["travel_max_h"]
    yield file.tell("input.limit"), file.tell(f"limit.{inputs['limit']}")
    if inputs["money"] is not None:
        yield file.tell("input.money"), inputs["money"]
    if costs := file.rows.result.get("costs"):
        yield file.tell("input.costs"), costs_words(costs, file.rows.agency_names, file.language)
    if inputs["voters_unknown"] is not None:
        yield file.tell("input.voters_unknown"), inputs["voters_unknown"]
    for wish in inputs["floors"]:
        yield file.tell("input.floor"), floor_words(wish, file.rows.agency_names, file.language)
    yield file.tell("input.decisions"), len(inputs["decisions"])
    yield file.tell("input.closed"), file.tell("closed_list")
