"""Components, what needs them, and the claims that say what is known."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce

from pollready.audit.classification import IS_CLASS, Classification, Classified
from pollready.places.models import (
    IN_LATITUDE,
    IN_LONGITUDE,
    WHOLE_POSITION,
    Agency,
    ElectionRound,
    Listing,
    Place,
    Stop,
)


def exactly_one(*names: str) -> Q:
    """Build the condition that just one of the named columns is filled."""
    condition = Q()
    for chosen in names:
        condition |= Q(**{f"{name}__isnull": name != chosen for name in names})
    return condition


def subject_key(
    *, listing: int | None = None, stop: int | None = None, component: int | None = None
) -> str:
    """Write what a claim is about as the log keeps it, by ids of which one is given.

    >>> subject_key(stop=7)
    'stop/7'
    """
    if listing is not None:
        return f"listing/{listing}"
    return f"component/{component}" if stop is None else f"stop/{stop}"


class Source(Classified):
    """A file, letter or person that claims come from; `lineage` ties its versions together."""

    round = models.ForeignKey(ElectionRound, on_delete=models.CASCADE, related_name="sources")
    name = models.CharField(max_length=300)
    lineage = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64, blank=True)
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["round", "sha256", "lineage"],
                condition=~Q(sha256=""),
                name="source_file_once_a_round",
            ),
            models.CheckConstraint(condition=IS_CLASS, name="source_class_is_known"),
        ]

    def __str__(self) -> str:
        return self.name


class Tier(models.IntegerChoices):
    """How wide a component reaches; equal to `engine.network.Tier`."""

    STATION = 0, "station"
    DISTRICT = 1, "district"
    COUNTY = 2, "county"
    PROVINCE = 3, "province"
    NATION = 4, "nation"


class Component(Classified):
    """Anything a station depends on that can fail; its kind is a row of `kinds.toml`.

    `uid` is the same in every round of a jurisdiction, as long as code and kind are.
    """

    uid = models.UUIDField(default=uuid.uuid4, editable=False)
    round = models.ForeignKey(ElectionRound, on_delete=models.CASCADE, related_name="components")
    code = models.CharField(max_length=100)
    kind = models.CharField(max_length=40)
    name = models.CharField(max_length=300, blank=True)
    agency = models.ForeignKey(
        Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="components"
    )
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT)
    lat = models.FloatField(null=True, blank=True)
    lon = models.FloatField(null=True, blank=True)
    tier = models.PositiveSmallIntegerField(choices=Tier.choices)
    unavailability = models.FloatField(null=True, blank=True)
    mtbf_h = models.FloatField(null=True, blank=True)
    mttr_h = models.FloatField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "code"], name="component_code_once_a_round"),
            models.UniqueConstraint(fields=["round", "uid"], name="component_uid_once_a_round"),
            models.CheckConstraint(condition=IN_LATITUDE, name="component_latitude_on_earth"),
            models.CheckConstraint(condition=IN_LONGITUDE, name="component_longitude_on_earth"),
            models.CheckConstraint(condition=WHOLE_POSITION, name="component_position_is_whole"),
            models.CheckConstraint(condition=IS_CLASS, name="component_class_is_known"),
            models.CheckConstraint(
                condition=Q(tier__lte=Tier.NATION), name="component_tier_is_known"
            ),
            models.CheckConstraint(
                condition=Q(unavailability__isnull=True)
                | Q(unavailability__gte=0, unavailability__lte=1),
                name="component_unavailability_is_a_probability",
            ),
            models.CheckConstraint(
                condition=(Q(mtbf_h__isnull=True) | Q(mtbf_h__gt=0))
                & (Q(mttr_h__isnull=True) | Q(mttr_h__gt=0)),
                name="component_times_are_positive",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class ComponentGroup(Classified):
    """A common cause of failure: batch, vendor, firmware, contractor, duct."""

    uid = models.UUIDField(default=uuid.uuid4, editable=False)
    round = models.ForeignKey(ElectionRound, on_delete=models.CASCADE, related_name="groups")
    code = models.CharField(max_length=100)
    kind = models.CharField(max_length=40)
    name = models.CharField(max_length=300, blank=True)
    agency = models.ForeignKey(Agency, null=True, blank=True, on_delete=models.PROTECT)
    tier = models.PositiveSmallIntegerField(choices=Tier.choices)
    unavailability = models.FloatField(null=True, blank=True)
    mttr_h = models.FloatField(null=True, blank=True)
    reach = models.FloatField(default=1.0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "code"], name="group_code_once_a_round"),
            models.UniqueConstraint(fields=["round", "uid"], name="group_uid_once_a_round"),
            models.CheckConstraint(
                condition=Q(reach__gte=0, reach__lte=1), name="group_reach_is_a_probability"
            ),
            models.CheckConstraint(
                condition=Q(unavailability__isnull=True)
                | Q(unavailability__gte=0, unavailability__lte=1),
                name="group_unavailability_is_a_probability",
            ),
            models.CheckConstraint(
                condition=Q(mttr_h__isnull=True) | Q(mttr_h__gt=0),
                name="group_time_is_positive",
            ),
            models.CheckConstraint(condition=IS_CLASS, name="group_class_is_known"),
            models.CheckConstraint(condition=Q(tier__lte=Tier.NATION), name="group_tier_is_known"),
        ]

    def __str__(self) -> str:
        return self.code


class GroupMember(models.Model):
    """A component, or the identity devices of a listed station, inside a group."""

    group = models.ForeignKey(ComponentGroup, on_delete=models.CASCADE, related_name="members")
    component = models.ForeignKey(Component, null=True, blank=True, on_delete=models.CASCADE)
    listing = models.ForeignKey(Listing, null=True, blank=True, on_delete=models.CASCADE)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=exactly_one("component", "listing"), name="member_is_one_thing"
            ),
            models.UniqueConstraint(
                "group",
                Coalesce("component", 0),
                Coalesce("listing", 0),
                name="member_once_in_a_group",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group_id}: {self.component_id or self.listing_id}"


class Requirement(models.Model):
    """What a component or a listed station needs, in words of the workbook.

    `role` says for what: `depends_on` and `protection` of a component (its two ways up),
    `serves` (the listed station is served by the component named in `expression`),
    `requires` (the station's own expression, which replaces its profile).
    """

    class Need(models.TextChoices):
        """For what the expression stands."""

        DEPENDS_ON = "depends_on", "depends_on"
        PROTECTION = "protection", "protection"
        SERVES = "serves", "serves"
        REQUIRES = "requires", "requires"

    component = models.ForeignKey(
        Component, null=True, blank=True, on_delete=models.CASCADE, related_name="requirements"
    )
    listing = models.ForeignKey(
        Listing, null=True, blank=True, on_delete=models.CASCADE, related_name="requirements"
    )
    role = models.CharField(max_length=12, choices=Need.choices)
    expression = models.TextField()
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="requirements")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=exactly_one("component", "listing"), name="requirement_of_one_thing"
            ),
            models.UniqueConstraint(
                Coalesce("component", 0),
                Coalesce("listing", 0),
                "role",
                "expression",
                name="requirement_once",
            ),
            models.CheckConstraint(
                condition=Q(role__in=("depends_on", "protection", "serves", "requires")),
                name="requirement_role_is_known",
            ),
        ]
        # A component's page asks which stations name it.
        indexes = [models.Index(fields=["role", "expression"], name="requirement_by_role")]

    def __str__(self) -> str:
        return self.expression


class ServiceProfile(models.Model):
    """How the plain columns of a kind of point become one expression per level (TOML)."""

    code = models.CharField(max_length=40, unique=True)
    text = models.TextField()

    def __str__(self) -> str:
        return self.code


class Claim(models.Model):
    """What one source says of one field of one object; contradictions stand side by side."""

    listing = models.ForeignKey(
        Listing, null=True, blank=True, on_delete=models.CASCADE, related_name="claims"
    )
    stop = models.ForeignKey(
        Stop, null=True, blank=True, on_delete=models.CASCADE, related_name="claims"
    )
    component = models.ForeignKey(
        Component, null=True, blank=True, on_delete=models.CASCADE, related_name="claims"
    )
    field = models.CharField(max_length=40)
    value = models.TextField()
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="claims")
    sheet = models.CharField(max_length=60, blank=True)
    row = models.PositiveIntegerField(null=True, blank=True)
    as_of_date = models.DateField(null=True, blank=True)
    confidence = models.CharField(max_length=12, default="declared")
    classification = models.PositiveSmallIntegerField(
        choices=Classification.choices, default=Classification.NORMAL
    )
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT
    )
    superseded_at = models.DateTimeField(null=True, blank=True)
    # Of claims that a person made: by which letter, and why.
    letter_no = models.CharField(max_length=60, blank=True, default="", db_default="")
    note = models.CharField(max_length=500, blank=True, default="", db_default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=exactly_one("listing", "stop", "component"),
                name="claim_about_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(superseded_at__isnull=True)
                | Q(superseded_at__gte=models.F("recorded_at")),
                name="claim_superseded_after_it_was_recorded",
            ),
            models.CheckConstraint(condition=IS_CLASS, name="claim_class_is_known"),
        ]
        indexes = [
            models.Index(fields=["recorded_at"], name="claim_recorded_at"),  # changed since when
            models.Index(
                fields=["superseded_at"],
                condition=Q(superseded_at__isnull=False),
                name="claim_superseded_at",
            ),
            *(
                # The list of contradictions reads nothing but these.
                models.Index(
                    fields=[name, "field", "value", "superseded_at"],
                    condition=Q(superseded_at__isnull=True) & Q(**{f"{name}__isnull": False}),
                    name=f"claim_of_{name}_now",
                )
                for name in ("listing", "stop", "component")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.field}={self.value}"
