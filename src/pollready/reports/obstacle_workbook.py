"""obstacles.xlsx: causes, findings, stations and earlier rounds, to be sorted and filtered."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from pollready.assessment.result import CRITERIA, CriterionValue, Estimate, StationResult
from pollready.obstacles.finding import Finding
from pollready.reports.spreadsheet import Cell, SheetContent, write_spreadsheet
from pollready.reports.wording import Wording


def write_obstacles(path: Path, words: Wording, *, now: datetime) -> None:
    """Write the sheets in the reader's language and direction."""
    sheets = [_causes(words), _findings(words), _stations(words)]
    if words.assessment.likelihoods:
        sheets.append(_earlier_rounds(words))
    write_spreadsheet(
        path,
        sheets,
        right_to_left=words.direction == "rtl",
        now=now,
    )


def _sheet(
    words: Wording, name: str, columns: dict[str, float], rows: Iterator[list[Cell]]
) -> SheetContent:
    return SheetContent(
        words.say(f"xlsx.{name}"),
        [words.say(f"column.{column}") for column in columns],
        list(columns.values()),
        rows,
    )


def _causes(words: Wording) -> SheetContent:
    columns = {
        "rank": 7.0, "rule": 30.0, "cause": 60.0, "severity": 12.0, "stations": 10.0,
        "voters": 14.0, "without_voters": 16.0, "remedy": 50.0, "agency": 30.0,
    }  # fmt: skip

    def rows() -> Iterator[list[Cell]]:
        for rank, cause in enumerate(words.assessment.causes, 1):
            yield [
                rank,
                words.rule_title(cause.rule),
                words.cause(cause),
                words.say(f"severity.{cause.severity}"),
                cause.stations,
                cause.voters,
                cause.stations_without_voters,
                words.remedy(cause),
                words.owner(cause.owner),
            ]

    return _sheet(words, "causes", columns, rows())


def _findings(words: Wording) -> SheetContent:
    columns = {
        "code": 12.0, "name": 30.0, "county": 16.0, "district": 16.0, "rule": 28.0,
        "severity": 12.0, "finding": 60.0, "remedy": 44.0, "agency": 28.0, "voters": 14.0,
        "upstream": 18.0, "source": 26.0, "sheet": 14.0, "row": 9.0, "evidence_date": 13.0,
    }  # fmt: skip
    stations = {station.listing_id: station for station in words.assessment.stations}

    def rows() -> Iterator[list[Cell]]:
        for cause in words.assessment.causes:
            shared: tuple[Cell, ...] = (
                words.rule_title(cause.rule),
                words.say(f"severity.{cause.severity}"),
                words.remedy(cause),
                words.owner(cause.owner),
            )
            for finding in cause.findings:
                found = finding.listing_id
                station = stations.get(found) if found is not None else None
                yield _finding_row(words, finding, station, shared)

    return _sheet(words, "findings", columns, rows())


def _finding_row(
    words: Wording, finding: Finding, station: StationResult | None, shared: tuple[Cell, ...]
) -> list[Cell]:
    title, severity, remedy, owner = shared
    place: list[Cell] = (
        [station.code, station.name, station.county, station.district] if station else [None] * 4
    )
    return [
        *place,
        title,
        severity,
        words.finding(finding),
        remedy,
        owner,
        station.voters if station else None,
        "; ".join(words.veil.code(code) for code in finding.upstream),
        *_evidence(words, finding),
    ]


def _evidence(words: Wording, finding: Finding) -> list[Cell]:
    """Give source, sheet, row and date; those of several rows stand in one cell each."""
    found = finding.evidence
    if len(found) == 1:
        only = found[0]
        dated = words.short_date(only.as_of) if only.as_of else None
        shown = words.veil.text
        return [shown(only.source), shown(only.sheet), only.row, dated]

    def joined(values: list[str]) -> str:
        return "; ".join(dict.fromkeys(value for value in values if value))

    return [
        joined([words.veil.text(e.source) for e in found]),
        joined([words.veil.text(e.sheet) for e in found]),
        joined([str(e.row) for e in found if e.row is not None]),
        joined([words.short_date(e.as_of) for e in found if e.as_of]),
    ]


def _stations(words: Wording) -> SheetContent:
    columns = {
        "code": 12.0, "name": 30.0, "county": 16.0, "district": 16.0, "station_kind": 10.0,
        "voters": 14.0, "readiness": 14.0, "on_course": 18.0,
    }  # fmt: skip
    base = _sheet(words, "stations", columns, iter(()))
    values = {value: words.say(f"criterion_value.{value}") for value in CriterionValue}
    return SheetContent(
        base.title,
        [*base.headings, *(words.say(f"criterion.{name}") for name in CRITERIA)],
        [*base.widths, *[18.0] * len(CRITERIA)],
        (_station_row(words, station, values) for station in words.assessment.stations),
    )


def _station_row(
    words: Wording, station: StationResult, values: dict[CriterionValue, str]
) -> list[Cell]:
    state = "contradicted" if station.contradicted else station.readiness
    by_name = {criterion.name: criterion.value for criterion in station.criteria}
    return [
        station.code,
        station.name,
        station.county,
        station.district,
        words.say(f"kind.{station.kind}"),
        station.voters,
        words.say(f"sign.{state}"),
        words.say(f"sign.{station.on_course}"),
        *(values[by_name[name]] if name in by_name else None for name in CRITERIA),
    ]


def _earlier_rounds(words: Wording) -> SheetContent:
    """Tell what earlier rounds say: digits where evidence suffices, else the word alone."""
    columns = {
        "incident_kind": 30.0, "county": 16.0, "agency": 28.0, "incidents": 12.0, "rounds": 12.0,
        "likelihood": 18.0, "per_1000_h": 22.0, "per_1000_h_interval": 22.0, "repair_h": 22.0,
    }  # fmt: skip
    names = words.assessment.county_names

    def rows() -> Iterator[list[Cell]]:
        for found in words.assessment.likelihoods:
            often, repair = found.per_1000_h, found.repair_h
            yield [
                words.veil.text(found.kind),
                names.get(found.county, found.county) or words.say("xlsx.all_counties"),
                words.owner(found.agency) if found.agency else words.say("unknown"),
                found.incidents,
                found.rounds,
                words.likelihood(found.word or found.evidence),
                often.mean if often else None,
                _interval(words, often) if often else None,
                repair.mean if repair else None,
            ]

    return _sheet(words, "earlier_rounds", columns, rows())


def _interval(words: Wording, found: Estimate) -> str:
    return words.say("xlsx.interval", low=found.low, high=found.high)
