"""Means that agencies pledge, deliver, test and deploy."""

from django.db import models

from pollready.places.models import Agency, ElectionRound
from pollready.register.models import Source


class ResourceLot(models.Model):
    """A lot of one kind of means from one agency; counts that are not known are null."""

    round = models.ForeignKey(ElectionRound, on_delete=models.CASCADE, related_name="resources")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="resources")
    kind = models.CharField(max_length=80)
    model = models.CharField(max_length=120, blank=True)
    compatible = models.CharField(max_length=300, blank=True)
    serials = models.TextField(blank=True)
    pledged = models.PositiveIntegerField(null=True, blank=True)
    delivered = models.PositiveIntegerField(null=True, blank=True)
    tested = models.PositiveIntegerField(null=True, blank=True)
    deployed = models.PositiveIntegerField(null=True, blank=True)
    depot = models.CharField(max_length=200, blank=True)
    provisioned = models.BooleanField(null=True)
    custodian = models.CharField(max_length=200, blank=True)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="resources")
    sheet = models.CharField(max_length=60, blank=True)
    row = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["round", "agency", "kind", "model", "depot", "serials"],
                name="resource_lot_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.agency_id})"
