"""Writing allocation: deciding beforehand, asking a plan, keeping what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from pollready.assessment.queries import last_assessment
from pollready.audit.commands import Entry, record
from pollready.audit.versions import claim_version
from pollready.people.models import User
from pollready.people.permissions import NotPermitted, Permission
from pollready.people.scopes import listings_for
from pollready.places.models import Place, PlaceLevel
from pollready.planning.allocations.effects import split_key
from pollready.planning.allocations.given import scenarios_to_plan
from pollready.planning.allocations.inputs import Inputs
from pollready.planning.allocations.models import (
    REASON_MAX,
    TITLE_MAX,
    AllocationDecision,
    AllocationPlan,
    PlanState,
)
from pollready.planning.allocations.queries import MadeFrom, plans_for
from pollready.planning.allocations.rules import AllocationRefused, may_plan
from pollready.resources.queries import lots_for


@dataclass(frozen=True, slots=True)
class DecisionDraft:
    """What somebody decides: a station's units by kind (none: nothing), or what is kept where."""

    listing_id: int | None = None
    units: Mapping[str, int] = field(default_factory=dict)
    lot_id: int | None = None
    county_id: int | None = None
    kept: int = 0


@transaction.atomic
def decide_allocation(
    draft: DecisionDraft, *, round_id: int, reason: str, by: User, now: datetime
) -> AllocationDecision:
    """Fix what a station gets, or what stays where, in every plan from now on.

    Raises `NotPermitted`, `AllocationRefused`.
    """
    _check_may_plan(by)
    _check_draft(draft, round_id, by)
    decision = AllocationDecision(
        round_id=round_id, listing_id=draft.listing_id, units=dict(draft.units),
        lot_id=draft.lot_id, county_id=draft.county_id, kept=draft.kept,
        reason=said(reason, "reason"), by=by, at=now,
    )  # fmt: skip
    try:
        with transaction.atomic():
            decision.save()
    except IntegrityError:
        raise AllocationRefused("decided-already", "station") from None
    _log("decide_allocation", _decided(decision, None), by=by, now=now, reason=decision.reason)
    return decision


def _check_draft(draft: DecisionDraft, round_id: int, by: User) -> None:
    if draft.lot_id is None:
        mine = listings_for(by).filter(round=round_id, pk=draft.listing_id or 0)
        if not mine.exists():
            raise AllocationRefused("station-not-found", "station")
        kinds = [split_key(kind)[0] for kind, count in draft.units.items() if count]
        if any(not 0 <= count <= 1 for count in draft.units.values()):
            raise AllocationRefused("one-of-a-kind", "kinds")
        if len(set(kinds)) < len(kinds):
            raise AllocationRefused("one-of-a-kind", "kinds")
        return
    if not lots_for(by, round_id).filter(pk=draft.lot_id).exists():
        raise AllocationRefused("lot-not-found", "lot")
    if not Place.objects.filter(pk=draft.county_id or 0, level=PlaceLevel.COUNTY).exists():
        raise AllocationRefused("county-not-found", "county")
    if draft.kept < 1:
        raise AllocationRefused("kept-nothing", "kept")


@transaction.atomic
def withdraw_decision(
    decision_id: int, *, round_id: int, version: int, reason: str, by: User, now: datetime
) -> AllocationDecision:
    """Let a decision stand no more; it stays readable, with who decided and why.

    Raises `NotPermitted`, `AllocationRefused`, `ChangedMeanwhile`.
    """
    _check_may_plan(by)
    decision = AllocationDecision.objects.filter(round=round_id, pk=decision_id).first()
    if decision is None:
        raise AllocationRefused("decision-not-found")
    if decision.withdrawn_at is not None:
        raise AllocationRefused("withdrawn-already")
    before = decision_values(decision)
    claim_version(decision, version)
    decision.withdrawn_by, decision.withdrawn_at = by, now
    decision.withdrawn_reason = said(reason, "reason")
    decision.save()
    entry = _decided(decision, before)
    _log("withdraw_allocation_decision", entry, by=by, now=now, reason=decision.withdrawn_reason)
    return decision


