"""What means are worth: P(below a level) of every station with every bundle of means.

Means at one station are complements (power and a path and devices), so whole bundles are worked
out exactly, not kinds one by one. A unit at a shared component is worked out with each bundle of
the stations behind it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from pollready.assessment.chances import MEASURES, READINGS, Chances, Ground, chances, criticality
from pollready.assessment.changes import Change
from pollready.assessment.costing import powered_by
from pollready.planning.allocations.effects import Effects, Kind, split_key

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Tell = Callable[[int, int], None]  # how many of how many questions are answered

SCREENED = 8  # shared components of a kind that are looked at, the most critical first
_ON_ONE_SOURCE = 2  # of these, that share what powers them: they would save the same
_SAVES = 1e-9  # a chance that falls by less is no change


@dataclass(frozen=True, eq=False)
class Upgrade:
    """A unit at a shared component: the stations behind it, and what it is worth to each.

    `below` by measure and reading: float64[n_behind, n_bundles]; NaN where the station's bundle
    was not looked at together with it.
    """

    component: str
    kind: int
    behind: NDArray[np.int64]  # positions of stations
    below: Mapping[tuple[str, str], Floats]


@dataclass(frozen=True, eq=False)
class Worth:
    """What was worked out of one version of the register.

    Attributes
    ----------
    listings : int64[n_stations]
        Primary keys, in the round's order.
    kinds : tuple of str
    bundles : int64[n_bundles, n_kinds]
        Units of each kind; the first bundle holds nothing.
    below : mapping of (measure, reading) to float64[n_stations, n_bundles]
        P(below the level); NaN where some kind of the bundle has no use at the station.
    upgrades : tuple of Upgrade
    candidates : int
        How many shared components could have been given something.
    """

    listings: NDArray[np.int64]
    kinds: tuple[str, ...]
    bundles: NDArray[np.int64]
    below: Mapping[tuple[str, str], Floats]
    upgrades: tuple[Upgrade, ...]
    candidates: int

    def before(self, measure: str, reading: str) -> Floats:
        """Give P(below) of each station as it stands."""
        found: Floats = self.below[measure, reading][:, 0]
        return found


@dataclass(frozen=True, eq=False)
class _Work:
    """What one run works with."""

    ground: Ground
    kinds: Sequence[Kind]
    effects: Effects
    tell: Tell


def work_out(
    ground: Ground, kinds: Sequence[Kind], *, tell: Tell = lambda done, total: None
) -> Worth:
    """Work out what each bundle of means is worth at each station.

    Raises `InvalidNetwork`, and what `tell` raises to stop.
    """
    work = _Work(ground, kinds, Effects(ground), tell)
    uses = _uses(work)
    bundles = _bundles(kinds)
    candidates = _candidates(work)
    chosen = _screened(work, candidates)
    colours = _apart(chosen)
    total = len(bundles) + sum(len(_beside(bundles)) for _ in colours)
    below = _of_bundles(work, bundles, uses, total)
    upgrades = _of_upgrades(work, bundles, uses, colours, below, total)
    return Worth(
        listings=np.array([row.id for row in ground.listings], dtype=np.int64),
        kinds=tuple(kind.key for kind in kinds),
        bundles=bundles,
        below=below,
        upgrades=upgrades,
        candidates=len(candidates),
    )


Uses = Sequence[Sequence[list[Change] | None]]  # by kind, by station


def _uses(work: _Work) -> Uses:
    return [
        [work.effects.at_station(kind, row) for row in work.ground.listings] for kind in work.kinds
    ]


def _bundles(kinds: Sequence[Kind]) -> NDArray[np.int64]:
    """Give every bundle with at most one unit of each of the ledger's kinds, the smallest first."""
    choices: dict[str, list[int]] = {}
    for place, kind in enumerate(kinds):
        if kind.means.station:
            choices.setdefault(split_key(kind.key)[0], []).append(place)
    found = []
    for taken in product(*([None, *places] for places in choices.values())):
        row = np.zeros(len(kinds), dtype=np.int64)
        row[[place for place in taken if place is not None]] = 1
        found.append(row)
    return np.array(sorted(found, key=lambda row: (row.sum(), tuple(-row))), dtype=np.int64)


def _of_bundles(
    work: _Work, bundles: NDArray[np.int64], uses: Uses, total: int
) -> dict[tuple[str, str], Floats]:
    n = len(work.ground.listings)
    below = _nothing_known(n, len(bundles))
    useful = np.array([[use is not None for use in row] for row in uses], dtype=np.bool_)
    for number, bundle in enumerate(bundles):
        kinds = np.flatnonzero(bundle)
        stations = np.flatnonzero(useful[kinds].all(axis=0)) if kinds.size else np.arange(n)
        changes = _changes(uses, kinds, stations)
        _put(below, stations, number, chances(work.ground, changes, stations.tolist()))
        work.tell(number + 1, total)
    return below


