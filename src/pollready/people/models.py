"""Users of the console, their one-time links, and the people whom the workbook names."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q

from pollready.audit.classification import CLEARED_TO_CLASS, Classification
from pollready.audit.versions import Versioned
from pollready.places.models import Agency, ElectionRound, Place


class Role(models.TextChoices):
    """What a user is to the committee; what each may do stands in `people.permissions`."""

    ADMINISTRATOR = "administrator", "administrator"
    NATIONAL = "national", "national"
    COMMITTEE_HEAD = "committee_head", "committee_head"
    SECRETARY = "secretary", "secretary"
    AGENCY_REPRESENTATIVE = "agency_representative", "agency_representative"
    AGENCY_DEPUTY = "agency_deputy", "agency_deputy"
    GOVERNOR = "governor", "governor"
    DISTRICT = "district", "district"
    OPERATIONS = "operations", "operations"
    TECHNICIAN = "technician", "technician"
    SUPERVISION = "supervision", "supervision"


# Who speaks for an agency sees its own components; who serves a place, that place alone.
AGENCY_ROLES = (Role.AGENCY_REPRESENTATIVE, Role.AGENCY_DEPUTY)
PLACE_ROLES = (Role.GOVERNOR, Role.DISTRICT, Role.TECHNICIAN)


class User(AbstractUser, Versioned):
    """Someone who signs in to the console.

    `places` bounds what he sees; without any it is everything, except for the roles that serve
    a place: they see nothing until somebody says which.
    """

    role = models.CharField(max_length=30, choices=Role.choices, default=Role.SUPERVISION)
    clearance = models.PositiveSmallIntegerField(
        choices=Classification.choices, default=Classification.CONFIDENTIAL
    )
    may_see_names = models.BooleanField(default=False)
    language = models.CharField(max_length=5, default="fa")
    agency = models.ForeignKey(
        Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="users"
    )
    places = models.ManyToManyField(Place, blank=True, related_name="users")
    name_key = models.CharField(max_length=320, blank=True)  # folded names, for the search
    # Where reminders go beside `email`; a telephone number goes once its day has come.
    mobile = models.CharField(max_length=20, blank=True)
    mobile_purge_date = models.DateField(null=True, blank=True)

    class Meta(AbstractUser.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(mobile="") | Q(mobile_purge_date__isnull=False),
                name="user_phone_has_a_purge_date",
            ),
            models.CheckConstraint(condition=CLEARED_TO_CLASS, name="user_clearance_is_known"),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="user_role_is_known"),
            models.CheckConstraint(
                condition=Q(role__in=AGENCY_ROLES, agency__isnull=False)
                | (~Q(role__in=AGENCY_ROLES) & Q(agency__isnull=True)),
                name="user_speaks_for_an_agency_by_role",
            ),
        ]


class LinkPurpose(models.TextChoices):
    """What a one-time link is for."""

    SIGN_IN = "sign_in", "sign_in"  # printed on the installation's own terminal
    INVITATION = "invitation", "invitation"  # the invited chooses his first password
    RESET = "reset", "reset"  # chooses a new one, and still needs his second step


class SignInLink(models.Model):
    """A link that lets a user in once; only the hash of its token is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sign_in_links")
    purpose = models.CharField(
        max_length=20, choices=LinkPurpose.choices, default=LinkPurpose.SIGN_IN
    )
    token_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(purpose__in=LinkPurpose.values), name="link_purpose_is_known"
            )
        ]

    def __str__(self) -> str:
        return f"link of {self.user_id}"


class ApiToken(models.Model):
    """What lets a program ask the API in a person's name; only its hash is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=100)
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class CalendarFeed(models.Model):
    """An address by which a calendar reads a person's deadlines; only its token's hash is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="calendar_feeds")
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(ended_at=None), name="calendar_feed_once_a_person"
            )
        ]

    def __str__(self) -> str:
        return f"calendar of {self.user_id}"


class UserSession(models.Model):
    """A device on which a user is signed in: what is told of it, bound to its session."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="user_sessions")
    session_key = models.CharField(max_length=40, unique=True)
    address = models.GenericIPAddressField(null=True, blank=True)
    user_agent = models.CharField(max_length=300, blank=True)
    signed_in_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()

    class Meta:
        ordering = ["-last_seen_at", "-pk"]

    def __str__(self) -> str:
        return f"session of {self.user_id}"


class Person(models.Model):
    """Someone who serves in a round, as the workbook names him; not a user."""

    round = models.ForeignKey(ElectionRound, on_delete=models.CASCADE, related_name="people")
    name = models.CharField(max_length=200)
    role = models.CharField(max_length=80)
    scope = models.CharField(max_length=300, blank=True)
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT)
    mobile = models.CharField(max_length=40, blank=True)
    mobile_purge_date = models.DateField(null=True, blank=True)
    deputy = models.CharField(max_length=200, blank=True)
    trained = models.BooleanField(null=True)
    shift = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["round", "name", "role", "scope"], name="person_once_in_a_role"
            ),
            models.CheckConstraint(
                condition=Q(mobile="") | Q(mobile_purge_date__isnull=False),
                name="person_phone_has_a_purge_date",
            ),
        ]

    def __str__(self) -> str:
        return self.name
