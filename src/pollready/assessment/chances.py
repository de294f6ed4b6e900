"""P(below a level) of stations, as a round stands and with changes that are only thought of."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from pollready.assessment.applying import applied
from pollready.assessment.assessing import likelihoods_of_round
from pollready.assessment.changes import Change
from pollready.assessment.compiling import ADMIT, compile_part
from pollready.assessment.dependants import Dependants, closure, named_by_listing
from pollready.assessment.likelihoods import Likelihoods
from pollready.assessment.people import PeopleIndex
from pollready.assessment.reading import ListingRow, Register, read_register
from pollready.assessment.standing import standing
from pollready.assessment.variants import compile_variants, means_of, with_added
from pollready.assessment.vulnerabilities import LEVELS
from pollready.engine.given import given_out
from pollready.engine.lanes import Lanes
from pollready.engine.network import Network, Unknowns
from pollready.engine.reliability import exact
from pollready.obstacles.office import office_thresholds

# What is asked of a station: that it admits voters at all, or with the centre answering.
MEASURES: Mapping[str, str] = {"closed": LEVELS["offline"], "online": LEVELS["online"]}
READINGS = tuple(each.value for each in Unknowns)

Floats = NDArray[np.float64]
Chances = Mapping[tuple[str, str], Floats]  # by measure and reading: float64[n_stations]


@dataclass(frozen=True, slots=True)
class Outage:
    """What is given to be out together, and for how many hours; infinite: for good."""

    codes: frozenset[str]
    hours: float


@dataclass(frozen=True, eq=False)
class Ground:
    """A round as it was read, before any change; with `given`, as if that happened."""

    rows: Register
    as_of: date
    likelihoods: Likelihoods
    dependants: Dependants
    given: Outage | None = None

    @property
    def listings(self) -> Sequence[ListingRow]:
        """Give the stations, in the round's order."""
        return self.rows.listings

    @property
    def is_empty(self) -> bool:
        """Say whether nothing can be asked: no station, or no component, is recorded."""
        return not (self.rows.listings and self.rows.components)

    @cached_property
    def people(self) -> PeopleIndex:
        """Index who is named for a station, once: no change of means touches that."""
        return PeopleIndex(standing(self.rows), self.as_of)

    def known(self, network: Network) -> Network:
        """Give a network of this ground under what is given to be out, whatever its variant."""
        if self.given is None:
            return network
        out = [id for id in network.element_ids if id.split("\n", 1)[0] in self.given.codes]
        return given_out(network, out, self.given.hours)


def ground_of(round_id: int, *, as_of: date, given: Outage | None = None) -> Ground:
    """Read a round; raises `ElectionRound.DoesNotExist`."""
    rows = read_register(round_id)
    likelihoods = likelihoods_of_round(rows, office_thresholds())
    return Ground(rows, as_of, likelihoods, Dependants(rows), given)


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


def chances_of_bundles(
    ground: Ground,
    uses: Sequence[Sequence[Sequence[Change] | None]],
    bundles: NDArray[np.int64],
    stations: Sequence[int],
    shared: Iterable[Change] = (),
) -> Chances:
    """Give P(below) of stations with every bundle of means, each station by itself.

    Parameters
    ----------
    ground : Ground
    uses : by means, by station
        What one of the means changes at the station alone; None where it has no use there.
    bundles : int64[n_bundles, n_means]
        1 where a bundle holds the means.
    stations : sequence of int
        Positions in `ground.listings`.
    shared : iterable of Change
        Made together with each bundle.

    Returns
    -------
    mapping of (measure, reading) to float64[n_stations, n_bundles]
        Equal to `chances` with the bundle's changes; NaN where some means of it has no use.
    """
    rows, _ = applied(shared, ground.rows, ground.dependants, ground.as_of)
    chosen = [rows.listings[place] for place in stations]
    rows = replace(rows, listings=chosen)
    before = standing(rows)
    useful = np.array([[of[place] is not None for place in stations] for of in uses], np.bool_)
    registers = [
        applied(
            [change for place in stations for change in of[place] or ()],
            rows, ground.dependants, ground.as_of,
        )[0]
        for of in uses
    ]  # fmt: skip
    means = [
        means_of(before, standing(after), [row.id for row, use in zip(chosen, mine, strict=True)
                                           if use])
        for after, mine in zip(registers, useful, strict=True)
    ]  # fmt: skip
    register = with_added(before, registers)
    added = {code for each in means for codes in each.serves.values() for code in codes}
    found = compile_variants(
        register,
        ground.people.with_claims(register),
        chosen,
        _resting_on(chosen, register, added),
        likelihoods=ground.likelihoods,
        means=means,
        bundles=bundles,
    )
    network = ground.known(found.network)
    lanes = Lanes(network, found.switches, found.down)
    points = np.array([network.point(row.code) for row in chosen], dtype=np.int64)
    senseless = (~useful).T.astype(np.int64) @ bundles.T > 0
    return {
        (measure, unknowns.value): np.where(
            senseless, np.nan, lanes.prob_below(ADMIT, level, unknowns)[points]
        )
        for measure, level in MEASURES.items()
        for unknowns in Unknowns
    }


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
        ground.people.with_claims(register),
        chosen,
        _resting_on(chosen, register),
        beyond=(),
        likelihoods=ground.likelihoods,
    ).network
    if network is None:
        raise ValueError("a round without components has no chances to ask")
    return ground.known(network)


def _resting_on(
    chosen: Iterable[ListingRow], register: Register, more: Iterable[str] = ()
) -> list[str]:
    names = {name for row in chosen for name in named_by_listing(row.id, register)}
    found = closure(names.union(more), register)
    return [code for code in register.components if code in found]
