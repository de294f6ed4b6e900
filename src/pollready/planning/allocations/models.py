"""Tables of allocation: what was decided beforehand, what means are worth, plans."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce

from pollready.assessment.models import SavedAssessment
from pollready.audit.classification import IS_CLASS, Classified
from pollready.audit.versions import Versioned
from pollready.places.models import ElectionRound, Listing, Place
from pollready.planning.models import Scenario
from pollready.resources.models import ResourceLot

REASON_MAX, TITLE_MAX = 500, 200


class PlanState(models.TextChoices):
    """How far an allocation plan is."""

    ASKED = "asked", "asked"  # it is worked out, or was to be
    MADE = "made", "made"
    ACCEPTED = "accepted", "accepted"


class AllocationDecision(Versioned):
    """What a person decided for every plan of a round: a station's means, or what stays where.

    With a station, `units` by kind are what it gets, an empty mapping nothing. With a lot, so
    many units of it (`kept`) are for stations of the county alone.
    """

    round = models.ForeignKey(
        ElectionRound, on_delete=models.CASCADE, related_name="allocation_decisions"
    )
    listing = models.ForeignKey(
        Listing, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    units = models.JSONField(default=dict)
    lot = models.ForeignKey(
        ResourceLot, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    county = models.ForeignKey(
        Place, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    kept = models.PositiveIntegerField(default=0)
    reason = models.CharField(max_length=REASON_MAX)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason = models.CharField(max_length=REASON_MAX, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(listing__isnull=False, lot=None, county=None, kept=0)
                | Q(listing=None, lot__isnull=False, county__isnull=False, kept__gt=0),
                name="allocation_decision_is_of_one_thing",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""), name="allocation_decision_has_its_reason"
            ),
            models.UniqueConstraint(
                fields=["round", "listing"],
                condition=Q(withdrawn_at=None, listing__isnull=False),
                name="allocation_decision_once_a_station",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None, withdrawn_reason="")
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False)
                & ~Q(withdrawn_reason=""),
                name="allocation_decision_is_withdrawn_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.listing_id or self.lot_id}"


class MeansWorth(models.Model):
    """What each bundle of means is worth at each station, as one version of the register has it.

    Derived, and made anew whenever the register changes: `keeping.unpack` reads `data`.
    """

    round = models.ForeignKey(ElectionRound, on_delete=models.CASCADE, related_name="means_worth")
    scenario = models.ForeignKey(  # none: under expected failures
        Scenario, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    version = models.PositiveBigIntegerField()  # of the register, as the log numbers it
    as_of_date = models.DateField()
    # Of the table of means, kinds, thresholds, and of what the scenario means.
    table_sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    data = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "round", Coalesce("scenario", 0), name="means_worth_once_a_scenario"
            )
        ]

    def __str__(self) -> str:
        return f"{self.round_id} {self.version}"


class AllocationPlan(Classified, Versioned):
    """Who gets what: what was asked, what came of it, and whether it was accepted.

    `inputs` are all that entered, in one way of writing; `digest` is their hash. `result` is empty
    until it is worked out (see `allocations.outcome`). `ledger_sha256` tells the stock that it
    was made from, `version` the register.
    """

    round = models.ForeignKey(
        ElectionRound, on_delete=models.CASCADE, related_name="allocation_plans"
    )
    title = models.CharField(max_length=TITLE_MAX)
    state = models.CharField(max_length=10, choices=PlanState.choices, default=PlanState.ASKED)
    inputs = models.JSONField()
    digest = models.CharField(max_length=64)
    assessment = models.ForeignKey(
        SavedAssessment, null=True, on_delete=models.SET_NULL, related_name="allocation_plans"
    )
    version_of_register = models.PositiveBigIntegerField(null=True, blank=True)
    ledger_sha256 = models.CharField(max_length=64, blank=True)
    result = models.JSONField(default=dict)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField()
    worked_out_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_reason = models.CharField(max_length=REASON_MAX, blank=True)
    accepted_made = models.JSONField(default=dict)  # the entries and follow-ups that it made

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=IS_CLASS, name="allocation_plan_class_is_known"),
            models.CheckConstraint(
                condition=Q(state=PlanState.ASKED, worked_out_at=None)
                | Q(state__in=(PlanState.MADE, PlanState.ACCEPTED), worked_out_at__isnull=False),
                name="allocation_plan_is_worked_out_at_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(state=PlanState.ACCEPTED, accepted_by__isnull=False,
                            accepted_at__isnull=False) & ~Q(accepted_reason="")
                | ~Q(state=PlanState.ACCEPTED) & Q(accepted_by=None, accepted_at=None),
                name="allocation_plan_is_accepted_by_somebody_for_a_reason",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title
