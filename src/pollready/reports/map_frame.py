"""What a map shows: places that are among the others, and where on the canvas each comes."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, radians
from typing import TypeVar

# A coordinate farther from the bulk than this, and than the bulk is wide, is a data fault.
_FAR_DEGREES = 2.0
_FEWEST = 4  # of fewer places none is the odd one
Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class Frame:
    """How latitude and longitude become points on the canvas."""

    west: float
    north: float
    scale: float
    shrink: float  # cosine of the middle latitude
    margin_x: float
    margin_y: float

    def place(self, lat: float, lon: float) -> tuple[float, float]:
        """Give the point of a place."""
        return (
            self.margin_x + (lon - self.west) * self.shrink * self.scale,
            self.margin_y + (self.north - lat) * self.scale,
        )


def believable(
    points: Sequence[tuple[Thing, float, float]],
) -> list[tuple[Thing, float, float]]:
    """Keep what lies among the others; each comes with its latitude and longitude."""
    if len(points) < _FEWEST:
        return list(points)
    low_lat, high_lat = _reach(sorted(lat for _, lat, _ in points))
    low_lon, high_lon = _reach(sorted(lon for _, _, lon in points))
    return [p for p in points if low_lat <= p[1] <= high_lat and low_lon <= p[2] <= high_lon]


def _reach(ordered: Sequence[float]) -> tuple[float, float]:
    """Give the range around the bulk beyond which a coordinate is not believed."""
    edge = len(ordered) // 20
    first, last = ordered[edge], ordered[-1 - edge]
    slack = max(last - first, _FAR_DEGREES)
    return first - slack, last + slack


def fit(
    placed: Sequence[tuple[Thing, float, float]], width: float, height: float, margin: float
) -> Frame:
    """Fit places, of which there is at least one, into a canvas."""
    lats, lons = [p[1] for p in placed], [p[2] for p in placed]
    shrink = cos(radians((min(lats) + max(lats)) / 2))
    # One place, or a line of them, still needs a frame: half a kilometre at least.
    span_x = max((max(lons) - min(lons)) * shrink, 0.005)
    span_y = max(max(lats) - min(lats), 0.005)
    scale = min((width - 2 * margin) / span_x, (height - 2 * margin) / span_y)
    return Frame(
        west=min(lons),
        north=max(lats),
        scale=scale,
        shrink=shrink,
        margin_x=(width - (max(lons) - min(lons)) * shrink * scale) / 2,
        margin_y=(height - (max(lats) - min(lats)) * scale) / 2,
    )
