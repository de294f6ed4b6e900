"""Starting work that goes on behind the pages, and doing it in a worker.

    job = start_assessment(round_id, by=user, now=now)

A kind of work is a function that takes the job and its progress and gives result fields; it
is made known by `@background("its-kind")` in a module that `KINDS_IN` lists. What becomes of a
job whose worker ended in the middle is in `jobs.lost`.
"""

import logging
import os
import platform
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib import import_module
from time import monotonic
from typing import Any

from django.db import transaction
from django_tasks import task

from pollready.audit.commands import Entry, record
from pollready.audit.traces import trace_of
from pollready.engine.errors import EngineError
from pollready.jobs.models import OPEN, RESTARTABLE, Job, JobState
from pollready.jobs.veiled import veiled
from pollready.language import Phrase
from pollready.language.keeping import kept
from pollready.people.models import User
from pollready.people.permissions import Permission, check
from pollready.register.veil import masked

logger = logging.getLogger("pollready.jobs")

_TOLD_EVERY_S = 0.5
# Modules that make kinds of work known.
KINDS_IN = (
    "pollready.jobs.allocating", "pollready.jobs.assessing", "pollready.jobs.costing",
    "pollready.jobs.county_reviewing", "pollready.jobs.explorations",
    "pollready.jobs.follow_up_checks", "pollready.jobs.importing", "pollready.jobs.rechecks",
    "pollready.jobs.reminding", "pollready.jobs.reporting", "pollready.jobs.trying",
)  # fmt: skip


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


class NotStoppable(Exception):
    """The job has ended already."""

    code = "jobs.not-stoppable"

    def __init__(self) -> None:
        self.fields: dict[str, object] = {}
        super().__init__(self.code)


class JobStopped(Exception):
    """Somebody asked that the job stop; raised inside its work, which writes nothing then."""


class Progress:
    """Writes down how far a job is; a short write, at most every half second."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._told_at = 0.0
        self._stopped = False

    def step(self, name: str, total: int | None = None) -> None:
        """Begin a step: `jobs.step.<name>` are its words. Raises `JobStopped`."""
        self._job.step, self._job.done, self._job.total = name, None if total is None else 0, total
        self._write()

    def more(self, number: int) -> None:
        """Tell that so many more are done; raises `JobStopped`."""
        self._job.done = (self._job.done or 0) + number
        if monotonic() - self._told_at > _TOLD_EVERY_S:
            self._write()

    def is_stopped(self) -> bool:
        """Say whether somebody asked that the job stop; looked up at most every half second."""
        if not self._stopped and monotonic() - self._told_at > _TOLD_EVERY_S:
            self._told_at = monotonic()
            asked = Job.objects.filter(pk=self._job.pk, stop_asked_at__isnull=False)
            self._stopped = asked.exists()
        return self._stopped

    def _write(self) -> None:
        self._told_at = monotonic()
        goes_on = Job.objects.filter(pk=self._job.pk, stop_asked_at=None).update(
            step=self._job.step,
            done=self._job.done,
            total=self._job.total,
            beat_at=datetime.now(UTC),
        )
        if not goes_on:
            raise JobStopped


Work = Callable[[Job, Progress], Mapping[str, Any]]
_KINDS: dict[str, Work] = {}
# Kinds that write all or nothing, and may be done once more after a worker ended in the middle.
_REPEATABLE: set[str] = set()


def background(kind: str, *, repeatable: bool = False) -> Callable[[Work], Work]:
    """Make a function known as what does the work of a kind."""

    def remember(work: Work) -> Work:
        _KINDS[kind] = work
        if repeatable:
            _REPEATABLE.add(kind)
        return work

    return remember


def is_repeatable(kind: str) -> bool:
    """Say whether work of a kind may be done again, or left in the middle, without harm."""
    _work(kind)
    return kind in _REPEATABLE


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
    run_job.enqueue(job.pk)  # in the same transaction: no job waits that no worker knows of
    return job


def start_once(
    kind: str,
    *,
    by: User | None,
    now: datetime,
    round_id: int,
    subject: str = "",
    arguments: Mapping[str, Any] | None = None,
) -> Job:
    """Start work on something; a job that is still waiting to do the same will do."""
    waiting = Job.objects.filter(
        kind=kind, round_id=round_id, subject=subject, state=JobState.WAITING
    ).first()
    return waiting or start(
        kind, by=by, now=now, round_id=round_id, subject=subject, arguments=arguments
    )


def start_assessment(round_id: int, *, by: User | None, now: datetime) -> Job:
    """Assess a round anew in the background; one that is waiting for it already will do.

    Raises `NotPermitted`.
    """
    if by is not None:
        check(by, Permission.ASSESS)
    return start_once("assess", by=by, now=now, round_id=round_id)


@transaction.atomic
def restart(job: Job, *, by: User, now: datetime) -> Job:
    """Start the same work again after it failed, was stopped or was interrupted.

    Raises `NotRestartable`.
    """
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


@transaction.atomic
def stop(job: Job, *, by: User, now: datetime) -> None:
    """End a job that waits; have one that goes on stop as soon as it can.

    Raises `NotStoppable` where it has ended.
    """
    here = Job.objects.filter(pk=job.pk)
    waited = here.filter(state=JobState.WAITING).update(
        state=JobState.STOPPED, stop_asked_at=now, ended_at=now
    )
    if not waited and not here.filter(state=JobState.RUNNING).update(stop_asked_at=now):
        raise NotStoppable
    record(
        actor=by.username,
        command="stop_job",
        now=now,
        entries=[Entry("job", str(job.pk), {"state": job.state}, {"stop": job.kind})],
    )


@task()
def run_job(job_id: int) -> None:
    """Do a job's work in this process, and write down what came of it."""
    now = datetime.now(UTC)
    taken = Job.objects.filter(pk=job_id, state=JobState.WAITING).update(
        state=JobState.RUNNING, started_at=now, beat_at=now, worker=worker_name()
    )
    if not taken:
        return  # taken by another worker, stopped, or started anew
    job = Job.objects.select_related("by", "round").get(pk=job_id)
    try:
        with _in_hand(job):
            result = _work(job.kind)(job, Progress(job))
    except JobStopped:
        _end(job, JobState.STOPPED)
    except Exception as error:
        _end(job, JobState.FAILED, error=error)
    else:
        _end(job, JobState.DONE, result=result)


