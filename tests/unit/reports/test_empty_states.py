"""What is missing is said, and nothing falls over it."""

from dataclasses import replace
from types import ModuleType

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from pollready.assessment.result import Assessment, Readiness
from pollready.reports.first_page import first_page
from pollready.reports.veil import Veil
from pollready.reports.wording import Wording


def page_of(assessment: Assessment) -> dict:
    return first_page(Wording(assessment, "en", Veil(assessment, None)))


@pytest.fixture
def plain_list(invented: ModuleType, small: Assessment) -> Assessment:
    """Give a list of places: no components, counties, voters, coordinates or dates."""
    stations = tuple(
        replace(
            station,
            voters=None,
            lat=None,
            lon=None,
            county="",
            county_code="",
            district="",
            readiness=Readiness.UNKNOWN,
            contradicted=False,
        )
        for station in small.stations
    )
    bare = invented.without_components(invented.assessment_of(stations, (), (), []))
    return replace(
        bare,
        county_names={},
        election_date=None,
        jurisdiction="",
        confidence=(),
        facts=replace(bare.facts, election_date=None),
    )


@pytest.mark.parametrize("language", ["fa", "en"])
def test_a_list_without_components_still_makes_a_report(plain_list, bundle, headings, language):
    out = bundle(plain_list, language=language)
    assert len([page for _, page in headings(out / "report.pdf") if page == 1]) == 9


def test_without_components_failures_are_unknown_and_not_zero(plain_list):
    part = page_of(plain_list)["vulnerabilities"]
    assert part["table"]["rows"] == []
    assert part["table"]["empty"].startswith("No infrastructure is registered")


def test_components_without_stations_are_not_called_missing(invented, plain_list):
    only_components = replace(
        invented.without_components(invented.assessment_of((), (), (), [])), components=7
    )
    part = page_of(only_components)["vulnerabilities"]
    assert part["table"]["empty"].startswith("Infrastructure is registered but no station")


def test_without_voters_their_number_is_unknown_and_not_zero(plain_list):
    page = page_of(plain_list)
    assert page["readiness"]["table"]["rows"][1][1] == "unknown"
    assert "Expected voters are not known for any station." in page["summary"]["lines"][0]


def test_without_dates_deadlines_are_said_not_to_be_weighed(plain_list):
    assert "Election day is not known" in page_of(plain_list)["summary"]["lines"][1]


def test_without_coordinates_the_map_says_so(plain_list):
    counties = page_of(plain_list)["counties"]
    assert counties["map"]["svg"] == ""
    assert counties["map"]["empty"] == "No coordinates are registered, so there is no map."


def test_without_counties_the_pages_say_so(plain_list, bundle):
    pages = PdfReader(bundle(plain_list, language="en") / "report.pdf").pages
    assert "no county given" in pages[1].extract_text()


def test_a_round_without_stations_makes_a_report(invented, small, bundle):
    nothing = replace(
        invented.without_components(invented.assessment_of((), (), (), [])),
        rehearsal={},
        confidence=(),
        data_faults={},
    )
    out = bundle(nothing, language="en", reveal_reason="handover")
    text = PdfReader(out / "report.pdf").pages[0].extract_text()
    assert "No active station is registered" in text
    assert load_workbook(out / "obstacles.xlsx")["Stations"].max_row == 1


def test_one_station_makes_a_report(invented, small, bundle, headings):
    one = invented.assessment_of(small.stations[:1], (), (), ["اهر"])
    found = headings(bundle(one) / "report.pdf")
    assert [page for _, page in found[:9]] == [1] * 9
