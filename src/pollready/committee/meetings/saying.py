"""Views and suggestions: anybody who takes part gives them, several at once, and none is lost."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from pollready.audit.versions import claim_version
from pollready.committee.meetings.changes import checked
from pollready.committee.meetings.commands import log
from pollready.committee.meetings.errors import MeetingRefused, NoSuchThing
from pollready.committee.meetings.models import (
    AgendaItem,
    MeetingState,
    Suggestion,
    SuggestionState,
    View,
)
from pollready.committee.meetings.queries import items_for, suggestions_for
from pollready.committee.meetings.rules import said
from pollready.committee.meetings.subjects import find_subject
from pollready.people.models import User
from pollready.people.permissions import NotPermitted, Permission, check, may

ANSWERS = (SuggestionState.ACCEPTED, SuggestionState.DECLINED, SuggestionState.DEFERRED)


@transaction.atomic
def give_view(
    *, round_id: int, text: str, item_id: int | None = None, about: str = "", by: User,
    now: datetime,
) -> View:  # fmt: skip
    """Keep what somebody thinks of an item, or of an object outside of any meeting.

    Raises `NotPermitted`, `NoSuchThing`, `MeetingRefused`.
    """
    check(by, Permission.TAKE_PART)
    text = said(text, "view_text")
    item, about = _of_what(item_id, about, round_id, by)
    view = View.objects.create(round_id=round_id, item=item, about=about, text=text, by=by, at=now)
    after = {"item": item_id, "about": about, "text": text}
    log("give_view", view.pk, "view", None, after, by=by, now=now)
    return view


@transaction.atomic
def suggest(
    *, round_id: int, text: str, item_id: int | None = None, about: str = "", by: User,
    now: datetime,
) -> Suggestion:  # fmt: skip
    """Keep a suggestion; what it would change is said of it later. Raises as `give_view`."""
    check(by, Permission.TAKE_PART)
    text = said(text, "suggestion_text")
    item, about = _of_what(item_id, about, round_id, by)
    suggestion = Suggestion.objects.create(
        round_id=round_id, item=item, about=about, text=text, by=by, at=now
    )
    after = {"item": item_id, "about": about, "text": text}
    log("suggest", suggestion.pk, "suggestion", None, after, by=by, now=now)
    return suggestion


@transaction.atomic
def set_changes(
    suggestion_id: int, rows: Sequence[Mapping[str, Any]], *, version: int, by: User,
    now: datetime,
) -> Suggestion:  # fmt: skip
    """Say what a suggestion would change; what was tried of other changes is forgotten.

    Raises `NotPermitted`, `NoSuchThing`, `MeetingRefused`, `ChangedMeanwhile`.
    """
    suggestion = found_suggestion(suggestion_id, by)
    if not may_change(by, suggestion):
        raise NotPermitted(Permission.HOLD_MEETINGS)
    if suggestion.state not in (SuggestionState.WAITING, SuggestionState.DEFERRED):
        raise MeetingRefused("suggestion-answered")
    _check_not_in_minutes(suggestion)
    kept = checked(rows, round_id=suggestion.round_id, by=by)
    before = {"changes": suggestion.changes}
    claim_version(suggestion, version)
    suggestion.changes, suggestion.effect, suggestion.tried_at = kept, None, None
    suggestion.assessment, suggestion.effect_date = None, None
    suggestion.save(update_fields=["changes", "effect", "tried_at", "assessment", "effect_date"])
    after = {"changes": kept}
    log("change_suggestion", suggestion.pk, "suggestion", before, after, by=by, now=now)
    return suggestion


@transaction.atomic
def answer_suggestion(
    suggestion_id: int, *, state: str, reason: str = "", version: int, by: User, now: datetime
) -> Suggestion:
    """Accept a suggestion, decline it with a reason, or put it off.

    Raises `NotPermitted`, `NoSuchThing`, `MeetingRefused`, `ChangedMeanwhile`.
    """
    check(by, Permission.HOLD_MEETINGS)
    suggestion = found_suggestion(suggestion_id, by)
    _check_not_in_minutes(suggestion)
    reason = " ".join(reason.split())[:500]
    if state not in ANSWERS:
        raise MeetingRefused("answer-unknown", "state")
    if state == SuggestionState.DECLINED and not reason:
        raise MeetingRefused("reason-missing", "reason")
    before = {"state": str(suggestion.state), "reason": suggestion.reason}
    claim_version(suggestion, version)
    suggestion.state, suggestion.reason = state, reason
    suggestion.answered_by, suggestion.answered_at = by, now
    suggestion.save(update_fields=["state", "reason", "answered_by", "answered_at"])
    after = {"state": str(state), "reason": reason}
    log("answer_suggestion", suggestion.pk, "suggestion", before, after, by=by, now=now)
    return suggestion


def may_change(user: User, suggestion: Suggestion) -> bool:
    """Say whether the user says what a suggestion would change: who made it, or who leads."""
    if may(user, Permission.HOLD_MEETINGS):
        return True
    return may(user, Permission.TAKE_PART) and suggestion.by_id == user.pk


def may_try(user: User, suggestion: Suggestion) -> bool:
    """Say whether the user has it tried in the model, which looks over the whole round."""
    return may(user, Permission.EXPLORE_FAILURES) and may(user, Permission.TAKE_PART)


def found_suggestion(suggestion_id: int, by: User) -> Suggestion:
    """Find a suggestion that the user may open; raises `NoSuchThing`."""
    suggestion = suggestions_for(by).filter(pk=suggestion_id).first()
    if suggestion is None:
        raise NoSuchThing
    return suggestion


def _check_not_in_minutes(suggestion: Suggestion) -> None:
    """Keep a suggestion as it stands in minutes that are being signed."""
    item = suggestion.item
    if item is not None and item.meeting.state == MeetingState.CLOSED:
        raise MeetingRefused("in-minutes")


def _of_what(
    item_id: int | None, about: str, round_id: int, by: User
) -> tuple[AgendaItem | None, str]:
    """Find the item or object that something is said of; the item's object goes with it."""
    if item_id is None:
        if find_subject(by, round_id, about) is None:
            raise NoSuchThing
        return None, about
    item = items_for(by).filter(pk=item_id, meeting__round=round_id).first()
    if item is None:
        raise NoSuchThing
    if item.meeting.state == MeetingState.SIGNED:
        raise MeetingRefused("meeting-signed")
    return item, item.about
