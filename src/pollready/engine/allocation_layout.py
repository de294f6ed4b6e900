"""Stock and reach of an allocation as rows: merged depots, cells of points, arcs between them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pollready.engine.allocation_problem import AllocationProblem, Bools

Indices = NDArray[np.int64]
OUT_OF_REACH = -1


@dataclass(frozen=True, eq=False)
class Sources:
    """Stock by who may take it: the depots, each less what it keeps, then what is kept.

    Attributes
    ----------
    depot : int64[n_sources]
        Whose units they are.
    stock : int64[n_sources, n_kinds]
    reach_class : int64[n_points + n_upgrades]
        Points and upgrades that the same sources reach share a class.
    within : bool[n_classes, n_sources, n_kinds]
    """

    depot: Indices
    stock: Indices
    reach_class: Indices
    within: Bools

    @property
    def reached(self) -> Bools:
        """Tell what reaches a class at all: there is stock, and it is within the limit."""
        return np.asarray(self.within & (self.stock > 0)[np.newaxis])


def sources_of(problem: AllocationProblem) -> Sources:
    """Split depots that keep units for some points, and classes by who may take those."""
    upgrades, n_depots = problem.all_upgrades, len(problem.depots)
    classes = np.concatenate([problem.reach_class, upgrades.reach_class]).astype(np.int64)
    if not problem.kept:
        everyone = np.arange(n_depots)
        return Sources(everyone, problem.stock.astype(np.int64), classes, problem.within)
    may_take = np.zeros((len(classes), len(problem.kept)), dtype=bool)
    stock = np.zeros((n_depots + len(problem.kept), len(problem.kinds)), dtype=np.int64)
    stock[:n_depots] = problem.stock
    for number, kept in enumerate(problem.kept):
        may_take[kept.points, number] = True
        may_take[kept.upgrades + len(problem.points), number] = True
        stock[kept.depot, kept.kind] -= kept.units
        stock[n_depots + number, kept.kind] = kept.units
    key = np.column_stack([classes, np.packbits(may_take, axis=1)])
    _, first, refined = np.unique(key, axis=0, return_index=True, return_inverse=True)
    keeper = np.array([kept.depot for kept in problem.kept])
    of_depot = problem.within[classes[first]]
    of_kept = of_depot[:, keeper] & may_take[first][:, :, np.newaxis]
    return Sources(
        np.concatenate([np.arange(n_depots), keeper]),
        stock,
        refined.ravel(),
        np.concatenate([of_depot, of_kept], axis=1),
    )


@dataclass(frozen=True, eq=False)
class Layout:
    """Rows of stock and of demand, and what flows between them; kind by kind.

    Sources of a kind that reach the same classes are one supply; classes that the same supplies
    reach are one cell. So rows grow with the patterns of reach, not with depots or points.

    Attributes
    ----------
    supply : int64[n_supplies]
        Units.
    supply_of : int64[n_sources, n_kinds]
        The supply a source's units of a kind belong to, -1 where there are none.
    cell_of : int64[n_classes, n_kinds]
        The cell a class takes units of a kind from, -1 where none reach it.
    n_cells : int
    arc_supply, arc_cell : int64[n_arcs]
    """

    supply: Indices
    supply_of: Indices
    cell_of: Indices
    n_cells: int
    arc_supply: Indices
    arc_cell: Indices


def layout_of(sources: Sources) -> Layout:
    """Merge sources and classes, kind by kind."""
    reached = sources.reached
    n_classes, n_sources, n_kinds = reached.shape
    supply_of = np.full((n_sources, n_kinds), OUT_OF_REACH, dtype=np.int64)
    cell_of = np.full((n_classes, n_kinds), OUT_OF_REACH, dtype=np.int64)
    supplies, arcs = [np.zeros(0, dtype=np.int64)], [np.zeros((2, 0), dtype=np.int64)]
    n_cells = n_supplies = 0
    for kind in range(n_kinds):
        use = np.nonzero(reached[:, :, kind].any(axis=0))[0]
        columns, supply = _distinct(reached[:, use, kind].T)
        cells, cell = _distinct(reached[:, use[columns], kind])
        pattern = reached[cells][:, use[columns], kind]
        full = pattern.any(axis=1)
        number = np.where(full, np.cumsum(full) - 1 + n_cells, OUT_OF_REACH)
        supply_of[use, kind], cell_of[:, kind] = supply + n_supplies, number[cell]
        supplies.append(np.bincount(supply, weights=sources.stock[use, kind]).astype(np.int64))
        to, by = np.nonzero(pattern)
        arcs.append(np.stack([by + n_supplies, number[to]]))
        n_cells, n_supplies = n_cells + int(full.sum()), n_supplies + len(columns)
    arc_supply, arc_cell = np.concatenate(arcs, axis=1).astype(np.int64)
    return Layout(np.concatenate(supplies), supply_of, cell_of, n_cells, arc_supply, arc_cell)


def _distinct(rows: Bools) -> tuple[Indices, Indices]:
    """Give where each distinct row stands first, and which of these each row is."""
    if not rows.shape[1] or not rows.shape[0]:
        return np.arange(min(rows.shape[0], 1)), np.zeros(rows.shape[0], dtype=np.int64)
    packed = np.ascontiguousarray(np.packbits(rows, axis=1))
    keys = packed.view(np.dtype((np.void, packed.shape[1]))).ravel()
    _, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
    return first, inverse.ravel()
