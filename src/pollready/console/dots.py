"""Quantile dots: fifty dots, each for two draws in a hundred, stacked where they fall."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pollready.language import number

WIDTH, RADIUS = 720.0, 7.0
MARGIN, AXIS = 34.0, 40.0
BINS = 36
STEPS = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on the axis."""

    x: float
    words: str


@dataclass(frozen=True, slots=True)
class Dots:
    """The picture: middles of dots, the axis, and how large it all is."""

    dots: Sequence[tuple[float, float]]
    ticks: Sequence[Tick]
    width: float
    height: float
    baseline: float
    radius: float

    @property
    def tick_end(self) -> float:
        """Where the marks on the axis end."""
        return self.baseline + 6

    @property
    def mark_y(self) -> float:
        """Where the figures below the axis stand."""
        return self.baseline + 24


def dots_of(found: Mapping[str, Any], language: str) -> Dots:
    """Stack the dots of a distribution over an axis of voters from nothing on."""
    values = [float(each) for each in found["dots"]]
    step = step_of(max(values, default=0.0))
    end = max(step * (int(max(values, default=0.0) // step) + 1), step)
    room = WIDTH - 2 * MARGIN
    stacks: dict[int, int] = {}
    placed = []
    for value in values:
        place = min(int(value / end * BINS), BINS - 1)
        placed.append((place, stacks.get(place, 0)))
        stacks[place] = stacks.get(place, 0) + 1
    height = 2 * RADIUS * max(stacks.values(), default=1) + AXIS + RADIUS
    baseline = height - AXIS
    return Dots(
        dots=[
            (
                round(MARGIN + (place + 0.5) * room / BINS, 1),
                round(baseline - RADIUS * (2 * up + 1), 1),
            )
            for place, up in placed
        ],
        ticks=[
            Tick(round(MARGIN + mark * step / end * room, 1), number(int(mark * step), language))
            for mark in range(int(end / step) + 1)
        ],
        width=WIDTH,
        height=height,
        baseline=baseline,
        radius=RADIUS,
    )


def step_of(most: float) -> int:
    """Give the round step by which an axis up to `most` has at most six marks.

    >>> step_of(0), step_of(1000), step_of(23_000), step_of(1_200_000)
    (1, 200, 5000, 500000)
    """
    power = 1
    while True:
        for factor in STEPS:
            if most <= factor * power * 5:
                return factor * power
        power *= 10
