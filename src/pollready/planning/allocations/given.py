"""The scenario that a plan is made for: what is then out, and for how long."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from pollready.assessment.chances import Outage
from pollready.assessment.queries import last_assessment
from pollready.people.models import User
from pollready.people.scopes import is_of_agency
from pollready.planning.allocations.rules import AllocationRefused
from pollready.planning.models import Scenario, ScenarioBinding
from pollready.planning.queries import scenarios_for, scenarios_of


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a scenario means in a round's register, as it was last worked out."""

    scenario: Scenario
    codes: tuple[str, ...]

    @property
    def outage(self) -> Outage:
        """Give what is out together, for the hours that the scenario lasts."""
        return Outage(frozenset(self.codes), self.scenario.duration_h)

    @property
    def digest(self) -> str:
        """Give the hash by which the same meaning is known again."""
        told = [self.scenario.pk, sorted(self.codes), self.scenario.duration_h]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()

    def values(self) -> dict[str, Any]:
        """Give what a plan keeps of it: no name of anything that is out."""
        return {
            "scenario": self.scenario.pk, "code": self.scenario.code, "meaning": self.digest,
            "hours": self.scenario.duration_h, "out": len(self.codes),
        }  # fmt: skip


def scenarios_to_plan(user: User, round_id: int) -> QuerySet[Scenario]:
    """Give the scenarios that the user may see and a plan can be made for."""
    return scenarios_for(user, round_id).filter(pk__in=list(_codes(round_id)))


def meaning_of(scenario_id: int | None, round_id: int) -> Meaning | None:
    """Give what a scenario means; None where expected failures are weighed.

    Raises `AllocationRefused` where it has no meaning that stands: it was retired or changed, or
    names stations by their state, or nothing of what it names is recorded.
    """
    if scenario_id is None:
        return None
    scenario = scenarios_of(round_id).filter(pk=scenario_id).first()
    codes = _codes(round_id, scenario_id).get(scenario_id)
    if scenario is None or codes is None:
        raise AllocationRefused("scenario-without-meaning", "scenario")
    return Meaning(scenario, codes)


def scenario_read(user: User, round_id: int, scenario_id: int | None) -> Scenario | None:
    """Give the scenario that a plan was made for, where the user may see it; retired ones too."""
    if scenario_id is None:
        return None
    if is_of_agency(user):
        return scenarios_for(user, round_id).filter(pk=scenario_id).first()
    return Scenario.objects.filter(pk=scenario_id, classification__lte=user.clearance).first()


def meanings_now(round_id: int) -> Mapping[int, str]:
    """Give the hash of what each scenario means now that a plan can be made for."""
    codes = _codes(round_id)
    return {
        row.pk: Meaning(row, codes[row.pk]).digest
        for row in scenarios_of(round_id).filter(pk__in=list(codes))
    }


def scenario_coded(code: str, round_id: int) -> Scenario:
    """Find a scenario by its code, the round's own before one of every round.

    Raises `AllocationRefused`.
    """
    found = scenarios_of(round_id).filter(code__iexact=code.strip())
    scenario = found.order_by("-round").first()
    if scenario is None:
        raise AllocationRefused("scenario-unknown", "scenario", found=code)
    return scenario


def _codes(round_id: int, scenario_id: int | None = None) -> dict[int, tuple[str, ...]]:
    """Give, by scenario, what fails, where that was worked out since the scenario changed."""
    saved = last_assessment(round_id)
    if saved is None:
        return {}
    rows = ScenarioBinding.objects.filter(assessment=saved, assessable=True, by_stations=False)
    if scenario_id is not None:
        rows = rows.filter(scenario=scenario_id)
    return {
        scenario: tuple(codes)
        for scenario, version, now, codes in rows.values_list(
            "scenario", "scenario_version", "scenario__version", "codes"
        )
        if codes and version == now
    }
