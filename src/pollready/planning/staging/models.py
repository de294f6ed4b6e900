"""The table of kept staging plans."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from pollready.assessment.models import SavedAssessment
from pollready.audit.classification import IS_CLASS, Classified
from pollready.audit.versions import Versioned
from pollready.places.models import ElectionRound, Place

REASON_MAX, TITLE_MAX = 500, 200


class KeptStagingPlan(Classified, Versioned):
    """A staging plan that somebody kept: what was asked, from what, and what came of it.

    `asked` is all that entered, `digest` its hash; `county` is the one that it was asked for alone.
    `result` holds stations by their numbers (see `staging.keeping`). Withdrawn, it stays readable.
    """

    round = models.ForeignKey(ElectionRound, on_delete=models.CASCADE, related_name="staging_plans")
    county = models.ForeignKey(
        Place, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    title = models.CharField(max_length=TITLE_MAX)
    asked = models.JSONField()
    digest = models.CharField(max_length=64)
    assessment = models.ForeignKey(
        SavedAssessment, null=True, on_delete=models.SET_NULL, related_name="staging_plans"
    )
    version_of_register = models.PositiveBigIntegerField()
    ledger_sha256 = models.CharField(max_length=64)
    result = models.JSONField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField()
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason = models.CharField(max_length=REASON_MAX, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=IS_CLASS, name="staging_plan_class_is_known"),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None, withdrawn_reason="")
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False)
                & ~Q(withdrawn_reason=""),
                name="staging_plan_is_withdrawn_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.title
