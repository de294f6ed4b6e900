"""An area drawn on the map, and which stations stand in it, decided by the database itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

from django.db.models import Case, Exists, F, FloatField, IntegerField, OuterRef, Q, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Mod
from django.db.models.lookups import Exact

from pollready.places.models import Stop

CORNERS_MIN, CORNERS_MAX = 3, 100
Corner = tuple[float, float]  # longitude, latitude


class UnreadableArea(ValueError):
    """The text is no area: `lon,lat` pairs, separated by `~`, on the earth, 3 to 100 of them."""

    code = "assessment.unreadable-area"

    def __init__(self, text: str) -> None:
        self.fields: dict[str, object] = {"least": CORNERS_MIN, "most": CORNERS_MAX}
        super().__init__(text[:60])


@dataclass(frozen=True, slots=True)
class Area:
    """A polygon by its corners; the last is joined to the first."""

    corners: tuple[Corner, ...]

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Give west, south, east and north."""
        lons, lats = zip(*self.corners, strict=True)
        return min(lons), min(lats), max(lons), max(lats)


def read_area(text: str) -> Area:
    """Read an area as an address carries it; raises `UnreadableArea`.

    >>> read_area("46,38~46.5,38~46.5,38.4").box
    (46.0, 38.0, 46.5, 38.4)
    """
    pairs = text.split("~")
    if not CORNERS_MIN <= len(pairs) <= CORNERS_MAX:
        raise UnreadableArea(text)
    return Area(tuple(_corner(pair, text) for pair in pairs))


def _corner(pair: str, text: str) -> Corner:
    try:
        lon, lat = map(float, pair.split(","))
    except ValueError:
        raise UnreadableArea(text) from None
    if not (isfinite(lon) and isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90):
        raise UnreadableArea(text)
    return lon, lat


def stands_in(area: Area, listing: str) -> Q:
    """Say that the station to which `listing` leads, or one of its stops, stands in the area."""
    stops = Stop.objects.filter(_inside(area, "lat", "lon"), listing=OuterRef(listing))
    return _inside(area, f"{listing}__point__lat", f"{listing}__point__lon") | Q(Exists(stops))


def _inside(area: Area, lat: str, lon: str) -> Q:
    """Say that a point is in the box and that a ray to the east crosses the border an odd time."""
    west, south, east, north = area.box
    in_box = Q(**{f"{lat}__range": (south, north), f"{lon}__range": (west, east)})
    edges = zip(area.corners, area.corners[1:] + area.corners[:1], strict=True)
    crossings = [_crosses(edge, lat, lon) for edge in edges if edge[0][1] != edge[1][1]]
    if not crossings:
        return Q(pk__in=())
    odd = Case(
        When(in_box, then=Mod(_sum(crossings), Value(2))),
        default=Value(0),
        output_field=IntegerField(),
    )
    return in_box & Q(Exact(odd, 1))


def _crosses(edge: tuple[Corner, Corner], lat: str, lon: str) -> Case:
    """Count 1 where the edge lies east of the point, at the point's latitude."""
    (x1, y1), (x2, y2) = edge
    slope = (x2 - x1) / (y2 - y1)
    at = Value(slope, output_field=FloatField()) * F(lat) + Value(
        x1 - slope * y1, output_field=FloatField()
    )
    low, high = sorted((y1, y2))
    beside = Q(**{f"{lat}__gte": low, f"{lat}__lt": high, f"{lon}__lt": at})
    return Case(When(beside, then=Value(1)), default=Value(0), output_field=IntegerField())


def _sum(parts: Sequence[Combinable]) -> Combinable:
    """Add in pairs, so that the expression stays shallow: databases limit its depth."""
    if len(parts) == 1:
        return parts[0]
    half = len(parts) // 2
    return _sum(parts[:half]) + _sum(parts[half:])
