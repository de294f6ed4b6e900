"""Limits of a fault tree's analysis, and what is raised where one is hit."""

from pollready.engine.errors import EngineError

MAX_NODES = 1 << 25  # of one diagram by default: about 1 GB with its tables
MOST_NODES = 1 << 28  # what the tables can number


class FaultTreeTooLarge(EngineError):
    """A diagram would need more than `max_nodes` nodes; `what` was being computed."""

    code = "engine.fault-tree-too-large"

    def __init__(self, top: str, what: str, max_nodes: int) -> None:
        super().__init__(top, what, max_nodes)
        self.top = top
        self.what = what
        self.max_nodes = max_nodes


class FaultTreeOutOfTime(EngineError):
    """The budget ended while `what` was being computed."""

    code = "engine.fault-tree-out-of-time"

    def __init__(self, top: str, what: str) -> None:
        super().__init__(top, what)
        self.top = top
        self.what = what
