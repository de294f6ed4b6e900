"""Reading JSON: a list of objects, GeoJSON, or an object that holds one such list."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pollready.intake.reading.limits import ROWS_MAX, FileTooLarge, UnreadableFile
from pollready.intake.reading.table import Table
from pollready.intake.reading.text import decode

_DEPTH_MAX = 6
# A list inside each object, one entry a house: people's addresses, not the station's.
_ADDRESS_LISTS = frozenset({"properties", "electors", "voters", "addresses", "households"})


@dataclass(slots=True)
class _Left:
    """Nested lists that do not become columns, by name."""

    dropped: dict[str, None] = field(default_factory=dict)
    unread: dict[str, None] = field(default_factory=dict)


def read_json(content: bytes, name: str) -> Table:
    """Read the one list of objects in a JSON text as a table, nested keys joined by a dot.

    Raises `UnreadableFile` for a text that is not JSON. JSON without a list of objects gives a
    table without rows: there is nothing in it to register.
    """
    try:
        found = json.loads(decode(content, name).lstrip("\ufeff"))
    except (ValueError, RecursionError):
        raise UnreadableFile(name, "json") from None
    objects = list_of_objects(found)
    if len(objects) > ROWS_MAX:
        raise FileTooLarge(name, "rows", ROWS_MAX)
    left = _Left()
    flat = [dict(_flatten(each, "", left)) for each in objects]
    headings = list(dict.fromkeys(key for each in flat for key in each))
    rows = [headings, *([each.get(key, "") for key in headings] for each in flat)]
    # The headings are no row of the file: the first object is row 1.
    title, dropped, unread = name.rsplit(".", 1)[0], tuple(left.dropped), tuple(left.unread)
    return Table(title, rows, 0, has_header=True, unread=unread, dropped=dropped)


def list_of_objects(found: Any) -> list[Mapping[str, Any]]:
    """Find the list: at the top, the features of GeoJSON, or the longest list one step down."""
    if isinstance(found, list):
        return [each for each in found if isinstance(each, dict)]
    if not isinstance(found, dict):
        return []
    if found.get("type") == "FeatureCollection":
        return [_feature(each) for each in list_of_objects(found.get("features"))]
    lists = [list_of_objects(value) for value in found.values() if isinstance(value, list)]
    return max(lists, key=len, default=[])


def _feature(feature: Mapping[str, Any]) -> Mapping[str, Any]:
    """Turn a GeoJSON feature into a plain object; a shape is placed at its first corner."""
    properties = feature.get("properties")
    plain = dict(properties) if isinstance(properties, dict) else {}
    geometry = feature.get("geometry")
    corner = geometry.get("coordinates") if isinstance(geometry, dict) else None
    while isinstance(corner, list) and corner and isinstance(corner[0], list):
        corner = corner[0]
    if isinstance(corner, list) and len(corner) >= 2:
        plain.setdefault("longitude", corner[0])
        plain.setdefault("latitude", corner[1])
    return plain


def _flatten(
    value: Mapping[str, Any], prefix: str, left: _Left, depth: int = 0
) -> Iterator[tuple[str, Any]]:
    for key, inner in value.items():
        path = f"{prefix}{key}"
        if isinstance(inner, dict):
            if depth < _DEPTH_MAX:
                yield from _flatten(inner, f"{path}.", left, depth + 1)
            else:
                left.unread[path] = None
        elif isinstance(inner, list):
            if key.lower() in _ADDRESS_LISTS:
                left.dropped[path] = None
            elif all(isinstance(each, str | int | float) for each in inner):
                yield path, ", ".join(str(each) for each in inner)
            else:
                left.unread[path] = None
        else:
            yield path, "" if inner is None else inner
