"""Scenarios, what they cost, the plans against them, and declarations of readiness."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from pollready.assessment.models import SavedAssessment
from pollready.audit.classification import IS_CLASS, Classified
from pollready.audit.versions import Versioned
from pollready.places.models import Agency, ElectionRound, Listing


class ScenarioState(models.TextChoices):
    """Whether a scenario is worked on, counts, or no longer does."""

    DRAFT = "draft", "draft"
    ACTIVE = "active", "active"
    RETIRED = "retired", "retired"


class Origin(models.TextChoices):
    """Where a scenario comes from."""

    CATALOGUE = "catalogue", "catalogue"
    EXPLORED = "explored", "explored"
    OWN = "own", "own"


class LikelihoodWord(models.TextChoices):
    """How likely a named person judges it; empty where nobody did."""

    LOW = "low", "low"
    MEDIUM = "medium", "medium"
    HIGH = "high", "high"


class Scenario(Classified, Versioned):
    """A named set of failures, or of stations that fail by their state; for every round or one.

    `facts` keeps what the catalogue says beside it: where it happened, what the product must
    show, the legal questions, the standard steps, on what a likelihood can rest.
    """

    round = models.ForeignKey(
        ElectionRound, null=True, blank=True, on_delete=models.CASCADE, related_name="scenarios"
    )
    code = models.CharField(max_length=40)
    title_fa = models.CharField(max_length=200, blank=True)
    title_en = models.CharField(max_length=200, blank=True)
    description_fa = models.TextField(blank=True)
    description_en = models.TextField(blank=True)
    selector = models.TextField()
    duration_h = models.FloatField()
    service = models.CharField(max_length=20, default="admit")
    level = models.CharField(max_length=20, default="online")
    owner_role = models.CharField(max_length=60, blank=True)
    state = models.CharField(
        max_length=10, choices=ScenarioState.choices, default=ScenarioState.ACTIVE
    )
    origin = models.CharField(max_length=10, choices=Origin.choices, default=Origin.OWN)
    facts = models.JSONField(default=dict)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    made_by_agency = models.ForeignKey(
        Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    likelihood = models.CharField(max_length=10, choices=LikelihoodWord.choices, blank=True)
    likelihood_reason = models.CharField(max_length=500, blank=True)
    likelihood_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    likelihood_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Coalesce("round", 0), "code", name="scenario_code_once_a_round"
            ),
            models.CheckConstraint(
                condition=~Q(title_fa="", title_en=""), name="scenario_has_a_title"
            ),
            models.CheckConstraint(condition=Q(duration_h__gt=0), name="scenario_lasts_some_hours"),
            models.CheckConstraint(
                condition=Q(state__in=ScenarioState.values, origin__in=Origin.values),
                name="scenario_state_and_origin_are_known",
            ),
            models.CheckConstraint(condition=IS_CLASS, name="scenario_class_is_known"),
            models.CheckConstraint(
                condition=Q(likelihood="")
                | (
                    Q(likelihood__in=LikelihoodWord.values, likelihood_by__isnull=False)
                    & ~Q(likelihood_reason="")
                ),
                name="scenario_likelihood_is_somebodys_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class ScenarioBinding(models.Model):
    """What a scenario meant in a round's register when it was last worked out, and its cost.

    `missing` names what is not recorded; a scenario of which nothing can be told has no cost.
    """

    scenario = models.ForeignKey(Scenario, on_delete=models.CASCADE, related_name="bindings")
    assessment = models.ForeignKey(
        SavedAssessment, on_delete=models.CASCADE, related_name="scenario_bindings"
    )
    scenario_version = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    by_stations = models.BooleanField()  # found by the stations' state: no component fails
    assessable = models.BooleanField()
    codes = models.JSONField(default=list)
    missing = models.JSONField(default=list)
    untold = models.PositiveIntegerField(default=0)
    levels = models.JSONField(default=list)  # bit i of a station's loss stands for levels[i]
    agencies = models.ManyToManyField(Agency, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["scenario", "assessment"], name="scenario_bound_once_an_assessment"
            )
        ]

    def __str__(self) -> str:
        return f"{self.scenario_id} in {self.assessment_id}"


class ScenarioCost(models.Model):
    """Stations and voters below one level, by one reading of what is unknown.

    With an `agency`: what its own components cost alone, where others' fail beside them.
    """

    binding = models.ForeignKey(ScenarioBinding, on_delete=models.CASCADE, related_name="costs")
    agency = models.ForeignKey(
        Agency, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    service = models.CharField(max_length=20)
    level = models.CharField(max_length=20)
    reading = models.CharField(max_length=10)
    stations = models.PositiveIntegerField()
    voters = models.PositiveBigIntegerField(null=True)
    stations_without_voters = models.PositiveIntegerField()
    already_below = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "binding",
                Coalesce("agency", 0),
                "service",
                "level",
                "reading",
                name="scenario_cost_once_a_level",
            )
        ]

    def __str__(self) -> str:
        return f"{self.binding_id}: {self.service} {self.level}"


class ScenarioStation(models.Model):
    """Which levels one station loses in a scenario; kept for the round's last assessment only."""

    binding = models.ForeignKey(ScenarioBinding, on_delete=models.CASCADE, related_name="stations")
    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="+")
    lost_working = models.PositiveIntegerField()  # bit i: ScenarioBinding.levels[i]
    lost_failed = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["binding", "listing"], name="station_once_in_a_scenario"
            )
        ]

    def __str__(self) -> str:
        return f"{self.binding_id}: {self.listing_id}"


