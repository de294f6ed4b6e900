"""Bars that stand in a table's cell: how stations divide, and how many a cause has."""

from collections.abc import Sequence

from pollready.assessment.result import Tally
from pollready.reports.drawing import element, picture
from pollready.reports.signs import (
    BAR_FILLS,
    CONTRADICTED,
    NOT_READY,
    READY,
    SIGNS,
    UNKNOWN,
)

Parts = Sequence[tuple[str, int]]  # sign and amount, in drawing order


def station_parts(tally: Tally) -> Parts:
    """Divide a tally's stations by sign; contradicted ones are taken out of the unknown."""
    return (
        (READY, tally.ready),
        (NOT_READY, tally.not_ready),
        (UNKNOWN, tally.unknown - tally.contradicted),
        (CONTRADICTED, tally.contradicted),
    )


def voter_parts(tally: Tally) -> Parts:
    """Divide a tally's known voters by sign; the contradicted are not told apart."""
    return (
        (READY, tally.voters_ready or 0),
        (NOT_READY, tally.voters_not_ready or 0),
        (UNKNOWN, tally.voters_unknown or 0),
    )


def divided_bar(parts: Parts, *, direction: str, width: float = 200, height: float = 12) -> str:
    """Draw one bar divided by sign; it runs in the direction of reading.

    Not ready carries a notched lower edge and contradicted a slant, so that the parts differ
    without colour too.
    """
    total = sum(amount for _, amount in parts)
    if not total:
        return picture(width, height, [_frame(0, width, height, "#FFFFFF", SIGNS[UNKNOWN].colour)])
    drawn, start = [], 0.0
    for name, amount in parts:
        if not amount:
            continue
        length = max(width * amount / total, 1.2)
        length = min(length, width - start)
        x = start if direction == "ltr" else width - start - length
        drawn.append(_frame(x, length, height, BAR_FILLS[name], SIGNS[name].colour))
        drawn.extend(_texture(name, x, length, height))
        start += length
    return picture(width, height, drawn)


def _frame(x: float, length: float, height: float, fill: str, stroke: str) -> str:
    inset = min(0.4, length / 2)
    return element(
        "rect",
        x=float(x + inset),
        y=0.4,
        width=float(max(length - 2 * inset, 0.3)),
        height=height - 0.8,
        fill=fill,
        stroke=stroke,
        stroke_width=0.8,
    )


def _texture(name: str, x: float, length: float, height: float) -> list[str]:
    """Give a part its pattern, for eyes and printers without colour."""
    if name == NOT_READY:
        path = "".join(
            f"M{x + at:.1f} {height:.1f}l3 {-height * 0.55:.1f}l3 {height * 0.55:.1f}Z"
            for at in _steps(length, 9, 6)
        )
        return [element("path", d=path, fill="#FFFFFF", fill_opacity=0.55)] if path else []
    if name == CONTRADICTED:
        path = "".join(
            f"M{x + at:.1f} {height - 0.8:.1f}l{height - 1.6:.1f} {-(height - 1.6):.1f}"
            for at in _steps(length, 5, height)
        )
        return [element("path", d=path, stroke="#FFFFFF", stroke_width=0.9)] if path else []
    return []


def _steps(length: float, step: float, reach: float) -> list[float]:
    """Give the places of a pattern that fit into `length`, each `reach` wide."""
    count = int((length - reach - 1) / step) + 1 if length > reach + 1 else 0
    return [1 + step * index for index in range(count)]


def amount_bar(
    amount: int, largest: int, *, direction: str, colour: str, width: float = 90, height: float = 8
) -> str:
    """Draw how much `amount` is of the largest of its column."""
    length = max(width * amount / largest, 1.0) if largest and amount else 0.0
    x = 0.0 if direction == "ltr" else width - length
    track = element("rect", x=0, y=0, width=width, height=height, fill="#EEF1F2")
    bar = element("rect", x=x, y=0, width=length, height=height, fill=colour)
    return picture(width, height, [track, bar] if length else [track])
