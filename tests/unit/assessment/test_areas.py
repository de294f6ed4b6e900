"""Areas drawn on the map: read as addresses carry them, decided by the database."""

import math
from datetime import UTC, date, datetime

import pytest

from pollready.assessment.areas import Area, UnreadableArea, read_area, stands_in
from pollready.assessment.models import SavedAssessment, StationRecord
from pollready.places.models import ElectionRound, Listing, ServicePoint, Stop

pytestmark = pytest.mark.django_db


def star(points: int = 9) -> Area:
    """Draw a star around 46.3, 38.1, which a box is not."""
    corners = []
    for i in range(2 * points):
        reach, angle = (0.5 if i % 2 else 0.2), math.pi * i / points
        corners.append((46.3 + reach * math.cos(angle), 38.1 + reach * math.sin(angle)))
    return Area(tuple(corners))


def is_inside(area: Area, lon: float, lat: float) -> bool:
    """Count crossings to the east, one edge after the other."""
    inside = False
    for (x1, y1), (x2, y2) in zip(area.corners, area.corners[1:] + area.corners[:1], strict=True):
        if (y1 <= lat < y2 or y2 <= lat < y1) and lon < (x2 - x1) / (y2 - y1) * (lat - y1) + x1:
            inside = not inside
    return inside


@pytest.fixture
def saved(db) -> SavedAssessment:
    election_round = ElectionRound.objects.create(code="r", name="r")
    return SavedAssessment.objects.create(
        round=election_round,
        made_at=datetime(2028, 6, 1, tzinfo=UTC),
        as_of_date=date(2028, 6, 1),
        summary={},
    )


def station(saved: SavedAssessment, code: str, lon: float | None, lat: float | None) -> Listing:
    point = ServicePoint.objects.create(name=code, key=code, lat=lat, lon=lon)
    listing = Listing.objects.create(round=saved.round, point=point, code=code)
    StationRecord.objects.create(
        assessment=saved, listing=listing, readiness="ready", on_course="ready", criteria="m" * 10
    )
    return listing


def found(area: Area) -> set[str]:
    records = StationRecord.objects.filter(stands_in(area, "listing"))
    return set(records.values_list("listing__code", flat=True))


def test_the_database_finds_the_same_stations_as_counting_by_hand(saved):
    area = star()
    at = {
        f"{i}-{j}": (45.7 + i * 0.083, 37.5 + j * 0.083) for i in range(15) for j in range(15)
    }  # fmt: skip
    for code, (lon, lat) in at.items():
        station(saved, code, lon, lat)
    by_hand = {code for code, (lon, lat) in at.items() if is_inside(area, lon, lat)}
    assert 10 < len(by_hand) < 100
    assert found(area) == by_hand


def test_a_mobile_station_stands_where_it_stops(saved):
    mobile = station(saved, "mobile", None, None)
    Stop.objects.create(listing=mobile, ordinal=1, lat=38.1, lon=46.3)
    station(saved, "nowhere", None, None)
    assert found(star()) == {"mobile"}


def test_an_area_of_a_hundred_corners_is_no_burden_to_the_database(saved):
    station(saved, "middle", 46.3, 38.1)
    assert found(star(points=50)) == {"middle"}


def test_an_area_without_height_holds_nothing(saved):
    station(saved, "on the line", 46.3, 38.1)
    assert found(Area(((46, 38.1), (46.5, 38.1), (47, 38.1)))) == set()


@pytest.mark.parametrize(
    "text",
    ["", "46,38", "46,38~47,38", "46,38~47,38~x,39", "46,38~47,38~nan,39", "46,38~47,38~inf,39",
     "46,38~47,38~181,39", "46,38~47,38~46,91", "46;38~47;38~46;39", "1,1~" * 101 + "1,1"],
)  # fmt: skip
def test_what_is_no_area_is_refused(text):
    with pytest.raises(UnreadableArea):
        read_area(text)
