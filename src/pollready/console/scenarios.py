"""Scenarios as pages show them: cost here, likelihood, plan and its gaps."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from pollready.assessment.models import SavedAssessment
from pollready.console.context import Reading
from pollready.console.scenario_words import ScenarioWords
from pollready.people.models import User
from pollready.planning.gaps import Gap, Weight, gaps_of
from pollready.planning.likelihood import Likely, likely
from pollready.planning.means import LotCounts, Stock, stock_of
from pollready.planning.models import ContingencyPlan, Scenario, ScenarioBinding
from pollready.planning.plan_facts import facts_of
from pollready.planning.queries import (
    Row,
    bindings_for,
    costs_for,
    lots_of,
    needs_for,
    plans_for,
    scenarios_for,
)
from pollready.planning.shared_means import Need, Shared, shared_by, shared_gaps


@dataclass(frozen=True, slots=True)
class CostRow:
    """What becomes of how many stations and voters; `bit` names the level in the list's address."""

    bit: int
    words: str
    stations: tuple[int, int]
    voters: tuple[int | None, int | None]
    without_voters: int
    already_below: int | None
    is_chosen: bool  # the level that the scenario speaks of

    @property
    def differs(self) -> bool:
        """Whether it matters how what is unknown is read."""
        return self.stations[0] != self.stations[1]

    @property
    def span(self) -> tuple[int, int]:
        """The two figures, the smaller one first: stations already below can fall no more."""
        return min(self.stations), max(self.stations)

    @property
    def voters_span(self) -> tuple[int, int] | None:
        """The voters likewise; None where a number is not known."""
        low, high = self.voters
        return None if low is None or high is None else (min(low, high), max(low, high))


@dataclass(frozen=True, slots=True)
class MeansRow:
    """A kind of means of a plan: who else counts it (number, title, count), and what there is."""

    words: str
    needed: int
    others: Sequence[tuple[int, str, int]]
    together: int
    there: Stock | None


@dataclass(frozen=True, slots=True)
class ScenarioRow:
    """One scenario on a page."""

    scenario: Scenario
    title: str
    owner: str
    duration: str
    likely: Likely
    binding: ScenarioBinding | None
    costs: Sequence[CostRow]
    missing: Sequence[str]
    plan: ContingencyPlan | None
    gaps: Sequence[Mapping[str, str]]
    raw_gaps: Sequence[Gap]

    @property
    def cost(self) -> CostRow | None:
        """The cost at the level of which the scenario speaks."""
        return next((row for row in self.costs if row.is_chosen), None)

    @property
    def known_gaps(self) -> int:
        """How many gaps are known to be there."""
        return sum(gap["weight"] == Weight.GAP for gap in self.gaps)

    @property
    def questions(self) -> int:
        """Of how many things nobody says."""
        return len(self.gaps) - self.known_gaps

    @property
    def plan_state(self) -> str:
        """none, draft or approved."""
        return "none" if self.plan is None else str(self.plan.state)

    @property
    def state(self) -> str:
        """Whether a cost can be told: `told`, `not_assessable`, `not_yet`, `not_yours`."""
        if self.binding is None:
            return "not_yet"
        if not self.binding.assessable:
            return "not_assessable"
        return "told" if self.costs else "not_yours"


