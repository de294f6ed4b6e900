"""How long a computation may take: the only way in which time enters the engine."""

from collections.abc import Callable
from dataclasses import dataclass
from math import inf


@dataclass(frozen=True, slots=True)
class Budget:
    """Time up to `deadline`, read from a `clock` in seconds that the caller passes.

    A computation that stops because of it says so in its result, with what is proven by then.

    Examples
    --------
    >>> now = iter([0.0, 4.0, 11.0])
    >>> budget = Budget.within(10.0, lambda: next(now))
    >>> budget.remaining_s(), budget.is_spent()
    (6.0, True)
    """

    deadline: float
    clock: Callable[[], float]

    @classmethod
    def within(cls, limit_s: float, clock: Callable[[], float]) -> "Budget":
        """Give the budget of `limit_s` seconds from now on `clock`."""
        return cls(clock() + limit_s, clock)

    def remaining_s(self) -> float:
        """Give the seconds left, never below 0."""
        return max(self.deadline - self.clock(), 0.0)

    def is_spent(self) -> bool:
        """Tell whether no time is left."""
        return self.remaining_s() == 0.0


UNLIMITED = Budget(inf, lambda: 0.0)
