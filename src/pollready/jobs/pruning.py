"""The queue's own rows of work that is long done: jobs and the log hold what came of it."""

from datetime import datetime, timedelta

from django_tasks_db.models import DBTaskResult

from pollready.audit.turns import delete_in_turns

KEPT = timedelta(days=14)


def prune_queue(now: datetime) -> None:
    """Delete what ended longer ago than `KEPT`, some at a time so that nobody waits long."""
    delete_in_turns(DBTaskResult.objects.finished().filter(finished_at__lt=now - KEPT))
