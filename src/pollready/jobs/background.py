"""Starting work that goes on behind the pages, and doing it in a worker.

    job = start_assessment(round_id, by=user, now=now)

A kind of work is a function that takes the job and its progress and gives result fields; it
is made known by `@background("its-kind")` in a module that `KINDS_IN` lists.
"""

import logging
import os
import platform
import secrets
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from importlib import import_module
from time import monotonic
from typing import Any

from django.db import transaction
from django_tasks import task

from pollready.audit.traces import trace_of
from pollready.jobs.models import OPEN, RESTARTABLE, Job, JobState
from pollready.language.keeping import kept
from pollready.people.models import User
from pollready.people.permissions import Permission, check

logger = logging.getLogger("pollready.jobs")

_TOLD_EVERY_S = 0.5
# Modules that make kinds of work known.
KINDS_IN = ("pollready.jobs.assessing", "pollready.jobs.importing")


class UnknownJob(KeyError):
    """No function does work of that kind."""

    code = "jobs.unknown-kind"

    def __init__(self, kind: str) -> None:
        self.fields: dict[str, object] = {"kind": kind}
        super().__init__(kind)


class NotRestartable(Exception):
    """The job still goes on, or came to a good end."""

    code = "jobs.not-restartable"

    def __init__(self) -> None:
        self.fields: dict[str, object] = {}
        super().__init__(self.code)


class Progress:
    """Writes down how far a job is; a short write, at most every half second."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._told_at = 0.0

    def step(self, name: str, total: int | None = None) -> None:
        """Begin a step: `jobs.step.<name>` are its words."""
        self._job.step, self._job.done, self._job.total = name, None if total is None else 0, total
        self._write()

    def more(self, number: int) -> None:
        """Tell that so many more are done."""
        self._job.done = (self._job.done or 0) + number
        if monotonic() - self._told_at > _TOLD_EVERY_S:
            self._write()

    def _write(self) -> None:
        self._told_at = monotonic()
        Job.objects.filter(pk=self._job.pk).update(
            step=self._job.step,
            done=self._job.done,
            total=self._job.total,
            beat_at=datetime.now(UTC),
        )


Work = Callable[[Job, Progress], Mapping[str, Any]]
_KINDS: dict[str, Work] = {}


def background(kind: str) -> Callable[[Work], Work]:
    """Make a function known as what does the work of a kind."""

    def remember(work: Work) -> Work:
        _KINDS[kind] = work
        return work

    return remember


@transaction.atomic
def start(
    kind: str,
    *,
    by: User | None,
    now: datetime,
    round_id: int | None = None,
    subject: str = "",
    arguments: Mapping[str, Any] | None = None,
) -> Job:
    """Have work done in the background; gives the job, whose page shows how far it is."""
    _work(kind)
    job = Job.objects.create(
        kind=kind,
        subject=subject,
        round_id=round_id,
        by=by,
        arguments=dict(arguments or {}),
        made_at=now,
    )
    transaction.on_commit(partial(run_job.enqueue, job.pk))
    return job


def start_assessment(round_id: int, *, by: User | None, now: datetime) -> Job:
    """Assess a round anew in the background; one that is waiting for it already will do.

    Raises `NotPermitted`.
    """
    if by is not None:
        check(by, Permission.ASSESS)
    waiting = Job.objects.filter(kind="assess", round_id=round_id, state=JobState.WAITING).first()
    return waiting or start("assess", by=by, now=now, round_id=round_id)


@transaction.atomic
def restart(job: Job, *, by: User, now: datetime) -> Job:
    """Start the same work again after it failed or was interrupted; raises `NotRestartable`."""
    if job.state_at(now) not in RESTARTABLE:
        raise NotRestartable
    Job.objects.filter(pk=job.pk, state__in=OPEN).update(state=JobState.INTERRUPTED, ended_at=now)
    return start(
        job.kind,
        by=by,
        now=now,
        round_id=job.round_id,
        subject=job.subject,
        arguments=job.arguments,
    )


def mark_lost(now: datetime) -> int:
    """Mark the jobs whose workers ended without a word; gives their number."""
    running = Job.objects.filter(state=JobState.RUNNING)
    lost = [job.pk for job in running if job.is_lost(now)]
    if lost:
        Job.objects.filter(pk__in=lost).update(state=JobState.INTERRUPTED, ended_at=now)
    return len(lost)


@task()
def run_job(job_id: int) -> None:
    """Do a job's work in this process, and write down what came of it."""
    now = datetime.now(UTC)
    taken = Job.objects.filter(pk=job_id, state=JobState.WAITING).update(
        state=JobState.RUNNING, started_at=now, beat_at=now, worker=worker_name()
    )
    if not taken:
        return  # taken by another worker, or started anew
    job = Job.objects.select_related("by", "round").get(pk=job_id)
    try:
        result = _work(job.kind)(job, Progress(job))
    except Exception as error:
        _end(job, JobState.FAILED, error=error)
    else:
        _end(job, JobState.DONE, result=result)


def _end(
    job: Job,
    state: JobState,
    *,
    result: Mapping[str, Any] | None = None,
    error: Exception | None = None,
) -> None:
    code, fields = _said(job, error) if error else ("", {})
    Job.objects.filter(pk=job.pk).update(
        state=state,
        ended_at=datetime.now(UTC),
        result=kept(dict(result or {})),
        error_code=code,
        error_fields=fields,
    )


def _said(job: Job, error: Exception) -> tuple[str, dict[str, Any]]:
    """Give code and fields of a typed error; of any other a number under which the log has it."""
    code, fields = getattr(error, "code", None), getattr(error, "fields", None)
    if isinstance(code, str) and isinstance(fields, Mapping):
        return code, kept(fields)
    reference = secrets.token_hex(4).upper()
    logger.error("reference %s: job %s\n%s", reference, job.kind, trace_of(error))
    return "jobs.unexpected", {"reference": reference}


def worker_name() -> str:
    """Name this process among the workers of a register."""
    return f"{platform.node()[:100]}:{os.getpid()}"


def _work(kind: str) -> Work:
    for module in KINDS_IN:
        import_module(module)  # makes its kinds known
    try:
        return _KINDS[kind]
    except KeyError:
        raise UnknownJob(kind) from None