class ScenarioPages:
    """Reads scenarios of one round for one viewer, a fixed number of queries for all of them."""

    def __init__(self, reading: Reading, user: User) -> None:
        self.reading, self.user = reading, user
        self.words = ScenarioWords(reading.wording)

    @property
    def saved(self) -> SavedAssessment:
        """The assessment beside which costs are told."""
        return self.reading.saved

    @cached_property
    def lots(self) -> list[LotCounts]:
        """The ledger of means."""
        return lots_of(self.reading.round.pk)

    @cached_property
    def _likelihoods(self) -> list[Mapping[str, Any]]:
        rows = SavedAssessment.objects.filter(pk=self.saved.pk).values_list(
            "summary__likelihoods", flat=True
        )
        return rows.first() or []

    def all(self) -> list[ScenarioRow]:
        """Give every scenario that the viewer may see, in code order."""
        found = list(scenarios_for(self.user, self.reading.round.pk).select_related("round"))
        return self.rows(sorted(found, key=_code_order))

    def rows(self, scenarios: Iterable[Scenario]) -> list[ScenarioRow]:
        """Give these scenarios with all that belongs to them."""
        listed = list(scenarios)
        bindings = bindings_for(self.user, self.saved, listed)
        costs = costs_for(self.user, bindings.values())
        plans = {
            plan.scenario_id: plan
            for plan in plans_for(self.user, self.reading.round.pk).filter(scenario__in=listed)
        }
        return [
            self._row(each, bindings.get(each.pk), costs, plans.get(each.pk)) for each in listed
        ]

    def _row(
        self,
        scenario: Scenario,
        binding: ScenarioBinding | None,
        costs: Mapping[int, list[Row]],
        plan: ContingencyPlan | None,
    ) -> ScenarioRow:
        rows = costs.get(binding.pk, []) if binding else []
        gaps = self.gaps(plan)
        return ScenarioRow(
            scenario=scenario,
            title=self.words.title(scenario),
            owner=self.words.role(scenario.owner_role) if scenario.owner_role else "",
            duration=self.words.duration(scenario.duration_h),
            likely=likely(scenario, self._likelihoods),
            binding=binding,
            costs=self._costs(scenario, binding, rows) if binding else (),
            missing=self.words.missing(binding.missing) if binding else (),
            plan=plan,
            gaps=[self.words.gap(self._titled(gap)) for gap in gaps],
            raw_gaps=gaps,
        )

    def _titled(self, gap: Gap) -> Gap:
        """Put titles in place of the scenarios that a gap names."""
        if "scenarios" not in gap.fields:
            return gap
        keys: Any = gap.fields["scenarios"]
        return replace(gap, fields={**gap.fields, "scenarios": [self._titles[k] for k in keys]})

    def _costs(
        self, scenario: Scenario, binding: ScenarioBinding, rows: Sequence[Row]
    ) -> list[CostRow]:
        levels = [tuple(level) for level in binding.levels]
        wanted = (scenario.service, scenario.level)
        return [
            CostRow(
                bit=levels.index((row.service, row.level)),
                words=self.words.below(row.service, row.level),
                stations=row.stations,
                voters=row.voters,
                without_voters=row.stations_without_voters,
                already_below=row.already_below,
                is_chosen=binding.by_stations or (row.service, row.level) == wanted,
            )
            for row in rows
            if (row.service, row.level) in levels
        ]

    def gaps(self, plan: ContingencyPlan | None) -> tuple[Gap, ...]:
        """Judge a plan against the ledger and the other plans, as of the assessment's day."""
        found = gaps_of(
            None if plan is None else facts_of(plan), self._stock, as_of=self.saved.as_of_date
        )
        together = shared_gaps(self.shared(plan)) if plan is not None else ()
        return tuple(sorted([*found, *together], key=lambda gap: gap.weight is Weight.QUESTION))

    def shared(self, plan: ContingencyPlan) -> list[Shared]:
        """Give the means of a plan with the other plans that count them."""
        return shared_by(plan.scenario_id, self._needs, self._stock)

    def means(self, plan: ContingencyPlan | None) -> list[MeansRow]:
        """Say the same for a page."""
        rows = [] if plan is None else self.shared(plan)
        titles = self._titles
        return [
            MeansRow(
                self.words.means(row.kind),
                row.needed,
                [(other.scenario, titles[other.scenario], other.count) for other in row.others],
                row.together,
                row.there,
            )
            for row in rows
        ]

    def _stock(self, kind: str) -> Stock | None:
        return stock_of(kind, self.lots)

    @cached_property
    def _needs(self) -> list[Need]:
        return needs_for(self.user, self.reading.round.pk)

    @cached_property
    def _titles(self) -> Mapping[int, str]:
        """The titles of the scenarios whose plans need means."""
        needing = {need.scenario for need in self._needs}
        found = scenarios_for(self.user, self.reading.round.pk).filter(pk__in=needing)
        return {scenario.pk: self.words.title(scenario) for scenario in found}


def _code_order(scenario: Scenario) -> tuple[str, int, datetime | str]:
    """Sort F2 before F10."""
    letters = scenario.code.rstrip("0123456789")
    digits = scenario.code[len(letters) :]
    return letters, int(digits) if digits else 0, scenario.code
