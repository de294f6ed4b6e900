"""Each module of a fault tree solved by itself: its diagram and its families of sets."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from pollready.engine._bdd_kernels import (
    DONE,
    Ints,
    close_upwards,
    copied,
    derivative_of_levels,
    probability_of_nodes,
    reachable,
)
from pollready.engine._prime_kernels import FAMILY_FULL, prime_implicants
from pollready.engine._zbdd_kernels import minimal_solutions
from pollready.engine.budget import Budget
from pollready.engine.fault_tree import Op
from pollready.engine.fault_tree_diagrams import RoomSpent, Tables, build, made_of
from pollready.engine.fault_tree_orders import Module, module_of, orders, program
from pollready.engine.fault_tree_reduction import Reduced

_FIRST_TRY = 1 << 14  # nodes; with so few, all orders together take milliseconds
_STEP = 16
_PROMISING = 3


@dataclass
class Solved:
    """A module's diagram over its leaves, in the order that was chosen.

    `diagram` int32[n, 3] (level, low, high), children first, the root last unless it is constant.
    """

    module: Module
    order: list[int]
    diagram: Ints
    of_nodes: NDArray[np.float64]
    level_prob: NDArray[np.float64]
    families: dict[str, Ints] = field(default_factory=dict)

    @property
    def prob(self) -> float:
        """Give the probability of the module."""
        return float(self.of_nodes[-1])


class Solving:
    """Solves the modules of a reduced tree, children first."""

    def __init__(
        self, part: Reduced, event_prob: tuple[float, ...], max_nodes: int, budget: Budget
    ) -> None:
        self.part = part
        self.max_nodes = max_nodes
        self.budget = budget
        self.event_prob = event_prob
        self.solved: dict[int, Solved] = {}
        self.above_root: Ints

    def diagrams(self) -> None:
        """Build every module's diagram and probability; raises `RoomSpent`, `TimeSpent`."""
        modules = set(self.part.modules)
        for root in self.part.modules:
            module = module_of(self.part, root, modules)
            order, diagram = self._best_diagram(module)
            level_prob = np.array([self._prob(leaf) for leaf in order], dtype=np.float64)
            of_nodes = probability_of_nodes(diagram, level_prob)
            self.solved[root] = Solved(module, order, diagram, of_nodes, level_prob)

    def _prob(self, leaf: int) -> float:
        if self.part.ops[leaf] == Op.EVENT:
            return self.event_prob[self.part.params[leaf]]
        return self.solved[leaf].prob

    def _best_diagram(self, module: Module) -> tuple[list[int], Ints]:
        """Try all orders with little room, then with more: a bad order is given up early.

        The first that fits is taken; while that is cheap, the smallest of those that fit. In
        between only the most promising are tried: those that came furthest with less room.
        """
        if len(module.nodes) == 1:  # one gate: every order is as good
            return module.leaves, self._diagram(module, module.leaves, self.max_nodes)[0]
        room = min(_FIRST_TRY, self.max_nodes)
        ranked = list(orders(module))
        while True:
            best, progress = self._best_within(module, ranked, room)
            if best is not None:
                return best
            if room >= self.max_nodes:
                raise RoomSpent
            if room > _FIRST_TRY:
                by_progress = sorted(range(len(ranked)), key=lambda i: -progress[i])
                ranked = [ranked[i] for i in by_progress]
            room = min(room * _STEP, self.max_nodes)

    def _best_within(
        self, module: Module, ranked: list[list[int]], room: int
    ) -> tuple[tuple[list[int], Ints] | None, list[float]]:
        best: tuple[list[int], Ints] | None = None
        progress = [0.0] * len(ranked)
        cheap = room <= _FIRST_TRY
        tried = ranked if cheap or room >= self.max_nodes else ranked[:_PROMISING]
        for number, order in enumerate(tried):
            try:
                diagram, used = self._diagram(module, order, room, large=not cheap)
            except RoomSpent as stopped:
                progress[number] = stopped.progress
                continue
            if best is None or len(diagram) < len(best[1]):
                best = order, diagram
            if not cheap:
                break
            room = used
        return best, progress

    def _diagram(
        self, module: Module, order: list[int], room: int, *, large: bool = False
    ) -> tuple[Ints, int]:
        tables = Tables(len(order), room, self.budget, large=large)
        root = build(program(self.part, module, order), tables)
        return reachable(tables.nodes, root), int(tables.state[0])

    def increasing(self) -> bool:
        """Tell whether more failures never mend the top; makes what `minimal` starts from.

        A tree with negations may still only increase. Where it does not, the root's cut sets are
        those of the least increasing function above it: the smallest sets of failures that fail
        the top while all else works.
        """
        root = self.part.root
        solved = self.solved[root]
        if not any(self.part.negates(node) for node in self.part.below(root)):
            self.above_root = solved.diagram
            return True
        tables = self._tables(len(solved.order))
        own = made_of(copied, solved.diagram, tables)[-1]
        above = made_of(close_upwards, solved.diagram, tables)[-1]
        self.above_root = reachable(tables.nodes, int(above))
        return bool(own == above)

    def minimal(self) -> None:
        """Find the minimal cut sets of every module, as the family "minimal"."""
        for root, solved in self.solved.items():
            diagram = self.above_root if root == self.part.root else solved.diagram
            solved.families["minimal"] = self._minimal(diagram, len(solved.order))

    def _tables(self, levels: int) -> Tables:
        return Tables(levels, self.max_nodes, self.budget)

    def _minimal(self, diagram: Ints, levels: int) -> Ints:
        tables = self._tables(levels)
        values = made_of(minimal_solutions, diagram, tables)
        return reachable(tables.nodes, int(values[-1]))

    def path_sets(self, root: int) -> None:
        """Find the smallest sets whose working makes a module work, as the family "paths"."""
        waiting = [root]
        while waiting:
            solved = self.solved[waiting.pop()]
            if "paths" not in solved.families:
                solved.families["paths"] = self._minimal(_dual(solved.diagram), len(solved.order))
                waiting += [leaf for leaf in solved.order if self.part.ops[leaf] != Op.EVENT]

    def primes(self) -> None:
        """Find the root's prime implicants, as the family "primes" over twice as many levels."""
        solved = self.solved[self.part.root]
        levels = len(solved.order)
        diagrams = self._tables(levels)
        root = int(made_of(copied, solved.diagram, diagrams)[-1])
        families = self._tables(2 * levels)
        frames = np.zeros((levels + 3, 5), np.int32)
        frames[0, 0] = root
        depth = np.array([1 if root > 1 else 0], np.int64)
        primes = np.full(diagrams.nodes.shape[0], -1, np.int32)
        primes[:2] = 0, 1
        while True:
            status = prime_implicants(
                frames, depth, primes,
                diagrams.nodes, diagrams.heads, diagrams.memo, diagrams.stack, diagrams.state,
                families.nodes, families.heads, families.memo, families.stack, families.state,
            )  # fmt: skip
            if status == DONE:
                break
            (families if status == FAMILY_FULL else diagrams).grow()
            longer = np.full(diagrams.nodes.shape[0], -1, np.int32)
            longer[: primes.size] = primes
            primes = longer
        solved.families["primes"] = reachable(families.nodes, int(primes[root]))
        for level in np.unique(solved.families["primes"][2:, 0]).tolist():
            leaf = solved.order[level >> 1]
            if level & 1 and self.part.ops[leaf] != Op.EVENT:
                self.path_sets(leaf)

    def birnbaum(self) -> dict[int, float]:
        """Give dP(top)/dq of every event, by its number."""
        above = {self.part.root: 1.0}
        result: dict[int, float] = {}
        for root in reversed(self.part.modules):
            solved = self.solved[root]
            slopes = derivative_of_levels(
                solved.diagram, solved.level_prob, solved.of_nodes, len(solved.order)
            )
            for leaf, slope in zip(solved.order, slopes.tolist(), strict=True):
                value = above[root] * slope
                if self.part.ops[leaf] == Op.EVENT:
                    result[self.part.params[leaf]] = value
                else:
                    above[leaf] = value
        return result


def _dual(diagram: Ints) -> Ints:
    """Exchange failing and working, of the variables and of the whole."""
    result = diagram.copy()
    result[2:, 1], result[2:, 2] = diagram[2:, 2], diagram[2:, 1]
    for column in (1, 2):
        branch = result[2:, column]
        result[2:, column] = np.where(branch < 2, 1 - branch, branch)
    return result
