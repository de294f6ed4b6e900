"""The six signs of a state: shape, colour and word together, safe for colour-blind eyes.

Colours are of the Okabe-Ito family; the purple is darkened until it has 4.5:1 on white. The
outlines are drawn here once, for charts, map and text alike.
"""

from dataclasses import dataclass

from pollready.reports.drawing import element, picture

READY = "ready"
NOT_READY = "not_ready"
UNKNOWN = "unknown"
CONTRADICTED = "contradicted"
OFFLINE = "offline"
CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Sign:
    """A state's shape and colour; its word is the phrase `report.sign.<name>`."""

    name: str
    colour: str


SIGNS = {
    sign.name: sign
    for sign in (
        Sign(READY, "#00805E"),
        Sign(NOT_READY, "#C04A00"),
        Sign(UNKNOWN, "#6B7075"),
        Sign(CONTRADICTED, "#9A4D80"),
        Sign(OFFLINE, "#B87700"),
        Sign(CLOSED, "#2B2B2B"),
    )
}
# Fills of bars: the unknown part stays hollow, as its sign is.
BAR_FILLS = {
    READY: "#00805E",
    NOT_READY: "#D55E00",
    UNKNOWN: "#FFFFFF",
    CONTRADICTED: "#9A4D80",
    CLOSED: "#2B2B2B",
}
ORDER = (READY, NOT_READY, UNKNOWN, CONTRADICTED)


def outline(name: str, x: float, y: float, size: float) -> str:
    """Give the path data of a sign centred on (x, y), `size` wide.

    Many of them joined make one path, which typesets far faster than many elements.
    """
    half = size / 2
    if name == NOT_READY:
        top, base, side = y - half * 1.1, y + half * 0.75, half * 1.08
        return f"M{x:.2f} {top:.2f}L{x + side:.2f} {base:.2f}L{x - side:.2f} {base:.2f}Z"
    if name == CLOSED:
        return (
            f"M{x - half:.2f} {y - half:.2f}L{x + half:.2f} {y + half:.2f}"
            f"M{x + half:.2f} {y - half:.2f}L{x - half:.2f} {y + half:.2f}"
        )
    return circle(x, y, half)


def circle(x: float, y: float, radius: float) -> str:
    """Give the path data of a circle."""
    return (
        f"M{x - radius:.2f} {y:.2f}a{radius:.2f} {radius:.2f} 0 1 0 {2 * radius:.2f} 0"
        f"a{radius:.2f} {radius:.2f} 0 1 0 {-2 * radius:.2f} 0Z"
    )


def half_disc(x: float, y: float, radius: float) -> str:
    """Give the path data of the filled half of a half circle."""
    return f"M{x:.2f} {y - radius:.2f}a{radius:.2f} {radius:.2f} 0 0 0 0 {2 * radius:.2f}Z"


def sign_paths(name: str, points: list[tuple[float, float]], size: float) -> list[str]:
    """Draw one sign at many points, with as few elements as its shape allows."""
    colour = SIGNS[name].colour
    stroke_width = f"{size * 0.16:.2f}"
    joined = "".join(outline(name, x, y, size) for x, y in points)
    if name in (READY, NOT_READY):
        return [element("path", d=joined, fill=colour)]
    if name == CLOSED:
        return [
            element("path", d=joined, fill="none", stroke=colour, stroke_width=f"{size * 0.24:.2f}")
        ]
    ring = element("path", d=joined, fill="#FFFFFF", stroke=colour, stroke_width=stroke_width)
    if name == CONTRADICTED:
        halves = "".join(half_disc(x, y, size / 2) for x, y in points)
        return [ring, element("path", d=halves, fill=colour)]
    if name == OFFLINE:
        bars = "".join(_hatch(x, y, size / 2) for x, y in points)
        return [ring, element("path", d=bars, stroke=colour, stroke_width=stroke_width)]
    return [ring]


def _hatch(x: float, y: float, radius: float) -> str:
    """Give three slanted strokes inside a circle."""
    strokes = []
    for shift in (-0.45, 0.0, 0.45):
        reach = radius * (1 - shift * shift) ** 0.5 * 0.707
        cx, cy = x + shift * radius * 0.707, y + shift * radius * 0.707
        strokes.append(f"M{cx - reach:.2f} {cy + reach:.2f}L{cx + reach:.2f} {cy - reach:.2f}")
    return "".join(strokes)


def sign_picture(name: str) -> str:
    """Draw one sign alone, to stand in a line of text."""
    return picture(12, 12, sign_paths(name, [(6.0, 6.0)], 10.0))
