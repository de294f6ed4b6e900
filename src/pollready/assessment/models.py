"""An assessment as it was made, kept for the console and for the trend."""

from django.db import models
from django.db.models import Q

from pollready.audit.classification import IS_CLASS, Classified
from pollready.places.models import ElectionRound, Listing
from pollready.register.models import Component, ComponentGroup


class WholeAssessments(models.Manager["SavedAssessment"]):
    """The assessments that were written to their end: no other is ever shown."""

    def get_queryset(self) -> models.QuerySet["SavedAssessment"]:
        """Leave out what is being written, or broke off."""
        return super().get_queryset().filter(whole=True)


class SavedAssessment(Classified):
    """One assessment of a round as of a date; `summary` is the head of `assessment.json`.

    Its class is the highest of what went in. It is written in parts, and `whole` at the end.
    """

    round = models.ForeignKey(ElectionRound, on_delete=models.CASCADE, related_name="assessments")
    made_at = models.DateTimeField()
    as_of_date = models.DateField()
    summary = models.JSONField()
    # What lists of all stations count, short enough to be read with every page:
    # {"stations": n, "software": [[version, n]], "signals": {operator: {signal: n}}}
    counts = models.JSONField(default=dict)
    # By which it was judged; empty where an earlier version of the program did not say.
    thresholds = models.JSONField(default=dict)
    whole = models.BooleanField(default=True)

    objects = WholeAssessments()
    everything = models.Manager["SavedAssessment"]()

    class Meta:
        ordering = ["-made_at"]
        constraints = [models.CheckConstraint(condition=IS_CLASS, name="assessment_class_is_known")]

    def __str__(self) -> str:
        return f"{self.round_id} {self.as_of_date}"


class StationRecord(models.Model):
    """What the assessment found of one station."""

    assessment = models.ForeignKey(
        SavedAssessment, on_delete=models.CASCADE, related_name="stations"
    )
    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="records")
    readiness = models.CharField(max_length=10)
    contradicted = models.BooleanField(default=False)
    on_course = models.CharField(max_length=10)
    # ten letters, one a criterion in order: m(et) u(nmet) ?(unknown) c(ontradicted)
    criteria = models.CharField(max_length=10)
    closed_prob_low = models.FloatField(null=True)
    closed_prob_high = models.FloatField(null=True)
    detail = models.JSONField(default=dict)
    # What lists filter and sort by, as the claims stood; empty or null is unknown.
    software = models.CharField(max_length=200, blank=True, default="")
    cards = models.CharField(max_length=20, blank=True, default="")
    rehearsal = models.CharField(max_length=20, blank=True, default="")
    devices = models.PositiveIntegerField(null=True)
    tested_date = models.DateField(null=True)  # the test on site
    evidence_date = models.DateField(null=True)  # the newest date that any claim speaks of
    changed_at = models.DateTimeField(null=True)  # when the newest claim was recorded
    contradictions = models.PositiveSmallIntegerField(default=0)  # fields that are contradicted
    # Waits of the day, by the thresholds of the assessment; null where voters or devices are not
    # known. Without devices a wait has no end: its mean is infinite.
    wait_mean_min = models.FloatField(null=True)
    wait_over_share = models.FloatField(null=True)
    devices_needed = models.PositiveIntegerField(null=True)  # null where voters are not known
    # keys of the agencies behind it, each between bars: |3|12|
    agency_ids = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "listing"], name="station_once_in_an_assessment"
            )
        ]
        indexes = [
            # Lists filter by these alone: the detail, which is long, is read for a page only.
            models.Index(
                fields=[
                    "assessment",
                    "listing",
                    "readiness",
                    "contradicted",
                    "criteria",
                    "software",
                    "cards",
                    "rehearsal",
                    "tested_date",
                    "evidence_date",
                    "changed_at",
                    "contradictions",
                    "agency_ids",
                    "devices",
                    "wait_mean_min",
                    "wait_over_share",
                    "devices_needed",
                ],
                name="station_record_of_lists",
            )
        ]

    def __str__(self) -> str:
        return f"{self.listing_id}: {self.readiness}"


class CauseRecord(models.Model):
    """A cause that findings share, with its owner."""

    assessment = models.ForeignKey(SavedAssessment, on_delete=models.CASCADE, related_name="causes")
    rule = models.CharField(max_length=60)
    key = models.CharField(max_length=1000)
    severity = models.CharField(max_length=10)
    owner = models.CharField(max_length=200, blank=True)
    fields = models.JSONField(default=dict)
    stations = models.PositiveIntegerField()
    voters = models.PositiveBigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "rule", "key"], name="cause_once_in_an_assessment"
            )
        ]

    def __str__(self) -> str:
        return f"{self.rule}: {self.key}"