@transaction.atomic
def ask_plan(
    inputs: Inputs, *, title: str, round_id: int, by: User, now: datetime
) -> AllocationPlan:
    """Keep what a plan is asked; `keep_result` writes what comes of it.

    Raises `NotPermitted`, `AllocationRefused`.
    """
    _check_may_plan(by)
    saved = last_assessment(round_id)
    if saved is None:
        raise AllocationRefused("nothing-assessed")
    classification = saved.classification
    if inputs.scenario is not None:
        scenario = scenarios_to_plan(by, round_id).filter(pk=inputs.scenario).first()
        if scenario is None:
            raise AllocationRefused("scenario-without-meaning", "scenario")
        classification = max(classification, scenario.classification)
    plan = AllocationPlan.objects.create(
        round_id=round_id, title=" ".join(title.split())[:TITLE_MAX] or f"{now:%Y-%m-%d %H:%M}",
        inputs=inputs.values(), digest=inputs.digest(), assessment=saved,
        classification=classification, made_by=by, made_at=now,
    )  # fmt: skip
    _log("ask_allocation", _planned(plan, None), by=by, now=now)
    return plan


@transaction.atomic
def keep_result(
    plan_id: int, result: Mapping[str, Any], *, made_from: MadeFrom, by: User, now: datetime
) -> AllocationPlan:
    """Keep what came of a plan, with what it was made from; raises `AllocationRefused`."""
    plan = AllocationPlan.objects.select_for_update(of=("self",)).get(pk=plan_id)
    if plan.state == PlanState.ACCEPTED:
        raise AllocationRefused("accepted-already")
    before = plan_values(plan)
    claim_version(plan, plan.version)
    plan.result, plan.state, plan.worked_out_at = dict(result), PlanState.MADE, now
    plan.version_of_register, plan.ledger_sha256 = made_from.version, made_from.ledger
    plan.assessment_id = made_from.assessment
    plan.save()
    _log("make_allocation", _planned(plan, before), by=by, now=now)
    return plan


def found_plan(plan_id: int, round_id: int, by: User) -> AllocationPlan:
    """Give a plan that the user may read; raises `AllocationRefused`."""
    plan = plans_for(by, round_id).filter(pk=plan_id).first()
    if plan is None:
        raise AllocationRefused("plan-not-found")
    return plan


def said(reason: str, where: str) -> str:
    """Give a reason as it is kept; raises `AllocationRefused` where there is none."""
    words = " ".join(reason.split())
    if not words:
        raise AllocationRefused("reason-missing", where)
    return words[:REASON_MAX]


def _check_may_plan(by: User) -> None:
    if not may_plan(by):
        raise NotPermitted(Permission.PLAN_MEANS)


def _log(command: str, entry: Entry, *, by: User, now: datetime, reason: str = "") -> None:
    record(actor=by.username, command=command, now=now, entries=[entry], reason=reason)


def _decided(decision: AllocationDecision, before: dict[str, Any] | None) -> Entry:
    return Entry("allocation_decision", str(decision.pk), before, decision_values(decision))


def _planned(plan: AllocationPlan, before: dict[str, Any] | None) -> Entry:
    return Entry("allocation_plan", str(plan.pk), before, plan_values(plan))


def decision_values(decision: AllocationDecision) -> dict[str, Any]:
    """Give a decision as the log tells of it."""
    return {
        "station": decision.listing.code if decision.listing else None, "units": decision.units,
        "lot": decision.lot_id, "county": decision.county.name if decision.county else None,
        "kept": decision.kept, "reason": decision.reason,
        "withdrawn": decision.withdrawn_reason or None,
    }  # fmt: skip


def plan_values(plan: AllocationPlan) -> dict[str, Any]:
    """Give a plan as the log tells of it."""
    return {
        "title": plan.title, "state": str(plan.state), "digest": plan.digest,
        "saved": plan.result.get("saved"), "gap": plan.result.get("gap"),
        "class": int(plan.classification),
    }  # fmt: skip
