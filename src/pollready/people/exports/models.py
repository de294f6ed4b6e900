"""A file of classified rows that somebody asked for, and what a second person said to it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from pollready.audit.classification import IS_CLASS, Classified
from pollready.places.models import ElectionRound

QUERY_MAX, REASON_MAX = 4000, 400


class ExportRequest(Classified):
    """What was asked for, and by whom; it is taken once, by who asked, until `expires_at`.

    It holds no rows: the file is written when it is taken, of what then lies in his scope, and
    of no more than was approved.
    """

    round = models.ForeignKey(ElectionRound, on_delete=models.CASCADE, related_name="exports")
    list = models.CharField(max_length=40)
    query = models.CharField(max_length=QUERY_MAX, blank=True)  # as in the address
    format = models.CharField(max_length=10)
    rows = models.PositiveIntegerField()
    with_names = models.BooleanField()
    reason = models.CharField(max_length=REASON_MAX)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="export_requests"
    )
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    approved = models.BooleanField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT,
        related_name="export_decisions",
    )  # fmt: skip
    decided_at = models.DateTimeField(null=True, blank=True)
    remark = models.CharField(max_length=REASON_MAX, blank=True)
    taken_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=IS_CLASS, name="export_class_is_known"),
            models.CheckConstraint(condition=~Q(reason=""), name="export_has_a_reason"),
            models.CheckConstraint(
                condition=Q(approved__isnull=True, decided_by__isnull=True, decided_at__isnull=True)
                | Q(approved__isnull=False, decided_by__isnull=False, decided_at__isnull=False),
                name="export_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")),
                name="export_decided_by_a_second_person",
            ),
            models.CheckConstraint(
                condition=Q(taken_at__isnull=True) | Q(approved=True),
                name="export_taken_once_approved",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.list} by {self.asked_by_id}"
