"""What somebody was reminded of, and the messages by which he was."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from pollready.places.models import ElectionRound


class Stage(models.TextChoices):
    """Why somebody is told of something."""

    SOON = "soon", "soon"  # he owes it, and it is due within the office's days
    OVERDUE = "overdue", "overdue"  # he owes it
    ESCALATED = "escalated", "escalated"  # somebody else owes it, and the chain reaches him


class MessageState(models.TextChoices):
    """How far a message is."""

    WAITING = "waiting", "waiting"
    SENDING = "sending", "sending"
    SENT = "sent", "sent"
    FAILED = "failed", "failed"  # tried again by the next run, up to `TRIES_MAX`
    NO_ADDRESS = "no_address", "no_address"  # of a kind that the gateway sends to


TRIES_MAX = 5


# What did not leave, for a failure or for want of an address.
STUCK = (MessageState.FAILED, MessageState.NO_ADDRESS)


class ReminderMessage(models.Model):
    """One message to one account: counts and a link, whatever it is about."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reminder_messages"
    )
    gateway = models.CharField(max_length=10)
    soon = models.PositiveIntegerField(default=0)
    overdue = models.PositiveIntegerField(default=0)
    escalated = models.PositiveIntegerField(default=0)
    state = models.CharField(
        max_length=12, choices=MessageState.choices, default=MessageState.WAITING
    )
    made_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    tried_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    error_code = models.CharField(max_length=80, blank=True)
    error_fields = models.JSONField(default=dict)

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=MessageState.values), name="reminder_message_state_is_known"
            ),
            models.CheckConstraint(
                condition=(Q(state="sent") & Q(sent_at__isnull=False))
                | (~Q(state="sent") & Q(sent_at=None)),
                name="reminder_message_is_sent_at_a_moment",
            ),
        ]
        indexes = [models.Index(fields=["state"], name="reminder_message_by_state")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.state}"


class Reminder(models.Model):
    """That somebody was told of one thing at one stage; `key` lets it be told once.

    The day by which it is due stands in the key: another deadline is told of again.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reminders"
    )
    round = models.ForeignKey(ElectionRound, on_delete=models.CASCADE, related_name="reminders")
    stage = models.CharField(max_length=10, choices=Stage.choices)
    kind = models.CharField(max_length=12)  # as `committee.work.OwedKind`
    thing = models.PositiveBigIntegerField()  # its key
    key = models.CharField(max_length=80)
    due_date = models.DateField(null=True, blank=True)
    made_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True, blank=True)
    message = models.ForeignKey(
        ReminderMessage, null=True, blank=True, on_delete=models.SET_NULL, related_name="reminders"
    )

    class Meta:
        ordering = ["due_date", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="reminder_once"),
            models.CheckConstraint(
                condition=Q(stage__in=Stage.values), name="reminder_stage_is_known"
            ),
        ]
        indexes = [models.Index(fields=["user", "seen_at"], name="reminder_unseen_by_user")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.key}"
