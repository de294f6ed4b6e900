"""County reviews: the pack as it was prepared, what the county answers, what it signed."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from pollready.assessment.models import SavedAssessment
from pollready.audit.classification import IS_CLASS, Classified
from pollready.audit.versions import Versioned
from pollready.committee.meetings.models import AgendaItem, Meeting
from pollready.duties.follow_ups.models import FollowUp
from pollready.places.models import ElectionRound, Place

ANSWER_MAX, NAME_MAX, REASON_MAX = 2000, 200, 500


class ReviewState(models.TextChoices):
    """How far a review is."""

    PREPARED = "prepared", "prepared"  # the committee looks at it first
    SENT = "sent", "sent"  # the governor's office reads and answers it
    ANSWERED = "answered", "answered"  # every item has an answer, which can still change
    SIGNED_OFF = "signed_off", "signed_off"  # never changes again
    WITHDRAWN = "withdrawn", "withdrawn"


# The county still has to act, and what the governor's office finds at all.
STANDING = (ReviewState.PREPARED, ReviewState.SENT, ReviewState.ANSWERED)
WITH_COUNTY = (ReviewState.SENT, ReviewState.ANSWERED)
READ_BY_COUNTY = (*WITH_COUNTY, ReviewState.SIGNED_OFF)


class CountyReview(Classified, Versioned):
    """The review of one county; `number` counts those of the county in the round.

    Its class is the highest of what went into its pack.
    """

    round = models.ForeignKey(
        ElectionRound, on_delete=models.CASCADE, related_name="county_reviews"
    )
    county = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="county_reviews")
    number = models.PositiveSmallIntegerField()
    meeting = models.ForeignKey(
        Meeting, null=True, blank=True, on_delete=models.SET_NULL, related_name="county_reviews"
    )
    assessment = models.ForeignKey(
        SavedAssessment, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    as_of_date = models.DateField()
    state = models.CharField(
        max_length=10, choices=ReviewState.choices, default=ReviewState.PREPARED
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)  # signed off or withdrawn
    end_reason = models.CharField(max_length=REASON_MAX, blank=True)  # of a withdrawal

    class Meta:
        ordering = ["-number", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "county", "number"], name="county_review_once_a_number"
            ),
            models.UniqueConstraint(
                fields=["round", "county"],
                condition=Q(state__in=("prepared", "sent", "answered")),
                name="county_has_one_standing_review",
            ),
            models.CheckConstraint(
                condition=Q(state__in=ReviewState.values), name="county_review_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=("prepared", "sent", "answered"), ended_at=None)
                | Q(state="signed_off", ended_at__isnull=False)
                | (Q(state="withdrawn", ended_at__isnull=False) & ~Q(end_reason="")),
                name="county_review_ends_at_a_moment",
            ),
            models.CheckConstraint(condition=IS_CLASS, name="county_review_class_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.county_id}/{self.number}"

    @property
    def is_with_county(self) -> bool:
        """Say whether the governor's office can answer it."""
        return self.state in WITH_COUNTY


class ReviewPack(models.Model):
    """What a county was given, as canonical JSON (see `packing`) with its SHA-256; frozen."""

    review = models.OneToOneField(CountyReview, on_delete=models.CASCADE, related_name="pack")
    canonical = models.TextField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(canonical=""), name="review_pack_is_not_empty")
        ]

    def __str__(self) -> str:
        return self.sha256[:12]


class ItemKind(models.TextChoices):
    """What an item of a pack is, in the order of a pack."""

    OBSTACLE = "obstacle", "obstacle"  # the county's own to remove
    DUTY = "duty", "duty"
    FOLLOW_UP = "follow_up", "follow_up"
    PROMISE = "promise", "promise"  # what the province owes
    CONTRADICTION = "contradiction", "contradiction"
    DECISION = "decision", "decision"  # to be taken in the meeting


class Answer(models.TextChoices):
    """What the county says of an item."""

    AGREED = "agreed", "agreed"
    OBJECTED = "objected", "objected"


class ReviewItem(models.Model):
    """An item of a pack, by the number under which it stands there, and the county's answer."""

    review = models.ForeignKey(CountyReview, on_delete=models.CASCADE, related_name="items")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=13, choices=ItemKind.choices)
    about = models.CharField(max_length=40, blank=True)  # as an item of an agenda names it
    answer = models.CharField(max_length=8, choices=Answer.choices, blank=True)
    text = models.CharField(max_length=ANSWER_MAX, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    # What the committee made of an objection.
    agenda_item = models.ForeignKey(
        AgendaItem, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    follow_up = models.ForeignKey(
        FollowUp, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["review", "number"]
        constraints = [
            models.UniqueConstraint(fields=["review", "number"], name="review_item_once_a_number"),
            models.CheckConstraint(
                condition=Q(kind__in=ItemKind.values), name="review_item_kind_is_known"
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_by=None, answered_at=None)
                | Q(answer="agreed", answered_by__isnull=False, answered_at__isnull=False)
                | (
                    Q(answer="objected", answered_by__isnull=False, answered_at__isnull=False)
                    & ~Q(text="")
                ),
                name="review_item_objection_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.review_id}: {self.number}"


class ReviewSignOff(models.Model):
    """The governor's office signs a pack with its answers: `content` is both, frozen."""

    review = models.OneToOneField(CountyReview, on_delete=models.CASCADE, related_name="sign_off")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    typed_name = models.CharField(max_length=NAME_MAX)
    at = models.DateTimeField()
    content = models.TextField()
    signed_hash = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(typed_name=""), name="review_is_signed_by_name")
        ]

    def __str__(self) -> str:
        return f"{self.review_id}: {self.typed_name}"
