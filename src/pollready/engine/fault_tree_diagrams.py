"""Tables of diagrams that grow on demand, up to a limit of nodes and within a budget."""

from collections.abc import Callable

import numpy as np

from pollready.engine._bdd_kernels import (
    AT,
    DONE,
    USED,
    Ints,
    clear_terminals,
    enter_all,
    find_or_make,
    remembered,
    run_program,
)
from pollready.engine.budget import Budget
from pollready.engine.fault_tree_orders import Program

_SMALL, _LARGE = 1 << 9, 1 << 18  # rooms to begin with
_MOST_MEMO = 1 << 24
_MOST_STEP = 1 << 22  # nodes: seconds, between two looks at the budget


class RoomSpent(Exception):
    """The tables would hold more nodes than is allowed; `progress` is the share done by then."""

    progress = 0.0


class TimeSpent(Exception):
    """The budget is spent."""


class Tables:
    """A unique table, a memo of operations and a stack, shared by what is built in them."""

    def __init__(self, levels: int, max_nodes: int, budget: Budget, *, large: bool = False) -> None:
        self.max_nodes = max_nodes
        self.budget = budget
        first = _LARGE if max_nodes >= _LARGE and large else _SMALL
        self.nodes = np.empty((min(first, max_nodes), 4), np.int32)
        clear_terminals(self.nodes)
        self.heads = np.full(first, -1, np.int32)
        self.memo = np.full((first, 3), -1, np.int32)
        self.stack = np.empty((levels + 3, 4), np.int32)
        self.state = np.array([2, 0, 0, 0], np.int64)

    def variable(self, level: int) -> int:
        """Give the diagram of one variable."""
        while True:
            node = int(find_or_make(level, 0, 1, self.nodes, self.heads, self.state))
            if node >= 0:
                return node
            self.grow()

    def finish(self, run: Callable[[], int]) -> None:
        """Run a kernel to its end, with more room whenever it asks; raises when there is none."""
        while run() != DONE:
            self.grow()

    def grow(self) -> None:
        """Give more room; raises `RoomSpent`, `TimeSpent`."""
        room = self.nodes.shape[0]
        if self.budget.is_spent():
            raise TimeSpent
        if room >= self.max_nodes:
            raise RoomSpent
        size = min(room * 2, room + _MOST_STEP, self.max_nodes)
        nodes = np.empty((size, 4), np.int32)
        nodes[:room] = self.nodes
        self.nodes = nodes
        if self.heads.size < size:
            self.heads = np.empty(self.heads.size * 2, np.int32)
            enter_all(self.nodes, self.heads, self.state[USED])
        if self.memo.shape[0] < min(size, _MOST_MEMO):
            self.memo = remembered(self.memo, self.memo.shape[0] * 2)


def build(program: Program, tables: Tables) -> int:
    """Carry a program out and give the resulting node; raises `RoomSpent`, `TimeSpent`."""
    values = np.zeros(program.registers, np.int32)
    values[1] = 1
    for level, register in enumerate(program.variable.values()):
        values[register] = tables.variable(level)
    tables.state[AT] = 0
    try:
        tables.finish(
            lambda: run_program(
                program.instructions, values, tables.nodes, tables.heads, tables.memo,
                tables.stack, tables.state,
            )
        )  # fmt: skip
    except RoomSpent as stopped:
        stopped.progress = float(tables.state[AT]) / len(program.instructions)
        raise
    return int(values[program.result])


def made_of(kernel: Callable[..., int], source: Ints, tables: Tables) -> Ints:
    """Run a kernel that goes through a diagram's nodes; give its value of each."""
    values = np.zeros(max(source.shape[0], 2), np.int32)
    tables.state[AT] = 2
    tables.finish(
        lambda: kernel(
            source, values, tables.nodes, tables.heads, tables.memo, tables.stack, tables.state
        )
    )
    return values[: source.shape[0]]
