"""The dependency network: how it is built, and the frozen arrays that come of it.

Without numba, whose import takes half a second: what only compiles or validates need not wait.
"""

from pollready.engine.arrays import (
    SECONDS_PER_H,
    Both,
    Graph,
    Kind,
    Network,
    Tier,
    UnknownName,
    Unknowns,
    seconds,
)
from pollready.engine.building import NetworkBuilder
from pollready.engine.faults import InvalidNetwork

__all__ = [
    "SECONDS_PER_H",
    "Both",
    "Graph",
    "InvalidNetwork",
    "Kind",
    "Network",
    "NetworkBuilder",
    "Tier",
    "UnknownName",
    "Unknowns",
    "seconds",
]