class FindingRecord(models.Model):
    """One finding: a rule that holds at a station (or at none, for the register as a whole)."""

    cause = models.ForeignKey(CauseRecord, on_delete=models.CASCADE, related_name="findings")
    listing = models.ForeignKey(
        Listing, null=True, blank=True, on_delete=models.CASCADE, related_name="findings"
    )
    fields = models.JSONField(default=dict)
    evidence = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"{self.cause_id}: {self.listing_id}"


class Signal(models.TextChoices):
    """What is known of the signal of one operator at one station."""

    GOOD = "good", "good"
    WEAK = "weak", "weak"
    NONE = "none", "none"
    UNKNOWN = "unknown", "unknown"
    CONTRADICTED = "contradicted", "contradicted"


class SignalRecord(models.Model):
    """One operator, or the fixed line, at one station: the worst of a mobile station's stops.

    `operator` is an agency's code, what the list writes where it is none, or `fixed_line`.
    """

    assessment = models.ForeignKey(
        SavedAssessment, on_delete=models.CASCADE, related_name="signals"
    )
    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="signals")
    operator = models.CharField(max_length=200)
    signal = models.CharField(max_length=12, choices=Signal.choices)
    tested_date = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "listing", "operator"], name="signal_once_at_a_station"
            ),
            models.CheckConstraint(
                condition=Q(signal__in=Signal.values), name="signal_is_known_word"
            ),
        ]
        indexes = [
            models.Index(
                fields=["assessment", "operator", "signal", "listing"], name="signal_by_operator"
            )
        ]

    def __str__(self) -> str:
        return f"{self.listing_id} {self.operator}: {self.signal}"


class ComponentRecord(models.Model):
    """What an assessment says of one component or common cause: what rests on it.

    `losses` holds what its failure alone costs for the rest of the service period:
    `{"admit.online": {"working": [stations, voters, without voters], "failed": [...]}}`,
    below each level of each service, by both readings of what is unknown. The columns are those
    that lists sort by, with unknowns working; voters are null where no number is known.
    """

    assessment = models.ForeignKey(
        SavedAssessment, on_delete=models.CASCADE, related_name="components"
    )
    component = models.ForeignKey(
        Component, null=True, blank=True, on_delete=models.CASCADE, related_name="records"
    )
    group = models.ForeignKey(
        ComponentGroup, null=True, blank=True, on_delete=models.CASCADE, related_name="records"
    )
    stations_behind = models.PositiveIntegerField(default=0)
    voters_behind = models.PositiveBigIntegerField(null=True)
    stations_closed = models.PositiveIntegerField(default=0)
    voters_closed = models.PositiveBigIntegerField(null=True)
    stations_below_online = models.PositiveIntegerField(default=0)
    # What it passes, and its morning's load as a share of that; null where nobody says a capacity.
    capacity_per_s = models.FloatField(null=True)
    morning_share = models.FloatField(null=True)
    losses = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(component__isnull=True, group__isnull=False)
                | Q(component__isnull=False, group__isnull=True),
                name="component_record_of_one_thing",
            ),
            models.UniqueConstraint(
                fields=["assessment", "component"], name="component_once_in_an_assessment"
            ),
            models.UniqueConstraint(
                fields=["assessment", "group"], name="group_once_in_an_assessment"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.component_id or self.group_id}: {self.stations_behind}"


class Alone(models.IntegerChoices):
    """What happens to a station when a thing that it rests on fails alone."""

    NOTHING = 0, "nothing"
    BELOW_ONLINE = 1, "below_online"
    CLOSED = 2, "closed"


class DependenceRecord(models.Model):
    """A station rests on a component or common cause, directly or through others.

    Kept for the newest assessment of a round only.
    """

    record = models.ForeignKey(
        ComponentRecord, on_delete=models.CASCADE, related_name="dependences"
    )
    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="dependences")
    alone = models.PositiveSmallIntegerField(choices=Alone.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["record", "listing"], name="dependence_once"),
            models.CheckConstraint(
                condition=Q(alone__lte=Alone.CLOSED), name="dependence_alone_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.listing_id} on {self.record_id}"
