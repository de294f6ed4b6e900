"""The joint distribution of what falls below a level, by Monte Carlo."""

from dataclasses import dataclass
from functools import cached_property
from operator import index
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pollready.engine import _sampling_kernels, intervals
from pollready.engine.budget import UNLIMITED, Budget
from pollready.engine.contingency import Cost
from pollready.engine.intervals import Interval
from pollready.engine.network import Both, Network, Unknowns
from pollready.engine.sampling_plan import Private, planned
from pollready.engine.sweep import Progress, Workers, sweep

BLOCK_DRAWS = 4096

Columns = tuple[NDArray[np.float64], NDArray[np.int32], NDArray[np.int32]]


@dataclass(frozen=True, eq=False)
class Distribution:
    """One figure in each draw, `values` float64[n] or int32[n]; none can exceed `most`."""

    values: NDArray[np.float64] | NDArray[np.int32]
    most: float

    def mean(self, confidence: float = 0.95) -> Interval:
        """Estimate the mean, with bounds by the normal law."""
        return intervals.mean_interval(self.values, confidence)

    def mean_bound(self, confidence: float = 0.95) -> Interval:
        """Estimate the mean, with bounds that hold for any law and number of draws."""
        return intervals.mean_bound(self.values, confidence, self.most)

    def quantile(self, prob: float, confidence: float = 0.95) -> Interval:
        """Estimate what is not exceeded with probability `prob`, between two of the draws."""
        return intervals.quantile_interval(self._ordered, prob, confidence, self.most)

    def exceeding(self, number: float, confidence: float = 0.95) -> Interval:
        """Estimate the probability of more than `number`."""
        count = int(np.count_nonzero(self.values > number))
        return intervals.proportion_interval(count, len(self.values), confidence)

    @cached_property
    def _ordered(self) -> NDArray[Any]:
        return np.sort(self.values)


@dataclass(frozen=True, eq=False)
class Sample:
    """What falls below a level, draw by draw; what is `already_below` is stated once, not drawn.

    `voters` counts known voters of points below, `points` all points below, and
    `points_without_voters` those of them whose voters are not known.
    """

    network: Network
    service: str
    level: str
    unknowns: Unknowns
    private: Private
    seed: int
    draws_asked: int
    already_below: Cost
    voters: Distribution
    points: Distribution
    points_without_voters: Distribution

    @property
    def draws(self) -> int:
        """Give how many draws were made: the first of those asked for."""
        return len(self.points.values)

    @property
    def is_cut(self) -> bool:
        """Tell whether the budget ended it before `draws_asked`."""
        return self.draws < self.draws_asked


def sample(
    network: Network,
    service: str,
    level: str,
    unknowns: Unknowns = Unknowns.WORKING,
    *,
    draws: int,
    seed: int,
    private: Private = Private.SAMPLED,
    workers: Workers = None,
    progress: Progress | None = None,
    budget: Budget = UNLIMITED,
) -> Sample:
    """Draw states of the whole network, and count in each what falls below a level together.

    Parameters
    ----------
    network : Network
    service, level : str
        The level that must hold.
    unknowns : Unknowns
        Elements of unknown state never fail, or are out for good (a group's hits stay as its
        reach says).
    draws : int
        At least 2.
    seed : int
        At least 0; with the same one, fewer draws are the first of more.
    private : Private
        Whether components behind one point only fail by themselves too (groups hit them anyway).
    workers, progress, budget
        As of `sweep`; a block is 4,096 draws.

    Returns
    -------
    Sample
        The same to the bit whatever the workers.

    Raises
    ------
    UnknownName
        If the network has no such service or level.
    WorkersLost
        As of `sweep`.

    Notes
    -----
    Failures are placed by geometric skipping and gates evaluated on 512 draws at once;
    `docs/method/sampling.md`.

    Examples
    --------
    >>> from pollready.engine.network import NetworkBuilder
    >>> builder = NetworkBuilder()
    >>> builder.component("feeder", q=0.1)
    >>> for name in ("school", "mosque"):
    ...     builder.point(name, voters=900, services={"admit": {"online": "feeder"}})
    >>> result = sample(builder.build(), "admit", "online", draws=10_000, seed=1)
    >>> sorted(set(result.voters.values.tolist()))
    [0.0, 1800.0]
    >>> interval = result.points.exceeding(1, confidence=0.999)
    >>> interval.low < 0.1 < interval.high
    True
    """
    if draws < 2:
        raise ValueError(f"at least 2 draws, not {draws}")
    seed = index(seed)  # without one, no draw could be repeated
    made = planned(network, service, level, unknowns, private)
    blocks = [
        (seed, number, min(BLOCK_DRAWS, draws - start))
        for number, start in enumerate(range(0, draws, BLOCK_DRAWS))
    ]
    swept = sweep(draw_block, made.plan, blocks, workers=workers, progress=progress, budget=budget)
    voters, points, without = (
        np.concatenate(column) for column in zip(*swept.results, strict=True)
    )
    most = made.at_stake
    return Sample(
        network=network,
        service=service,
        level=level,
        unknowns=Unknowns(unknowns),
        private=Private(private),
        seed=seed,
        draws_asked=draws,
        already_below=made.already_below,
        voters=Distribution(voters, most.voters),
        points=Distribution(points, most.points),
        points_without_voters=Distribution(without, most.points_without_voters),
    )


def sample_both(
    network: Network,
    service: str,
    level: str,
    *,
    draws: int,
    seed: int,
    private: Private = Private.SAMPLED,
    workers: Workers = None,
) -> Both[Sample]:
    """Draw with unknowns working and with unknowns failed."""
    one, other = (
        sample(
            network, service, level, unknowns, draws=draws, seed=seed, private=private,
            workers=workers,
        )
        for unknowns in (Unknowns.WORKING, Unknowns.FAILED)
    )  # fmt: skip
    return Both(one, other)


def draw_block(plan: _sampling_kernels.Plan, block: tuple[int, int, int]) -> Columns:
    """Draw one block, (seed, number, draws): known voters, points, points without voters.

    Each block has a stream of its own, so it does not matter who draws it, or when.
    """
    seed, number, draws = block
    state = np.random.SeedSequence(seed, spawn_key=(number,)).generate_state(4, np.uint64)
    voters, counted = np.empty(draws, np.float64), np.empty(draws, np.int64)
    _sampling_kernels.draw_block(plan, state, draws, voters, counted)
    without = counted >> _sampling_kernels.WITHOUT_BIT
    points = counted - (without << _sampling_kernels.WITHOUT_BIT)
    return voters, points.astype(np.int32), without.astype(np.int32)
