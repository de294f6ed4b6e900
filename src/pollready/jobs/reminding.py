"""Reminding in the background, once a day."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.utils.timezone import localdate, localtime

from pollready.committee.reminders.commands import remind
from pollready.jobs.background import Progress, background, start
from pollready.jobs.models import Job
from pollready.people.models import User

KIND = "remind"
# Nobody is called out of bed: messages leave from this hour of the office's day on.
_FROM_HOUR = 7


def remind_daily(now: datetime) -> Job | None:
    """Start the day's reminding, unless it was started or it is too early."""
    subject = f"{KIND}:{localdate(now).isoformat()}"
    if localtime(now).hour < _FROM_HOUR or Job.objects.filter(subject=subject).exists():
        return None
    return start(KIND, by=None, now=now, subject=subject)


def remind_now(*, by: User, now: datetime) -> Job:
    """Start a run beside the day's own; who asks for it keeps the installation."""
    return start(KIND, by=by, now=now, subject=KIND)


def last_reminding() -> Job | None:
    """Give the run that was started last."""
    return Job.objects.filter(kind=KIND).order_by("-pk").first()


@background(KIND, repeatable=True)
def remind_everybody(job: Job, progress: Progress) -> Mapping[str, Any]:
    """Write reminders down and send them; one that was sent is not sent again."""
    progress.step("reminding")
    return remind(now=datetime.now(UTC)).as_result()
