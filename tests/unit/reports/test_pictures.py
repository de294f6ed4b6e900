"""Signs, bars and the map: the same six signs everywhere, nothing drawn that is not so."""

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from itertools import combinations

import pytest

from pollready.reports.bars import amount_bar, divided_bar
from pollready.reports.county_map import Crowd, _free_box, _overlap, draw_map
from pollready.reports.signs import CONTRADICTED, NOT_READY, READY, SIGNS, UNKNOWN, sign_picture

SVG = "{http://www.w3.org/2000/svg}"


def boxes(svg: str) -> list[tuple[float, float, str]]:
    return [
        (float(rect.get("x")), float(rect.get("width")), rect.get("fill"))
        for rect in ET.fromstring(svg).iter(f"{SVG}rect")
    ]


@pytest.mark.parametrize("name", SIGNS)
def test_each_sign_is_a_picture_of_its_own_colour(name):
    assert SIGNS[name].colour in sign_picture(name)
    assert len({sign_picture(other) for other in SIGNS}) == 6


def test_a_bar_divides_as_its_amounts_do():
    parts = [(READY, 50), (NOT_READY, 30), (UNKNOWN, 20)]
    widths = [width + 0.8 for _, width, _ in boxes(divided_bar(parts, direction="ltr"))]
    assert widths == pytest.approx([100, 60, 40])


def test_a_bar_runs_in_the_direction_of_reading():
    parts = [(READY, 75), (NOT_READY, 25)]
    left = [x for x, _, _ in boxes(divided_bar(parts, direction="ltr"))]
    right = [x for x, _, _ in boxes(divided_bar(parts, direction="rtl"))]
    assert left == pytest.approx([0.4, 150.4])
    assert right == pytest.approx([50.4, 0.4])


def test_one_station_among_thousands_is_still_seen():
    parts = [(READY, 3165), (NOT_READY, 1)]
    assert boxes(divided_bar(parts, direction="ltr"))[1][1] > 0


def test_a_bar_of_nothing_is_an_empty_frame():
    assert len(boxes(divided_bar([(READY, 0)], direction="ltr"))) == 1


def test_the_largest_amount_fills_its_bar():
    assert boxes(amount_bar(40, 40, direction="rtl", colour="#123456"))[1][:2] == (0, 90)
    assert len(boxes(amount_bar(0, 40, direction="rtl", colour="#123456"))) == 1


def drawn(stations, names, **changes):
    sizes = {"doubtful": frozenset(), "width": 500, "height": 300, "dot": 3, "label": 8}
    return draw_map(stations, names, **{**sizes, **changes})


def test_every_station_with_a_place_is_counted_on_the_map(small):
    lost = replace(small.stations[0], lat=None, lon=None)
    found = drawn((lost, *small.stations[1:]), small.county_names)
    assert (found.drawn, found.left_out) == (len(small.stations) - 1, 1)


@pytest.mark.parametrize(("lat", "lon"), [(0.0, 0.0), (46.3, 38.1), (-38.0, 46.3)])
def test_a_place_that_cannot_be_is_left_out_and_counted(small, lat, lon):
    wrong = replace(small.stations[0], lat=lat, lon=lon)
    found = drawn((wrong, *small.stations[1:]), small.county_names)
    assert found.left_out == 1


def test_a_place_that_the_register_doubts_is_left_out(small):
    doubted = frozenset({small.stations[3].listing_id})
    assert drawn(small.stations, small.county_names, doubtful=doubted).left_out == 1


def test_a_remote_county_stays_on_the_map(invented):
    assessment = invented.province((("a", 400, 38.06, 46.29), ("b", 8, 37.4, 47.7)))
    assert drawn(assessment.stations, assessment.county_names).left_out == 0


def test_no_places_no_map(small):
    nowhere = tuple(replace(s, lat=None, lon=None) for s in small.stations)
    assert drawn(nowhere, small.county_names) is None


def test_every_county_is_named_once(province):
    svg = drawn(province.stations, province.county_names, height=330).svg
    named = [text.strip("\u2068\u2069") for text in re.findall(r">([^<>]+)</text>", svg)]
    assert sorted(named) == sorted([*province.county_names.values()] * 2)  # rim and letters


def test_names_step_aside_for_each_other():
    taken = []
    for _ in range(12):
        box = _free_box(100, 100, 40, 10, taken, Crowd([]), 300, 200)
        assert box is not None
        taken.append(box)
    assert not any(_overlap(one, other) for one, other in combinations(taken, 2))


def test_names_step_aside_for_signs():
    crowd = Crowd([(100 + i, 100 + j) for i in range(-30, 31, 3) for j in range(-8, 9, 3)])
    box = _free_box(100, 100, 40, 10, [], crowd, 300, 200)
    assert box is not None
    assert crowd.hidden_by(box) < crowd.hidden_by((80, 95, 120, 105)) / 2


def test_the_contradicted_have_their_own_sign_on_the_map(small):
    unknown = [s for s in small.stations if s.readiness == "unknown"]
    told_apart = (replace(unknown[0], contradicted=True), *(s for s in unknown[1:]))
    svg = drawn(told_apart, {}).svg
    assert SIGNS[CONTRADICTED].colour in svg
    assert SIGNS[UNKNOWN].colour in svg
