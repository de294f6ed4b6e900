"""All single and double failures after a change, from those of the points that it touches.

Losses are sums over points: those of a changed network are the old ones, less what the touched
points cost before, plus what they cost now. `docs/method/what-if.md`.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from pollready.engine.contingency import NO_COST, Contingencies, Contingency, Cost
from pollready.engine.pair_ranking import best_pairs

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Elements:
    """What can be failed, in the order that decides between equals: `ids`, `tier` int8[n]."""

    ids: tuple[str, ...]
    tier: NDArray[np.int8]
    # The same elements are numbered for every level, duration and reading.
    _numbers: "WeakKeyDictionary[Elements, Whole]" = field(
        default_factory=WeakKeyDictionary, init=False, repr=False
    )

    @cached_property
    def index(self) -> dict[str, int]:
        """Number of each element."""
        return {name: number for number, name in enumerate(self.ids)}

    def numbers_in(self, other: "Elements") -> Whole:
        """Number each element as `other` does, -1 where it has none: int64[n]."""
        if other not in self._numbers:
            index = other.index
            found = [index.get(name, -1) for name in self.ids]
            self._numbers[other] = np.array(found, dtype=np.int64)
        return self._numbers[other]


@dataclass(frozen=True, eq=False)
class LossSums:
    """N-1 and N-2 of one service, level, duration and reading, free of any network.

    `losses` float64[n, 3] (voters, points, points without voters) of each element; pair i < j
    costs losses[i] + losses[j] plus, where `keys` int64[m] (sorted) has i * n + j, its row of
    `corrections` float64[m, 3]. `behind` counts the points that some single failure up to the
    tier that was asked for brings down, each once.
    """

    elements: Elements
    duration_h: float
    already_below: Cost
    losses: Floats
    keys: Whole
    corrections: Floats
    behind: Cost

    def top_singles(self, k: int, *, max_tier: int | None = None) -> tuple[Contingency, ...]:
        """List the `k` costliest, by voters, then points, then in order."""
        allowed = np.nonzero(self._allowed(max_tier) & (self.losses[:, 1] > 0))[0]
        order = np.lexsort((allowed, -self.losses[allowed, 1], -self.losses[allowed, 0]))
        return tuple(
            Contingency((self.elements.ids[i],), _cost(self.losses[i]), NO_COST)
            for i in allowed[order[:k]]
        )

    def top_pairs(self, k: int, *, max_tier: int | None = None) -> tuple[Contingency, ...]:
        """List the `k` costliest of all pairs, those without a correction included."""
        allowed = self._allowed(max_tier)
        found = best_pairs(k, self.losses, allowed, self.keys, self.corrections)
        return tuple(self._pair(i, j) for i, j in found)

    def cutting(self, *, max_tier: int) -> int:
        """Count the elements whose loss alone brings some point down."""
        return int(np.count_nonzero(self._allowed(max_tier) & (self.losses[:, 1] > 0)))

    def _pair(self, i: int, j: int) -> Contingency:
        key = i * len(self.losses) + j
        place = int(np.searchsorted(self.keys, key))
        beyond = np.zeros(3)
        if place < len(self.keys) and self.keys[place] == key:
            beyond = self.corrections[place]
        ids = self.elements.ids
        total = _cost(self.losses[i] + self.losses[j] + beyond)
        return Contingency((ids[i], ids[j]), total, _cost(beyond))

    def _allowed(self, max_tier: int | None) -> NDArray[np.bool_]:
        if max_tier is None:
            return np.ones(len(self.losses), dtype=np.bool_)
        allowed: NDArray[np.bool_] = self.elements.tier <= max_tier
        return allowed


def shared_in(contingencies: Contingencies) -> Elements:
    """Take what was failed: the shared components, and the groups, in the network's order."""
    network, number = contingencies.network, np.nonzero(contingencies.shared)[0]
    names = network.element_ids
    return Elements(tuple(names[i] for i in number.tolist()), network.tier[number])


