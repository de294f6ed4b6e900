"""How many desks a second stage needs, by days played with the same chance for each number."""

from dataclasses import dataclass

import numpy as np

from pollready.engine.devices_needed import MOST_DEVICES, WaitTarget
from pollready.engine.queue_simulation import Played, SecondStage, Service, simulate
from pollready.engine.time_varying_queue import PollingDay


@dataclass(frozen=True, eq=False)
class DesksNeeded:
    """The least desks whose days kept the target; None where `MOST_DEVICES` did not.

    `sure` tells whether the intervals settle it: with so many the target is kept, and with one
    fewer it is not, whichever end is true. `played` are the days with so many; where the devices
    alone miss the target, those without a second stage.
    """

    desks: int | None
    sure: bool
    played: Played


def desks_needed(
    day: PollingDay,
    service: Service,
    at_desks: Service,
    target: WaitTarget,
    *,
    seed: int,
    replications: int = 400,
) -> DesksNeeded:
    """Give the least desks with which waits at devices and desks together keep the target.

    Parameters
    ----------
    day : PollingDay
        The day at the devices.
    service, at_desks : Service
        At the devices, and at the desks.
    target : WaitTarget
        For the waits of both stages together.
    seed : int
        Every number of desks is tried with chance from this seed.
    replications : int
        Days played for each number, at least 2.

    Notes
    -----
    More desks never make the line before them longer for the same arrivals and services, so the
    number is found by halving; from days played, it is an estimate, as `sure` says. Where the
    devices alone miss the target no number of desks keeps it.

    Examples
    --------
    >>> day = PollingDay(np.full(16, 20.0), np.full(16, 3), service_min=1.5)
    >>> needed = desks_needed(day, Service(1.5), Service(4.0), WaitTarget(mean_min=5.0), seed=1)
    >>> needed.desks, needed.sure
    (6, True)
    """

    def play(desks: int) -> Played:
        return simulate(
            day,
            replications,
            np.random.default_rng(seed),
            service=service,
            second=SecondStage(desks, at_desks) if desks else None,
            limit_min=target.limit_min,
            curve=False,
        )

    alone = play(0)  # as with desks without number: nobody waits at them
    if not _kept(alone, target):
        return DesksNeeded(None, _surely_missed(alone, target), alone)
    played: dict[int, Played] = {}
    short, enough = 0, _guess(day, at_desks)
    while not _kept(played.setdefault(enough, play(enough)), target):
        if enough >= MOST_DEVICES:
            return DesksNeeded(None, _surely_missed(played[enough], target), played[enough])
        short, enough = enough, min(2 * enough, MOST_DEVICES)
    while enough - short > 1:
        middle = (short + enough) // 2
        played[middle] = play(middle)
        if _kept(played[middle], target):
            enough = middle
        else:
            short = middle
    fewer = short == 0 or _surely_missed(played[short], target)
    return DesksNeeded(enough, fewer and _surely_kept(played[enough], target), played[enough])


def _guess(day: PollingDay, at_desks: Service) -> int:
    """Give the desks that would all be busy all day."""
    busy_min = day.voters * at_desks.mean_min
    return min(max(round(busy_min / (day.arrivals.size * day.slice_min)), 1), MOST_DEVICES)


def _kept(played: Played, target: WaitTarget) -> bool:
    mean, over = played.mean_min.estimate, played.share_over.estimate
    return mean <= target.mean_min and over <= target.over_share


def _surely_kept(played: Played, target: WaitTarget) -> bool:
    mean, over = played.mean_min.high, played.share_over.high
    return mean <= target.mean_min and over <= target.over_share


def _surely_missed(played: Played, target: WaitTarget) -> bool:
    return played.mean_min.low > target.mean_min or played.share_over.low > target.over_share
