"""Coordinates that cannot be right: told as doubts, never a reason to send a row back."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, hypot, radians
from statistics import median

from pollready.intake.staging.grids import to_degrees
from pollready.intake.staging.records import Record, Staged
from pollready.language import fold
from pollready.obstacles.thresholds import Thresholds

FAR_KM = Thresholds().coordinate_outlier_km
_LOCATED_MIN = 5  # fewer say nothing about where a jurisdiction lies
_COUNTY_MIN = 4
_EXTENT_MIN_KM = 30.0
_KM_PER_DEGREE = 111.2
_SHARED_MIN = 3  # different names at one point: a village centre, not a building

DOUBTS = "doubts"  # key under which a record carries them
Point = tuple[float, float]


def doubt_coordinates(staged: Staged) -> None:
    """Read grids, take out 0,0, and mark what is swapped, outside or far; tell each once.

    The jurisdiction is where the list's own points are: within twice the distance that holds
    nine tenths of them, from their median. A point is far when it lies more than 60 km from the
    median of its county, and more than four times as far as the county's points usually do.
    """
    stations = staged.records("stations")
    _read_grids(stations)
    groups = (stations, staged.records("stops"), staged.records("components"))
    for records in groups:
        for record in records:
            _check_for_half_or_zero(record, staged)
    extent = _extent(stations) or _extent(groups[2])
    if extent is None:
        return
    for records in groups:
        centres = _county_centres(records)
        for record in records:
            _check_for_wrong_place(record, extent, centres, staged)
    _check_for_shared_points(stations, staged)


def distance_km(one: Point, other: Point) -> float:
    """Give the distance of two points (latitude, longitude), on a plane: right to 1% here."""
    north = (one[0] - other[0]) * _KM_PER_DEGREE
    east = (one[1] - other[1] + 180) % 360 - 180
    return hypot(north, east * _KM_PER_DEGREE * cos(radians((one[0] + other[0]) / 2)))


@dataclass(frozen=True, slots=True)
class _Extent:
    """A middle, and how far from it points belong."""

    middle: Point
    reach_km: float

    def holds(self, point: Point) -> bool:
        return abs(point[0]) <= 90 and distance_km(point, self.middle) <= self.reach_km


def _read_grids(stations: Sequence[Record]) -> None:
    """Turn eastings and northings into degrees where a row has no degrees of its own."""
    on_grid = []
    for record in stations:
        east, north = record.values.pop("easting", None), record.values.pop("northing", None)
        if east is None or north is None or "lat" in record.values:
            continue
        if east == 0 and north == 0:
            record.values["lat"] = record.values["lon"] = 0.0
        else:
            on_grid.append((record, east, north))
    if not on_grid:
        return
    points = to_degrees([e for _, e, _ in on_grid], [n for _, _, n in on_grid])
    for (record, _, _), point in zip(on_grid, points, strict=True):
        if point:
            record.values["lat"], record.values["lon"] = point


def _check_for_half_or_zero(record: Record, staged: Staged) -> None:
    lat, lon = record.get("lat"), record.get("lon")
    if lat is None and lon is None:
        return
    if lat is None or lon is None:
        missing, there = ("lat", "lon") if lat is None else ("lon", "lat")
        staged.drop_cell("coordinate-half", record, missing, record.values.pop(there))
    elif lat == 0 and lon == 0:
        _doubt("zero", record, staged, "0, 0")
        del record.values["lat"], record.values["lon"]


def _check_for_wrong_place(
    record: Record, extent: _Extent, centres: dict[str, _Extent], staged: Staged
) -> None:
    point = _point(record)
    if point is None:
        return
    said = f"{point[0]:g}, {point[1]:g}"
    county = centres.get(fold(record.get("county") or ""))
    if not (county or extent).holds(point) and (county or extent).holds((point[1], point[0])):
        _doubt("swapped", record, staged, said)
    elif county is not None and county.holds(point):
        pass  # a county of its own, perhaps far from all others
    elif extent.holds(point):
        if county is not None:
            _doubt("far", record, staged, said)
    elif extent.holds((point[1], point[0])):
        _doubt("swapped", record, staged, said)
    else:
        _doubt("outside", record, staged, said)
    if abs(point[0]) > 90:  # the register holds no such latitude
        del record.values["lat"], record.values["lon"]


def _doubt(which: str, record: Record, staged: Staged, said: str) -> None:
    record.values.setdefault(DOUBTS, []).append(which)
    staged.say(f"coordinates-{which}", record, "lat", said)


def _extent(records: Sequence[Record]) -> _Extent | None:
    points = [point for record in records if (point := _point(record))]
    return _extent_of(points, share=0.9, times=2.0, least_km=_EXTENT_MIN_KM)


def _county_centres(records: Sequence[Record]) -> dict[str, _Extent]:
    by_county: dict[str, list[Point]] = defaultdict(list)
    for record in records:
        if (point := _point(record)) and (county := record.get("county")):
            by_county[fold(county)].append(point)
    found = {
        county: _extent_of(points, share=0.5, times=4.0, least_km=FAR_KM, at_least=_COUNTY_MIN)
        for county, points in by_county.items()
    }
    return {county: extent for county, extent in found.items() if extent}


def _extent_of(
    points: list[Point],
    *,
    share: float,
    times: float,
    least_km: float,
    at_least: int = _LOCATED_MIN,
) -> _Extent | None:
    """Give the median point and `times` the distance that holds a share of all points."""
    if len(points) < at_least:
        return None
    middle = median(p[0] for p in points), median(p[1] for p in points)
    distances = sorted(distance_km(point, middle) for point in points)
    # Of few points the share must leave one out, or a single stray one would set the measure.
    usual = distances[int(share * (len(distances) - 1))]
    return _Extent(middle, max(least_km, times * usual))


def _check_for_shared_points(stations: Sequence[Record], staged: Staged) -> None:
    """Tell of points at which several differently named stations are said to stand."""
    at: dict[Point, list[Record]] = defaultdict(list)
    for record in stations:
        if point := _point(record):
            at[round(point[0], 5), round(point[1], 5)].append(record)
    for point, records in at.items():
        if len(records) < _SHARED_MIN:
            continue
        names = {fold(record.get("name") or "") for record in records}
        if len(names) >= _SHARED_MIN:
            said = f"{point[0]:g}, {point[1]:g}"
            staged.say("coordinates-shared", records[0], "lat", said, stations=len(records))


def _point(record: Record) -> Point | None:
    lat, lon = record.values.get("lat"), record.values.get("lon")
    return None if lat is None or lon is None else (lat, lon)
