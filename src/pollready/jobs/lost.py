"""Jobs whose worker ended in the middle: taken up once more, or said to be interrupted."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django_tasks_db.models import DBTaskResult

from pollready.jobs.background import is_repeatable, run_job, worker_name
from pollready.jobs.models import LOST_AFTER, Job, JobState

# How often a job is begun at most: one that ends its worker must not end every worker.
ATTEMPTS_MAX = 2


def settle_lost(now: datetime) -> int:
    """Settle the jobs whose workers ended without a word; gives their number."""
    lost = [job for job in Job.objects.filter(state=JobState.RUNNING) if job.is_lost(now)]
    for job in lost:
        _settle(job, now, attempt=job.attempt + 1)
    return len(lost) + _hand_out_again(now)


def put_back(now: datetime) -> int:
    """Put what this process was doing back for the next worker, as it has to end now."""
    mine = Job.objects.filter(state=JobState.RUNNING, worker=worker_name())
    return sum(_settle(job, now, attempt=job.attempt) for job in mine)


@transaction.atomic
def _settle(job: Job, now: datetime, *, attempt: int) -> bool:
    """Let a job wait again where that does no harm, else end it; False where it has just ended."""
    as_seen = Job.objects.filter(pk=job.pk, state=JobState.RUNNING, worker=job.worker)
    if job.stop_asked_at is not None:
        return bool(as_seen.update(state=JobState.STOPPED, ended_at=now))
    if attempt > ATTEMPTS_MAX or not is_repeatable(job.kind):
        return bool(as_seen.update(state=JobState.INTERRUPTED, ended_at=now))
    waits = as_seen.update(
        state=JobState.WAITING, attempt=attempt, worker="", step="", done=None, total=None
    )
    if waits:
        run_job.enqueue(job.pk)
    return bool(waits)


def _hand_out_again(now: datetime) -> int:
    """Hand out again what waits although a worker took it: that worker ended before it began."""
    waiting = Job.objects.filter(state=JobState.WAITING, made_at__lt=now - LOST_AFTER)
    numbers = list(waiting.values_list("pk", flat=True))
    if not numbers:
        return 0
    ready = DBTaskResult.objects.ready().filter(task_path=run_job.module_path)
    known = _named(ready.values_list("args_kwargs", flat=True))
    unknown = [pk for pk in numbers if pk not in known]
    for pk in unknown:
        run_job.enqueue(pk)
    return len(unknown)


def _named(arguments: Iterable[dict[str, list[int]]]) -> set[int]:
    """Give the jobs that handed-out tasks name."""
    return {pk for each in arguments for pk in each["args"]}
