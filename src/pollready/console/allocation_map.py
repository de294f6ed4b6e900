"""The map of a plan: every station as a dot as large as what it stands to lose."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import cos, radians
from statistics import median

from pollready.planning.allocations.rows import StationRow

WIDTH, HEIGHT, MARGIN = 520.0, 400.0, 14.0
# Expected voters affected from which a dot is drawn larger; the class of the smallest is 0.
STEPS = (1.0, 10.0, 50.0, 200.0)
_FAR_DEGREES = 2.0  # a coordinate farther from the middle than this is a fault of the list


@dataclass(frozen=True, slots=True)
class Dots:
    """Dots of one size and look as one path: places at which a round pen touches."""

    look: str  # means or plain
    size: int
    path: str
    count: int


@dataclass(frozen=True, slots=True)
class PlanMap:
    """Two maps of the same stations, and how many could not be placed."""

    before: Sequence[Dots]
    after: Sequence[Dots]
    drawn: int
    left_out: int
    width: float = WIDTH
    height: float = HEIGHT


def map_of(rows: Sequence[StationRow]) -> PlanMap | None:
    """Draw the stations of a plan before and after; None where none has a place."""
    placed = [(row, lat, lon) for row in rows if (place := _place(row)) for lat, lon in [place]]
    if not placed:
        return None
    lat_0, lon_0 = median(lat for _, lat, _ in placed), median(lon for _, _, lon in placed)
    near = [
        each for each in placed
        if abs(each[1] - lat_0) < _FAR_DEGREES and abs(each[2] - lon_0) < _FAR_DEGREES
    ]  # fmt: skip
    shrink = cos(radians(lat_0))
    xs, ys = [lon * shrink for _, _, lon in near], [-lat for _, lat, _ in near]
    scale = min(
        (WIDTH - 2 * MARGIN) / max(max(xs) - min(xs), 1e-6),
        (HEIGHT - 2 * MARGIN) / max(max(ys) - min(ys), 1e-6),
    )
    left = (WIDTH - (max(xs) - min(xs)) * scale) / 2
    top = (HEIGHT - (max(ys) - min(ys)) * scale) / 2
    points = [
        (row, left + (x - min(xs)) * scale, top + (y - min(ys)) * scale)
        for (row, _, _), x, y in zip(near, xs, ys, strict=True)
    ]
    return PlanMap(
        _dots((row.affected_before, False, x, y) for row, x, y in points),
        _dots((row.affected_after, row.gets, x, y) for row, x, y in points),
        len(points),
        len(rows) - len(points),
    )


def _place(row: StationRow) -> tuple[float, float] | None:
    return None if row.lat is None or row.lon is None else (row.lat, row.lon)


def _dots(points: Iterable[tuple[float | None, bool, float, float]]) -> list[Dots]:
    found: dict[tuple[bool, int], list[str]] = {}
    for affected, gets, x, y in points:
        size = sum((affected or 0.0) >= step for step in STEPS)
        found.setdefault((gets, size), []).append(f"M{x:.1f} {y:.1f}h0")
    return [
        Dots("means" if gets else "plain", size, "".join(path), len(path))
        for (gets, size), path in sorted(found.items())
    ]
