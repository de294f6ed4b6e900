"""Work that goes on behind the pages: what it is, how far it is, what came of it."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q

from pollready.places.models import ElectionRound

# A worker says that it is alive this often; one silent for so long is lost.
BEAT = timedelta(seconds=5)
LOST_AFTER = timedelta(seconds=45)
# Within this time another worker settles what is lost; pages wait for that before they say so.
SETTLED_WITHIN = timedelta(seconds=60)


class JobState(models.TextChoices):
    """How far a job is."""

    WAITING = "waiting", "waiting"
    RUNNING = "running", "running"
    DONE = "done", "done"
    FAILED = "failed", "failed"
    INTERRUPTED = "interrupted", "interrupted"  # its worker ended before it did
    STOPPED = "stopped", "stopped"  # by somebody who no longer wanted it


OPEN = (JobState.WAITING, JobState.RUNNING)
RESTARTABLE = (JobState.FAILED, JobState.INTERRUPTED, JobState.STOPPED)


class Job(models.Model):
    """One piece of background work; `kind` names the function that does it."""

    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=60, blank=True, db_index=True)  # what it works on
    round = models.ForeignKey(
        ElectionRound, null=True, blank=True, on_delete=models.CASCADE, related_name="jobs"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT
    )
    arguments = models.JSONField(default=dict)
    state = models.CharField(max_length=12, choices=JobState.choices, default=JobState.WAITING)
    step = models.CharField(max_length=40, blank=True)  # phrase jobs.step.<step>
    done = models.PositiveBigIntegerField(null=True, blank=True)
    total = models.PositiveBigIntegerField(null=True, blank=True)
    made_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    worker = models.CharField(max_length=140, blank=True)  # host, process, and a number of its own
    attempt = models.PositiveSmallIntegerField(default=1)  # more once a worker ended in the middle
    stop_asked_at = models.DateTimeField(null=True, blank=True)
    beat_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    result = models.JSONField(default=dict)
    error_code = models.CharField(max_length=80, blank=True)
    error_fields = models.JSONField(default=dict)

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=JobState.values), name="job_state_is_known"
            )
        ]
        indexes = [models.Index(fields=["state"], name="job_by_state")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    def is_lost(self, now: datetime, *, since: timedelta = timedelta()) -> bool:
        """Say whether its worker has ended without a word, and is known to for so long."""
        beat = self.beat_at or self.started_at
        return (
            self.state == JobState.RUNNING and beat is not None and beat + LOST_AFTER + since < now
        )

    def state_at(self, now: datetime) -> str:
        """Give the state as it is now, also where nobody was left to write it down."""
        is_left = self.is_lost(now, since=SETTLED_WITHIN)
        return JobState.INTERRUPTED if is_left else self.state

    @property
    def percent(self) -> int | None:
        """How much is done of the present step, where that can be told."""
        if not self.total:
            return None
        return min(100, 100 * (self.done or 0) // self.total)
