"""obstacles.xlsx says what the assessment says, and no cell of it can run."""

from dataclasses import replace

import pytest
from openpyxl import load_workbook

from pollready.assessment.result import Assessment, Estimate, Likelihood


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


def test_earlier_rounds_stand_in_words_and_in_digits_only_where_evidence_suffices(small, bundle):
    county = next(iter(small.county_names))
    thin = Likelihood("power outage", None, county, "EPD", 3, 2, 400.0, "stations", "words",
                      "medium", None, None)  # fmt: skip
    rich = replace(
        thin, county="", incidents=64, evidence="digits", word="low",
        per_1000_h=Estimate(0.42, 0.26, 0.64), repair_h=Estimate(1.6, 1.1, 2.4),
    )  # fmt: skip
    silent = replace(thin, exposure_h=None, evidence="none", word=None)
    told = replace(small, likelihoods=(rich, thin, silent))
    english = load_workbook(bundle(told, language="en") / "obstacles.xlsx")
    assert [list(row.values())[1:] for row in rows_of(english, "Earlier rounds")] == [
        ["All counties", row["Agency"], 64, 2, "low", 0.42, "0.26 to 0.64", 1.6]
        if row["Incidents"] == 64
        else [small.county_names[county], row["Agency"], 3, 2, said, None, None, None]
        for row, said in zip(
            rows_of(english, "Earlier rounds"),
            ("low", "medium", "Unknown: the exposure of earlier rounds is not recorded."),
            strict=True,
        )
    ]
    persian = load_workbook(bundle(told) / "obstacles.xlsx")["دوره‌های گذشته"]
    assert [row[5] for row in persian.iter_rows(min_row=2, values_only=True)][:2] == ["کم", "متوسط"]


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
