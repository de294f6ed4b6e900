"""P(below a level) of stations, as a round stands and with changes that are only thought of."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from pollready.assessment.applying import applied
from pollready.assessment.assessing import likelihoods_of_round
from pollready.assessment.changes import Change, RepairComponent
from pollready.assessment.compiling import ADMIT, compile_part
from pollready.assessment.dependants import Dependants, closure, named_by_listing
from pollready.assessment.likelihoods import Likelihoods
from pollready.assessment.people import PeopleIndex
from pollready.assessment.reading import ListingRow, Register, read_register
from pollready.assessment.standing import standing
from pollready.assessment.vulnerabilities import LEVELS
from pollready.engine.network import Network, Unknowns
from pollready.engine.reliability import exact
from pollready.obstacles.office import office_thresholds

# What is asked of a station: that it admits voters at all, or with the centre answering.
MEASURES: Mapping[str, str] = {"closed": LEVELS["offline"], "online": LEVELS["online"]}
READINGS = tuple(each.value for each in Unknowns)
FOR_GOOD_H = 1e6  # what is taken to be out is out for longer than any service period

Floats = NDArray[np.float64]
Chances = Mapping[tuple[str, str], Floats]  # by measure and reading: float64[n_stations]


@dataclass(frozen=True, eq=False)
class Ground:
    """A round as it was read, before any change."""

    rows: Register
    as_of: date
    likelihoods: Likelihoods
    dependants: Dependants

    @property
    def listings(self) -> Sequence[ListingRow]:
        """Give the stations, in the round's order."""
        return self.rows.listings

    @property
    def is_empty(self) -> bool:
        """Say whether nothing can be asked: no station, or no component, is recorded."""
        return not (self.rows.listings and self.rows.components)


def ground_of(round_id: int, *, as_of: date, out: Iterable[str] = ()) -> Ground:
    """Read a round; the components `out` are taken to be out for the whole service period.

    Raises `ElectionRound.DoesNotExist`, and `assessment.changes.UnknownComponent`.
    """
    rows = read_register(round_id)
    likelihoods = likelihoods_of_round(rows, office_thresholds())
    fallen = [RepairComponent(code, unavailability=1.0, mttr_h=FOR_GOOD_H) for code in out]
    if fallen:
        rows, _ = applied(fallen, rows, Dependants(rows), as_of)
    return Ground(rows, as_of, likelihoods, Dependants(rows))


def chances(
    ground: Ground, changes: Iterable[Change] = (), stations: Sequence[int] | None = None
) -> Chances:
    """Give P(below) of stations for each measure and each reading of what is unknown.

    Parameters
    ----------
    ground : Ground
    changes : iterable of Change
        All made together.
    stations : sequence of int, optional
        Positions in `ground.listings`; by default all of them.

    Returns
    -------
    mapping of (measure, reading) to float64[n_stations]
        Exact, by `engine.reliability.exact`, in the order of `stations`.

    Raises
    ------
    ChangeError
        If a change cannot be thought of.
    InvalidNetwork
        If requirements run in a circle.
    """
    rows, _ = applied(changes, ground.rows, ground.dependants, ground.as_of)
    everyone = range(len(rows.listings))
    chosen = [rows.listings[place] for place in (everyone if stations is None else stations)]
    if not chosen:
        return {(measure, reading): np.zeros(0) for measure in MEASURES for reading in READINGS}
    return _asked(rows, chosen, ground)


def criticality(ground: Ground) -> Mapping[str, float]:
    """Give, by shared component, the expected voters that its being out costs at the most.

    Over measures and readings; what is private to a station, or behind none, is not named.
    """
    network = _compiled(ground.rows, list(ground.listings), ground)
    found: dict[str, float] = {}
    for level in MEASURES.values():
        for unknowns in Unknowns:
            slopes = exact(network, ADMIT, level, unknowns).birnbaum[:, 0].tolist()
            for code, slope in zip(network.element_ids, slopes, strict=True):
                if slope > found.get(code, 0.0):
                    found[code] = slope
    return found


def _asked(rows: Register, chosen: list[ListingRow], ground: Ground) -> Chances:
    network = _compiled(rows, chosen, ground)
    points = np.array([network.point(row.code) for row in chosen], dtype=np.int64)
    return {
        (measure, unknowns.value): exact(network, ADMIT, level, unknowns).prob_below[points]
        for measure, level in MEASURES.items()
        for unknowns in Unknowns
    }


def _compiled(rows: Register, chosen: list[ListingRow], ground: Ground) -> Network:
    """Compile the chosen stations with what they rest on: the others change nothing for them."""
    register = standing(replace(rows, listings=chosen))
    network = compile_part(
        register,
        PeopleIndex(register, ground.as_of),
        chosen,
        _resting_on(chosen, register),
        beyond=(),
        likelihoods=ground.likelihoods,
    ).network
    if network is None:
        raise ValueError("a round without components has no chances to ask")
    return network


def _resting_on(chosen: Iterable[ListingRow], register: Register) -> list[str]:
    names = {name for row in chosen for name in named_by_listing(row.id, register)}
    found = closure(names, register)
    return [code for code in register.components if code in found]