def loss_sums(contingencies: Contingencies, elements: Elements, *, behind_tier: int) -> LossSums:
    """Take the sums out of an analysis; `elements` are its `shared_in`.

    `behind_tier` is the highest tier of the single failures of `LossSums.behind`.
    """
    number = np.nonzero(contingencies.shared)[0]
    place = np.full(len(contingencies.losses), -1, dtype=np.int64)
    place[number] = np.arange(len(number))
    width, pairs = len(contingencies.losses), contingencies.pairs
    return LossSums(
        elements=elements,
        duration_h=contingencies.duration_h,
        already_below=contingencies.already_below,
        losses=contingencies.losses[number],
        keys=place[pairs.keys // width] * len(number) + place[pairs.keys % width],
        corrections=pairs.corrections,
        behind=contingencies.behind_singles(max_tier=behind_tier),
    )


def after_change(
    whole: LossSums, before: LossSums, after: LossSums, elements: Elements
) -> LossSums:
    """Take away what the touched points cost before, and add what they cost after.

    Parameters
    ----------
    whole : LossSums
        Of all points, before the change.
    before, after : LossSums
        Of the touched points alone, before and after the change, with the same points beside
        them that hold no level asked about. A point is touched if its requirement changes, or if
        something that it rests on begins or ceases to be shared.
    elements : Elements
        Of all points after the change, in order; what both have stands in the same order.

    Returns
    -------
    LossSums
        Of all points after the change, equal to those of a new analysis.

    Notes
    -----
    Exact: voters and points are whole numbers, which floats add and subtract without loss below
    2 ** 53. Time grows with the pairs kept, not with the points. `docs/method/what-if.md`.
    """
    parts = [(whole, 1.0), (before, -1.0), (after, 1.0)]
    losses = np.zeros((len(elements.ids), 3))
    keys, corrections = _renumbered(whole, elements)
    changed: list[tuple[Whole, Floats]] = []
    for part, sign in parts:
        number = part.elements.numbers_in(elements)
        kept = number >= 0
        losses[number[kept]] += sign * part.losses[kept]
        if part is not whole:
            own_keys, own = _renumbered(part, elements)
            changed.append((own_keys, sign * own))
    keys, corrections = _with_changes(keys, corrections, changed)
    return LossSums(
        elements=elements,
        duration_h=whole.duration_h,
        already_below=_sum(whole.already_below, before.already_below, after.already_below),
        losses=losses,
        keys=keys,
        corrections=corrections,
        behind=_sum(whole.behind, before.behind, after.behind),
    )


def _renumbered(part: LossSums, elements: Elements) -> tuple[Whole, Floats]:
    """Number the pairs as `elements` do; what these have no more costs nothing any more."""
    if part.elements is elements:
        return part.keys, part.corrections
    number, width = part.elements.numbers_in(elements), len(part.elements.ids)
    i, j = number[part.keys // width], number[part.keys % width]
    kept = (i >= 0) & (j >= 0)
    return (i * len(elements.ids) + j)[kept], part.corrections[kept]


def _with_changes(
    keys: Whole, corrections: Floats, changed: list[tuple[Whole, Floats]]
) -> tuple[Whole, Floats]:
    """Add the changed corrections to the sorted ones."""
    all_keys = np.concatenate([own for own, _ in changed])
    own_keys, place = np.unique(all_keys, return_inverse=True)
    sums = np.zeros((len(own_keys), 3))
    np.add.at(sums, place, np.concatenate([own for _, own in changed]))
    moved = sums.any(axis=1)
    own_keys, sums = own_keys[moved], sums[moved]
    at = np.searchsorted(keys, own_keys)
    known = at < len(keys)
    known[known] = keys[at[known]] == own_keys[known]
    total = corrections.copy()
    total[at[known]] += sums[known]
    new = ~known
    return np.insert(keys, at[new], own_keys[new]), np.insert(total, at[new], sums[new], axis=0)


def _sum(whole: Cost, less: Cost, more: Cost) -> Cost:
    return Cost(
        whole.points - less.points + more.points,
        whole.voters - less.voters + more.voters,
        whole.points_without_voters - less.points_without_voters + more.points_without_voters,
    )


def _cost(row: Floats) -> Cost:
    return Cost(round(row[1]), float(row[0]), round(row[2]))


def merged(
    whole: Elements, gone: Collection[str], added: Elements, ranks: Callable[[], Mapping[str, int]]
) -> Elements:
    """Leave out what is `gone`, put in what was `added`; unchanged elements are the same object.

    Of what the whole has already `added` tells the tier; `ranks` gives the place of every name
    in the new order, and is asked only where something is new.
    """
    tiers = dict(zip(added.ids, added.tier.tolist(), strict=True))
    new = [name for name in added.ids if name not in whole.index]
    old_tiers = whole.tier[[whole.index[n] for n in added.ids if n in whole.index]].tolist()
    same = old_tiers == [tiers[n] for n in added.ids if n in whole.index]
    if not gone and not new and same:
        return whole
    tier_of = dict(zip(whole.ids, whole.tier.tolist(), strict=True)) | tiers
    kept = [name for name in whole.ids if name not in gone]
    ids = sorted([*kept, *new], key=ranks().__getitem__) if new else kept
    return Elements(tuple(ids), np.array([tier_of[name] for name in ids], dtype=np.int8))