class PlanState(models.TextChoices):
    """Whether a plan is being written or stands."""

    DRAFT = "draft", "draft"
    APPROVED = "approved", "approved"


class TrialKind(models.TextChoices):
    """How a plan was tried."""

    DRILL = "drill", "drill"
    TABLE_TOP = "table_top", "table_top"
    REAL = "real", "real"


class ContingencyPlan(Versioned):
    """What is done when a scenario comes true in a round."""

    scenario = models.ForeignKey(Scenario, on_delete=models.CASCADE, related_name="plans")
    round = models.ForeignKey(ElectionRound, on_delete=models.CASCADE, related_name="plans")
    owner = models.ForeignKey(
        Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="plans"
    )
    state = models.CharField(max_length=10, choices=PlanState.choices, default=PlanState.DRAFT)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    tested_on = models.DateField(null=True, blank=True)
    test_kind = models.CharField(max_length=10, choices=TrialKind.choices, blank=True)
    test_evidence = models.CharField(max_length=300, blank=True)
    tested_version = models.PositiveIntegerField(null=True, blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scenario", "round"], name="plan_once_a_scenario"),
            models.CheckConstraint(
                condition=Q(state=PlanState.DRAFT)
                | Q(state=PlanState.APPROVED, approved_by__isnull=False, approved_at__isnull=False),
                name="plan_is_approved_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(tested_on__isnull=True)
                | (Q(test_kind__in=TrialKind.values) & ~Q(test_evidence="")),
                name="plan_test_has_evidence",
            ),
        ]

    def __str__(self) -> str:
        return f"plan of {self.scenario_id}"


class PlanStep(models.Model):
    """One step of a plan: what, who, by when, with what means, and by what right."""

    plan = models.ForeignKey(ContingencyPlan, on_delete=models.CASCADE, related_name="steps")
    ordinal = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=500)
    agency = models.ForeignKey(
        Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="plan_steps"
    )
    who = models.CharField(max_length=120, blank=True)
    within_min = models.PositiveIntegerField(null=True, blank=True)
    means_kind = models.CharField(max_length=80, blank=True)
    means_count = models.PositiveIntegerField(null=True, blank=True)
    lawful = models.BooleanField(null=True, blank=True)
    legal_basis = models.CharField(max_length=300, blank=True)
    order_by = models.CharField(
        max_length=200, blank=True
    )  # who must order it; none needed if empty
    order_no = models.CharField(max_length=60, blank=True)  # of the order, once there is one
    order_date = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["plan", "ordinal"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "ordinal"], name="step_once_in_its_plan")
        ]

    def __str__(self) -> str:
        return f"{self.plan_id}/{self.ordinal}"


class DeclarationState(models.TextChoices):
    """Whether a declaration stands."""

    SIGNED = "signed", "signed"
    TO_RENEW = "to_renew", "to_renew"  # a plan that it covers changed since
    WITHDRAWN = "withdrawn", "withdrawn"
    RENEWED = "renewed", "renewed"  # a later one took its place


class ReadinessDeclaration(Versioned):
    """An agency's signed declaration of readiness in a round; its text never changes."""

    round = models.ForeignKey(ElectionRound, on_delete=models.CASCADE, related_name="declarations")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="declarations")
    statement = models.TextField()
    reservations = models.TextField(blank=True)
    signed_name = models.CharField(max_length=200)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    signed_at = models.DateTimeField()
    letter_no = models.CharField(max_length=60, blank=True)
    letter_date = models.DateField(null=True, blank=True)
    # What the agency's letter of introduction said at that moment; a later one alters nothing.
    is_in_letter = models.BooleanField(null=True, editable=False)
    introduction_no = models.CharField(max_length=60, blank=True, editable=False)
    introduction_date = models.DateField(null=True, editable=False)
    text_hash = models.CharField(max_length=64)
    state = models.CharField(
        max_length=10, choices=DeclarationState.choices, default=DeclarationState.SIGNED
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["-signed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "agency"],
                condition=Q(state__in=("signed", "to_renew")),
                name="declaration_stands_once_an_agency",
            ),
            models.CheckConstraint(
                condition=Q(state__in=DeclarationState.values),
                name="declaration_state_is_known",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("signed_at")),
                name="declaration_ends_after_it_was_signed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agency_id} {self.signed_at}"


class DeclaredScenario(models.Model):
    """A scenario that a declaration covers, with the version of its plan at that time."""

    declaration = models.ForeignKey(
        ReadinessDeclaration, on_delete=models.CASCADE, related_name="covered"
    )
    scenario = models.ForeignKey(Scenario, on_delete=models.PROTECT, related_name="declared")
    plan_version = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["declaration", "scenario"], name="scenario_once_in_a_declaration"
            )
        ]

    def __str__(self) -> str:
        return f"{self.declaration_id}: {self.scenario_id}"
