"""The stations that a change touches, compiled alone as they were and as they would be."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pollready.assessment.applying import Touched
from pollready.assessment.baseline import Baseline
from pollready.assessment.compiling import Compiled, compile_part
from pollready.assessment.contingencies import Answers, analyses_of, ask_part, durations_of
from pollready.assessment.dependants import closure, named_by_listing
from pollready.assessment.people import PeopleIndex
from pollready.assessment.reading import ListingRow, Register
from pollready.assessment.standing import standing_of
from pollready.engine.contingency import Contingencies
from pollready.engine.network import Unknowns

_PARTS = ("battery", "generator")  # what stands with a component and is shared as it is


@dataclass(frozen=True, eq=False)
class Part:
    """The touched stations (`positions` in the round, in order), and all that they rest on."""

    register: Register  # of the whole round after the change, with the claims that stand
    people: PeopleIndex
    positions: NDArray[np.int64]
    outside: NDArray[np.int64]  # by component of the base network: stations left out behind it
    compiled: Compiled  # after the change
    answers: Answers  # after the change
    before: Mapping[Unknowns, Mapping[tuple[str, str], Contingencies]]

    @property
    def listings(self) -> list[ListingRow]:
        """Give the rows of the touched stations."""
        return [self.register.listings[position] for position in self.positions.tolist()]


def touched_listings(baseline: Baseline, touched: Touched) -> set[int]:
    """Find the listings of which anything changes: they name what changes, or are named.

    Where nobody rests on the components that change, one station stands for all: with it the
    components are compiled, and what is wrong with them is found.
    """
    dependants = baseline.dependants
    found = (
        dependants.listings_resting_on(touched.codes)
        | touched.listings
        | dependants.listings_in(touched.scopes)
    )
    if touched.codes and not found:
        return {row.id for row in baseline.workings.rows.listings[:1]}
    return found


def make_part(
    baseline: Baseline, rows: Register, touched: Touched, listings: Collection[int]
) -> Part:
    """Compile the touched stations before and after, and ask the engine about them alone.

    Raises `engine.network.InvalidNetwork` where the change makes it so.
    """
    workings = baseline.workings
    own = baseline.dependants.position
    first = np.array(sorted(own[listing] for listing in listings), dtype=np.int64)
    names = _names(first, workings.rows) | _names(first, rows)
    positions = _with_last_sharers(baseline, first, names, rows)
    chosen = [rows.listings[position] for position in positions.tolist()]
    standing = workings.register
    register = standing_of(chosen, rows, standing.claims, standing.stop_claims)
    people = _people(baseline, register)
    outside = _outside(baseline, positions)
    before, after = _closures(positions, workings.rows), _closures(positions, rows)
    after |= closure(touched.codes, rows)  # so that a circle nobody rests on is found as well
    compiled = compile_part(
        register,
        people,
        chosen,
        _in_order(after, rows),
        beyond=_beyond(baseline, outside, after),
        likelihoods=workings.likelihoods,
    )
    compiled_before = compile_part(
        standing,
        workings.people,
        chosen,
        _in_order(before, workings.rows),
        beyond=_beyond(baseline, outside, before),
        likelihoods=workings.likelihoods,
    )
    thresholds = workings.thresholds
    durations = durations_of(thresholds, thresholds.service_h)
    network = compiled_before.network
    return Part(
        register=register,
        people=people,
        positions=positions,
        outside=outside,
        compiled=compiled,
        answers=ask_part(compiled, register, thresholds, thresholds.service_h),
        before={u: analyses_of(network, u, durations) for u in Unknowns} if network else {},
    )


def _people(baseline: Baseline, register: Register) -> PeopleIndex:
    workings = baseline.workings
    if len(register.people) == len(workings.rows.people):  # nobody can be taken away
        return workings.people.with_claims(register)
    return PeopleIndex(register, workings.facts.as_of)


def _names(positions: NDArray[np.int64], register: Register) -> set[str]:
    listings = register.listings
    return {
        name
        for position in positions.tolist()
        for name in named_by_listing(listings[position].id, register)
    }


def _closures(positions: NDArray[np.int64], register: Register) -> set[str]:
    return closure(_names(positions, register), register)


def _with_last_sharers(
    baseline: Baseline, first: NDArray[np.int64], names: Iterable[str], rows: Register
) -> NDArray[np.int64]:
    """Add the stations that alone share something with the touched ones.

    What they rest on may begin or cease to be shared with the change, and then it can, or can
    no more, be failed on their account.
    """
    codes = closure(names, baseline.workings.rows) | closure(names, rows)
    lonely = _mask(baseline, codes) & (_outside(baseline, first) == 1)
    if not lonely.any():
        return first
    points = baseline.reach.points_on(lonely)
    position = np.full(len(baseline.network.point_ids), -1, dtype=np.int64)
    position[baseline.points] = np.arange(len(baseline.points))
    return np.union1d(first, position[points])


def _mask(baseline: Baseline, codes: Iterable[str]) -> NDArray[np.bool_]:
    index = baseline.network.element_index
    mask = np.zeros(len(baseline.network.element_ids), dtype=np.bool_)
    mask[[index[name] for name in with_parts(codes) if name in index]] = True
    return mask[: len(baseline.network.component_ids)]


def with_parts(codes: Iterable[str]) -> list[str]:
    """Give each code with what may stand with it, in the order in which they are compiled."""
    return [name for code in codes for name in (*(f"{code}/{part}" for part in _PARTS), code)]


def _outside(baseline: Baseline, positions: NDArray[np.int64]) -> NDArray[np.int64]:
    """Count the stations other than these behind each component of the base network."""
    reach = baseline.reach
    return reach.points_behind - reach.behind_of(baseline.points[positions])


def _beyond(baseline: Baseline, outside: NDArray[np.int64], codes: Iterable[str]) -> list[str]:
    index = baseline.network.element_index
    names = with_parts(sorted(codes))
    return [name for name in names if name in index and outside[index[name]] >= 1]


def _in_order(codes: Collection[str], register: Register) -> list[str]:
    return [code for code in register.components if code in codes]
