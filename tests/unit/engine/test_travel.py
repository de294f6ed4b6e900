import numpy as np
import pytest

from pollready.engine.terrain import distance_km
from pollready.engine.travel import Places, Roads, WrongRoads, WrongTravelTime, travel


def places(*rows, ratio=None):
    codes, lat, lon = zip(*rows, strict=True)
    return Places(codes, np.array(lat), np.array(lon), None if ratio is None else np.array(ratio))


TABRIZ, AHAR = ("tabriz", 38.08, 46.29), ("ahar", 38.47, 47.07)
NOWHERE = ("nowhere", np.nan, np.nan)


def test_hours_by_distance_are_kilometres_times_the_ratio_over_the_speed():
    found = travel(places(TABRIZ), places(AHAR), roads=Roads(40.0, 1.5))
    km = distance_km(38.08, 46.29, 38.47, 47.07)
    assert found.hours[0, 0] == pytest.approx(km * 1.5 / 40)
    assert (found.by_table, found.by_distance, found.unknown) == (0, 1, 0)


def test_near_places_keep_their_digits():
    near = places(("a", 38.0, 46.0), ("b", 38.00001, 46.0))
    km = travel(near, near, roads=Roads(1.0, 1.0)).hours
    assert km[0, 1] == pytest.approx(0.00111195, rel=1e-5) and km[0, 0] == 0


def test_the_table_stands_before_distance_in_the_direction_it_gives():
    both = places(TABRIZ, AHAR)
    found = travel(both, both, table_min={("tabriz", "ahar"): 90.0, ("x", "ahar"): 1.0})
    assert found.hours[0, 1] == 1.5 and found.hours[1, 0] != 1.5
    assert (found.by_table, found.by_distance, found.unknown) == (1, 3, 0)


def test_a_place_without_coordinates_is_unknown_unless_the_table_knows_it():
    found = travel(places(NOWHERE, TABRIZ), places(AHAR))
    assert np.isnan(found.hours[0, 0]) and found.unknown == 1
    found = travel(places(NOWHERE), places(AHAR), table_min={("nowhere", "ahar"): 12.0})
    assert found.hours[0, 0] == 0.2 and found.unknown == 0


def test_a_place_s_own_ratio_counts_half_of_a_way():
    rough = travel(places(TABRIZ, ratio=[2.0]), places(AHAR), roads=Roads(50.0, 1.2)).hours
    plain = travel(places(TABRIZ), places(AHAR), roads=Roads(50.0, 1.6)).hours
    assert rough[0, 0] == pytest.approx(plain[0, 0])
    unknown = travel(places(TABRIZ, ratio=[np.nan]), places(AHAR), roads=Roads(50.0, 1.6)).hours
    assert unknown[0, 0] == pytest.approx(plain[0, 0])


@pytest.mark.parametrize(("speed", "ratio"), [(0.0, 1.3), (50.0, 0.9), (np.nan, 1.3)])
def test_roads_that_make_travel_free_are_refused(speed, ratio):
    with pytest.raises(WrongRoads):
        Roads(speed, ratio)


def test_a_place_s_ratio_below_one_is_refused():
    with pytest.raises(WrongRoads):
        travel(places(TABRIZ, ratio=[0.5]), places(AHAR))


@pytest.mark.parametrize("minutes", [-1.0, float("nan")])
def test_a_time_that_is_no_time_is_refused(minutes):
    with pytest.raises(WrongTravelTime) as refused:
        travel(places(TABRIZ), places(AHAR), table_min={("tabriz", "ahar"): minutes})
    assert refused.value.fields["origin"] == "tabriz"
