"""Making borders simple enough to draw: neighbours keep sharing theirs.

Every position moves to the nearest knot of one grid, laid over the whole file. Two places that
share a border share its positions, so they still share it afterwards: no gaps, no overlaps.
"""

from collections.abc import Sequence

from pollready.intake.boundaries.reading import Polygon, Ring

# Widths of the grid in degrees, finest first: about 50 m to 3 km.
GRIDS = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.03)
# What a map of a nation takes in a moment.
POSITIONS_WANTED = 40_000


def simplify_all(borders: Sequence[list[Polygon]]) -> list[list[Polygon]]:
    """Simplify the borders of a file over the finest grid that leaves few enough positions."""
    simplified: list[list[Polygon]] = []
    for grid in GRIDS:
        simplified = [_simplify(polygons, grid) for polygons in borders]
        if sum(map(_size, simplified)) <= POSITIONS_WANTED:
            break
    return simplified


def _size(polygons: list[Polygon]) -> int:
    return sum(len(ring) for polygon in polygons for ring in polygon)


def _simplify(polygons: list[Polygon], grid: float) -> list[Polygon]:
    """Simplify one border; what shrinks to nothing goes, unless nothing would be left."""
    kept = []
    for outer, *holes in polygons:
        ring = _on_grid(outer, grid)
        if len(ring) >= 4:
            kept.append([ring, *(hole for h in holes if len(hole := _on_grid(h, grid)) >= 4)])
    return kept or [[list(ring) for ring in polygon] for polygon in polygons[:1]]


def _on_grid(ring: Ring, grid: float) -> Ring:
    """Move a ring onto the grid, drop repeated positions and those on a straight line."""
    knots = [(round(lon / grid), round(lat / grid)) for lon, lat in ring]
    turned: list[tuple[int, int]] = []
    for knot in knots:
        if turned and turned[-1] == knot:
            continue
        while len(turned) > 1 and _is_straight(turned[-2], turned[-1], knot):
            turned.pop()
        turned.append(knot)
    if len(turned) < 4:
        return []
    if turned[0] != turned[-1]:
        turned.append(turned[0])
    return [(round(x * grid, 5), round(y * grid, 5)) for x, y in turned]


def _is_straight(a: tuple[int, int], b: tuple[int, int], c: tuple[int, int]) -> bool:
    """Tell whether b lies on the way from a to c, or the way turns back at b."""
    return (b[0] - a[0]) * (c[1] - b[1]) == (b[1] - a[1]) * (c[0] - b[0])
