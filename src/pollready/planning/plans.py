"""Writing contingency plans: steps, approval, tests."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from pollready.audit.commands import Entry, record
from pollready.audit.versions import claim_version
from pollready.people.models import User
from pollready.people.permissions import NotPermitted, Permission, check
from pollready.people.scopes import agencies_for, is_of_agency
from pollready.places.models import Agency
from pollready.planning.models import (
    ContingencyPlan,
    PlanState,
    PlanStep,
    Scenario,
    TrialKind,
)
from pollready.planning.queries import scenarios_for
from pollready.planning.renewing import ask_to_renew
from pollready.planning.rules import ScenarioRefused, may_approve, may_edit_plan

STEPS_MAX = 40


@dataclass(frozen=True, slots=True)
class StepDraft:
    """What somebody writes of a step; counts and minutes that nobody knows are None."""

    text: str
    agency_id: int | None = None
    who: str = ""
    within_min: int | None = None
    means_kind: str = ""
    means_count: int | None = None
    lawful: bool | None = None
    legal_basis: str = ""
    order_by: str = ""
    order_no: str = ""
    order_date: date | None = None


@transaction.atomic
def save_plan(
    scenario_id: int,
    steps: Sequence[StepDraft],
    *,
    round_id: int,
    owner_id: int | None,
    version: int,
    by: User,
    now: datetime,
) -> ContingencyPlan:
    """Write a scenario's plan with its steps in order; `version` 0 makes the first one.

    A plan that changes is a draft again, and what was declared on it must be renewed. Raises
    `NotPermitted`, `ScenarioRefused`, `Scenario.DoesNotExist`, `ChangedMeanwhile`.
    """
    check(by, Permission.EDIT_SCENARIOS)
    scenario = scenarios_for(by, round_id).get(pk=scenario_id)
    plan = ContingencyPlan.objects.filter(scenario=scenario, round=round_id).first()
    if not may_edit_plan(by, plan):
        raise NotPermitted(Permission.EDIT_SCENARIOS)
    owner_id = by.agency_id if is_of_agency(by) else owner_id
    _check_steps(by, steps, owner_id)
    before = None if plan is None else _said(plan)
    plan = _claimed(plan, scenario, round_id, version, now)
    concerned = set(plan.steps.exclude(agency=None).values_list("agency_id", flat=True))
    plan.owner_id, plan.state, plan.changed_at = owner_id, PlanState.DRAFT, now
    plan.approved_by, plan.approved_at = None, None
    plan.save()
    plan.steps.all().delete()
    PlanStep.objects.bulk_create(
        PlanStep(plan=plan, ordinal=number, **asdict(step))
        for number, step in enumerate(steps, start=1)
    )
    concerned |= {step.agency_id for step in steps if step.agency_id is not None}
    if owner_id is not None:
        concerned.add(owner_id)
    renewals = ask_to_renew(scenario, round_id, concerned, now=now)
    entries = [Entry("contingency_plan", str(plan.pk), before, _said(plan)), *renewals]
    record(actor=by.username, command="save_plan", now=now, entries=entries)
    return plan


@transaction.atomic
def approve_plan(plan_id: int, *, round_id: int, version: int, by: User, now: datetime) -> None:
    """Let a plan stand; whoever wrote it for an agency does not approve it.

    Raises `NotPermitted`, `ScenarioRefused`, `ContingencyPlan.DoesNotExist`, `ChangedMeanwhile`.
    """
    if not may_approve(by):
        raise NotPermitted(Permission.EDIT_SCENARIOS)
    plan = _plan(plan_id, by, round_id)
    if not plan.steps.exists():
        raise ScenarioRefused("no-steps")
    before = _said(plan)
    _keep_tested(plan, version)
    plan.state, plan.approved_by, plan.approved_at = PlanState.APPROVED, by, now
    plan.save()
    entry = Entry("contingency_plan", str(plan.pk), before, _said(plan))
    record(actor=by.username, command="approve_plan", now=now, entries=[entry])


@transaction.atomic
def record_test(
    plan_id: int,
    *,
    round_id: int,
    tested_on: date,
    kind: str,
    evidence: str,
    version: int,
    by: User,
    now: datetime,
) -> None:
    """Keep when a plan was tried, how, and what shows it.

    Raises `NotPermitted`, `ScenarioRefused`, `ContingencyPlan.DoesNotExist`, `ChangedMeanwhile`.
    """
    check(by, Permission.EDIT_SCENARIOS)
    plan = _plan(plan_id, by, round_id)
    if not may_edit_plan(by, plan):
        raise NotPermitted(Permission.EDIT_SCENARIOS)
    if tested_on > localdate(now):
        raise ScenarioRefused("test-to-come")
    if kind not in TrialKind.values or not evidence.strip():
        raise ScenarioRefused("test-evidence")
    before = _said(plan)
    claim_version(plan, version)
    plan.tested_on, plan.test_kind, plan.test_evidence = tested_on, kind, evidence.strip()
    plan.tested_version = plan.version
    plan.save()
    entry = Entry("contingency_plan", str(plan.pk), before, _said(plan))
    record(actor=by.username, command="record_test", now=now, entries=[entry])


def _plan(plan_id: int, by: User, round_id: int) -> ContingencyPlan:
    return ContingencyPlan.objects.filter(scenario__in=scenarios_for(by, round_id)).get(
        pk=plan_id, round=round_id
    )


def _keep_tested(plan: ContingencyPlan, version: int) -> None:
    """Take the next version for a change that leaves the steps as they were tried."""
    was_tested = plan.tested_version == plan.version
    claim_version(plan, version)
    if was_tested:
        plan.tested_version = plan.version


def _claimed(
    plan: ContingencyPlan | None, scenario: Scenario, round_id: int, version: int, now: datetime
) -> ContingencyPlan:
    if plan is not None:
        claim_version(plan, version)
        return plan
    return ContingencyPlan.objects.create(scenario=scenario, round_id=round_id, changed_at=now)


def _check_steps(by: User, steps: Sequence[StepDraft], owner_id: int | None) -> None:
    if len(steps) > STEPS_MAX:
        raise ScenarioRefused("too-many-steps", limit=STEPS_MAX)
    if any(not step.text.strip() for step in steps):
        raise ScenarioRefused("step-without-text")
    named = (owner_id, *(step.agency_id for step in steps))
    wanted = {agency for agency in named if agency is not None}
    seen = set(agencies_for(by).filter(pk__in=wanted).values_list("pk", flat=True))
    if wanted - seen:
        raise Agency.DoesNotExist


def _said(plan: ContingencyPlan) -> dict[str, Any]:
    """Say a plan with its steps for the log."""
    steps = [
        {name: _plain(value) for name, value in row.items()}
        for row in plan.steps.order_by("ordinal").values(
            "text", "agency_id", "who", "within_min", "means_kind", "means_count", "lawful",
            "legal_basis", "order_by", "order_no", "order_date",
        )
    ]  # fmt: skip
    return {
        "scenario": plan.scenario_id,
        "state": plan.state,
        "owner": plan.owner_id,
        "tested_on": _plain(plan.tested_on),
        "test_kind": plan.test_kind,
        "test_evidence": plan.test_evidence,
        "version": plan.version,
        "steps": steps,
    }


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