def _changes(uses: Uses, kinds: Iterable[int], stations: Iterable[int]) -> list[Change]:
    return [
        change
        for kind, station in product(list(kinds), list(stations))
        for change in uses[kind][station] or ()
    ]


def _nothing_known(n: int, bundles: int) -> dict[tuple[str, str], Floats]:
    return {key: np.full((n, bundles), np.nan) for key in product(MEASURES, READINGS)}


def _put(
    below: Mapping[tuple[str, str], Floats], rows: NDArray[np.int64], bundle: int, found: Chances
) -> None:
    for key, values in found.items():
        below[key][rows, bundle] = values


# Shared components


@dataclass(frozen=True, eq=False)
class _Candidate:
    component: str
    kind: int
    changes: Sequence[Change]
    behind: frozenset[int]  # positions of stations
    source: str  # what powers it


def _candidates(work: _Work) -> list[_Candidate]:
    """Find what shared components could be given, and who is behind each."""
    ground = work.ground
    place = {row.id: number for number, row in enumerate(ground.listings)}
    found = []
    for number, kind in enumerate(work.kinds):
        if not kind.means.at:
            continue
        for row in ground.rows.components.values():
            changes = work.effects.at_component(kind, row)
            if changes is None:
                continue
            behind = frozenset(place[i] for i in ground.dependants.listings_resting_on([row.code]))
            if len(behind) > 1:
                source = " ".join(powered_by(ground.rows, row.code))
                found.append(_Candidate(row.code, number, changes, behind, source))
    return found


def _screened(work: _Work, candidates: Sequence[_Candidate]) -> list[_Candidate]:
    """Keep the most critical of each kind: what is out itself, or for want of what powers it."""
    if not candidates:
        return []
    critical = criticality(work.ground)

    def weight(each: _Candidate) -> tuple[float, int, str]:
        names = (each.component, *each.source.split())
        return (-max(critical.get(name, 0.0) for name in names), -len(each.behind), each.component)

    kept: dict[int, list[_Candidate]] = {}
    on: dict[tuple[int, str], int] = {}
    for each in sorted(candidates, key=weight):
        mine, key = kept.setdefault(each.kind, []), (each.kind, each.source)
        if len(mine) < SCREENED and (not each.source or on.get(key, 0) < _ON_ONE_SOURCE):
            mine.append(each)
            on[key] = on.get(key, 0) + 1
    return [each for mine in kept.values() for each in mine]


def _apart(candidates: Iterable[_Candidate]) -> list[list[_Candidate]]:
    """Put candidates that share no station together: one question answers for all of them."""
    colours: list[tuple[set[int], list[_Candidate]]] = []
    for each in sorted(candidates, key=lambda one: -len(one.behind)):
        for taken, members in colours:
            if taken.isdisjoint(each.behind):
                taken |= each.behind
                members.append(each)
                break
        else:
            colours.append((set(each.behind), [each]))
    return [members for _, members in colours]


def _beside(bundles: NDArray[np.int64]) -> NDArray[np.int64]:
    """Choose the bundles that are worked out beside a unit at a component: up to one kind."""
    return np.flatnonzero(bundles.sum(axis=1) <= 1)


def _of_upgrades(
    work: _Work,
    bundles: NDArray[np.int64],
    uses: Uses,
    colours: Sequence[Sequence[_Candidate]],
    below: Mapping[tuple[str, str], Floats],
    total: int,
) -> tuple[Upgrade, ...]:
    useful = np.array([[use is not None for use in row] for row in uses], dtype=np.bool_)
    done, found = len(bundles), []
    for members in colours:
        behind = np.array(sorted(set().union(*(each.behind for each in members))), dtype=np.int64)
        values = _nothing_known(len(work.ground.listings), len(bundles))
        for number in _beside(bundles).tolist():
            kinds = np.flatnonzero(bundles[number])
            stations = behind[useful[kinds][:, behind].all(axis=0)] if kinds.size else behind
            changes = [change for each in members for change in each.changes]
            changes += _changes(uses, kinds, stations)
            _put(values, stations, number, chances(work.ground, changes, stations.tolist()))
            done += 1
            work.tell(done, total)
        found += [_upgrade(each, values) for each in members]
    return tuple(each for each in found if _is_of_use(each, below))


def _upgrade(each: _Candidate, values: Mapping[tuple[str, str], Floats]) -> Upgrade:
    behind = np.array(sorted(each.behind), dtype=np.int64)
    return Upgrade(
        each.component, each.kind, behind, {key: found[behind] for key, found in values.items()}
    )


def _is_of_use(upgrade: Upgrade, below: Mapping[tuple[str, str], Floats]) -> bool:
    """Tell whether it lowers the chance of any station, with any bundle, by any reading."""
    return any(
        bool(np.nanmax(below[key][upgrade.behind] - found, initial=-1.0) > _SAVES)
        for key, found in upgrade.below.items()
    )
