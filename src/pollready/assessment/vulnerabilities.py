"""Contingencies as an assessment tells them: the worst, by level and duration, with kinds."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from pollready.assessment.reading import ComponentRow, Register
from pollready.assessment.result import Loss, Vulnerabilities
from pollready.engine.contingency import Contingency, Cost
from pollready.engine.network import Tier, Unknowns
from pollready.obstacles.facts import NOTHING_KNOWN

WORST = 20  # how many of the worst contingencies are kept
BELOW_PROVINCE = int(Tier.COUNTY)
# Losses are told by these names: the level that the loss leaves behind nothing better than, and
# the level of the engine that must hold. Below `paper` a station admits nobody: it is closed.
LEVELS = {"offline": "paper", "online": "online"}
CLOSED = ("offline", "service")  # closed for the rest of the service period


class Ranked(Protocol):
    """Single and double failures of one level and duration, of which the worst can be had."""

    @property
    def duration_h(self) -> float: ...

    @property
    def already_below(self) -> Cost: ...

    def top_singles(self, k: int, *, max_tier: int | None = None) -> tuple[Contingency, ...]: ...

    def top_pairs(self, k: int, *, max_tier: int | None = None) -> tuple[Contingency, ...]: ...


Found = Mapping[tuple[str, str], Ranked]
Rows = dict[tuple[str, str], tuple[Loss, ...]]


def vulnerabilities(
    found: Found,
    register: Register,
    unknowns: Unknowns,
    durations: Mapping[str, float],
    *,
    single_point_count: int,
    behind: Cost,
    paper_possible: int,
) -> Vulnerabilities:
    """Put the worst of all contingencies into rows; the three figures are of `CLOSED`."""
    losses = _Losses(register)
    return Vulnerabilities(
        unknowns=unknowns.value,
        durations_h=dict(durations),
        already_below={
            level: (cost.points, _voters(cost))
            for level in LEVELS
            for cost in (found[level, "service"].already_below,)
        },
        singles_below_province=losses.singles(found, BELOW_PROVINCE),
        singles_all_tiers=losses.singles(found, None),
        pairs_below_province=losses.pairs(found, BELOW_PROVINCE),
        pairs_all_tiers=losses.pairs(found, None),
        single_point_count=single_point_count,
        stations_behind_single_points=behind.points,
        voters_behind_single_points=_voters(behind),
        paper_possible=paper_possible,
    )


def with_forms(register: Register, listings: Iterable[int], unknowns: Unknowns) -> int:
    """Count the stations that have forms; uncounted ones are some only if unknowns work."""
    return sum(
        forms.value > 0 if forms.known else unknowns is Unknowns.WORKING
        for listing in listings
        for forms in [register.claims.get(listing, {}).get("forms", NOTHING_KNOWN)]
    )


class _Losses:
    """Turns the engine's contingencies into rows with kinds and tiers."""

    def __init__(self, register: Register) -> None:
        self._register = register

    def singles(self, found: Found, max_tier: int | None) -> Rows:
        return {
            key: self._losses(key[0], result, result.top_singles(WORST, max_tier=max_tier))
            for key, result in found.items()
        }

    def pairs(self, found: Found, max_tier: int | None) -> Rows:
        return {
            key: self._losses(key[0], result, result.top_pairs(WORST, max_tier=max_tier))
            for key, result in found.items()
        }

    def _losses(
        self, level: str, result: Ranked, worst: tuple[Contingency, ...]
    ) -> tuple[Loss, ...]:
        return tuple(
            Loss(
                codes=one.ids,
                kinds=tuple(self._kind(code) for code in one.ids),
                tier=max(self._tier(code) for code in one.ids),
                level=level,
                duration_h=result.duration_h,
                stations=one.cost.points,
                voters=_voters(one.cost),
                stations_without_voters=one.cost.points_without_voters,
                more_than_sum=round(one.beyond_sum.voters) if len(one.ids) > 1 else None,
            )
            for one in worst
        )

    def _kind(self, code: str) -> str:
        row = self._row(code)
        return row.kind if row else "other"

    def _tier(self, code: str) -> int:
        row = self._row(code)
        return row.tier if row else 0

    def _row(self, code: str) -> ComponentRow | None:
        return self._register.groups.get(code) or self._register.components.get(code)


def _voters(cost: Cost) -> int | None:
    """Give the known voters; None where none of the points has a known number."""
    return None if cost.points_without_voters == cost.points else round(cost.voters)
