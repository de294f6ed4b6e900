"""Assessing a round as it was recorded by an earlier moment: the same then as it would be now."""

from datetime import date, datetime

from pollready.assessment.assessing import Workings, likelihoods_of_round, work_out
from pollready.assessment.reading import read_register
from pollready.audit.past import as_at
from pollready.engine.terrain import Terrain
from pollready.obstacles.thresholds import Thresholds


def replay(
    round_id: int,
    *,
    moment: datetime,
    batch: int,
    as_of: date,
    thresholds: Thresholds,
    terrain: Terrain | None = None,
) -> Workings:
    """Work a round out by what was recorded by `moment`, when the log stood at `batch`.

    Claims tell their own times; of everything else the rows are read as they were after the
    batch. Elevations and the program itself are those of today. Raises `PastNotKept`,
    `ElectionRound.DoesNotExist` where the round was not there yet, and what `assess` raises.
    """
    with as_at(batch):
        rows = read_register(round_id, moment)
        likelihoods = likelihoods_of_round(rows, thresholds)
    return work_out(
        rows, as_of=as_of, thresholds=thresholds, likelihoods=likelihoods, terrain=terrain
    )
