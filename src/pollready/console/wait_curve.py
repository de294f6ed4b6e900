"""The curve of waits over a day, as a drawing: a band, a line, a second line of what might be."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

from pollready.console.dots import Tick, step_of
from pollready.language import number

WIDTH, HEIGHT = 720.0, 280.0
LEFT, RIGHT, TOP, BOTTOM = 52.0, 16.0, 14.0, 40.0
MARKS = 7  # along the day, at most


@dataclass(frozen=True, slots=True)
class Mark:
    """A line across at a value, with its figure."""

    y: float
    words: str


@dataclass(frozen=True, slots=True)
class Curve:
    """The picture: paths, marks of both axes, the limit."""

    line: str
    band: str
    other: str
    across: Sequence[Mark]
    along: Sequence[Tick]
    limit_y: float | None
    width: float = WIDTH
    height: float = HEIGHT
    left: float = LEFT
    right: float = WIDTH - RIGHT
    baseline: float = HEIGHT - BOTTOM
    mark_y: float = HEIGHT - BOTTOM + 22


def curve_of(
    values: Sequence[float],
    low: Sequence[float],
    high: Sequence[float],
    times: Sequence[str],
    language: str,
    *,
    limit: float | None = None,
    other: Sequence[float] = (),
) -> Curve:
    """Draw values of equal steps of time; `times` are the words of each step's beginning, and end.

    Infinite values stand at the top edge. Time runs from left to right in both languages.
    """
    finite = [each for each in (*values, *high, *other) if isfinite(each)]
    step = step_of(max([*finite, limit or 0.0, 1.0]))
    end = float(step * (int(max([*finite, limit or 0.0, 1.0]) // step) + 1))
    room, rise = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM

    def y(value: float) -> float:
        return round(HEIGHT - BOTTOM - rise * min(value, end) / end, 1)

    def points(row: Sequence[float]) -> list[str]:
        return [
            f"{round(LEFT + room * (k + 0.5) / len(row), 1)} {y(value)}"
            for k, value in enumerate(row)
        ]

    band = [*points(low), *reversed(points(high))]
    every = max(-(-(len(times) - 1) // MARKS // 4) * 4, 1)
    return Curve(
        line="M" + "L".join(points(values)),
        band="M" + "L".join(band) + "Z",
        other="M" + "L".join(points(other)) if other else "",
        across=[
            Mark(y(mark * step), number(int(mark * step), language))
            for mark in range(int(end / step) + 1)
        ],
        along=[
            Tick(round(LEFT + room * k / (len(times) - 1), 1), words)
            for k, words in enumerate(times)
            if k % every == 0
        ],
        limit_y=None if limit is None else y(limit),
    )
