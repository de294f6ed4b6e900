"""The generator: one province to a seed, in the words of a language."""

from datetime import date, timedelta

import pytest

from pollready.example import ELECTION, generate
from pollready.example.counties import COUNTIES, mobile_by_county
from pollready.intake.workbook import SHEET_BY_NAME

# Columns that hold words or names; all others are the same in either language.
IN_WORDS = {
    "round": {"name", "province"},
    "stations": {"name", "county", "district", "locality", "basis", "keyholder", "relocated_by"},
    "stops": {"place"},
    "components": {"county", "name"},
    "agencies": {"name", "representative", "deputy"},
    "resources": {"kind", "depot", "custodian"},
    "incidents": {"kind", "cause", "action", "lesson"},
    "people_duties": {"name", "role", "deputy", "scope", "legal_basis", "duty"},
}


@pytest.fixture(scope="module")
def provinces():
    return generate(5, language="fa"), generate(5, language="en")


@pytest.mark.parametrize("sheet", IN_WORDS)
def test_the_languages_differ_in_words_only(provinces, sheet):
    persian, english = (
        [{name: row[name] for name in row.keys() - IN_WORDS[sheet]} for row in p.sheets[sheet]]
        for p in provinces
    )
    headings = [n for n, row in enumerate(persian) if row.get("kind") == "نوع"]
    for number in reversed(headings):  # the headings once more, in the middle
        del persian[number], english[number]
    assert persian == english


def test_the_same_is_planted_in_either_language(provinces):
    persian, english = (
        [(one.kind, one.stations, one.components, one.agencies) for one in p.planted]
        for p in provinces
    )
    assert persian == english


def test_the_counties_have_their_real_numbers(provinces):
    rows = [row for row in provinces[1].sheets["stations"] if row.get("code", "").isdecimal()]
    stations = list({row["code"]: row for row in reversed(rows)}.values())  # the first of each
    assert len(stations) == 3166
    mobile = [row for row in stations if row["kind"] == "mobile"]
    assert len(mobile) == 737
    for county in COUNTIES:
        own = [row for row in stations if row["code"].startswith(f"03{county.code}")]
        assert len(own) == county.stations
        assert sum(row["kind"] == "mobile" for row in own) == mobile_by_county()[county.number]
    stops = {row["code"] for row in provinces[1].sheets["stops"]}
    assert {row["code"] for row in mobile} == stops
    assert sum(int(row["expected_voters"]) for row in stations) == pytest.approx(3.04e6, rel=0.002)
    assert all(row["basis"] for row in stations)


def test_another_seed_gives_another_province(provinces):
    assert generate(6, language="en").sheets["stations"] != provinces[1].sheets["stations"]


def test_every_column_of_the_example_is_a_column_of_the_workbook(provinces):
    for name, rows in provinces[0].sheets.items():
        assert set().union(*rows) <= {column.field for column in SHEET_BY_NAME[name].printed}


def test_the_province_stands_two_days_before_whatever_election_is_asked_for():
    usual = generate(5, language="en").sheets
    other = generate(5, language="en", election=ELECTION + timedelta(days=30)).sheets
    assert other["round"][0]["election_date"] == ELECTION + timedelta(days=30)
    moved = [
        (mine["test_date"], yours["test_date"])
        for mine, yours in zip(usual["stations"], other["stations"], strict=True)
        if isinstance(mine.get("test_date"), date)
    ]
    assert len(moved) > 2000
    assert {yours - mine for mine, yours in moved} == {timedelta(days=30)}
