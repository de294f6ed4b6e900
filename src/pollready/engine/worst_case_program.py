"""The worst case a second way, sharing nothing with the search: one mixed-integer program."""

import numpy as np
from scipy import sparse

from pollready.engine._highs import Program, solve
from pollready.engine.budget import UNLIMITED, Budget
from pollready.engine.contingency import Contingencies, evaluate_contingency
from pollready.engine.gates import FALSE, TRUE
from pollready.engine.network import Graph, Kind
from pollready.engine.requirements import requirements
from pollready.engine.worst_case import WorstCase, worst_case_of
from pollready.engine.worst_search import Stop

TOLERANCE = 1e-6  # of HiGHS, on whole numbers and on bounds


def worst_by_program(
    contingencies: Contingencies,
    k: int,
    *,
    max_tier: int | None = None,
    groups: bool = True,
    budget: Budget = UNLIMITED,
) -> WorstCase:
    """Find the worst set of at most `k` by HiGHS.

    Parameters
    ----------
    contingencies : Contingencies
    k : int
        At least 1.
    max_tier, groups
        What may fail, as in `worst_cases`.
    budget : Budget
        What remains of it is HiGHS's time limit, which it keeps by its own clock.

    Returns
    -------
    WorstCase
        By voters alone: among sets that cost equally many, any. Proven within HiGHS's tolerance
        of a millionth of the voters.

    Notes
    -----
    A failure 0 or 1 for each element, at most k of them; for each gate y in [0, 1] with
    y <= sum of its children's where it needs all, y <= each child's where it needs one; the most
    voters y. `docs/method/worst-case.md`.
    """
    asked = contingencies
    network = asked.network
    needs = requirements(network, asked.service, asked.level, asked.duration_h, asked.unknowns)
    graph, allowed = needs.graph, asked.allowed(max_tier, groups)[needs.elements]
    gain = np.zeros(len(graph.kind))
    gain[needs.tops] = needs.weights[:, 0]
    solution = solve(_program(graph, gain, allowed, k), limit_s=budget.remaining_s())
    chosen = np.zeros(0, dtype=np.int64)
    if solution.x is not None:
        leaves = np.nonzero((graph.kind == Kind.LEAF) & (solution.x > 0.5))[0]
        chosen = np.sort(graph.param[leaves])
    ids = tuple(network.element_ids[element] for element in needs.elements[chosen].tolist())
    fallen = evaluate_contingency(network, ids, asked.duration_h, asked.unknowns)
    cost = fallen.cost(asked.service, asked.level)
    everything = float(gain.sum())
    bound = min(solution.bound + TOLERANCE * everything, everything)
    return worst_case_of(k, ids, cost, bound, Stop.PROVEN if solution.optimal else Stop.BUDGET)


def _program(graph: Graph, gain: np.ndarray, allowed: np.ndarray, k: int) -> Program:
    leaf = graph.kind == Kind.LEAF
    matrix = sparse.vstack(
        [*_rows(graph), sparse.csr_array(leaf[np.newaxis].astype(np.float64))], format="csc"
    )
    upper = np.ones(len(graph.kind))
    upper[TRUE] = 0.0
    upper[leaf] = allowed[graph.param[leaf]]
    lower = np.zeros(len(graph.kind))
    lower[FALSE] = 1.0
    row_upper = np.zeros(matrix.shape[0])
    row_upper[-1] = k
    return Program(gain, matrix, np.full(len(row_upper), -np.inf), row_upper, lower, upper, leaf)


def _rows(graph: Graph) -> tuple[sparse.csr_array, sparse.csr_array]:
    """Give the rows y - sum of children <= 0 of ALL, and y - child <= 0 of each child of ANY."""
    nodes = len(graph.kind)
    sizes = np.diff(graph.first)
    parent = np.repeat(np.arange(nodes), sizes)
    needs_all, needs_one = graph.kind == Kind.ALL, graph.kind == Kind.ANY
    own, edges = np.nonzero(needs_all)[0], needs_all[parent]
    row = np.cumsum(needs_all) - 1
    of_all = _sparse(
        np.concatenate([np.arange(len(own)), row[parent[edges]]]),
        np.concatenate([own, graph.child[edges]]),
        np.concatenate([np.ones(len(own)), -np.ones(int(edges.sum()))]),
        (len(own), nodes),
    )
    edges = needs_one[parent]
    count = int(edges.sum())
    of_one = _sparse(
        np.tile(np.arange(count), 2),
        np.concatenate([parent[edges], graph.child[edges]]),
        np.repeat([1.0, -1.0], count),
        (count, nodes),
    )
    return of_all, of_one


def _sparse(
    row: np.ndarray, column: np.ndarray, entry: np.ndarray, shape: tuple[int, int]
) -> sparse.csr_array:
    return sparse.csr_array((entry, (row, column)), shape=shape)
