"""The two small maps of a staging plan, drawn from plans made by hand."""

import pytest

from pollready.console.staging_map import draw_maps
from pollready.engine.budget import UNLIMITED
from pollready.planning.staging.asking import Asked, Candidates
from pollready.planning.staging.candidates import candidates_of
from pollready.planning.staging.facts import DepotAt, Heard, StagedStation, StagingFacts
from pollready.planning.staging.plan import plan_staging

ASKED = Asked(candidates=Candidates.DEPOTS, target_min=30, speed_km_h=60, detour_ratio=1.0)


def maps_of(*positions, depots=((38.0, 46.0),), asked=ASKED):
    stations = [
        StagedStation(n, f"S{n}", f"station {n}", 1, 10, lat, lon, 100, Heard.YES)
        for n, (lat, lon) in enumerate(positions)
    ]
    there = [DepotAt(f"D{n}", f"depot {n}", *at) for n, at in enumerate(depots)]
    facts = StagingFacts(stations, there, {1: "one", 10: "ten"}, 8.0, 18.0)
    plan = plan_staging(facts, asked, UNLIMITED)
    return draw_maps(plan, [each for each in candidates_of(facts, asked) if each.is_depot])


def test_every_station_is_a_dot_in_time_or_a_triangle_beyond():
    maps = maps_of((38.0, 46.0), (38.1, 46.1), (38.9, 46.9))
    assert maps.after.reached.count("M") == maps.after.reached_count == 2
    assert maps.after.beyond.count("z") == maps.after.beyond_count == 1
    assert [mark.name for mark in maps.after.marks] == ["depot 0"]


def test_a_circle_of_reach_is_as_wide_as_the_target_goes():
    maps = maps_of((38.0, 46.0), (39.0, 46.0))
    (mark,) = maps.after.marks
    one_degree = maps.after.height - 2 * 30  # from the southern station to the northern
    assert mark.reach == pytest.approx(one_degree * 30 / 111.195, rel=1e-3)


def test_a_position_far_from_all_others_is_not_drawn_but_counted():
    maps = maps_of(*((38 + n / 100, 46 + n / 100) for n in range(200)), (20.0, 10.0))
    assert maps.left_out == 1
    assert maps.after.reached_count + maps.after.beyond_count == 200


def test_without_a_depot_there_is_no_map_of_before():
    asked = Asked(candidates=Candidates.STATIONS)
    maps = maps_of((38.0, 46.0), (38.1, 46.1), depots=(), asked=asked)
    assert maps.before is None and maps.after.reached_count == 2


def test_nothing_with_a_position_is_no_map():
    assert maps_of((None, None)) is None
