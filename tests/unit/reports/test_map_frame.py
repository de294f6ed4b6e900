"""Which places a map shows, however wide the land is."""

import random

from pollready.reports.map_frame import believable, fit


def test_a_land_of_any_width_is_shown_whole():
    rng = random.Random(1)
    for wide, high in ((0.5, 0.3), (6.0, 5.0), (19.0, 14.0)):
        points = [(n, 25 + rng.uniform(0, high), 44 + rng.uniform(0, wide)) for n in range(500)]
        assert believable(points) == points


def test_a_place_far_from_all_others_is_left_out_and_two_alone_are_not():
    near = [(n, 38 + n / 100, 46 + n / 100) for n in range(40)]
    assert believable([*near, ("far", 3.8, 46.0)]) == near
    assert len(believable([("south", 25.0, 60.0), ("north", 31.0, 60.0)])) == 2


def test_every_place_lies_on_the_canvas():
    points = [("a", 25.0, 60.0), ("b", 31.0, 61.0), ("c", 28.0, 60.5)]
    frame = fit(points, 520, 400, 14)
    for _, lat, lon in points:
        x, y = frame.place(lat, lon)
        assert 13.9 <= x <= 506.1
        assert 13.9 <= y <= 386.1
