"""Coordinates on a national grid, as latitude and longitude."""

from collections.abc import Sequence

# The grid of lists that give eastings and northings: the only such exports met so far are
# British ones. Another country's grid is one line here, chosen by the headings it comes under.
DEFAULT_GRID = "EPSG:27700"


def to_degrees(
    eastings: Sequence[float], northings: Sequence[float], grid: str = DEFAULT_GRID
) -> list[tuple[float, float] | None]:
    """Turn grid coordinates in metres into (latitude, longitude); None outside the grid."""
    # Slow to import (0.2 s), and few lists need it.
    from pyproj import Transformer

    transformer = Transformer.from_crs(grid, "EPSG:4326", always_xy=True)
    lons, lats = transformer.transform(list(eastings), list(northings))
    return [
        (round(lat, 6), round(lon, 6)) if abs(lat) <= 90 and abs(lon) <= 180 else None
        for lat, lon in zip(lats, lons, strict=True)
    ]
