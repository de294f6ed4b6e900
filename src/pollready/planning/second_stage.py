"""A second stage after check-in (ballot issue, booths): waits of both, and the desks needed.

No exact law is known of two stages in a day that never settles: days are played at random.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from pollready.planning.queues import SEED, Question

if TYPE_CHECKING:
    from pollready.engine.desks_needed import DesksNeeded
    from pollready.engine.queue_simulation import Played

# Voters of all days played for one answer, and the days for one number of desks: many voters make
# an answer as sure by fewer days.
VOTERS_PLAYED = 1_000_000
DAYS_LEAST, DAYS_MOST = 50, 1000


@dataclass(frozen=True, slots=True)
class SecondStageQuestion:
    """What is asked of a second stage: minutes at a desk, and how many desks.

    None: as many as keep the target.
    """

    first: Question
    service_min: float
    desks: int | None = None
    days_most: int = DAYS_MOST

    @property
    def days(self) -> int:
        """Days to play for each number of desks."""
        enough = VOTERS_PLAYED // max(self.first.voters, 1)
        return min(max(enough, DAYS_LEAST), self.days_most)


@dataclass(frozen=True, eq=False)
class SecondStageAnswer:
    """What days played tell with so many desks; None where no number keeps the target."""

    asked: SecondStageQuestion
    desks: int | None
    played: "Played | None"
    needed: "DesksNeeded"


@lru_cache(maxsize=128)
def second_stage(asked: SecondStageQuestion) -> SecondStageAnswer:
    """Answer by days played; the same question has the same days each time."""
    import numpy as np

    from pollready.engine.desks_needed import desks_needed
    from pollready.engine.queue_simulation import SecondStage, Service, simulate
    from pollready.obstacles.arriving import profile_of, target_of

    thresholds = asked.first.model.thresholds
    day, at_desks = asked.first.day(profile_of(thresholds)), Service(asked.service_min)
    needed = desks_needed(
        day, Service(day.service_min), at_desks, target_of(thresholds),
        seed=SEED, replications=asked.days,
    )  # fmt: skip
    desks = asked.desks or needed.desks
    played = None
    if desks is not None:
        played = simulate(
            day,
            asked.days,
            np.random.default_rng(SEED),
            second=SecondStage(desks, at_desks),
            limit_min=thresholds.wait_target_min,
        )
    return SecondStageAnswer(asked, desks, played, needed)
