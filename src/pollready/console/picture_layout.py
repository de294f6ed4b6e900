"""Where the boxes of a dependency picture stand: rows from top to bottom, nothing on nothing.

Every box stands in the row below the lowest box that rests on it, so each line goes down. A box
that several rest on is drawn once, below the first of them. Along a row the boxes below one box
stand side by side in a strip of their own: no two overlap, and where nothing is shared no two
lines cross.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from pollready.assessment.picturing import Drawing, Sort

THING_W, THING_H = 160.0, 76.0
JOINT_W, JOINT_H = 104.0, 32.0
GAP_X, GAP_Y = 24.0, 34.0
MARGIN = 24.0
_JOINTS = (Sort.ALL, Sort.ANY, Sort.SOME, Sort.RIDE)


@dataclass(frozen=True, slots=True)
class Place:
    """The rectangle of a box."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        """The middle along the row."""
        return self.x + self.width / 2


@dataclass(frozen=True, slots=True)
class Line:
    """A line from a box down to what it rests on."""

    upper: int
    lower: int
    path: str


@dataclass(frozen=True, slots=True)
class Layout:
    """Rectangles by key, lines, and the size of the whole."""

    places: Mapping[int, Place]
    lines: tuple[Line, ...]
    width: float
    height: float


def lay_out(drawing: Drawing, *, mirrored: bool = False) -> Layout:
    """Lay a picture out; `mirrored` for who reads from right to left: the first child is right."""
    rows = rows_of(drawing)
    branches = _first_parents(drawing)
    middles: dict[int, float] = {}
    width = _spread(drawing, branches, middles)
    heights = [0.0] * (max(rows.values()) + 1)
    for box in drawing:
        heights[rows[box.key]] = max(heights[rows[box.key]], size_of(box.sort)[1])
    tops = [MARGIN]
    for height in heights[:-1]:
        tops.append(tops[-1] + height + GAP_Y)
    total = width + 2 * MARGIN
    places = {}
    for box in drawing:
        own_w, own_h = size_of(box.sort)
        row = rows[box.key]
        middle = MARGIN + middles[box.key]
        x = (total - middle if mirrored else middle) - own_w / 2
        places[box.key] = Place(x, tops[row] + (heights[row] - own_h) / 2, own_w, own_h)
    lines = tuple(
        Line(box.key, child, _path(places[box.key], places[child]))
        for box in drawing
        for child in box.children
    )
    return Layout(places, lines, total, tops[-1] + heights[-1] + MARGIN)


def size_of(sort: Sort) -> tuple[float, float]:
    """Give width and height of a box."""
    return (JOINT_W, JOINT_H) if sort in _JOINTS else (THING_W, THING_H)


def rows_of(drawing: Drawing) -> dict[int, int]:
    """Number the row of each box: one below the lowest of those that rest on it."""
    waits = dict.fromkeys((box.key for box in drawing), 0)
    for box in drawing:
        for child in set(box.children):
            waits[child] += 1
    rows = dict.fromkeys(waits, 0)
    ready = [drawing.top]
    while ready:
        key = ready.pop()
        for child in set(drawing.boxes[key].children):
            rows[child] = max(rows[child], rows[key] + 1)
            waits[child] -= 1
            if not waits[child]:
                ready.append(child)
    return rows


def _first_parents(drawing: Drawing) -> dict[int, list[int]]:
    """Give each box the children that no earlier box has: a tree out of what is shared."""
    taken: set[int] = {drawing.top}
    branches: dict[int, list[int]] = {}
    for box in drawing:
        own = [child for child in dict.fromkeys(box.children) if child not in taken]
        taken.update(own)
        branches[box.key] = own
    return branches


def _spread(
    drawing: Drawing, branches: Mapping[int, list[int]], middles: dict[int, float]
) -> float:
    """Give each box the strip that its branch needs, and its middle; gives the whole width."""

    def width_of(key: int) -> float:
        if key not in widths:
            below = [width_of(child) for child in branches[key]]
            needed = sum(below) + GAP_X * max(len(below) - 1, 0)
            widths[key] = max(size_of(drawing.boxes[key].sort)[0], needed)
        return widths[key]

    def stand(key: int, start: float) -> None:
        middles[key] = start + width_of(key) / 2
        below = branches[key]
        used = sum(width_of(child) for child in below) + GAP_X * max(len(below) - 1, 0)
        at = start + (width_of(key) - used) / 2
        for child in below:
            stand(child, at)
            at += width_of(child) + GAP_X

    widths: dict[int, float] = {}
    stand(drawing.top, 0.0)
    return width_of(drawing.top)


def _path(upper: Place, lower: Place) -> str:
    """Draw a line that leaves downwards, runs along, and arrives from above."""
    x1, y1 = upper.middle, upper.y + upper.height
    x2, y2 = lower.middle, lower.y
    if abs(x1 - x2) < 0.5:
        return f"M{x1:.1f} {y1:.1f}V{y2:.1f}"
    bend = y1 + GAP_Y / 2
    return f"M{x1:.1f} {y1:.1f}V{bend:.1f}H{x2:.1f}V{y2:.1f}"