_breakable: list[Job] = []  # the job in hand, where it may be left at any point


@contextmanager
def _in_hand(job: Job) -> Iterator[None]:
    if is_repeatable(job.kind):
        _breakable.append(job)
    try:
        yield
    finally:
        _breakable.clear()


def break_off() -> None:
    """Leave the job in hand where that does no harm: raises `JobStopped` inside its work.

    For a signal's handler, which runs in the thread that works.
    """
    if _breakable:
        _breakable.clear()
        raise JobStopped


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
    """Give code and fields of a typed error; of any other a number under which the log has it.

    Errors of the engine name components, and others than who started the job may read them.
    """
    said = veiled(error, masked) if isinstance(error, EngineError) else error
    code, fields = getattr(said, "code", None), getattr(said, "fields", None)
    if isinstance(code, str) and isinstance(fields, Mapping):
        return code, kept({name: _phrased(value) for name, value in fields.items()})
    reference = secrets.token_hex(4).upper()
    logger.error("reference %s: job %s\n%s", reference, job.kind, trace_of(error))
    return "jobs.unexpected", {"reference": reference}


def _phrased(value: Any) -> Any:
    """Turn faults inside an error into phrases, which are kept and said when they are read."""
    if isinstance(value, tuple | list):
        return [_phrased(part) for part in value]
    code, fields = getattr(value, "code", None), getattr(value, "fields", None)
    if isinstance(code, str) and isinstance(fields, Mapping):
        return Phrase(f"errors.{code}", dict(fields))
    return value


# A number of this process's own: in a container the next worker often has the same process id.
_OWN = secrets.token_hex(4)


def worker_name() -> str:
    """Name this process among the workers of a register."""
    return f"{platform.node()[:100]}:{os.getpid()}:{_OWN}"


def _work(kind: str) -> Work:
    for module in KINDS_IN:
        import_module(module)  # makes its kinds known
    try:
        return _KINDS[kind]
    except KeyError:
        raise UnknownJob(kind) from None
