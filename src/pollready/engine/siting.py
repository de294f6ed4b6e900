"""What every siting solver shares: what it is given, and what a chosen set of sites says."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from pollready.engine.errors import EngineError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
NOWHERE = -1  # the site of a point that no chosen site reaches


class WrongNumberOfSites(EngineError):
    """More sites are asked for than there are candidates, or none."""

    code: ClassVar[str] = "engine.wrong-number-of-sites"

    def __init__(self, asked: int, candidates: int) -> None:
        self.asked = asked
        self.candidates = candidates
        super().__init__(asked, candidates)


class TooManyFixedSites(EngineError):
    """More sites are fixed than there may be."""

    code: ClassVar[str] = "engine.too-many-fixed-sites"

    def __init__(self, fixed: int, asked: int) -> None:
        self.fixed = fixed
        self.asked = asked
        super().__init__(fixed, asked)


class Stop(StrEnum):
    """Why a search for sites stopped: all was proven, or what ran out first."""

    PROVEN = "proven"
    BUDGET = "budget"
    ROUNDS = "rounds"  # the search's own limit, so that it ends without a budget


@dataclass(frozen=True, eq=False)
class Siting:
    """The best sites found, what they cost, and what no choice goes below.

    `sites` int64[n_chosen] are places among the candidates, ascending; `site_of` int64[n_points]
    the nearest of them in reach, or NOWHERE; `hours` float64[n_points] from it, NaN there.
    `unreached` are points that no candidate reaches at all: they count in neither figure.
    `gap` is the share of the cost that is not proven to be needed, 0 where `proven`.
    """

    sites: Ints
    site_of: Ints
    hours: Floats
    cost: float
    bound: float
    gap: float
    proven: bool
    unreached: Ints
    stopped: Stop


def siting_of(
    hours: Floats, sites: Ints, cost: float, bound: float, stopped: Stop, unreached: Ints
) -> Siting:
    """State chosen sites with their bound: proven where it is what they cost."""
    chosen = np.sort(np.asarray(sites, dtype=np.int64))
    site_of, taken = nearest(hours, chosen)
    bound = min(bound, cost)
    proven = bool(bound == cost)  # without end too: no choice of sites reaches all
    # Of a cost without end that is not proven, nothing is known to be needed.
    gap = 0.0 if proven else (cost - bound) / cost if np.isfinite(cost) else 1.0
    stopped = Stop.PROVEN if proven else stopped
    return Siting(chosen, site_of, taken, cost, bound, gap, proven, unreached, stopped)


def nearest(hours: Floats, sites: Ints) -> tuple[Ints, Floats]:
    """Give of each point the nearest of `sites` and the hours from it; NOWHERE and NaN if none."""
    if not len(sites):
        return np.full(len(hours), NOWHERE), np.full(len(hours), np.nan)
    near = np.where(np.isnan(hours[:, sites]), np.inf, hours[:, sites])
    place = near.argmin(axis=1)
    taken = near[np.arange(len(near)), place]
    known = np.isfinite(taken)
    return np.where(known, sites[place], NOWHERE), np.where(known, taken, np.nan)


def check_number(p: int, candidates: int) -> None:
    """Raise `WrongNumberOfSites` unless 1 <= p <= candidates."""
    if not 1 <= p <= candidates:
        raise WrongNumberOfSites(p, candidates)


def checked_fixed(fixed: Sequence[int], candidates: int, p: int | None = None) -> Ints:
    """Give the fixed sites, ascending and once each.

    Raises `IndexError` where one is no candidate, `TooManyFixedSites` where there are more than p.
    """
    sites = np.unique(np.asarray(fixed, dtype=np.int64))
    if len(sites) and not 0 <= sites[0] <= sites[-1] < candidates:
        raise IndexError(f"fixed sites {sites.tolist()} of {candidates} candidates")
    if p is not None and len(sites) > p:
        raise TooManyFixedSites(len(sites), p)
    return sites


def filled_up(sites: Ints, p: int, candidates: int) -> Ints:
    """Give p sites, ascending: these, and the first others."""
    others = np.setdiff1d(np.arange(candidates), sites)
    return np.sort(np.concatenate([sites, others[: p - len(sites)]]))


def is_whole(values: Floats) -> bool:
    """Tell whether sums of these are whole numbers, so that a bound may be rounded up."""
    return bool((values == np.round(values)).all()) and float(np.abs(values).sum()) < 2**52
