"""Reminding in the background: once a day, and every hour in the last days before an election."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils.timezone import localtime

from pollready.committee.reminders.commands import remind
from pollready.duties.escalation import LAST_DAYS
from pollready.jobs.background import Progress, background, start
from pollready.jobs.models import Job
from pollready.people.models import User
from pollready.places.models import ElectionRound

KIND = "remind"
# Nobody is called out of bed: messages leave from this hour of the office's day on. On election
# day those who open the stations are up before.
_FROM_HOUR, _FROM_HOUR_ELECTION_DAY = 7, 4


def remind_in_time(now: datetime) -> Job | None:
    """Start the reminding of the day, or of the hour; None where it was started or is too early."""
    here = localtime(now)
    today = here.date()
    soon = ElectionRound.objects.filter(
        election_date__range=(today, today + timedelta(days=LAST_DAYS))
    ).values_list("election_date", flat=True)
    days = set(soon)
    if here.hour < (_FROM_HOUR_ELECTION_DAY if today in days else _FROM_HOUR):
        return None
    subject = f"{KIND}:{today.isoformat()}" + (f"T{here:%H}" if days else "")
    if Job.objects.filter(subject=subject).exists():
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
