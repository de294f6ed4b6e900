"""The map of a plan: every station as a dot as large as what it stands to lose."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pollready.planning.allocations.rows import StationRow
from pollready.reports.map_frame import believable, fit

WIDTH, HEIGHT, MARGIN = 520.0, 400.0, 14.0
# Expected voters affected from which a dot is drawn larger; the class of the smallest is 0.
STEPS = (1.0, 10.0, 50.0, 200.0)


@dataclass(frozen=True, slots=True)
class Dots:
    """Dots of one size and look as one path: places at which a round pen touches."""

    look: str  # means or plain
    size: int
    path: str
    count: int


@dataclass(frozen=True, slots=True)
class PlanMap:
    """Two maps of the same stations; `left_out` have no place, or one far from all others."""

    before: Sequence[Dots]
    after: Sequence[Dots]
    drawn: int
    left_out: int
    width: float = WIDTH
    height: float = HEIGHT


def map_of(rows: Sequence[StationRow]) -> PlanMap | None:
    """Draw the stations of a plan before and after; None where none has a place."""
    placed = believable(
        [(row, row.lat, row.lon) for row in rows if row.lat is not None and row.lon is not None]
    )
    if not placed:
        return None
    frame = fit(placed, WIDTH, HEIGHT, MARGIN)
    points = [(row, *frame.place(lat, lon)) for row, lat, lon in placed]
    return PlanMap(
        _dots((row.affected_before, False, x, y) for row, x, y in points),
        _dots((row.affected_after, row.gets, x, y) for row, x, y in points),
        len(points),
        len(rows) - len(points),
    )


def _dots(points: Iterable[tuple[float | None, bool, float, float]]) -> list[Dots]:
    found: dict[tuple[bool, int], list[str]] = {}
    for affected, gets, x, y in points:
        size = sum((affected or 0.0) >= step for step in STEPS)
        found.setdefault((gets, size), []).append(f"M{x:.1f} {y:.1f}h0")
    return [
        Dots("means" if gets else "plain", size, "".join(path), len(path))
        for (gets, size), path in sorted(found.items())
    ]
