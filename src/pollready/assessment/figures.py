"""The figures of a component: its own, those of earlier rounds, or the defaults of its kind."""

from dataclasses import dataclass
from enum import StrEnum

from pollready.assessment.likelihoods import Likelihoods
from pollready.assessment.reading import ComponentRow
from pollready.register.kinds import kinds

DEFAULT_Q, DEFAULT_MTTR_H = 0.01, 4.0


class FigureBasis(StrEnum):
    """What a probability rests on, best first."""

    OWN = "own"
    PRIOR = "prior"
    DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Figures:
    """Probability of being out at a moment of the service period, and mean hours to repair."""

    q: float
    mttr_h: float
    basis: FigureBasis


def own_figures(row: ComponentRow, likelihoods: Likelihoods) -> Figures:
    """Take a component's own figures, else its prior where that suffices, else the defaults.

    The basis is that of q; a repair time that nobody gives follows the same order by itself.
    """
    kind = kinds().get(row.kind)
    prior = likelihoods.figures_of(row.kind, row.county, row.agency)
    mttr_h = row.mttr_h or prior.mttr_h or (kind.mttr_h if kind else DEFAULT_MTTR_H)
    if row.unavailability is not None:
        return Figures(row.unavailability, mttr_h, FigureBasis.OWN)
    if row.mtbf_h is not None:
        return Figures(mttr_h / (row.mtbf_h + mttr_h), mttr_h, FigureBasis.OWN)
    if prior.q is not None:
        return Figures(prior.q, mttr_h, FigureBasis.PRIOR)
    return Figures(kind.unavailability if kind else DEFAULT_Q, mttr_h, FigureBasis.DEFAULT)
