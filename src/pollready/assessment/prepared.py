"""Answers about all failures of a round: each alone, the worst pairs, the worst sets, chance."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import inf
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pollready.assessment.compiling import ADMIT
from pollready.assessment.exploring import Explored, Scope
from pollready.assessment.vulnerabilities import BELOW_PROVINCE, LEVELS
from pollready.engine.budget import UNLIMITED, Budget
from pollready.engine.contingency import Contingencies, Cost
from pollready.engine.intervals import Interval
from pollready.engine.network import Unknowns
from pollready.engine.pair_ranking import best_pairs
from pollready.engine.sampling import sample
from pollready.engine.worst_case import WorstCase, three_runs

PAIRS = 15
DOTS = 50  # quantile dots: each stands for two draws in a hundred
PROBS = (0.5, 0.9, 0.95, 0.99)
CONFIDENCE = 0.95
DRAWS, SEED = 40_000, 1403


class Measure(StrEnum):
    """What a loss leaves behind: closed stations, or those that are no longer online."""

    CLOSED = "closed"
    ONLINE = "online"

    @property
    def level(self) -> str:
        """The name of the level in `LEVELS`."""
        return "offline" if self is Measure.CLOSED else "online"


@dataclass(frozen=True, slots=True)
class Asked:
    """What an answer is about; a duration is `generator` or `service`."""

    measure: Measure = Measure.CLOSED
    duration: str = "service"
    unknowns: Unknowns = Unknowns.WORKING
    below_province: bool = True

    @property
    def max_tier(self) -> int | None:
        """The widest tier that may fail."""
        return BELOW_PROVINCE if self.below_province else None


@dataclass(frozen=True, slots=True)
class Single:
    """One failure and what it takes."""

    code: str
    cost: Cost


@dataclass(frozen=True, slots=True)
class PairLoss:
    """Two failures together, and what each takes alone; `beyond` is what both take in addition."""

    codes: tuple[str, str]
    cost: Cost
    alone: tuple[Cost, Cost]
    beyond: Cost


def analysis_of(explored: Explored, scope: Scope, asked: Asked) -> Contingencies:
    """Give the single and double failures that an answer is read from."""
    hours = explored.durations[asked.duration]
    return explored.analysis(scope, asked.measure.level, hours, asked.unknowns)


def singles(explored: Explored, scope: Scope, asked: Asked) -> list[int]:
    """Rank the elements whose failure alone takes something, the costliest first."""
    found = analysis_of(explored, scope, asked)
    allowed = _allowed(found, scope, asked)
    numbers = np.nonzero(allowed & (found.losses[:, 1] > 0))[0]
    order = np.lexsort((numbers, -found.losses[numbers, 1], -found.losses[numbers, 0]))
    ranked: list[int] = numbers[order].tolist()
    return ranked


def single_at(explored: Explored, scope: Scope, asked: Asked, number: int) -> Single:
    """Tell one of the ranked elements with its cost."""
    found = analysis_of(explored, scope, asked)
    return Single(explored.network.element_ids[number], cost_of(found.losses[number]))


def worst_pairs(explored: Explored, scope: Scope, asked: Asked, k: int = PAIRS) -> list[PairLoss]:
    """Rank the pairs by what both take together, those without a correction included."""
    found = analysis_of(explored, scope, asked)
    allowed = _allowed(found, scope, asked)
    pairs = best_pairs(k, found.losses, allowed, found.pairs.keys, found.pairs.corrections)
    return [_pair(found, i, j) for i, j in pairs]


def hidden_pairs(explored: Explored, scope: Scope, asked: Asked, k: int = PAIRS) -> list[PairLoss]:
    """Rank the pairs by what they take beyond the two alone: each stands in for the other."""
    found = analysis_of(explored, scope, asked)
    allowed = _allowed(found, scope, asked)
    width = len(found.losses)
    first, second = found.pairs.keys // width, found.pairs.keys % width
    extra = found.pairs.corrections
    where = np.nonzero(allowed[first] & allowed[second] & (extra[:, 1] > 0))[0]
    order = np.lexsort((found.pairs.keys[where], -extra[where, 1], -extra[where, 0]))
    chosen = where[order[:k]]
    return [_pair(found, int(first[n]), int(second[n])) for n in chosen]


def _pair(found: Contingencies, i: int, j: int) -> PairLoss:
    names = found.network.element_ids
    one, other = names[i], names[j]
    return PairLoss(
        (one, other),
        found.pairs.loss(one, other),
        (cost_of(found.losses[i]), cost_of(found.losses[j])),
        found.pairs.beyond_sum(one, other),
    )


def _allowed(found: Contingencies, scope: Scope, asked: Asked) -> NDArray[np.bool_]:
    return found.allowed(asked.max_tier, True) & scope.elements


def cost_of(row: NDArray[np.float64]) -> Cost:
    """Read voters, points, points without voters."""
    return Cost(round(float(row[1])), float(row[0]), round(float(row[2])))


def worst_of(
    explored: Explored, scope: Scope, asked: Asked, *, budget: Budget = UNLIMITED
) -> dict[str, Any]:
    """Find the worst sets of one to five in three runs, with their bounds; ready for JSON."""
    found = three_runs(analysis_of(explored, scope, asked), 5, budget=budget)
    return {run.value: _bounded(cases) for run, cases in found.items()}


def _bounded(cases: Sequence[WorstCase]) -> list[dict[str, Any]]:
    """Write the cases of one run; what no larger set exceeds, no smaller one does either."""
    rows: list[dict[str, Any]] = []
    bound = inf
    for each in reversed(cases):
        bound = min(bound, each.bound_voters)
        proven = each.proven or bound <= each.cost.voters
        rows.append(
            {
                "k": each.k,
                "codes": list(each.ids),
                "stations": each.cost.points,
                "voters": each.cost.voters,
                "without_voters": each.cost.points_without_voters,
                "bound_voters": each.cost.voters if proven else bound,
                "gap": 0.0 if proven else 1 - each.cost.voters / bound,
                "proven": proven,
                "stopped": each.stopped.value,
            }
        )
    return rows[::-1]


def distribution_of(
    explored: Explored,
    scope: Scope,
    asked: Asked,
    *,
    draws: int = DRAWS,
    seed: int = SEED,
    budget: Budget = UNLIMITED,
) -> dict[str, Any]:
    """Draw what falls together at a moment of the service period; ready for JSON."""
    found = sample(
        explored.narrowed(scope), ADMIT, LEVELS[asked.measure.level], asked.unknowns,
        draws=draws, seed=seed, budget=budget,
    )  # fmt: skip
    voters = found.voters
    dots = [(number + 0.5) / DOTS for number in range(DOTS)]
    return {
        "draws": found.draws,
        "seed": seed,
        "cut": found.is_cut,
        "confidence": CONFIDENCE,
        "mean": _interval(voters.mean(CONFIDENCE)),
        "stations_mean": _interval(found.points.mean(CONFIDENCE)),
        "quantiles": [{"prob": p, **_interval(voters.quantile(p, CONFIDENCE))} for p in PROBS],
        "nothing": _interval(voters.exceeding(0, CONFIDENCE)),
        "dots": np.quantile(voters.values, dots, method="inverted_cdf").tolist(),
        "most": voters.most,
        "already_stations": found.already_below.points,
        "already_voters": found.already_below.voters,
        "basis": figure_bases(explored.figure_basis),
    }


def _interval(found: Interval) -> dict[str, float]:
    return {"low": found.low, "estimate": found.estimate, "high": found.high}


def figure_bases(basis: Mapping[str, Mapping[str, int]]) -> dict[str, int]:
    """Count what the probabilities rest on: own figures, earlier rounds, defaults of a kind."""
    total: dict[str, int] = {}
    for counts in basis.values():
        for name, number in counts.items():
            total[name] = total.get(name, 0) + number
    return total
