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

from pollready.assessment.chances import (
    MEASURES,
    READINGS,
    Ground,
    chances_of_bundles,
    criticality,
)
from pollready.assessment.changes import Change
from pollready.assessment.costing import powered_by
from pollready.planning.allocations.effects import Effects, Kind, split_key
from pollready.register.collector import collector_paused

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Tell = Callable[[int, int], None]  # how many of how many questions are answered

SCREENED = 8  # shared components of a kind that are looked at, the most critical first
BLOCK = 4096  # stations of which all bundles are asked together, and after which a run can stop
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
    uses, bundles = _uses(work), _bundles(kinds)
    blocks = _blocks(np.arange(len(ground.listings)))
    below = _of_stations(work, bundles, uses, blocks, Told(tell, len(blocks)))
    candidates = _candidates(work)
    colours = _apart(_screened(work, candidates))
    told = Told(tell, sum(len(_blocks(_behind(members))) for members in colours))
    upgrades = _of_upgrades(work, bundles, uses, colours, below, told)
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


def _of_stations(
    work: _Work,
    bundles: NDArray[np.int64],
    uses: Uses,
    blocks: Iterable[NDArray[np.int64]],
    told: "Told",
    shared: Sequence[Change] = (),
) -> dict[tuple[str, str], Floats]:
    """Work out every bundle at the stations of some blocks; of the others nothing is known."""
    below = {
        key: np.full((len(work.ground.listings), len(bundles)), np.nan)
        for key in product(MEASURES, READINGS)
    }
    for stations in blocks:
        with collector_paused():
            found = chances_of_bundles(work.ground, uses, bundles, stations.tolist(), shared)
        for key, values in found.items():
            below[key][stations] = values
        told.one_more()
    return below


def _blocks(stations: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    return [stations[start : start + BLOCK] for start in range(0, len(stations), BLOCK)]


class Told:
    """Counts what is answered, and tells it."""

    def __init__(self, tell: Tell, total: int) -> None:
        self._tell, self._total, self._done = tell, total, 0

    def one_more(self) -> None:
        """Tell that one more question is answered; raises what `tell` raises to stop."""
        self._done += 1
        self._tell(self._done, self._total)


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
    with collector_paused():
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


def _behind(members: Iterable[_Candidate]) -> NDArray[np.int64]:
    return np.array(sorted(set().union(*(each.behind for each in members))), dtype=np.int64)


def _of_upgrades(
    work: _Work,
    bundles: NDArray[np.int64],
    uses: Uses,
    colours: Sequence[Sequence[_Candidate]],
    below: Mapping[tuple[str, str], Floats],
    told: Told,
) -> tuple[Upgrade, ...]:
    beside, found = _beside(bundles), []
    for members in colours:
        shared = [change for each in members for change in each.changes]
        blocks = _blocks(_behind(members))
        few = _of_stations(work, bundles[beside], uses, blocks, told, shared)
        found += [_upgrade(each, few, beside, len(bundles)) for each in members]
    return tuple(each for each in found if _is_of_use(each, below))


def _upgrade(
    each: _Candidate,
    few: Mapping[tuple[str, str], Floats],
    beside: NDArray[np.int64],
    bundles: int,
) -> Upgrade:
    behind = np.array(sorted(each.behind), dtype=np.int64)
    below = {key: np.full((len(behind), bundles), np.nan) for key in few}
    for key, values in few.items():
        below[key][:, beside] = values[behind]
    return Upgrade(each.component, each.kind, behind, below)


def _is_of_use(upgrade: Upgrade, below: Mapping[tuple[str, str], Floats]) -> bool:
    """Tell whether it lowers the chance of any station, with any bundle, by any reading."""
    return any(
        bool(np.nanmax(below[key][upgrade.behind] - found, initial=-1.0) > _SAVES)
        for key, found in upgrade.below.items()
    )
