"""Follow-ups: who does what by when, at which objects, and what figure it is meant to change."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from pollready.audit.classification import IS_CLASS, Classified
from pollready.audit.versions import Versioned
from pollready.duties.models import Covers
from pollready.people.models import Role
from pollready.places.models import Agency, ElectionRound, Listing
from pollready.register.corrections.models import WITHDRAWN_FOR_A_REASON, Withdrawable
from pollready.register.models import Component

TEXT_MAX, NOTE_MAX, QUERY_MAX, LETTER_MAX = 500, 2000, 1000, 60


class FollowUpState(models.TextChoices):
    """How far a follow-up is. What was handed back waits for its owner again."""

    OPEN = "open", "open"
    REPORTED = "reported", "reported"  # its owner says that it is done
    VERIFIED = "verified", "verified"  # its figure moved, or the office accepted it for a reason
    HANDED_BACK = "handed_back", "handed_back"
    DROPPED = "dropped", "dropped"


# States in which the owner has to act, and those that are over.
OWED = (FollowUpState.OPEN, FollowUpState.HANDED_BACK)
STANDING = (*OWED, FollowUpState.REPORTED)


class Figure(models.TextChoices):
    """What is measured at the stations that a follow-up is about."""

    NONE = "none", "none"  # nothing
    RULE = "rule", "rule"  # stations at which a rule finds its obstacle: to fall
    CRITERION = "criterion", "criterion"  # stations that meet one of the ten: to grow
    READY = "ready", "ready"  # stations that are ready: to grow
    FREE = "free", "free"  # what the register knows nothing of, in the office's own words


# What the register itself can tell; `figure_of` then names the rule or criterion.
MEASURED = (Figure.RULE, Figure.CRITERION, Figure.READY)
NAMED = (Figure.RULE, Figure.CRITERION, Figure.FREE)


class FollowUp(Classified, Versioned):
    """What an agency or office owes, in person where somebody is named, by a day or gate.

    `deadline` is written as `deadlines.read_due` reads it. `query` is the list's filter by which
    the objects were chosen; they are kept as `FollowUpObject` from the start, since what is
    mended may no longer match the filter. `before` and `after` are the figure over all of them.
    """

    round = models.ForeignKey(ElectionRound, on_delete=models.CASCADE, related_name="follow_ups")
    text = models.CharField(max_length=TEXT_MAX)
    agency = models.ForeignKey(
        Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="follow_ups"
    )
    office = models.CharField(max_length=30, blank=True)  # a role, such as governor
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT,
        related_name="follow_ups",
    )  # fmt: skip
    deadline = models.CharField(max_length=40)
    covers = models.CharField(max_length=12, choices=Covers.choices, default=Covers.OWNER)
    query = models.CharField(max_length=QUERY_MAX, blank=True)
    figure = models.CharField(max_length=10, choices=Figure.choices, default=Figure.NONE)
    figure_of = models.CharField(max_length=200, blank=True)
    before = models.JSONField(default=dict)  # see `committee.follow_up_effects`
    after = models.JSONField(default=dict)
    state = models.CharField(
        max_length=12, choices=FollowUpState.choices, default=FollowUpState.OPEN
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField()
    measured_at = models.DateTimeField(null=True, blank=True)  # `before` and the objects are kept
    checked_at = models.DateTimeField(null=True, blank=True)  # the rules were run for `after`
    settled_at = models.DateTimeField(null=True, blank=True)  # verified or dropped

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(agency__isnull=False, office="")
                | Q(agency=None, office__in=Role.values),
                name="follow_up_has_one_owner",
            ),
            models.CheckConstraint(
                condition=~Q(text="") & ~Q(deadline=""), name="follow_up_has_words_and_a_deadline"
            ),
            models.CheckConstraint(
                condition=Q(state__in=FollowUpState.values), name="follow_up_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(covers__in=Covers.values, figure__in=Figure.values),
                name="follow_up_covers_and_figure_are_known",
            ),
            models.CheckConstraint(
                condition=(Q(figure__in=NAMED) & ~Q(figure_of=""))
                | (~Q(figure__in=NAMED) & Q(figure_of="")),
                name="follow_up_names_its_figure",
            ),
            models.CheckConstraint(
                condition=Q(state__in=STANDING, settled_at=None)
                | (~Q(state__in=STANDING) & Q(settled_at__isnull=False)),
                name="follow_up_is_settled_at_a_moment",
            ),
            models.CheckConstraint(condition=IS_CLASS, name="follow_up_class_is_known"),
        ]
        indexes = [models.Index(fields=["round", "state"], name="follow_up_by_state")]

    def __str__(self) -> str:
        return self.text

    @property
    def is_owed(self) -> bool:
        """Say whether its owner has to act."""
        return self.state in OWED

    @property
    def is_standing(self) -> bool:
        """Say whether it is not over."""
        return self.state in STANDING


class FollowUpObject(models.Model):
    """A component that a follow-up covers, or a station at which it is measured.

    Stations are those covered, or those that rest on the components covered. What the register
    said of a station at the start, and when the rules were run again: readiness, how the figure
    stands there, and the rules that found an obstacle.
    """

    follow_up = models.ForeignKey(FollowUp, on_delete=models.CASCADE, related_name="objects_of")
    listing = models.ForeignKey(
        Listing, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    component = models.ForeignKey(
        Component, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    # Whether something is still wanting there, as far as anybody has looked: of a station.
    is_wanting = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(listing=None, component__isnull=False)
                | Q(listing__isnull=False, component=None),
                name="follow_up_object_is_one_thing",
            ),
            models.UniqueConstraint(fields=["follow_up", "listing"], name="follow_up_station_once"),
            models.UniqueConstraint(
                fields=["follow_up", "component"], name="follow_up_component_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.follow_up_id}: {self.listing_id or self.component_id}"


class NeverChanged(TypeError):
    """Somebody tried to write a line of a history again, or to take it out."""


class FollowUpEvent(models.Model):
    """One line of a follow-up's history, never written again; null `by` is the engine."""

    class Kind(models.TextChoices):
        """What happened."""

        STARTED = "started", "started"
        CHANGED = "changed", "changed"
        REPORTED = "reported", "reported"
        CHECKED = "checked", "checked"  # the rules were run again
        ACCEPTED = "accepted", "accepted"  # by the office, where the register cannot tell
        HANDED_BACK = "handed_back", "handed_back"
        DROPPED = "dropped", "dropped"

    follow_up = models.ForeignKey(FollowUp, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    before = models.CharField(max_length=12, blank=True)  # states
    after = models.CharField(max_length=12)
    text = models.CharField(max_length=NOTE_MAX, blank=True)
    done_date = models.DateField(null=True, blank=True)
    letter_no = models.CharField(max_length=LETTER_MAX, blank=True)
    detail = models.JSONField(default=dict)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=("started", "changed", "reported", "checked", "accepted",
                                      "handed_back", "dropped")),
                name="follow_up_event_kind_is_known",
            )
        ]  # fmt: skip
        indexes = [models.Index(fields=["follow_up", "at"], name="follow_up_event_in_time")]

    def __str__(self) -> str:
        return f"{self.follow_up_id} {self.kind}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write a new line; raises `NeverChanged` for one that is there."""
        if not self._state.adding:
            raise NeverChanged(str(self))
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Raise `NeverChanged`: a line goes only with its whole round."""
        raise NeverChanged(str(self))


class FollowUpFile(Classified, Withdrawable):
    """A file that shows what was reported; it lies among the evidence, as `Evidence` does."""

    event = models.ForeignKey(FollowUpEvent, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    received_sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    mime = models.CharField(max_length=100)
    stored_name = models.CharField(max_length=64)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=IS_CLASS, name="follow_up_file_class_is_known"),
            models.CheckConstraint(condition=Q(size__gt=0), name="follow_up_file_is_not_empty"),
            models.CheckConstraint(
                condition=WITHDRAWN_FOR_A_REASON, name="follow_up_file_is_withdrawn_for_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.name
