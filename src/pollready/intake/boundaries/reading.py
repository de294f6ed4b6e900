"""Reading a GeoJSON file of borders: everything wrong is told at once, the rest goes in."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import Any

from pollready.language import Phrase

FILE_MAX_BYTES = 30 * 1024 * 1024
FEATURES_MAX = 5000
POSITIONS_MAX = 2_000_000
TEXT_MAX = 200
_POLYGONS = ("Polygon", "MultiPolygon")
_TEXTS_MAX = 40  # properties of one feature that are looked at

Position = tuple[float, float]
Ring = list[Position]
Polygon = list[Ring]


class BoundariesUnreadable(ValueError):
    """The file as a whole gives no border; `why` is one of the phrases `map.unreadable`."""

    code = "intake.boundaries-unreadable"

    def __init__(self, name: str, why: str, **fields: object) -> None:
        self.fields: dict[str, object] = {
            "name": name,
            "why": Phrase(f"map.unreadable.{why}", dict(fields)),
        }
        super().__init__(f"{name}: {why}")


@dataclass(frozen=True, slots=True)
class FeatureFault:
    """One feature that was left out, or went in with a part left out.

    `code` is one of the phrases `map.fault`; `number` counts the file's features from 1.
    """

    number: int
    name: str
    code: str


@dataclass(frozen=True, slots=True)
class Feature:
    """A border with every text that may name its place."""

    number: int
    name: str
    texts: tuple[str, ...]
    polygons: list[Polygon]


@dataclass(slots=True)
class BoundaryList:
    """What a file holds."""

    features: list[Feature] = field(default_factory=list)
    faults: list[FeatureFault] = field(default_factory=list)


def read_boundaries(content: bytes, name: str) -> BoundaryList:
    """Read a FeatureCollection of polygons; raises `BoundariesUnreadable`."""
    document = _document(content, name)
    rows = document.get("features")
    if document.get("type") != "FeatureCollection" or not isinstance(rows, list):
        raise BoundariesUnreadable(name, "no_collection")
    if _is_projected(document):
        raise BoundariesUnreadable(name, "projected")
    if len(rows) > FEATURES_MAX:
        raise BoundariesUnreadable(name, "features", limit=FEATURES_MAX)
    found, room = BoundaryList(), POSITIONS_MAX
    for number, row in enumerate(rows, start=1):
        room -= _read_feature(number, row, found)
        if room < 0:
            raise BoundariesUnreadable(name, "positions", limit=POSITIONS_MAX)
    if not found.features:
        raise BoundariesUnreadable(name, "no_polygon")
    return found


def _document(content: bytes, name: str) -> Mapping[str, Any]:
    if len(content) > FILE_MAX_BYTES:
        raise BoundariesUnreadable(name, "bytes", limit=FILE_MAX_BYTES // 1_000_000)
    try:
        document = json.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise BoundariesUnreadable(name, "no_json") from None
    if not isinstance(document, dict):
        raise BoundariesUnreadable(name, "no_collection")
    return document


def _is_projected(document: Mapping[str, Any]) -> bool:
    """Tell whether the file says that its figures are no longitudes and latitudes."""
    said = json.dumps(document.get("crs") or "")
    return bool(document.get("crs")) and not any(
        known in said for known in ("CRS84", "4326", "WGS84", "WGS 84")
    )


def _read_feature(number: int, row: Any, found: BoundaryList) -> int:
    """Take one feature in, or say what is wrong with it; give how many positions it has."""
    texts = tuple(dict.fromkeys(_texts(row.get("properties")))) if isinstance(row, dict) else ()
    name = _name(row.get("properties"), texts) if isinstance(row, dict) else ""
    geometry = row.get("geometry") if isinstance(row, dict) else None

    def fault(code: str) -> None:
        found.faults.append(FeatureFault(number, name, code))

    if not isinstance(geometry, dict) or geometry.get("type") not in _POLYGONS:
        fault("no_polygon")
        return 0
    coordinates = geometry.get("coordinates")
    rows: Any = [coordinates] if geometry["type"] == "Polygon" else coordinates
    try:
        polygons = [[_ring(ring) for ring in polygon] for polygon in rows]
    except (TypeError, ValueError, OverflowError):
        fault("not_numbers")
        return 0
    positions = sum(len(ring) for polygon in polygons for ring in polygon)
    if not all(polygon and all(len(ring) >= 4 for ring in polygon) for polygon in polygons):
        fault("ring_too_short")
    elif not all(_on_earth(ring) for polygon in polygons for ring in polygon):
        fault("off_earth")
    elif not texts:
        fault("no_name")
    elif polygons:
        found.features.append(Feature(number, name, texts, polygons))
    else:
        fault("no_polygon")
    return positions


def _ring(ring: Any) -> Ring:
    return [(float(position[0]), float(position[1])) for position in ring]


def _on_earth(ring: Ring) -> bool:
    return all(
        isfinite(lon) and isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90 for lon, lat in ring
    )


def _texts(value: Any, depth: int = 0) -> Iterator[str]:
    """Give every short text and whole number in a feature's properties, nested ones too."""
    if isinstance(value, Mapping) and depth < 3:
        for each in list(value.values())[:_TEXTS_MAX]:
            yield from _texts(each, depth + 1)
    elif isinstance(value, str) and 0 < len(value.strip()) <= TEXT_MAX:
        yield value.strip()
    elif isinstance(value, int) and not isinstance(value, bool):
        yield str(value)


def _name(properties: Any, texts: tuple[str, ...]) -> str:
    """Choose the text under which a feature is shown: one that is called a name, else any."""
    named = list(_named(properties))
    letters = [text for text in texts if any(map(str.isalpha, text))]
    return next(iter(named or letters or texts), "")


def _named(properties: Any, depth: int = 0) -> Iterator[str]:
    if not isinstance(properties, Mapping) or depth > 2:
        return
    keys = sorted(properties, key=lambda key: (":" in str(key), len(str(key))))
    for key in keys:
        value = properties[key]
        if "name" in str(key).lower() and isinstance(value, str) and value.strip():
            yield value.strip()[:TEXT_MAX]
    for value in properties.values():
        yield from _named(value, depth + 1)
