"""Elevation along the way between two places, from square tiles of one degree."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import asin, ceil, cos, radians, sin, sqrt
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from pollready.engine.errors import EngineError

Floats = NDArray[np.float64]
TileKey = tuple[int, int]  # the tile's south-west corner: whole degrees of latitude, longitude

EARTH_RADIUS_KM = 6371.0088
VOID = -32768
SIDES = (1201, 3601)  # samples a side: every 3 or every 1 second of arc
STEP_M = 90.0
POINTS_MIN, POINTS_MAX = 10, 1200  # intervals of a profile
VOID_M_MAX = 500.0  # a longer hole in the data is not bridged
_NAME = re.compile(r"([NS])(\d{2})([EW])(\d{3})", re.IGNORECASE)


class WrongTileName(EngineError):
    """A tile's name does not say where it lies, such as N38E046."""

    code: ClassVar[str] = "engine.wrong-tile-name"

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(name)


class WrongTileSize(EngineError):
    """A tile does not hold 1201 x 1201 or 3601 x 3601 elevations of two bytes."""

    code: ClassVar[str] = "engine.wrong-tile-size"

    def __init__(self, name: str, size_bytes: int) -> None:
        self.name, self.size_bytes = name, size_bytes
        super().__init__(name, size_bytes)


class WrongPosition(EngineError):
    """A latitude or longitude is no place on earth."""

    code: ClassVar[str] = "engine.wrong-position"

    def __init__(self, lat: float, lon: float) -> None:
        self.lat, self.lon = lat, lon
        super().__init__(lat, lon)


class Gap(StrEnum):
    """Why the elevation somewhere along a profile is not known."""

    MISSING_TILE = "missing-tile"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class Profile:
    """Elevations at equal steps from one place to another; `gap` says why they are not known.

    `elevation_m` is float64[n + 1] over n intervals of `step_m`, both ends included, and NaN
    where `gap` is not None and nothing is known; `missing` names the tiles that are not there.
    """

    elevation_m: Floats
    step_m: float
    distance_m: float
    gap: Gap | None = None
    missing: tuple[str, ...] = ()


def tile_key(name: str) -> TileKey:
    """Read the south-west corner of a tile from its name.

    Parameters
    ----------
    name
        Begins with N or S, two digits, E or W, three digits; an ending such as ``.hgt`` may
        follow.

    Returns
    -------
    tuple
        Whole degrees of latitude and longitude.

    Raises
    ------
    WrongTileName
        If the name is no such name.

    Examples
    --------
    >>> tile_key("N38E046.hgt"), tile_key("S01W072")
    ((38, 46), (-1, -72))
    """
    match = _NAME.match(name)
    if match is None:
        raise WrongTileName(name)
    north, lat, east, lon = match.groups()
    key = (int(lat) * (1 if north in "Nn" else -1), int(lon) * (1 if east in "Ee" else -1))
    if not (-90 <= key[0] < 90 and -180 <= key[1] < 180):
        raise WrongTileName(name)
    return key


def tile_name(key: TileKey) -> str:
    """Name the tile of a south-west corner.

    Examples
    --------
    >>> tile_name((38, 46)), tile_name((-1, -72))
    ('N38E046', 'S01W072')
    """
    lat, lon = key
    return f"{'S' if lat < 0 else 'N'}{abs(lat):02}{'W' if lon < 0 else 'E'}{abs(lon):03}"


def tile_side(name: str, size_bytes: int) -> int:
    """Give how many elevations stand on a side of a tile of so many bytes.

    Raises
    ------
    WrongTileSize
        If it is no square of 1201 or 3601.
    """
    for side in SIDES:
        if size_bytes == side * side * 2:
            return side
    raise WrongTileSize(name, size_bytes)


def tile_from_bytes(name: str, content: bytes | memoryview) -> NDArray[np.int16]:
    """Read a tile: big-endian integers of two bytes, rows from north, columns from west.

    Parameters
    ----------
    name
        Named in errors only.
    content
        2,884,802 or 25,934,402 bytes.

    Returns
    -------
    int16[n, n]
        Elevations in metres above sea level, -32768 where not known; a view, not a copy.

    Raises
    ------
    WrongTileSize
        If the content has another size.
    """
    side = tile_side(name, len(content))
    return np.frombuffer(content, ">i2").reshape(side, side)


