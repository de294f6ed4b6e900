"""What the pages of allocation show to one viewer: plans, one plan, two side by side."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import F, Q

from pollready.console.context import Reading
from pollready.console.scenario_words import ScenarioWords
from pollready.language import isolate, percent, say
from pollready.people.models import User
from pollready.people.scopes import listings_for
from pollready.places.models import Agency, Place, PlaceLevel
from pollready.planning.allocations.given import scenario_read, scenarios_to_plan
from pollready.planning.allocations.keeping import kinds_now
from pollready.planning.allocations.means import costs_are_own, office_means
from pollready.planning.allocations.models import AllocationDecision, AllocationPlan, PlanState
from pollready.planning.allocations.problem import unit_costs
from pollready.planning.allocations.queries import (
    MadeFrom,
    decisions_for,
    is_stale,
    plans_for,
    standing_now,
)
from pollready.planning.allocations.rules import may_accept, may_plan
from pollready.reports.allocation_file import costs_words, kind_words, under_words


class AllocationPages:
    """Reads the plans of one round for one viewer."""

    def __init__(self, reading: Reading, viewer: User) -> None:
        self.reading, self.viewer = reading, viewer
        self.language = reading.wording.language
        self.may_plan = may_plan(viewer)
        self.may_accept = may_accept(viewer)

    def tell(self, key: str, **fields: Any) -> str:
        """Say a phrase of allocation."""
        return say(f"allocation.{key}", self.language, **fields)

    @cached_property
    def plans(self) -> "list[PlanLine]":
        """Give the plans of the round, the newest first."""
        plans = plans_for(self.viewer, self.reading.round.pk)
        # A result holds every station: of lists it is read but for two of its figures.
        light = plans.defer("result", "accepted_made").annotate(
            saved=F("result__saved"), gap=F("result__gap"),
            meaning=F("result__scenario__meaning"),
        )  # fmt: skip
        return [self._line(plan, plan.saved, plan.gap) for plan in light]

    def line(self, plan: AllocationPlan) -> "PlanLine":
        """Give a plan as lists show it."""
        return self._line(plan, plan.result.get("saved"), plan.result.get("gap"))

    def _line(self, plan: AllocationPlan, saved: float | None, gap: float | None) -> "PlanLine":
        return PlanLine(
            plan, self.reading.wording.veil.text(plan.title), is_stale(plan, self.standing),
            None if saved is None else round(saved), self.gap(gap),
        )  # fmt: skip

    @cached_property
    def standing(self) -> MadeFrom:
        """Give the register and the ledger as they stand, read once for all plans."""
        return standing_now(self.reading.round.pk)

    def gap(self, gap: float | None) -> str:
        """Write how much better the bound leaves it possible to be."""
        if gap is None:
            return say("console.unknown", self.language)
        return percent(gap, self.language, decimals=3 if gap < 0.001 else 2)

    @cached_property
    def scenarios(self) -> list[tuple[str, str]]:
        """Give the scenarios that a plan of the viewer's can be made for, by key."""
        words = ScenarioWords(self.reading.wording)
        return [
            (str(row.pk), f"{isolate(row.code)} · {words.title(row)}")
            for row in scenarios_to_plan(self.viewer, self.reading.round.pk)
        ]

    @cached_property
    def costs(self) -> str:
        """Say what a unit of each kind costs, and whether the office has set that."""
        table = office_means()
        kinds = kinds_now(self.reading.round.pk, table)
        return self.costs_words(
            {"own": costs_are_own(), "kinds": unit_costs(table, [kind.key for kind in kinds])}
        )

    def costs_words(self, costs: Mapping[str, Any]) -> str:
        """Say what was taken for a unit of each kind."""
        return costs_words(costs, self.agencies, self.language)

    def under(self, scenario_id: int | None) -> str:
        """Say what a plan is weighed under, as far as the viewer may know."""
        scenario = scenario_read(self.viewer, self.reading.round.pk, scenario_id)
        return under_words(scenario, scenario_id, self.language, self.reading.wording.veil.text)

    compare_names = (("a", "allocation.compare.first"), ("b", "allocation.compare.second"))

    @cached_property
    def agencies(self) -> Mapping[str, str]:
        """Name agencies by code."""
        return dict(Agency.objects.values_list("code", "name"))

    def kind(self, key: str) -> str:
        """Name a kind of means."""
        return kind_words(key, self.agencies, self.language)

    @cached_property
    def counties(self) -> Mapping[int, str]:
        """Name counties by key."""
        counties = Place.objects.filter(level=PlaceLevel.COUNTY)
        return dict(counties.values_list("pk", "name"))

    @cached_property
    def decisions(self) -> "list[DecisionLine]":
        """Give what was decided beforehand, what still stands first."""
        rows = decisions_for(self.viewer, self.reading.round.pk)
        lines = [self._decision(row) for row in rows]
        return sorted(lines, key=lambda line: line.row.withdrawn_at is not None)

    def _decision(self, row: AllocationDecision) -> "DecisionLine":
        veil = self.reading.wording.veil
        if row.listing is not None:
            gets = [self.kind(kind) for kind, count in row.units.items() if count]
            comma = say("console.list_comma", self.language)
            words = self.tell(
                "decision.gets" if gets else "decision.nothing",
                station=isolate(row.listing.code), gets=comma.join(gets),
            )  # fmt: skip
        else:
            assert row.lot is not None and row.county is not None  # by the table's constraint
            words = self.tell(
                "decision.kept", units=row.kept, kind=kind_words(row.lot.kind, {}, self.language),
                depot=isolate(veil.text(row.lot.depot)), county=isolate(row.county.name),
            )  # fmt: skip
        return DecisionLine(row, words, veil.text(row.reason), veil.text(row.withdrawn_reason))


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A plan as lists show it."""

    plan: AllocationPlan
    title: str
    is_stale: bool
    saved: int | None  # expected voters that it keeps from being affected
    gap: str

    @property
    def is_made(self) -> bool:
        """Say whether it was worked out."""
        return self.plan.state != PlanState.ASKED


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """A decision in words."""

    row: AllocationDecision
    words: str
    reason: str
    withdrawn_reason: str


def stations_coded(viewer: User, round_id: int, code: str) -> int | None:
    """Find a station by its code among the viewer's."""
    folded = " ".join(code.split())
    rows = listings_for(viewer).filter(Q(code=folded) | Q(code=folded.upper()), round=round_id)
    return rows.values_list("pk", flat=True).first()
