"""Every fault that a statement of an allocation can have, as typed values."""

from dataclasses import dataclass
from typing import ClassVar

from pollready.engine.errors import EngineError, Fault


@dataclass(frozen=True)
class WrongShape(Fault):
    """An array does not have a row for each of what it describes."""

    code: ClassVar[str] = "engine.allocation.wrong-shape"
    field: str
    shape: tuple[int, ...]
    expected: tuple[int, ...]


@dataclass(frozen=True)
class NameTwice(Fault):
    """Two points, kinds, depots, upgrades or floors carry one name."""

    code: ClassVar[str] = "engine.allocation.name-twice"
    field: str
    name: str


@dataclass(frozen=True)
class UnknownIndex(Fault):
    """Row `row` of `field` names a point, kind, depot, class, option or upgrade there is not."""

    code: ClassVar[str] = "engine.allocation.unknown-index"
    field: str
    row: int
    index: int
    count: int


@dataclass(frozen=True)
class NegativeOrNoNumber(Fault):
    """A count, cost, time, saving, weight or floor that is below zero or no number."""

    code: ClassVar[str] = "engine.allocation.negative-or-no-number"
    field: str
    row: int
    column: int | None
    value: float


@dataclass(frozen=True)
class DepotWithoutPlace(Fault):
    """A depot holds means, and from it no travel time to anywhere is known."""

    code: ClassVar[str] = "engine.allocation.depot-without-place"
    depot: str


@dataclass(frozen=True)
class ReachedAtUnknownTime(Fault):
    """A depot is said to reach a point or upgrade, and the travel time is not known."""

    code: ClassVar[str] = "engine.allocation.reached-at-unknown-time"
    depot: str
    name: str


@dataclass(frozen=True)
class OptionTwiceInFloor(Fault):
    """A floor counts an option twice."""

    code: ClassVar[str] = "engine.allocation.option-twice-in-floor"
    floor: str
    option: int


@dataclass(frozen=True)
class FixedTwice(Fault):
    """Two decisions fix one point or upgrade."""

    code: ClassVar[str] = "engine.allocation.fixed-twice"
    name: str


@dataclass(frozen=True)
class FixedOptionOfAnother(Fault):
    """A point is fixed to an option of another point."""

    code: ClassVar[str] = "engine.allocation.fixed-option-of-another"
    point: str
    option: int


@dataclass(frozen=True)
class FixedWithoutUpgrade(Fault):
    """A point is fixed to an option that presumes an upgrade which is fixed not to be made."""

    code: ClassVar[str] = "engine.allocation.fixed-without-upgrade"
    point: str
    upgrade: str


@dataclass(frozen=True)
class FixedBeyondStock(Fault):
    """What is fixed takes more units of a kind than depots that reach its points hold."""

    code: ClassVar[str] = "engine.allocation.fixed-beyond-stock"
    kind: str
    missing: int


@dataclass(frozen=True)
class FixedBeyondMoney(Fault):
    """What is fixed costs more than there is."""

    code: ClassVar[str] = "engine.allocation.fixed-beyond-money"
    cost: float
    money: float


@dataclass(frozen=True)
class KeptBeyondStock(Fault):
    """More units of a kind are kept than the depot holds."""

    code: ClassVar[str] = "engine.allocation.kept-beyond-stock"
    depot: str
    kind: str
    kept: int
    stock: int


class InvalidAllocationProblem(EngineError):
    """An allocation cannot be computed; `faults` lists everything that is wrong with it."""

    code = "engine.allocation.invalid-problem"

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__(faults)
        self.faults = faults
