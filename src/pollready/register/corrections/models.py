"""What stands beside the claims: their evidence, resolved contradictions, decisions on the list."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from pollready.audit.classification import IS_CLASS, Classified
from pollready.places.models import Agency, ElectionRound, Listing, Stop
from pollready.register.models import Claim, Component, exactly_one

# In the constraints of everything that may be withdrawn.
WITHDRAWN_FOR_A_REASON = Q(
    withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawal_reason="", is_erased=False
) | (Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawal_reason=""))


class Withdrawable(models.Model):
    """A file that was attached: once withdrawn it is handed out no more.

    `is_erased` says that its bytes are gone too.
    """

    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT,
        related_name="withdrawn_%(class)s",
    )  # fmt: skip
    withdrawal_reason = models.CharField(max_length=500, blank=True, default="", db_default="")
    is_erased = models.BooleanField(default=False, db_default=False)

    class Meta:
        abstract = True


class Evidence(Classified, Withdrawable):
    """A file that shows what a claim says; it lies outside the web root under `stored_name`.

    `sha256` is of the file as it is kept; where something was taken out of it (the place and
    device of a photograph), `received_sha256` is of the file as it came.
    """

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="evidence")
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    received_sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    mime = models.CharField(max_length=100)
    stored_name = models.CharField(max_length=64)
    attached_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    attached_at = models.DateTimeField()

    class Meta:
        ordering = ["attached_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=IS_CLASS, name="evidence_class_is_known"),
            models.CheckConstraint(condition=Q(size__gt=0), name="evidence_is_not_empty"),
            models.CheckConstraint(
                condition=WITHDRAWN_FOR_A_REASON,
                name="evidence_is_withdrawn_by_somebody_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def was_cleaned(self) -> bool:
        """Whether something was taken out of the file as it came."""
        return self.sha256 != self.received_sha256


class ResolutionState(models.TextChoices):
    """How a contradiction is dealt with."""

    RESOLVED = "resolved", "resolved"  # the chosen claim stands
    TEST_ASSIGNED = "test_assigned", "test_assigned"  # somebody is to go and look


class Resolution(models.Model):
    """What a named person decided on a contradiction, and why.

    The chosen claim stands against every rival recorded until then; one recorded later makes a
    contradiction again. `ended_at` is when another decision took its place, or it was undone.
    """

    round = models.ForeignKey(ElectionRound, on_delete=models.CASCADE, related_name="resolutions")
    listing = models.ForeignKey(Listing, null=True, blank=True, on_delete=models.CASCADE)
    stop = models.ForeignKey(Stop, null=True, blank=True, on_delete=models.CASCADE)
    component = models.ForeignKey(Component, null=True, blank=True, on_delete=models.CASCADE)
    field = models.CharField(max_length=40)
    state = models.CharField(max_length=15, choices=ResolutionState.choices)
    chosen = models.ForeignKey(
        Claim, null=True, blank=True, on_delete=models.CASCADE, related_name="resolutions"
    )
    agency = models.ForeignKey(
        Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="field_tests"
    )
    due_date = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=500)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    decided_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=exactly_one("listing", "stop", "component"),
                name="resolution_about_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(state="resolved", chosen__isnull=False)
                | Q(
                    state="test_assigned",
                    chosen__isnull=True,
                    agency__isnull=False,
                    due_date__isnull=False,
                ),
                name="resolution_chooses_or_assigns",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="resolution_has_a_reason"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("decided_at")),
                name="resolution_ended_after_it_was_decided",
            ),
            *(
                models.UniqueConstraint(
                    fields=[name, "field"],
                    condition=Q(ended_at__isnull=True) & Q(**{f"{name}__isnull": False}),
                    name=f"resolution_of_{name}_stands_once",
                )
                for name in ("listing", "stop", "component")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.field}: {self.state}"


class ListChange(models.TextChoices):
    """What is decided on the list of stations."""

    ADDED = "added", "added"
    RELOCATED = "relocated", "relocated"
    MERGED = "merged", "merged"
    CANCELLED = "cancelled", "cancelled"


class ListDecision(models.Model):
    """An order that changed the list of stations: who gave it, by which letter, from when, why."""

    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="decisions")
    change = models.CharField(max_length=10, choices=ListChange.choices)
    into = models.ForeignKey(
        Listing, null=True, blank=True, on_delete=models.CASCADE, related_name="merged_here"
    )
    ordered_by = models.CharField(max_length=200)
    letter_no = models.CharField(max_length=60)
    letter_date = models.DateField(null=True, blank=True)
    effective_date = models.DateField()
    reason = models.CharField(max_length=500)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    recorded_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-recorded_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(change="merged") & Q(into__isnull=False) & ~Q(into=F("listing")))
                | (~Q(change="merged") & Q(into__isnull=True)),
                name="decision_merges_into_another",
            ),
            models.CheckConstraint(
                condition=Q(change__in=ListChange.values), name="decision_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(ordered_by="") & ~Q(letter_no="") & ~Q(reason=""),
                name="decision_has_authority_and_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.change} {self.listing_id}"
