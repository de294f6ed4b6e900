"""Incidents of earlier rounds and what was learned from them."""

from datetime import UTC, datetime

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce

from pollready.audit.classification import IS_CLASS, Classified
from pollready.places.models import Agency, ElectionRound, Listing, Place
from pollready.register.models import Source

# Stands for an unknown start inside the index, where two nulls would not be equal.
NEVER = datetime(1, 1, 2, tzinfo=UTC)


class Incident(Classified):
    """Something that failed in an earlier round; counted once, at its root cause."""

    round = models.ForeignKey(ElectionRound, on_delete=models.CASCADE, related_name="incidents")
    election = models.CharField(max_length=120)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    where = models.CharField(max_length=300, blank=True)
    listing = models.ForeignKey(
        Listing, null=True, blank=True, on_delete=models.SET_NULL, related_name="incidents"
    )
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT)
    kind = models.CharField(max_length=80)
    cause = models.CharField(max_length=300, blank=True)
    agency = models.ForeignKey(Agency, null=True, blank=True, on_delete=models.PROTECT)
    stop_min = models.PositiveIntegerField(null=True, blank=True)
    action = models.TextField(blank=True)
    lesson = models.TextField(blank=True)
    confirmed = models.BooleanField(null=True)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="incidents")
    sheet = models.CharField(max_length=60, blank=True)
    row = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(started_at__isnull=True)
                | Q(ended_at__isnull=True)
                | Q(ended_at__gte=F("started_at")),
                name="incident_ends_after_it_starts",
            ),
            models.CheckConstraint(condition=IS_CLASS, name="incident_class_is_known"),
            models.UniqueConstraint(
                "round",
                "election",
                "where",
                "kind",
                Coalesce("started_at", Value(NEVER, output_field=models.DateTimeField())),
                name="incident_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.election}: {self.kind}"
