"""What means are worth, and plans, worked out in the background; nothing half is ever kept."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from time import monotonic
from typing import Any

from pollready.assessment.chances import ground_of
from pollready.assessment.queries import last_assessment
from pollready.engine.budget import Budget
from pollready.jobs.background import Progress, background, start, start_once
from pollready.jobs.models import Job
from pollready.jobs.queries import last_job
from pollready.people.models import User
from pollready.people.permissions import NotPermitted, Permission
from pollready.planning.allocations.commands import found_plan, keep_result
from pollready.planning.allocations.given import Meaning, meaning_of
from pollready.planning.allocations.inputs import inputs_of
from pollready.planning.allocations.keeping import Weighed, kinds_now, weigh, weighed
from pollready.planning.allocations.making import make_plan
from pollready.planning.allocations.means import office_means
from pollready.planning.allocations.models import AllocationPlan
from pollready.planning.allocations.queries import basis_of, standing_now
from pollready.planning.allocations.rules import AllocationRefused, may_plan

WEIGH, ALLOCATE = "weigh-means", "allocate"
BUDGET_S = 120.0


def start_weighing(round_id: int, *, by: User, now: datetime) -> Job:
    """Have worked out what means are worth; raises `NotPermitted`, `AllocationRefused`."""
    _check(by)
    saved = last_assessment(round_id)
    if saved is None:
        raise AllocationRefused("nothing-assessed")
    return start_once(
        WEIGH, by=by, now=now, round_id=round_id, subject=weighing_of(round_id),
        arguments={"as_of": saved.as_of_date.isoformat()},
    )  # fmt: skip


def start_making(plan: AllocationPlan, *, by: User, now: datetime) -> Job:
    """Have a plan worked out; raises `NotPermitted`."""
    _check(by)
    return start(
        ALLOCATE, by=by, now=now, round_id=plan.round_id, subject=making_of(plan),
        arguments={"plan": plan.pk},
    )  # fmt: skip


def weighing_of(round_id: int) -> str:
    """Give what a job works on that weighs means."""
    return f"means-worth:{round_id}"


def making_of(plan: AllocationPlan) -> str:
    """Give what a job works on that makes a plan."""
    return f"allocation:{plan.pk}"


def last_weighing(round_id: int) -> Job | None:
    """Give the newest job that weighs means in a round."""
    return last_job(weighing_of(round_id))


def last_making(plan: AllocationPlan) -> Job | None:
    """Give the newest job that makes a plan."""
    return last_job(making_of(plan))


@background(WEIGH, repeatable=True)
def weigh_means(job: Job, progress: Progress) -> Mapping[str, Any]:
    """Work out what means are worth, over the register as it stands."""
    if job.round_id is None:
        raise AssertionError("means are weighed in a round")
    found = _weighed_anew(job.round_id, date.fromisoformat(job.arguments["as_of"]), progress)
    return {"stations": found.stations.count, "bundles": len(found.worth.bundles)}


@background(ALLOCATE, repeatable=True)
def make(job: Job, progress: Progress) -> Mapping[str, Any]:
    """Make a plan, over the register and the ledger as they stand."""
    if job.by is None or job.round_id is None:
        raise AssertionError("somebody asks a plan of a round")
    plan = found_plan(job.arguments["plan"], job.round_id, job.by)
    saved = last_assessment(job.round_id)
    if saved is None:
        raise AllocationRefused("nothing-assessed")
    inputs = inputs_of(plan.inputs)
    under = meaning_of(inputs.scenario, job.round_id)
    now = weighed(job.round_id, as_of=saved.as_of_date, under=under)
    if now is None or not now.is_fresh:
        now = _weighed_anew(job.round_id, saved.as_of_date, progress, under)
    # What was corrected while means were weighed makes the plan old.
    made_from = replace(standing_now(job.round_id), version=now.version)
    table = office_means()
    result = make_plan(
        basis_of(job.round_id, now),
        inputs,
        ground_of(job.round_id, as_of=now.as_of, given=under.outage if under else None),
        kinds_now(job.round_id, table),
        budget=Budget.within(BUDGET_S, monotonic),
        tell=progress.step,
        cancelled=progress.is_stopped,
    )
    if under is not None:
        result["scenario"] = under.values()
    progress.step("saving")
    keep_result(
        plan.pk, result, made_from=made_from, by=job.by,
        now=datetime.now(UTC).replace(microsecond=0),
    )  # fmt: skip
    return {"plan": plan.pk, "saved": result["saved"]}


def _weighed_anew(
    round_id: int, as_of: date, progress: Progress, under: Meaning | None = None
) -> Weighed:
    progress.step("weighing")
    told = [0, 0]

    def tell(done: int, total: int) -> None:
        if told[1] != total:
            progress.step("weighing", total)
            told[:] = 0, total
        progress.more(done - told[0])
        told[0] = done

    now = datetime.now(UTC).replace(microsecond=0)
    return weigh(round_id, as_of=as_of, now=now, under=under, tell=tell)


def _check(by: User) -> None:
    if not may_plan(by):
        raise NotPermitted(Permission.PLAN_MEANS)
