"""Reading JSON: a list of objects or of rows, GeoJSON, or an object that holds one such list."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pollready.intake.reading.limits import ROWS_MAX, FileTooLarge, UnreadableFile
from pollready.intake.reading.table import Table
from pollready.intake.reading.text import decode

_DEPTH_MAX = 6
_NO_TEXT = re.compile("[\x00\ud800-\udfff]")  # half a letter, as a broken export writes it
# A list inside each object, one entry a house: people's addresses, not the station's.
_ADDRESS_LISTS = frozenset({"properties", "electors", "voters", "addresses", "households"})


@dataclass(slots=True)
class _Left:
    """Nested lists that do not become columns, by name."""

    dropped: dict[str, None] = field(default_factory=dict)
    unread: dict[str, None] = field(default_factory=dict)


def read_json(content: bytes, name: str) -> Table:
    """Read the one list of a JSON text as a table, nested keys joined by a dot.

    A list of objects, of lists (rows of cells), or one object a line. Raises `UnreadableFile`
    for a text that is not JSON. JSON without a list gives a table without rows: there is nothing
    in it to register.
    """
    found = _parsed(decode(content, name).lstrip("\ufeff"), name)
    title = name.rsplit(".", 1)[0]
    if isinstance(found, list) and found and all(isinstance(each, list) for each in found):
        return Table(title, [[_cell(cell) for cell in row] for row in found[:ROWS_MAX]])
    objects = list_of_objects(found)
    if len(objects) > ROWS_MAX:
        raise FileTooLarge(name, "rows", ROWS_MAX)
    left = _Left()
    flat = [dict(_flatten(each, "", left)) for each in objects]
    headings = list(dict.fromkeys(key for each in flat for key in each))
    rows = [headings, *([each.get(key, "") for key in headings] for each in flat)]
    # The headings are no row of the file: the first object is row 1.
    dropped, unread = tuple(left.dropped), tuple(left.unread)
    return Table(title, rows, 0, has_header=True, unread=unread, dropped=dropped)


def _parsed(text: str, name: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        lines = [line for line in text.splitlines() if line.strip()]
    try:
        if len(lines) > 1:
            return [json.loads(line) for line in lines]
    except (ValueError, RecursionError):
        pass
    raise UnreadableFile(name, "json")


def list_of_objects(found: Any, depth: int = 0) -> list[Mapping[str, Any]]:
    """Find the list: at the top, the features of GeoJSON, or the longest one further down."""
    if isinstance(found, list):
        return [each for each in found if isinstance(each, dict)]
    if not isinstance(found, dict) or depth > _DEPTH_MAX:
        return []
    if found.get("type") == "FeatureCollection":
        return [_feature(each) for each in list_of_objects(found.get("features"))]
    lists = [list_of_objects(value, depth + 1) for value in found.values()]
    return max(lists, key=len, default=[])


def _cell(value: Any) -> Any:
    """Give a value as a cell; what is no Unicode text in a string is left out."""
    if isinstance(value, str):
        return _NO_TEXT.sub("", value)
    return "" if value is None or isinstance(value, dict | list) else value


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
        path = _NO_TEXT.sub("", f"{prefix}{key}")
        if isinstance(inner, dict):
            if depth < _DEPTH_MAX:
                yield from _flatten(inner, f"{path}.", left, depth + 1)
            else:
                left.unread[path] = None
        elif isinstance(inner, list):
            if key.lower() in _ADDRESS_LISTS:
                left.dropped[path] = None
            elif all(isinstance(each, str | int | float) for each in inner):
                yield path, ", ".join(str(_cell(each)) for each in inner)
            else:
                left.unread[path] = None
        else:
            yield path, _cell(inner)
