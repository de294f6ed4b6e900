"""A change of figures alone: the network stays, and only its probabilities are worked out anew."""

from collections.abc import Collection
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from pollready.assessment.baseline import Baseline, Figures
from pollready.assessment.compiling import own_figures
from pollready.assessment.contingencies import chances_of, expected
from pollready.assessment.reading import Register
from pollready.assessment.recounting import settled
from pollready.assessment.result import Range, StationResult


def are_possible(rows: Register, codes: Collection[str]) -> bool:
    """Tell whether the network would take the figures; else its builder names the faults."""
    figures = [own_figures(rows.components[code]) for code in codes]
    return all(0 <= q <= 1 and mttr_h >= 0 for q, mttr_h in figures)


def refigured(
    baseline: Baseline, rows: Register, codes: Collection[str]
) -> tuple[Figures, tuple[StationResult, ...]]:
    """Give the figures and the stations with other q and mttr_h of the components `codes`."""
    old = baseline.network
    q, mttr_h = old.q.copy(), old.mttr_h.copy()
    for code in codes:
        number = old.element(code)
        q[number], mttr_h[number] = own_figures(rows.components[code])
    network = replace(old, q=q, mttr_h=mttr_h, derived={})
    before = baseline.workings.answers.chances
    chances = {
        level: (settled(before[level][0], new[0]), settled(before[level][1], new[1]))
        for level, new in chances_of(network).items()
    }
    figures = replace(
        baseline.figures,
        voters_affected=expected(network.voters, chances["offline"]),
        voters_below_online=expected(network.voters, chances["online"]),
    )
    return figures, _stations(baseline, chances["offline"])


def _stations(
    baseline: Baseline, closed: tuple[NDArray[np.float64], NDArray[np.float64]]
) -> tuple[StationResult, ...]:
    low, high = (chance[baseline.points].tolist() for chance in closed)
    return tuple(
        old if old.closed_prob == (new := Range(*pair)) else replace(old, closed_prob=new)
        for old, pair in zip(baseline.stations, zip(low, high, strict=True), strict=True)
    )
