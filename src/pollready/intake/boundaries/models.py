"""Borders of places, and the file that somebody sent and has not kept yet."""

from django.conf import settings
from django.db import models

from pollready.audit.classification import IS_CLASS, Classified
from pollready.places.models import Place


class Boundary(Classified):
    """The border of a place, made simple enough to draw; one a place, the newest."""

    place = models.OneToOneField(Place, on_delete=models.CASCADE, related_name="boundary")
    # polygons, each a list of rings, each a list of [lon, lat], as in a GeoJSON MultiPolygon
    geometry = models.JSONField()
    source = models.CharField(max_length=300)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT
    )

    class Meta:
        constraints = [models.CheckConstraint(condition=IS_CLASS, name="boundary_class_is_known")]

    def __str__(self) -> str:
        return f"{self.place_id}"


class BoundaryFile(models.Model):
    """A file of boundaries that somebody sent and has not kept yet: its matching is looked at."""

    sent_by = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="boundary_file"
    )
    name = models.CharField(max_length=300)
    sha256 = models.CharField(max_length=64)
    # rows of name, names, polygons; and what was left out of the file, with its reason
    features = models.JSONField()
    faults = models.JSONField(default=list)
    sent_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
