"""obstacles.xlsx says what the assessment says, and no cell of it can run."""

from dataclasses import replace

import pytest
from openpyxl import load_workbook

from pollready.assessment.result import Assessment


def rows_of(book, sheet: str) -> list[dict]:
    head, *rows = list(book[sheet].values)
    return [dict(zip(head, row, strict=True)) for row in rows]


@pytest.fixture(scope="module")
def book(small: Assessment, bundle):
    return load_workbook(bundle(small, language="en") / "obstacles.xlsx")


def test_every_cause_is_a_row_in_its_order(book, small):
    assert [
        (row["Stations"], row["Expected voters"], row["Severity"])
        for row in rows_of(book, "Causes")
    ] == [(cause.stations, cause.voters, cause.severity.capitalize()) for cause in small.causes]


def test_every_finding_is_a_row_with_its_station_and_evidence(book, small, mask_of):
    stations = {station.listing_id: station for station in small.stations}
    expected = [
        (
            stations[finding.listing_id].code,
            stations[finding.listing_id].voters,
            mask_of(finding.upstream[0]),
            finding.evidence[0].source,
            finding.evidence[0].row,
            finding.evidence[0].as_of.isoformat(),
        )
        for cause in small.causes
        for finding in cause.findings
    ]
    assert [
        (r["Code"], r["Expected voters"], r["Upstream"], r["Source"], r["Row"], r["Date"])
        for r in rows_of(book, "Findings")
    ] == expected


def test_every_station_is_a_row_with_its_ten_criteria(book, small):
    rows = rows_of(book, "Stations")
    assert [row["Code"] for row in rows] == [station.code for station in small.stations]
    assert [list(row.values())[-10:] for row in rows] == [
        [str(criterion.value) for criterion in station.criteria] for station in small.stations
    ]


def test_sheets_open_in_the_direction_of_the_language(small, bundle, book):
    persian = load_workbook(bundle(small) / "obstacles.xlsx")
    assert persian.sheetnames == ["علت‌ها", "یافته‌ها", "شعب"]
    assert all(sheet.sheet_view.rightToLeft for sheet in persian)
    assert not any(sheet.sheet_view.rightToLeft for sheet in book)


def test_headings_are_frozen_and_filtered(book):
    for sheet in book:
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref == sheet.dimensions


@pytest.mark.parametrize("name", ["=1+1", "+98", "-5", "@SUM(A1)", "\t=1", "a\x00b<&>\"'"])
def test_a_name_that_looks_like_a_formula_stays_text(small, bundle, name):
    station = replace(small.stations[0], name=name)
    changed = replace(small, stations=(station, *small.stations[1:]))
    sheet = load_workbook(bundle(changed, language="en") / "obstacles.xlsx")["Stations"]
    cell = sheet["B2"]
    assert cell.value == name.replace("\x00", "")
    assert cell.data_type == "s"
    assert cell.quotePrefix is (name[0] in "=+-@\t")


def test_evidence_of_several_rows_stands_in_one_cell(small, bundle):
    cause = small.causes[0]
    first = cause.findings[0].evidence[0]
    finding = replace(cause.findings[0], evidence=(first, replace(first, row=99, as_of=None)))
    told = replace(cause, findings=(finding, *cause.findings[1:]))
    changed = replace(small, causes=(told, *small.causes[1:]))
    row = rows_of(load_workbook(bundle(changed, language="en") / "obstacles.xlsx"), "Findings")[0]
    assert (row["Source"], row["Row"]) == (first.source, f"{first.row}; 99")
