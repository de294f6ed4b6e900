"""Election rounds, administrative places, agencies, and the points that serve voters."""

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce

from pollready.audit.classification import IS_CLASS, Classified

IN_LATITUDE = Q(lat__isnull=True) | Q(lat__gte=-90, lat__lte=90)
# Half a pair of coordinates is no place.
WHOLE_POSITION = Q(lat__isnull=True, lon__isnull=True) | Q(lat__isnull=False, lon__isnull=False)
IN_LONGITUDE = Q(lon__isnull=True) | Q(lon__gte=-180, lon__lte=180)


class ElectionRound(models.Model):
    """One round of voting: its day and hours."""

    code = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    election_date = models.DateField(null=True, blank=True)
    opens = models.TimeField(null=True, blank=True)
    closes = models.TimeField(null=True, blank=True)
    jurisdiction = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return self.name

    @property
    def polling_h(self) -> float | None:
        """Hours from opening to closing, which may be after midnight; None if nobody says."""
        if self.opens is None or self.closes is None or self.opens == self.closes:
            return None
        start, end = (moment.hour + moment.minute / 60 for moment in (self.opens, self.closes))
        return (end - start) % 24


class PlaceLevel(models.IntegerChoices):
    """Administrative levels, widest first."""

    NATION = 0, "nation"
    PROVINCE = 1, "province"
    COUNTY = 2, "county"
    DISTRICT = 3, "district"
    LOCALITY = 4, "locality"


class Place(models.Model):
    """An administrative place; `key` is its folded name, by which it is found again."""

    level = models.PositiveSmallIntegerField(choices=PlaceLevel.choices)
    code = models.CharField(max_length=60, blank=True)
    name = models.CharField(max_length=200)
    key = models.CharField(max_length=200)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Coalesce("parent", 0), "level", "key", name="place_once_below_its_parent"
            ),
            models.CheckConstraint(
                condition=Q(level__lte=PlaceLevel.LOCALITY), name="place_level_is_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Agency(Classified):
    """A responsible agency, with its representative as its letter names him."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    role = models.CharField(max_length=60, blank=True)
    representative = models.CharField(max_length=200, blank=True)
    deputy = models.CharField(max_length=200, blank=True)
    phone_24h = models.CharField(max_length=60, blank=True)
    letter_no = models.CharField(max_length=60, blank=True)
    letter_date = models.DateField(null=True, blank=True)
    ready_declared = models.BooleanField(null=True)
    ready_declared_date = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=IS_CLASS, name="agency_class_is_known")]

    def __str__(self) -> str:
        return self.name


class PointType(models.TextChoices):
    """What a service point is."""

    STATION = "station", "station"
    HEADQUARTERS = "headquarters", "headquarters"
    TALLY_SITE = "tally_site", "tally_site"
    STORE = "store", "store"


class StationKind(models.TextChoices):
    """Whether a station stands still or travels a route of stops."""

    FIXED = "fixed", "fixed"
    MOBILE = "mobile", "mobile"


class ServicePoint(Classified):
    """A point that serves voters, the same through all rounds."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    point_type = models.CharField(
        max_length=20, choices=PointType.choices, default=PointType.STATION
    )
    kind = models.CharField(max_length=10, choices=StationKind.choices, default=StationKind.FIXED)
    name = models.CharField(max_length=300)
    key = models.CharField(max_length=300)
    place = models.ForeignKey(
        Place, null=True, blank=True, on_delete=models.PROTECT, related_name="points"
    )
    address = models.CharField(max_length=500, blank=True)
    lat = models.FloatField(null=True, blank=True)
    lon = models.FloatField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=IN_LATITUDE, name="point_latitude_on_earth"),
            models.CheckConstraint(condition=IN_LONGITUDE, name="point_longitude_on_earth"),
            models.CheckConstraint(condition=WHOLE_POSITION, name="point_position_is_whole"),
            models.CheckConstraint(condition=IS_CLASS, name="point_class_is_known"),
            models.CheckConstraint(
                condition=Q(point_type__in=PointType.values, kind__in=StationKind.values),
                name="point_type_and_kind_are_known",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ListingStatus(models.TextChoices):
    """Whether the point serves in this round."""

    ACTIVE = "active", "active"
    RELOCATED = "relocated", "relocated"
    CANCELLED = "cancelled", "cancelled"


class Listing(models.Model):
    """A service point's entry in the list of one round, under that round's code."""

    round = models.ForeignKey(ElectionRound, on_delete=models.CASCADE, related_name="listings")
    point = models.ForeignKey(ServicePoint, on_delete=models.PROTECT, related_name="listings")
    code = models.CharField(max_length=100)
    status = models.CharField(
        max_length=10, choices=ListingStatus.choices, default=ListingStatus.ACTIVE
    )
    expected_voters = models.PositiveIntegerField(null=True, blank=True)
    voters_basis = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "code"], name="listing_code_once_a_round"),
            models.UniqueConstraint(fields=["round", "point"], name="listing_point_once_a_round"),
            models.CheckConstraint(
                condition=Q(status__in=ListingStatus.values), name="listing_status_is_known"
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Stop(models.Model):
    """One stop on the route of a mobile station."""

    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="stops")
    ordinal = models.PositiveSmallIntegerField()
    place_name = models.CharField(max_length=200, blank=True)
    lat = models.FloatField(null=True, blank=True)
    lon = models.FloatField(null=True, blank=True)
    arrive = models.TimeField(null=True, blank=True)
    leave = models.TimeField(null=True, blank=True)

    class Meta:
        ordering = ["listing", "ordinal"]
        constraints = [
            models.UniqueConstraint(fields=["listing", "ordinal"], name="stop_once_in_its_route"),
            models.CheckConstraint(condition=IN_LATITUDE, name="stop_latitude_on_earth"),
            models.CheckConstraint(condition=IN_LONGITUDE, name="stop_longitude_on_earth"),
            models.CheckConstraint(condition=WHOLE_POSITION, name="stop_position_is_whole"),
        ]

    def __str__(self) -> str:
        return f"{self.listing_id}/{self.ordinal}"
