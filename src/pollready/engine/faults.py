"""Every fault that building a network can find, as typed values."""

from dataclasses import dataclass
from typing import ClassVar

from pollready.engine.errors import EngineError, Fault


@dataclass(frozen=True)
class DuplicateId(Fault):
    """Two components, groups or points carry one id."""

    code: ClassVar[str] = "engine.duplicate-id"
    id: str


@dataclass(frozen=True)
class UnknownId(Fault):
    """`where` names an id that no component carries."""

    code: ClassVar[str] = "engine.unknown-id"
    where: str
    id: str


@dataclass(frozen=True)
class GroupAsRequirement(Fault):
    """`where` requires a group; a group acts through its members alone."""

    code: ClassVar[str] = "engine.group-as-requirement"
    where: str
    id: str


@dataclass(frozen=True)
class CyclicDependency(Fault):
    """Components require each other in a circle; `path` ends where it began."""

    code: ClassVar[str] = "engine.cyclic-dependency"
    path: tuple[str, ...]


@dataclass(frozen=True)
class ProbabilityOutOfRange(Fault):
    """A probability is not in [0, 1]."""

    code: ClassVar[str] = "engine.probability-out-of-range"
    id: str
    field: str
    value: float


@dataclass(frozen=True)
class NegativeNumber(Fault):
    """A time to repair, a number of voters or ride-through hours below zero, or no number."""

    code: ClassVar[str] = "engine.negative-number"
    id: str
    field: str
    value: float


@dataclass(frozen=True)
class EmptyGate(Fault):
    """A gate of `where` has no children."""

    code: ClassVar[str] = "engine.empty-gate"
    where: str


@dataclass(frozen=True)
class CountOutOfRange(Fault):
    """`k of n` with k below 1 or above n."""

    code: ClassVar[str] = "engine.count-out-of-range"
    where: str
    k: int
    n: int


@dataclass(frozen=True)
class BadExpression(Fault):
    """A requirement given as text cannot be read."""

    code: ClassVar[str] = "engine.bad-expression"
    where: str
    column: int
    expected: str
    found: str


@dataclass(frozen=True)
class LevelNotWeaker(Fault):
    """A level asks for all that the level above it asks for, and more: it can never count."""

    code: ClassVar[str] = "engine.level-not-weaker"
    point: str
    service: str
    level: str
    above: str


@dataclass(frozen=True)
class LevelOrderDiffers(Fault):
    """Two points order the levels of one service differently."""

    code: ClassVar[str] = "engine.level-order-differs"
    point: str
    service: str
    levels: tuple[str, ...]


@dataclass(frozen=True)
class EmptyService(Fault):
    """A service of a point has no level."""

    code: ClassVar[str] = "engine.empty-service"
    point: str
    service: str


class InvalidNetwork(EngineError):
    """The network cannot be built; `faults` lists everything that is wrong with it."""

    code = "engine.invalid-network"

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__(faults)
        self.faults = faults
