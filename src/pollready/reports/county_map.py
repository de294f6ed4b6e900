"""The map: every station as its sign where it stands, counties named at their middle."""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from math import cos, hypot, radians, sin
from statistics import median
from typing import Protocol

from pollready.assessment.result import Readiness
from pollready.language import isolate
from pollready.reports.drawing import element, picture
from pollready.reports.fonts import FAMILY
from pollready.reports.map_frame import believable, fit
from pollready.reports.signs import CONTRADICTED, NOT_READY, READY, UNKNOWN, sign_paths

# Drawn last is seen best: what is not ready lies on top.
_DRAWING_ORDER = (READY, UNKNOWN, CONTRADICTED, NOT_READY)
_LABEL_MAX = 24
_INK = "#1D2327"


class Station(Protocol):
    """What is read of a station to draw it."""

    @property
    def listing_id(self) -> int: ...
    @property
    def lat(self) -> float | None: ...
    @property
    def lon(self) -> float | None: ...
    @property
    def county_code(self) -> str: ...
    @property
    def readiness(self) -> Readiness: ...
    @property
    def contradicted(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Map:
    """The drawing, and how many stations it could not place."""

    svg: str
    drawn: int
    left_out: int


def draw_map(
    stations: Sequence[Station],
    county_names: Mapping[str, str],
    *,
    doubtful: Set[int],
    width: float,
    height: float,
    dot: float,
    label: float,
) -> Map | None:
    """Draw the stations that have a believable place; None when none has.

    `doubtful` are the listings whose coordinates the register doubts; these, and coordinates
    far from all others, are left out and counted. `dot` and `label` are sizes in points.
    """
    placed = believable(_located([s for s in stations if s.listing_id not in doubtful]))
    if not placed:
        return None
    frame = fit(placed, width, height, margin=max(dot, label * 1.6))
    by_sign: dict[str, list[tuple[float, float]]] = {name: [] for name in _DRAWING_ORDER}
    by_county: dict[str, list[tuple[float, float]]] = {}
    for station, lat, lon in placed:
        point = frame.place(lat, lon)
        by_sign[_sign(station)].append(point)
        by_county.setdefault(station.county_code, []).append(point)
    parts = [
        part
        for name in _DRAWING_ORDER
        if by_sign[name]
        for part in sign_paths(name, _thinned(by_sign[name], dot), dot)
    ]
    if len(by_county) > 1 or next(iter(by_county)):
        parts += _labels(by_county, county_names, label, width, height)
    return Map(picture(width, height, parts), len(placed), len(stations) - len(placed))


def _sign(station: Station) -> str:
    if station.readiness is Readiness.UNKNOWN:
        return CONTRADICTED if station.contradicted else UNKNOWN
    return str(station.readiness)


def _located(stations: Sequence[Station]) -> list[tuple[Station, float, float]]:
    return [
        (s, s.lat, s.lon)
        for s in stations
        if s.lat is not None and s.lon is not None and (s.lat, s.lon) != (0, 0)
    ]


def _thinned(points: Sequence[tuple[float, float]], dot: float) -> list[tuple[float, float]]:
    """Drop points that another of the same sign already covers, to a quarter of a dot."""
    cell = dot / 4
    return list({(round(x / cell), round(y / cell)): (x, y) for x, y in points}.values())


Box = tuple[float, float, float, float]
_CELL = 4.0  # points; how finely it is known where signs stand
_RING_COST = 2.5  # hidden cells that a step away from the county's middle is worth


class Crowd:
    """Where signs stand, in cells, so that names can avoid them."""

    def __init__(self, points: Iterable[tuple[float, float]]) -> None:
        self._cells = {(int(x / _CELL), int(y / _CELL)) for x, y in points}

    def hidden_by(self, box: Box) -> int:
        """Count the cells with signs that a box would hide."""
        columns = range(int(box[0] / _CELL), int(box[2] / _CELL) + 1)
        rows = range(int(box[1] / _CELL), int(box[3] / _CELL) + 1)
        return sum((column, row) in self._cells for column in columns for row in rows)


def _labels(
    by_county: Mapping[str, Sequence[tuple[float, float]]],
    names: Mapping[str, str],
    size: float,
    width: float,
    height: float,
) -> list[str]:
    """Name each county near its middle; names that would collide step aside on a leader."""
    taken: list[Box] = []
    crowd = Crowd(point for points in by_county.values() for point in points)
    leaders: list[str] = []
    texts: list[str] = []
    for code, points in sorted(by_county.items(), key=lambda item: (-len(item[1]), item[0])):
        name = names.get(code, "") or code
        if not name:
            continue
        if len(name) > _LABEL_MAX:
            name = name[: _LABEL_MAX - 1].rstrip() + "…"
        x, y = median(p[0] for p in points), median(p[1] for p in points)
        box = _free_box(x, y, _text_width(name, size), size * 1.25, taken, crowd, width, height)
        if box is None:
            continue
        taken.append(box)
        at_x, at_y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        if hypot(at_x - x, at_y - y) > size * 1.3:
            leaders.append(
                element(
                    "path",
                    d=f"M{x:.1f} {y:.1f}L{at_x:.1f} {at_y:.1f}",
                    stroke=_INK,
                    stroke_width=0.35,
                )
            )
        texts += _named(name, at_x, at_y + size * 0.34, size)
    return leaders + texts


def _named(name: str, x: float, y: float, size: float) -> list[str]:
    """Write a name on a white rim, so that it reads over dots."""
    common: dict[str, str | float] = {
        "x": float(x),
        "y": float(y),
        "font_family": FAMILY,
        "font_size": float(size),
        "text_anchor": "middle",
    }
    # Marked right to left or left to right by its own first letter, so that "…" ends it.
    name = isolate(name)
    rim = element(
        "text",
        name,
        **common,
        fill="#FFFFFF",
        stroke="#FFFFFF",
        stroke_width=size * 0.32,
        stroke_linejoin="round",
    )
    return [rim, element("text", name, **common, fill=_INK)]


def _text_width(name: str, size: float) -> float:
    return size * (0.56 * len(name) + 0.4)


def _free_box(
    x: float,
    y: float,
    wide: float,
    high: float,
    taken: Sequence[Box],
    crowd: Crowd,
    width: float,
    height: float,
) -> Box | None:
    """Find a place near (x, y), on the canvas and not taken, that hides few signs."""
    best: tuple[float, Box] | None = None
    for ring in range(8):
        turns = 1 if ring == 0 else 12
        for turn in range(turns):
            angle = radians(turn * 360 / turns - 90)
            cx = min(max(x + ring * high * 1.2 * cos(angle), wide / 2), width - wide / 2)
            cy = min(max(y + ring * high * 0.85 * sin(angle), high / 2), height - high / 2)
            box = (cx - wide / 2, cy - high / 2, cx + wide / 2, cy + high / 2)
            cost = ring * _RING_COST + crowd.hidden_by(box)
            if (best is None or cost < best[0]) and not any(_overlap(box, b) for b in taken):
                best = (cost, box)
    return best[1] if best else None


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
