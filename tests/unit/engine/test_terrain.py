"""Elevations between places: what is not known stays unknown."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pollready.engine.terrain import (
    Gap,
    Terrain,
    WrongPosition,
    WrongTileName,
    WrongTileSize,
    distance_km,
    tile_from_bytes,
    tile_key,
    tile_name,
)

SIDE = 1201


def slope(per_degree_north: int = 0, per_degree_east: int = 0, base: int = 0) -> np.ndarray:
    """Make a tile that rises evenly to the north and to the east."""
    north = np.linspace(per_degree_north, 0, SIDE)[:, None]
    east = np.linspace(0, per_degree_east, SIDE)[None, :]
    return np.rint(base + north + east).astype(np.int16)


def level(height: int = 1350) -> np.ndarray:
    return np.full((SIDE, SIDE), height, np.int16)


def test_an_even_slope_is_read_as_it_is():
    terrain = Terrain({(38, 46): slope(1200, 2400)})
    assert terrain.elevation_m(38.25, 46.5) == pytest.approx(300 + 1200, abs=0.01)
    assert terrain.elevation_m(38.0 + 1 / 2400, 46.0) == pytest.approx(0.5, abs=0.01)


def test_a_profile_runs_on_from_tile_to_tile():
    terrain = Terrain({(38, 46): slope(1200), (39, 46): slope(1200, base=1200)})
    profile = terrain.profile(38.9, 46.5, 39.1, 46.5)
    assert profile.gap is None
    heights = np.linspace(1080, 1320, profile.elevation_m.size)
    assert profile.elevation_m == pytest.approx(heights, abs=0.1)
    assert profile.distance_m == pytest.approx(
        profile.step_m * (profile.elevation_m.size - 1), rel=1e-12
    )


def test_a_missing_tile_is_unknown_and_never_sea_level():
    terrain = Terrain({(38, 46): level()})
    profile = terrain.profile(38.5, 46.5, 38.5, 47.2)
    assert (profile.gap, profile.missing) == (Gap.MISSING_TILE, ("N38E047",))
    assert np.isnan(profile.elevation_m[-1])
    assert np.isnan(terrain.elevation_m(12.0, 12.0))


def test_a_short_void_is_bridged_by_a_straight_line():
    tile = slope(1200)
    tile[600:603, :] = -32768
    profile = Terrain({(38, 46): tile}).profile(38.3, 46.5, 38.7, 46.5)
    assert profile.gap is None
    heights = np.linspace(360, 840, profile.elevation_m.size)
    assert profile.elevation_m == pytest.approx(heights, abs=0.2)


@pytest.mark.parametrize(("rows", "south"), [((580, 620), 38.3), ((600, 603), 38.4995)])
def test_a_long_void_and_one_at_an_end_stay_unknown(rows, south):
    tile = level()
    tile[slice(*rows), :] = -32768
    profile = Terrain({(38, 46): tile}).profile(south, 46.5, 38.7, 46.5)
    assert profile.gap is Gap.VOID
    assert np.isnan(profile.elevation_m).any()


def test_a_void_neighbour_without_weight_does_not_matter():
    tile = level()
    tile[600, 601] = -32768
    terrain = Terrain({(38, 46): tile})
    assert terrain.elevation_m(38.5, 46.5) == 1350.0
    assert np.isnan(terrain.elevation_m(38.5, 46.5004))


inside = st.tuples(st.floats(38.01, 38.99), st.floats(46.01, 46.99))
ROUGH = Terrain(
    {(38, 46): np.random.default_rng(3).integers(0, 3000, (SIDE, SIDE)).astype(np.int16)}
)


@settings(max_examples=50, deadline=None)
@given(inside, inside)
def test_the_way_back_is_the_same_profile_backwards(one, other):
    there, back = ROUGH.profile(*one, *other), ROUGH.profile(*other, *one)
    assert there.step_m == back.step_m
    assert there.elevation_m == pytest.approx(back.elevation_m[::-1], abs=0.01)


def test_the_number_of_points_is_bounded():
    assert ROUGH.profile(38.5, 46.5, 38.5001, 46.5).elevation_m.size == 11
    assert ROUGH.profile(38.01, 46.01, 38.99, 46.99, step_m=1.0).elevation_m.size == 1201
    still = ROUGH.profile(38.5, 46.5, 38.5, 46.5)
    assert (still.distance_m, still.step_m) == (0.0, 0.0)


@pytest.mark.parametrize("name", ["N38E046", "S01W072", "N00E000"])
def test_a_tile_is_called_after_its_south_west_corner(name):
    assert tile_name(tile_key(f"{name}.hgt")) == name


@pytest.mark.parametrize("name", ["tabriz.hgt", "N95E046.hgt", "N38E181.hgt", "38N046E"])
def test_a_name_that_says_no_place_is_refused(name):
    with pytest.raises(WrongTileName) as refused:
        tile_key(name)
    assert refused.value.fields == {"name": name}


def test_a_tile_of_another_size_is_refused_with_its_name():
    with pytest.raises(WrongTileSize) as refused:
        tile_from_bytes("N38E046.hgt", b"\0" * 100)
    assert refused.value.fields == {"name": "N38E046.hgt", "size_bytes": 100}


def test_bytes_are_read_big_endian_from_the_north_west():
    content = bytearray(2 * SIDE * SIDE)
    content[0:2] = (1000).to_bytes(2, "big")
    tile = tile_from_bytes("N38E046", bytes(content))
    assert (tile[0, 0], tile[0, 1], tile[1, 0]) == (1000, 0, 0)
    assert Terrain({(38, 46): tile}).elevation_m(38 + 1200 / 1200 - 1e-12, 46.0) == pytest.approx(
        1000, abs=0.01
    )


@pytest.mark.parametrize("place", [(90.1, 0.0), (0.0, 180.1), (float("nan"), 0.0)])
def test_what_is_no_place_is_refused(place):
    with pytest.raises(WrongPosition):
        ROUGH.profile(38.5, 46.5, *place)


def test_the_pole_and_the_date_line_are_places_whose_tiles_nobody_has():
    assert ROUGH.profile(89.9, 0.5, 90.0, 0.5).gap is Gap.MISSING_TILE
    assert np.isnan(ROUGH.elevation_m(38.5, 180.0))


def test_a_degree_of_latitude_is_a_360th_of_the_great_circle():
    assert distance_km(38.0, 46.0, 39.0, 46.0) == pytest.approx(np.pi * 6371.0088 / 180)
