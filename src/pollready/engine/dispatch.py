"""Dispatch: which team goes to which job now."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from pollready.engine.errors import EngineError
from pollready.engine.siting import NOWHERE, Floats, Ints


class WrongShape(EngineError):
    """An array does not have the number of teams or jobs that the travel hours have."""

    code: ClassVar[str] = "engine.wrong-shape"

    def __init__(self, name: str, shape: tuple[int, ...], expected: tuple[int, ...]) -> None:
        self.name = name
        self.shape = shape
        self.expected = expected
        super().__init__(name, shape, expected)


@dataclass(frozen=True, eq=False)
class Dispatch:
    """Who goes where: `job_of` int64[n_teams], NOWHERE for a team that stays.

    `arrival_h` float64[n_jobs] is when the job's team arrives, NaN where nobody goes; `waiting`
    are those jobs. `cost` is the weighted hours until somebody comes, or until the horizon where
    nobody does; no assignment of one job a team has less.
    """

    job_of: Ints
    arrival_h: Floats
    waiting: Ints
    cost: float


def assign_now(
    hours: Floats,
    *,
    free_h: Floats | None = None,
    weights: Floats | None = None,
    fit: NDArray[np.bool_] | None = None,
    horizon_h: float = 12.0,
) -> Dispatch:
    """Send each team to at most one job so that the weighted hours until help comes are least.

    Parameters
    ----------
    hours : float64[n_teams, n_jobs]
        Travel hours, at least 0; NaN where no way is known: that team is never sent there.
    free_h : float64[n_teams], optional
        Hours from now until the team can leave; 0 by default.
    weights : float64[n_jobs], optional
        What an hour without help counts, at least 0; 1 by default.
    fit : bool[n_teams, n_jobs], optional
        Whether the team has what the job needs; all by default.
    horizon_h : float
        A job that nobody is sent to counts as waiting so long; nobody is sent who arrives later.

    Returns
    -------
    Dispatch

    Raises
    ------
    WrongShape
        If an array does not fit `hours`.

    Notes
    -----
    The assignment problem, exactly, by shortest augmenting paths (scipy). Each job may also take
    a chair of its own at the cost of waiting. `docs/method/staging.md`.

    Examples
    --------
    >>> import numpy as np
    >>> found = assign_now(np.array([[1.0, 2.0], [1.5, 9.0]]))
    >>> found.job_of.tolist(), found.arrival_h.tolist(), found.cost
    ([1, 0], [1.5, 2.0], 3.5)
    """
    teams, jobs = hours.shape
    free = np.zeros(teams) if free_h is None else free_h
    weight = np.ones(jobs) if weights is None else weights
    able = np.ones(hours.shape, dtype=np.bool_) if fit is None else fit
    for name, given, expected in (
        ("free_h", free, (teams,)), ("weights", weight, (jobs,)), ("fit", able, hours.shape)
    ):  # fmt: skip
        if given.shape != expected:
            raise WrongShape(name, given.shape, expected)
    arrival = free[:, np.newaxis] + hours
    can = able & (arrival <= horizon_h)  # false for NaN
    stay = weight * horizon_h
    worse = 2 * float(stay.sum()) + 1.0  # than leaving every job
    sent = np.where(can, np.where(can, arrival, 0.0) * weight, worse)
    alone = np.full((jobs, jobs), worse)
    np.fill_diagonal(alone, stay)
    row, job = linear_sum_assignment(np.vstack([sent, alone]))
    job_of = np.full(teams, NOWHERE)
    going = row < teams
    job_of[row[going]] = job[going]
    at = np.full(jobs, np.nan)
    at[job[going]] = arrival[row[going], job[going]]
    waiting = np.nonzero(np.isnan(at))[0]
    cost = float((np.where(np.isnan(at), horizon_h, at) * weight).sum())
    return Dispatch(job_of, at, waiting, cost)