class Terrain:
    """The tiles that are known; where there is none, nothing is known, and never sea level.

    Parameters
    ----------
    tiles
        By south-west corner: int16[n, n], n at least 2, rows from north, columns from west,
        borders shared with the neighbours, -32768 for void. A tile is asked for once a
        profile, so that a mapping may read it only then.

    Notes
    -----
    docs/method/radio.md.

    Examples
    --------
    >>> flat = Terrain({(38, 46): np.full((1201, 1201), 1350, np.int16)})
    >>> flat.elevation_m(38.5, 46.5)
    1350.0
    >>> flat.profile(38.5, 46.5, 39.5, 46.5).missing
    ('N39E046',)
    """

    def __init__(self, tiles: Mapping[TileKey, NDArray[Any]]) -> None:
        self._tiles = tiles

    @property
    def names(self) -> tuple[str, ...]:
        """Name the tiles that are known, sorted."""
        return tuple(sorted(tile_name(key) for key in self._tiles))

    def elevation_m(self, lat: float, lon: float) -> float:
        """Give the elevation of one place in metres; NaN where it is not known.

        Raises
        ------
        WrongPosition
            If the place is not on earth.
        """
        check_for_wrong_position(lat, lon)
        found, _ = self._sampled(np.array([lat], float), np.array([lon], float))
        return float(found[0])

    def profile(
        self, lat_a: float, lon_a: float, lat_b: float, lon_b: float, *, step_m: float = STEP_M
    ) -> Profile:
        """Give the elevations along the great circle between two places.

        Parameters
        ----------
        lat_a, lon_a, lat_b, lon_b
            Degrees.
        step_m
            Greatest distance between neighbours, positive; greater where more than 1,200
            intervals would be needed, less where fewer than 10 would be made.

        Returns
        -------
        Profile
            The same read backwards for the way back. Holes of at most 500 m between known
            elevations are bridged by a straight line.

        Raises
        ------
        WrongPosition
            If a place is not on earth.
        """
        check_for_wrong_position(lat_a, lon_a)
        check_for_wrong_position(lat_b, lon_b)
        distance_m = 1000.0 * distance_km(lat_a, lon_a, lat_b, lon_b)
        intervals = min(max(ceil(distance_m / step_m), POINTS_MIN), POINTS_MAX)
        lat, lon = _along(lat_a, lon_a, lat_b, lon_b, intervals)
        heights, missing = self._sampled(lat, lon)
        step = distance_m / intervals
        if missing:
            return Profile(heights, step, distance_m, Gap.MISSING_TILE, missing)
        heights = _bridged(heights, max(int(VOID_M_MAX // step), 1) if step else 1)
        gap = Gap.VOID if np.isnan(heights).any() else None
        return Profile(heights, step, distance_m, gap)

    def _sampled(self, lat: Floats, lon: Floats) -> tuple[Floats, tuple[str, ...]]:
        """Give the elevation at each position, NaN where not known, and the tiles not there."""
        south, west = np.floor(lat).astype(int), np.floor(lon).astype(int)
        found = np.full(lat.size, np.nan)
        missing = []
        for key in dict.fromkeys(zip(south.tolist(), west.tolist(), strict=True)):
            tile = self._tiles.get(key)
            if tile is None:
                missing.append(tile_name(key))
                continue
            here = (south == key[0]) & (west == key[1])
            found[here] = _bilinear(tile, lat[here] - key[0], lon[here] - key[1])
        return found, tuple(sorted(missing))


def check_for_wrong_position(lat: float, lon: float) -> None:
    """Raise `WrongPosition` where latitude and longitude are no place on earth."""
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):  # NaN is none either
        raise WrongPosition(float(lat), float(lon))


def distance_km(lat_a: float, lon_a: float, lat_b: float, lon_b: float) -> float:
    """Give the great-circle distance of two places in kilometres.

    Examples
    --------
    >>> round(distance_km(38.0, 46.0, 39.0, 46.0), 2)  # a degree of latitude
    111.2
    """
    lats = sin(radians(lat_b - lat_a) / 2) ** 2
    lons = sin(radians(lon_b - lon_a) / 2) ** 2
    chord = lats + cos(radians(lat_a)) * cos(radians(lat_b)) * lons
    return 2 * EARTH_RADIUS_KM * asin(min(sqrt(chord), 1.0))


def _along(
    lat_a: float, lon_a: float, lat_b: float, lon_b: float, intervals: int
) -> tuple[Floats, Floats]:
    """Give positions at equal steps of the great circle, both ends exactly as given."""
    ends = np.radians([[lat_a, lon_a], [lat_b, lon_b]])
    lat, lon = ends[:, 0], ends[:, 1]
    a, b = np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])
    angle = 2 * asin(min(float(np.linalg.norm(a - b)) / 2, 1.0))
    share = np.linspace(0.0, 1.0, intervals + 1)
    if angle > 0:
        from_a, from_b = np.sin((1 - share) * angle), np.sin(share * angle)
    else:
        from_a, from_b = 1 - share, share
    x, y, z = np.outer(a, from_a) + np.outer(b, from_b)
    lats, lons = np.degrees(np.arctan2(z, np.hypot(x, y))), np.degrees(np.arctan2(y, x))
    lats[[0, -1]], lons[[0, -1]] = (lat_a, lat_b), (lon_a, lon_b)
    return lats, lons


def _bilinear(tile: NDArray[Any], north: Floats, east: Floats) -> Floats:
    """Interpolate inside a tile by shares of a degree from its south-west corner.

    A void corner makes the result NaN only where it has weight.
    """
    last = tile.shape[0] - 1
    row, column = (1 - north) * last, east * last
    top = np.minimum(row.astype(int), last - 1)
    left = np.minimum(column.astype(int), last - 1)
    down, right = row - top, column - left
    total = np.zeros(row.size)
    for below, beside, weight in (
        (0, 0, (1 - down) * (1 - right)),
        (0, 1, (1 - down) * right),
        (1, 0, down * (1 - right)),
        (1, 1, down * right),
    ):
        corner = tile[top + below, left + beside].astype(float)
        corner[corner == VOID] = np.nan
        total += np.where(weight > 0, weight * corner, 0.0)
    return total


def _bridged(heights: Floats, most: int) -> Floats:
    """Fill holes of at most `most` samples between known ones; longer ones and ends stay NaN."""
    unknown = np.isnan(heights)
    if not unknown.any() or unknown[0] or unknown[-1]:
        return heights
    edges = np.flatnonzero(np.diff(unknown.astype(np.int8)))  # before and at the end of a hole
    filled = heights.copy()
    for before, last in edges.reshape(-1, 2):
        if last - before <= most:
            hole = np.arange(before + 1, last + 1)
            filled[hole] = np.interp(hole, [before, last + 1], [heights[before], heights[last + 1]])
    return filled
