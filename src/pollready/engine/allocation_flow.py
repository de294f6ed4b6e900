"""Whole units from supplies to cells: the most of a demand that can be met."""

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import maximum_flow

from pollready.engine.allocation_layout import Indices, Layout


def flow_to(layout: Layout, demand: Indices) -> Indices:
    """Give the units on each arc, int64[n_arcs], that meet the most of a demand int64[n_cells]."""
    flow = np.zeros(len(layout.arc_cell), dtype=np.int64)
    if not demand.any():
        return flow
    n_supplies, n_cells = len(layout.supply), layout.n_cells
    start, end = n_supplies + n_cells, n_supplies + n_cells + 1
    cell = n_supplies + layout.arc_cell
    on_arc = np.minimum(layout.supply[layout.arc_supply], demand[layout.arc_cell])
    begin = np.concatenate(
        [np.full(n_supplies, start), layout.arc_supply, np.arange(n_cells) + n_supplies]
    )
    stop = np.concatenate([np.arange(n_supplies), cell, np.full(n_cells, end)])
    most = np.concatenate([layout.supply, on_arc, demand]).astype(np.int32)
    graph = sparse.csr_array((most, (begin, stop)), shape=(end + 1, end + 1))
    found = maximum_flow(sparse.csr_matrix(graph), start, end).flow
    flow[:] = np.asarray(found[layout.arc_supply, cell]).ravel()
    return flow
