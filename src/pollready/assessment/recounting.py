"""The engine's sums over all stations after a change: the old ones, less and plus the touched."""

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from pollready.assessment.baseline import Baseline, Sums
from pollready.assessment.contingencies import durations_of, expected
from pollready.assessment.reading import Register
from pollready.assessment.result import Range, Vulnerabilities
from pollready.assessment.touching import Part, with_parts
from pollready.assessment.vulnerabilities import (
    BELOW_PROVINCE,
    CLOSED,
    vulnerabilities,
    with_forms,
)
from pollready.engine.contingency import Contingencies
from pollready.engine.increments import Elements, after_change, loss_sums, merged, shared_in
from pollready.engine.network import Network, Unknowns

# Two ways to add the same numbers up differ in the last digits: that is no change.
SAME_SHARE = 1e-12
Chances = Mapping[str, tuple[NDArray[np.float64], NDArray[np.float64]]]


def chances_after(baseline: Baseline, part: Part) -> Chances:
    """Give P(below) per station, by level, for both readings."""
    network = _network_of(part)
    own = np.array([network.point(row.code) for row in part.listings], dtype=np.int64)
    found = {}
    for level, old in baseline.workings.answers.chances.items():
        new = part.answers.chances[level]
        working, failed = (
            _with(before[baseline.points], after[own], part.positions)
            for before, after in zip(old, new, strict=True)
        )
        found[level] = working, failed
    return found


def _with(
    chances: NDArray[np.float64], own: NDArray[np.float64], positions: NDArray[np.int64]
) -> NDArray[np.float64]:
    chances[positions] = settled(chances[positions], own)
    return chances


def settled(old: NDArray[np.float64], new: NDArray[np.float64]) -> NDArray[np.float64]:
    """Keep the old numbers where the new ones differ in the last digits only."""
    same = np.isclose(new, old, rtol=SAME_SHARE, atol=SAME_SHARE**2, equal_nan=True)
    return np.where(same, old, new)


def expected_after(register: Register, chances: Chances) -> tuple[Range, Range]:
    """Sum voters x P(closed), and voters x P(below online)."""
    voters = np.array(
        [np.nan if row.voters is None else row.voters for row in register.listings],
        dtype=np.float64,
    )
    return expected(voters, chances["offline"]), expected(voters, chances["online"])


def vulnerabilities_after(baseline: Baseline, part: Part) -> tuple[Vulnerabilities, ...]:
    """Put the contingencies after the change into rows."""
    sums = _sums_after(baseline, part)
    thresholds = baseline.workings.thresholds
    durations = durations_of(thresholds, thresholds.service_h)
    found = []
    for unknowns, by_key in sums.items():
        closed = by_key[CLOSED]
        worst = closed.top_singles(1, max_tier=BELOW_PROVINCE)
        fallen = _fallen(baseline, part, unknowns, [name for one in worst for name in one.ids])
        found.append(
            vulnerabilities(
                by_key,
                part.register,
                unknowns,
                durations,
                single_point_count=closed.cutting(max_tier=BELOW_PROVINCE),
                behind=closed.behind,
                paper_possible=with_forms(part.register, fallen, unknowns),
            )
        )
    return tuple(found)


def _sums_after(baseline: Baseline, part: Part) -> Sums:
    analyses = part.answers.analyses
    after_elements = shared_in(next(iter(analyses[Unknowns.WORKING].values())))
    before_elements = shared_in(next(iter(part.before[Unknowns.WORKING].values())))
    elements = _elements_after(baseline, part, after_elements)
    return {
        unknowns: {
            key: after_change(
                whole,
                loss_sums(part.before[unknowns][key], before_elements, behind_tier=BELOW_PROVINCE),
                loss_sums(analyses[unknowns][key], after_elements, behind_tier=BELOW_PROVINCE),
                elements,
            )
            for key, whole in by_key.items()
        }
        for unknowns, by_key in baseline.sums.items()
    }


def _elements_after(baseline: Baseline, part: Part, after: Elements) -> Elements:
    """Tell what is shared after the change: by two stations left out, or as in the part."""
    old, index = baseline.elements, baseline.network.element_index
    number = np.array([index[name] for name in old.ids], dtype=np.int64)
    is_group = number >= len(baseline.network.component_ids)
    outside = np.append(part.outside, 0)[np.where(is_group, len(part.outside), number)]
    doubtful = np.nonzero(~is_group & (outside < 2))[0].tolist()
    gone = {old.ids[i] for i in doubtful if old.ids[i] not in after.index}
    gone |= {
        name
        for name, yes in zip(old.ids, is_group.tolist(), strict=True)
        if yes and not _has_members(name, part.register)
    }
    return merged(old, gone, after, lambda: _ranks(part.register))


def _has_members(group: str, register: Register) -> bool:
    members = register.group_components.get(group, ())
    return bool(register.group_listings.get(group)) or any(
        member in register.components for member in members
    )


def _ranks(register: Register) -> dict[str, int]:
    """Give the place of every component, its parts and every group as they are compiled."""
    names = [*with_parts(register.components), *register.groups]
    return {name: number for number, name in enumerate(names)}


def _fallen(baseline: Baseline, part: Part, unknowns: Unknowns, names: Iterable[str]) -> set[int]:
    """Find the listings that fall with the single failure of any of the names."""
    old = baseline.workings.answers.analyses[unknowns][CLOSED]
    touched = {row.id for row in part.listings}
    listings = {row.code: row.id for row in part.register.listings}
    found: set[int] = set()
    for name in names:
        before = {listings[c] for c in _falling_with(old, name) if c in listings} - touched
        new = part.answers.analyses[unknowns][CLOSED]
        found |= before | {listings[c] for c in _falling_with(new, name) if c in listings}
    return found


def _falling_with(analysis: Contingencies, name: str) -> list[str]:
    """Name the points that one element alone brings down."""
    index = analysis.network.element_index
    if name not in index:
        return []
    points = analysis.single_points
    places = np.nonzero(points.element == index[name])[0]
    rows = np.searchsorted(points.first, places, side="right") - 1
    return [analysis.network.point_ids[row] for row in rows.tolist()]


def _network_of(part: Part) -> Network:
    network = part.compiled.network
    if network is None:
        raise AssertionError("a part is made of stations and components")
    return network
