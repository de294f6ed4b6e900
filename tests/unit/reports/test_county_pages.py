"""County pages: each county's own share of every cause, by district."""

from collections import Counter

import pytest

from pollready.reports.county_pages import counties_section, local_causes
from pollready.reports.veil import Veil
from pollready.reports.wording import Wording


@pytest.fixture
def section(small):
    return counties_section(Wording(small, "en", Veil(small, None)))


def test_shares_of_counties_add_up_to_the_cause(province):
    counted = Counter()
    for causes in local_causes(province).values():
        for local in causes:
            counted[local.cause.key, local.cause.rule] += local.stations
            assert sum(local.by_district.values()) == local.stations
    assert counted == {(cause.key, cause.rule): cause.stations for cause in province.causes}


def test_each_county_has_one_block_in_code_order(section, small):
    titles = [block["title"] for block in section["blocks"] if block["kind"] == "county"]
    assert titles == [small.county_names[code] for code in small.by_county]


def test_a_county_says_its_tally_in_words_beside_its_signs(section, small):
    county = next(block for block in section["blocks"] if block["kind"] == "county")
    tally = small.by_county["01"]
    assert [item["text"] for item in county["tally"]] == [
        f"Ready: {tally.ready}",
        f"Not ready: {tally.not_ready}",
        f"Unknown: {tally.unknown}",
        f"of which contradicted: {tally.contradicted}",
    ]


def test_obstacles_and_unknowns_stand_apart(section):
    county = next(block for block in section["blocks"] if block["kind"] == "county")
    tables = [block["table"]["rows"] for block in county["blocks"] if block["kind"] == "table"]
    districts, obstacles, unknowns = tables
    assert len(districts) > 1
    assert len(obstacles) >= 1
    assert len(unknowns) >= 1
