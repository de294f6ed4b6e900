"""Meetings of the committee, what was said and decided there, and their minutes."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from pollready.assessment.models import SavedAssessment
from pollready.audit.classification import IS_CLASS, Classified
from pollready.audit.versions import Versioned
from pollready.duties.follow_ups.models import FollowUp
from pollready.people.models import Role
from pollready.places.models import Agency, ElectionRound, Place

ABOUT_MAX = 40


class MeetingKind(models.TextChoices):
    """What a meeting is of."""

    PROVINCIAL = "provincial", "provincial"
    COUNTY_REVIEW = "county_review", "county_review"
    AD_HOC = "ad_hoc", "ad_hoc"


class MeetingState(models.TextChoices):
    """How far a meeting is."""

    PLANNED = "planned", "planned"
    OPEN = "open", "open"
    CLOSED = "closed", "closed"  # its minutes are drafted, and can be corrected and signed
    SIGNED = "signed", "signed"  # its minutes are frozen


class Meeting(Classified, Versioned):
    """A meeting: what of, where and when, and how many members make it able to decide."""

    round = models.ForeignKey(ElectionRound, on_delete=models.CASCADE, related_name="meetings")
    kind = models.CharField(max_length=14, choices=MeetingKind.choices)
    title = models.CharField(max_length=200)
    county = models.ForeignKey(
        Place, null=True, blank=True, on_delete=models.PROTECT, related_name="reviews"
    )
    venue = models.CharField(max_length=200, blank=True)
    starts_at = models.DateTimeField()
    quorum = models.PositiveSmallIntegerField()
    state = models.CharField(
        max_length=8, choices=MeetingState.choices, default=MeetingState.PLANNED
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    # What the evidence of its minutes is taken from.
    assessment = models.ForeignKey(
        SavedAssessment, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    as_of_date = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["-starts_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=MeetingKind.values, state__in=MeetingState.values),
                name="meeting_kind_and_state_are_known",
            ),
            models.CheckConstraint(
                condition=Q(kind="county_review", county__isnull=False)
                | (~Q(kind="county_review") & Q(county__isnull=True)),
                name="meeting_of_a_county_names_it",
            ),
            models.CheckConstraint(condition=~Q(title=""), name="meeting_has_a_title"),
            models.CheckConstraint(condition=Q(quorum__gt=0), name="meeting_has_a_quorum"),
            models.CheckConstraint(condition=IS_CLASS, name="meeting_class_is_known"),
            models.CheckConstraint(
                condition=Q(state__in=("planned", "open"), closed_at=None)
                | Q(state__in=("closed", "signed"), closed_at__isnull=False),
                name="meeting_is_closed_at_a_moment",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class MeetingMember(models.Model):
    """Somebody invited: a member with his account, or a guest by name; present, absent, or unsaid.

    Guests make no quorum, and sign nothing.
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT,
        related_name="meetings",
    )  # fmt: skip
    name = models.CharField(max_length=200, blank=True)  # of a guest
    post = models.CharField(max_length=200, blank=True)
    present = models.BooleanField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False, name="") | (Q(user=None) & ~Q(name="")),
                name="meeting_member_is_a_user_or_a_guest",
            ),
            models.UniqueConstraint(fields=["meeting", "user"], name="user_once_in_a_meeting"),
        ]

    def __str__(self) -> str:
        return f"{self.meeting_id}: {self.user_id or self.name}"

    @property
    def known_as(self) -> str:
        """The name by which minutes call him."""
        if self.user is None:
            return self.name
        return self.user.get_full_name() or self.user.username


