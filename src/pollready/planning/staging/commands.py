"""Keeping a staging plan, and withdrawing one."""

from datetime import datetime
from typing import Any

from django.db import transaction

from pollready.assessment.models import SavedAssessment
from pollready.audit.commands import Entry, record
from pollready.audit.versions import claim_version
from pollready.people.models import User
from pollready.people.permissions import NotPermitted, Permission
from pollready.planning.made_from import made_from_now
from pollready.planning.staging.keeping import kept_of
from pollready.planning.staging.models import REASON_MAX, TITLE_MAX, KeptStagingPlan
from pollready.planning.staging.plan import StagingPlan
from pollready.planning.staging.queries import plans_for
from pollready.planning.staging.rules import StagingRefused, may_plan


@transaction.atomic
def keep_staging_plan(
    plan: StagingPlan, *, title: str, saved: SavedAssessment, by: User, now: datetime
) -> KeptStagingPlan:
    """Keep a plan that was just made from the assessment, with what it was made from.

    Raises `NotPermitted`, `StagingRefused` where there is nothing to keep.
    """
    _check_may_plan(by)
    if plan.sites.proof is None:
        raise StagingRefused("nothing-to-keep")
    made_from = made_from_now(saved.round_id)
    kept = KeptStagingPlan.objects.create(
        round_id=saved.round_id, county_id=plan.asked.county,
        title=" ".join(title.split())[:TITLE_MAX] or f"{now:%Y-%m-%d %H:%M}",
        asked=plan.asked.values(), digest=plan.asked.digest(), assessment=saved,
        version_of_register=made_from.version, ledger_sha256=made_from.ledger,
        result=kept_of(plan), classification=saved.classification, made_by=by, made_at=now,
    )  # fmt: skip
    entry = Entry("staging_plan", str(kept.pk), None, plan_values(kept))
    record(actor=by.username, command="keep_staging_plan", now=now, entries=[entry])
    return kept


@transaction.atomic
def withdraw_staging_plan(
    plan_id: int, *, round_id: int, version: int, reason: str, by: User, now: datetime
) -> KeptStagingPlan:
    """Let a plan stand no more; it stays readable, with who withdrew it and why.

    Raises `NotPermitted`, `StagingRefused`, `ChangedMeanwhile`.
    """
    _check_may_plan(by)
    plan = plans_for(by, round_id).filter(pk=plan_id).first()
    if plan is None:
        raise StagingRefused("plan-not-found")
    if plan.withdrawn_at is not None:
        raise StagingRefused("withdrawn-already")
    words = " ".join(reason.split())[:REASON_MAX]
    if not words:
        raise StagingRefused("reason-missing", "reason")
    before = plan_values(plan)
    claim_version(plan, version)
    plan.withdrawn_by, plan.withdrawn_at, plan.withdrawn_reason = by, now, words
    plan.save()
    entry = Entry("staging_plan", str(plan.pk), before, plan_values(plan))
    record(
        actor=by.username, command="withdraw_staging_plan", now=now, entries=[entry], reason=words
    )
    return plan


def _check_may_plan(by: User) -> None:
    if not may_plan(by):
        raise NotPermitted(Permission.PLAN_MEANS)


def plan_values(plan: KeptStagingPlan) -> dict[str, Any]:
    """Give a plan as the log tells of it."""
    return {
        "title": plan.title, "county": plan.county.name if plan.county else None,
        "digest": plan.digest, **plan.result["total"], "class": int(plan.classification),
        "withdrawn": plan.withdrawn_reason or None,
    }  # fmt: skip
