"""A change of figures alone: the network stays, and only its probabilities are worked out anew."""

from collections.abc import Collection
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from pollready.assessment.baseline import Baseline, Figures
from pollready.assessment.contingencies import chances_of, expected
from pollready.assessment.figures import own_figures
from pollready.assessment.likelihoods import Likelihoods
from pollready.assessment.reading import Register
from pollready.assessment.recounting import settled
from pollready.assessment.result import Range, StationResult


def are_possible(rows: Register, codes: Collection[str], likelihoods: Likelihoods) -> bool:
    """Tell whether the network would take the figures; else its builder names the faults."""
    figures = [own_figures(rows.components[code], likelihoods) for code in codes]
    return all(0 <= found.q <= 1 and found.mttr_h >= 0 for found in figures)


def refigured(
    baseline: Baseline, rows: Register, codes: Collection[str]
) -> tuple[Figures, tuple[StationResult, ...]]:
    """Give the figures and the stations with other q and mttr_h of the components `codes`."""
    old = baseline.network
    q, mttr_h = old.q.copy(), old.mttr_h.copy()
    for code in codes:
        number = old.element(code)
        found = own_figures(rows.components[code], baseline.workings.likelihoods)
        q[number], mttr_h[number] = found.q, found.mttr_h
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