class AgendaItem(Versioned):
    """One item: free, or about an object (`about`: "case-12"); why it was proposed, what was said.

    `evidence` is what the object was, and its figures, as the meeting was closed.
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="items")
    ordinal = models.PositiveSmallIntegerField()
    about = models.CharField(max_length=ABOUT_MAX, blank=True)
    title = models.CharField(max_length=300, blank=True)
    why = models.CharField(max_length=40, blank=True)
    why_fields = models.JSONField(default=dict)
    record = models.TextField(blank=True)
    evidence = models.JSONField(default=dict)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["meeting", "ordinal", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(title="", about=""), name="agenda_item_has_a_title_or_an_object"
            ),
            models.UniqueConstraint(
                fields=["meeting", "about"],
                condition=~Q(about="") & Q(removed_at=None),
                name="object_once_on_an_agenda",
            ),
        ]

    def __str__(self) -> str:
        return self.title or self.about


class View(models.Model):
    """What somebody thinks of an item or an object; written once, never changed by another."""

    round = models.ForeignKey(ElectionRound, on_delete=models.CASCADE, related_name="views")
    item = models.ForeignKey(
        AgendaItem, null=True, blank=True, on_delete=models.PROTECT, related_name="views"
    )
    about = models.CharField(max_length=ABOUT_MAX, blank=True)
    text = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="view_says_something"),
            models.CheckConstraint(
                condition=Q(item__isnull=False) | ~Q(about=""), name="view_is_of_something"
            ),
        ]
        indexes = [models.Index(fields=["round", "about"], name="view_by_object")]

    def __str__(self) -> str:
        return self.text[:60]


class SuggestionState(models.TextChoices):
    """What became of a suggestion."""

    WAITING = "waiting", "waiting"
    ACCEPTED = "accepted", "accepted"
    DECLINED = "declined", "declined"
    DEFERRED = "deferred", "deferred"


class Suggestion(Versioned):
    """What somebody suggests to do, what it would change, and what that does in the model.

    `changes` are rows of `meetings.changes`; `effect` is what came of them beside `assessment`,
    whose day is `effect_date`.
    """

    round = models.ForeignKey(ElectionRound, on_delete=models.CASCADE, related_name="suggestions")
    item = models.ForeignKey(
        AgendaItem, null=True, blank=True, on_delete=models.PROTECT, related_name="suggestions"
    )
    about = models.CharField(max_length=ABOUT_MAX, blank=True)
    text = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    changes = models.JSONField(default=list)
    effect = models.JSONField(null=True, blank=True)
    assessment = models.ForeignKey(
        SavedAssessment, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    effect_date = models.DateField(null=True, blank=True)
    tried_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(
        max_length=8, choices=SuggestionState.choices, default=SuggestionState.WAITING
    )
    reason = models.CharField(max_length=500, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="suggestion_says_something"),
            models.CheckConstraint(
                condition=Q(item__isnull=False) | ~Q(about=""), name="suggestion_is_of_something"
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", answered_by=None, answered_at=None)
                | Q(
                    state__in=("accepted", "declined", "deferred"),
                    answered_by__isnull=False,
                    answered_at__isnull=False,
                ),
                name="suggestion_is_answered_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state="declined") | ~Q(reason=""),
                name="suggestion_is_declined_for_a_reason",
            ),
        ]
        indexes = [models.Index(fields=["round", "about"], name="suggestion_by_object")]

    def __str__(self) -> str:
        return self.text[:60]


class DecisionState(models.TextChoices):
    """Whether a decision is being written, binds, or was given up before it did."""

    DRAFT = "draft", "draft"
    CLOSED = "closed", "closed"
    WITHDRAWN = "withdrawn", "withdrawn"


class Decision(Versioned):
    """What was decided: by what right, who does it by when, and which figure it is to change.

    A draft may lack its owner or day; one that is closed has both.
    """

    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="decisions")
    suggestion = models.ForeignKey(
        Suggestion, null=True, blank=True, on_delete=models.PROTECT, related_name="decisions"
    )
    text = models.TextField()
    legal_ground = models.CharField(max_length=300, blank=True)
    agency = models.ForeignKey(
        Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="decisions"
    )
    office = models.CharField(max_length=30, blank=True)  # a role, such as governor
    due_date = models.DateField(null=True, blank=True)
    abouts = models.JSONField(default=list)  # objects, as `AgendaItem.about` names one
    figure = models.CharField(max_length=200, blank=True)  # that it is meant to change
    follow_ups = models.ManyToManyField(FollowUp, blank=True, related_name="decisions")
    state = models.CharField(
        max_length=9, choices=DecisionState.choices, default=DecisionState.DRAFT
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="decision_says_something"),
            models.CheckConstraint(
                condition=(Q(office="") | Q(agency=None)) & Q(office__in=["", *Role.values]),
                name="decision_has_one_owner_at_most",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("draft", "withdrawn"))
                | (
                    Q(state="closed", due_date__isnull=False, closed_at__isnull=False)
                    & (Q(agency__isnull=False) | ~Q(office=""))
                ),
                name="decision_is_closed_with_owner_and_day",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]


class MinutesState(models.TextChoices):
    """Whether minutes can still be corrected."""

    DRAFT = "draft", "draft"
    FROZEN = "frozen", "frozen"


class Minutes(models.Model):
    """The minutes of a meeting (number 0), or an addendum to them with a text of its own.

    While they are a draft their content is read from the meeting. Frozen, they hold it as
    canonical JSON and as PDF in both languages, each with its hash; the database refuses to
    change them then.
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="minutes")
    number = models.PositiveSmallIntegerField(default=0)
    text = models.TextField(blank=True)  # of an addendum
    state = models.CharField(max_length=6, choices=MinutesState.choices, default=MinutesState.DRAFT)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField()
    canonical = models.TextField(blank=True)
    content_hash = models.CharField(max_length=64, blank=True)
    pdf_fa = models.BinaryField(default=b"")
    pdf_fa_hash = models.CharField(max_length=64, blank=True)
    pdf_en = models.BinaryField(default=b"")
    pdf_en_hash = models.CharField(max_length=64, blank=True)
    frozen_at = models.DateTimeField(null=True, blank=True)
    frozen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["meeting", "number"]
        verbose_name_plural = "minutes"
        constraints = [
            models.UniqueConstraint(fields=["meeting", "number"], name="minutes_once_a_number"),
            models.CheckConstraint(
                condition=Q(number=0, text="") | (Q(number__gt=0) & ~Q(text="")),
                name="addendum_has_a_text",
            ),
            models.CheckConstraint(
                condition=Q(state="draft", content_hash="", frozen_at=None)
                | (
                    Q(state="frozen", frozen_at__isnull=False, frozen_by__isnull=False)
                    & ~Q(content_hash="")
                    & ~Q(canonical="")
                ),
                name="minutes_are_frozen_with_a_hash",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.meeting_id}/{self.number}"


class Verdict(models.TextChoices):
    """What a member says of minutes."""

    AGREES = "agrees", "agrees"
    OBJECTS = "objects", "objects"


class Signature(models.Model):
    """A member's word on minutes as they stood: `signed_hash` is of the content that he read."""

    minutes = models.ForeignKey(Minutes, on_delete=models.PROTECT, related_name="signatures")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    signed_name = models.CharField(max_length=200)
    verdict = models.CharField(max_length=8, choices=Verdict.choices)
    text = models.TextField(blank=True)
    at = models.DateTimeField()
    signed_hash = models.CharField(max_length=64)
    ended_at = models.DateTimeField(null=True, blank=True)  # another of his took its place

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["minutes", "user"],
                condition=Q(ended_at=None),
                name="member_signs_minutes_once",
            ),
            models.CheckConstraint(
                condition=Q(verdict="agrees") | (Q(verdict="objects") & ~Q(text="")),
                name="objection_has_a_text",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.minutes_id}: {self.signed_name}"


class SignedScan(models.Model):
    """The paper that was signed, scanned; it lies with the evidence, under `stored_name`."""

    minutes = models.ForeignKey(Minutes, on_delete=models.PROTECT, related_name="scans")
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    mime = models.CharField(max_length=100)
    stored_name = models.CharField(max_length=64)
    attached_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    attached_at = models.DateTimeField()

    class Meta:
        ordering = ["attached_at", "pk"]
        constraints = [models.CheckConstraint(condition=Q(size__gt=0), name="scan_is_not_empty")]

    def __str__(self) -> str:
        return self.name
