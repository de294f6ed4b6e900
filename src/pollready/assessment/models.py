"""An assessment as it was made, kept for the console and for the trend."""

from django.db import models

from pollready.places.models import ElectionRound, Listing


class SavedAssessment(models.Model):
    """One assessment of a round as of a date; `summary` is the head of `assessment.json`."""

    round = models.ForeignKey(ElectionRound, on_delete=models.CASCADE, related_name="assessments")
    made_at = models.DateTimeField()
    as_of_date = models.DateField()
    summary = models.JSONField()

    class Meta:
        ordering = ["-made_at"]

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

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "listing"], name="station_once_in_an_assessment"
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
