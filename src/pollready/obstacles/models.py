"""Obstacles as cases that somebody works on, from one assessment to the next."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from pollready.audit.versions import Versioned
from pollready.obstacles.cases import SETTLED, CaseState
from pollready.obstacles.due import GATES
from pollready.places.models import ElectionRound

KEY_MAX = 1000  # agencies, depots and counties join up to some 600
TEXT_MAX = 2000
_STATES = [(state.value, state.value) for state in CaseState]
_KNOWN = [state.value for state in CaseState]
_SETTLED = [state.value for state in SETTLED]


class ObstacleCase(Versioned):
    """A cause through all assessments of its round: who acts, by when, and how far it is.

    `record` is the cause as the last assessment that found it wrote it down, with its findings.
    """

    round = models.ForeignKey(ElectionRound, on_delete=models.CASCADE, related_name="cases")
    rule = models.CharField(max_length=60)
    key = models.CharField(max_length=KEY_MAX)
    record = models.OneToOneField(
        "pollready.CauseRecord", null=True, on_delete=models.SET_NULL, related_name="case"
    )
    state = models.CharField(max_length=15, choices=_STATES, default=CaseState.FOUND.value)
    severity = models.CharField(max_length=10)
    severity_rank = models.PositiveSmallIntegerField()  # 0 is severe
    stations = models.PositiveIntegerField()
    voters = models.PositiveBigIntegerField(null=True)
    owner = models.CharField(max_length=200, blank=True)  # agency code, else a role
    owner_given = models.BooleanField(default=False)  # by a person: assessments keep it
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="cases",
    )
    due_gate = models.CharField(max_length=12, choices=[(gate, gate) for gate in GATES])
    due_given = models.BooleanField(default=False)
    due_date = models.DateField(null=True, blank=True)
    found_date = models.DateField()  # as of the assessment that found it first, or found it again
    settled_date = models.DateField(null=True, blank=True)
    waived_until_date = models.DateField(null=True, blank=True)
    waived_until_gate = models.CharField(max_length=12, blank=True)
    waiver_authority = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "rule", "key"], name="case_once_a_round"),
            models.CheckConstraint(condition=Q(state__in=_KNOWN), name="case_state_is_known"),
            models.CheckConstraint(condition=Q(due_gate__in=GATES), name="case_gate_is_known"),
            models.CheckConstraint(
                condition=Q(state__in=_SETTLED, settled_date__isnull=False)
                | (~Q(state__in=_SETTLED) & Q(settled_date__isnull=True)),
                name="case_settled_on_a_day",
            ),
            models.CheckConstraint(
                condition=~Q(state=CaseState.WAIVED.value)
                | (Q(waived_until_date__isnull=False) & ~Q(waiver_authority="")),
                name="case_waived_by_somebody_until_a_day",
            ),
        ]
        indexes = [
            models.Index(
                fields=["round", "severity_rank", "-voters"], name="case_in_order_of_weight"
            ),
            models.Index(fields=["round", "state"], name="case_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.rule}: {self.key} ({self.state})"


class CaseEvent(models.Model):
    """One line of a case's time line: what somebody, or an assessment, did or said."""

    class Kind(models.TextChoices):
        """What happened."""

        STATE = "state", "state"  # by a person, or by an assessment where `by` is null
        ASSIGNED = "assigned", "assigned"
        FIX_CLAIMED = "fix_claimed", "fix_claimed"
        CHECKED = "checked", "checked"  # the rule was run again
        WAIVED = "waived", "waived"
        COMMENT = "comment", "comment"

    case = models.ForeignKey(ObstacleCase, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    before = models.CharField(max_length=15, blank=True)  # states
    after = models.CharField(max_length=15, blank=True)
    text = models.TextField(blank=True)
    detail = models.JSONField(default=dict)
    edited_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=("state", "assigned", "fix_claimed", "checked", "waived",
                                      "comment")),
                name="case_event_kind_is_known",
            )
        ]  # fmt: skip
        indexes = [models.Index(fields=["case", "at"], name="case_event_in_time")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind}"


class Mention(models.Model):
    """Somebody named in a comment, until he has seen it."""

    event = models.ForeignKey(CaseEvent, on_delete=models.CASCADE, related_name="mentions")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="mentions"
    )
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "user"], name="mention_once_in_a_comment")
        ]
        indexes = [models.Index(fields=["user", "seen_at"], name="mention_unseen_by_user")]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.event_id}"
