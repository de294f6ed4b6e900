"""Long answers about failures, worked out in the background and kept until the register changes."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from time import monotonic
from typing import Any

from django.db import transaction

from pollready.assessment.explorations.models import Exploration, ExplorationKind
from pollready.assessment.exploring import Explored, Scope, explore_round
from pollready.assessment.prepared import Asked, Measure, distribution_of, worst_of
from pollready.assessment.scoping import scope_of
from pollready.audit.commands import Entry, record
from pollready.audit.version import register_version
from pollready.engine.budget import Budget
from pollready.engine.network import Unknowns
from pollready.jobs.background import Progress, background, start
from pollready.jobs.models import OPEN, Job
from pollready.jobs.queries import last_job
from pollready.people.models import User
from pollready.people.permissions import Permission, check

BUDGET_S = 120.0
WORK: dict[str, Callable[..., dict[str, Any]]] = {
    ExplorationKind.WORST: worst_of,
    ExplorationKind.DISTRIBUTION: distribution_of,
}


class ScopeChanged(Exception):
    """Who asked may no longer see what he asked about, or the register no longer holds it."""

    code = "jobs.scope-changed"

    def __init__(self) -> None:
        self.fields: dict[str, object] = {}
        super().__init__(self.code)


def asked_in_words(asked: Asked) -> str:
    """Write what was asked, as rows are found by it."""
    return f"{asked.measure}/{asked.duration}/{asked.unknowns}"


def asked_of(words: str) -> Asked:
    """Read what was asked."""
    measure, duration, unknowns = words.split("/")
    return Asked(Measure(measure), duration, Unknowns(unknowns))


def find_exploration(
    kind: str, explored: Explored, scope: Scope, asked: Asked
) -> Exploration | None:
    """Find the answer of a kind for just this question and scope, of whatever version."""
    return Exploration._default_manager.filter(
        round=explored.round_id, kind=kind, scope=scope.key, asked=asked_in_words(asked)
    ).first()


def job_of(row: Exploration) -> Job | None:
    """Give the job that works an answer out, or did so last."""
    return last_job(_subject(row))


@transaction.atomic
def work_out(
    kind: str, explored: Explored, scope: Scope, asked: Asked, *, by: User, now: datetime
) -> Exploration:
    """Have an answer worked out, or give the one that is being worked out already.

    An answer that is there stays until the new one takes its place. Raises `NotPermitted`.
    """
    check(by, Permission.EXPLORE_FAILURES)
    row, is_new = Exploration._default_manager.get_or_create(
        round_id=explored.round_id,
        kind=kind,
        scope=scope.key,
        asked=asked_in_words(asked),
        defaults={"version": explored.version, "asked_by": by.username, "asked_at": now},
    )
    last = None if is_new else job_of(row)
    if last is not None and last.state_at(now) in OPEN:
        return row
    Exploration._default_manager.filter(pk=row.pk).update(asked_by=by.username, asked_at=now)
    start(
        "explore",
        by=by,
        now=now,
        round_id=explored.round_id,
        subject=_subject(row),
        arguments={"exploration": row.pk, "as_of": explored.as_of.isoformat()},
    )
    after = {"prepared": kind, "asked": row.asked, "version": explored.version}
    record(
        actor=by.username,
        command="explore_failures",
        now=now,
        entries=[Entry("round", str(explored.round_id), None, after)],
    )
    return row


@background("explore", repeatable=True)
def explore(job: Job, progress: Progress) -> Mapping[str, Any]:
    """Work the answer out over the register as it stands now, and keep it."""
    row = Exploration._default_manager.get(pk=job.arguments["exploration"])
    progress.step("compiling")
    version = register_version()
    as_of = date.fromisoformat(job.arguments["as_of"])
    explored = explore_round(row.round_id, as_of=as_of, version=version)
    scope = _scope(job, row, explored)
    progress.step("exploring")
    budget = Budget.within(BUDGET_S, monotonic)
    found = WORK[row.kind](explored, scope, asked_of(row.asked), budget=budget)
    progress.step("saving")
    Exploration._default_manager.filter(pk=row.pk).update(
        result=found, version=version, ended_at=datetime.now(UTC)
    )
    return {"exploration": row.pk}


def _scope(job: Job, row: Exploration, explored: Explored | None) -> Scope:
    """Give the scope in which it was asked; raises `ScopeChanged` where it is another by now."""
    if job.by is None or explored is None:
        raise ScopeChanged
    check(job.by, Permission.EXPLORE_FAILURES)
    scope = scope_of(job.by, explored)
    if scope.key != row.scope or not scope.sees_all_elements:
        raise ScopeChanged
    return scope


def _subject(row: Exploration) -> str:
    return f"exploration:{row.pk}"
