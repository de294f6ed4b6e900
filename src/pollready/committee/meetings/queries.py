"""Reading meetings, items, views, suggestions, decisions and minutes as one user may."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from pollready.committee.meetings.models import (
    AgendaItem,
    Decision,
    Meeting,
    Minutes,
    SignedScan,
    Suggestion,
    View,
)
from pollready.committee.meetings.rules import in_reach
from pollready.people.models import User
from pollready.people.permissions import Permission, may
from pollready.people.scopes import rounds_for


def meetings_for(user: User) -> QuerySet[Meeting]:
    """Give the meetings within the user's reach and class, the newest first."""
    if not may(user, Permission.SEE_MEETINGS):
        return Meeting.objects.none()
    return Meeting.objects.filter(
        in_reach(user), classification__lte=user.clearance, round__in=rounds_for(user)
    ).select_related("county", "round")


def items_for(user: User) -> QuerySet[AgendaItem]:
    """Give the items of those meetings that were not taken off the agenda."""
    return AgendaItem.objects.filter(
        meeting__in=meetings_for(user), removed_at=None
    ).select_related("meeting__round", "meeting__county")


def views_of(user: User, *, item: AgendaItem | None = None, about: str = "") -> QuerySet[View]:
    """Give the views of an item or object that the user has found: on it here and elsewhere.

    What was said of an object in a meeting is for those who see the meeting.
    """
    return View.objects.filter(_told(user, item, about)).select_related("by__agency", "item")


def suggestions_of(
    user: User, *, item: AgendaItem | None = None, about: str = ""
) -> QuerySet[Suggestion]:
    """Give the suggestions likewise."""
    found = Suggestion.objects.filter(_told(user, item, about))
    return found.select_related("by__agency", "item", "answered_by", "assessment")


def _told(user: User, item: AgendaItem | None, about: str) -> Q:
    told = Q(pk__in=[])
    if item is not None:
        told |= Q(item=item)
    if about:
        seen = Q(item=None) | Q(item__meeting__in=meetings_for(user))
        told |= Q(about=about) & seen
    return told


def suggestions_for(user: User) -> QuerySet[Suggestion]:
    """Give the suggestions that the user may open: of his meetings, his own, or to answer.

    One on an object outside of meetings is found on the object's page by whoever sees that.
    """
    if not may(user, Permission.SEE_MEETINGS):
        return Suggestion.objects.none()
    seen = Q(item__meeting__in=meetings_for(user)) | Q(by=user, item=None)
    if may(user, Permission.HOLD_MEETINGS):
        seen |= Q(item=None, round__in=rounds_for(user))
    return Suggestion.objects.filter(seen).select_related(
        "by__agency", "item__meeting__round", "round", "answered_by", "assessment"
    )


def decisions_of(items: Iterable[AgendaItem]) -> QuerySet[Decision]:
    """Give the decisions of items that the user has found, but for those given up."""
    return (
        Decision.objects.filter(item__in=items)
        .exclude(state="withdrawn")
        .select_related("agency", "suggestion", "item__meeting")
    )


def decisions_for(user: User) -> QuerySet[Decision]:
    """Give the decisions of the user's meetings."""
    return Decision.objects.filter(item__meeting__in=meetings_for(user)).select_related(
        "item__meeting__round", "agency"
    )


def minutes_for(user: User) -> QuerySet[Minutes]:
    """Give the minutes and addenda of the user's meetings, without the files in them."""
    return (
        Minutes.objects.filter(meeting__in=meetings_for(user))
        .select_related("meeting__round", "meeting__county", "frozen_by", "made_by")
        .defer("pdf_fa", "pdf_en")
    )


def scans_for(user: User) -> QuerySet[SignedScan]:
    """Give the signed scans of those minutes."""
    return SignedScan.objects.filter(minutes__meeting__in=meetings_for(user))
