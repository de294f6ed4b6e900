"""Decisions: written as drafts while people talk, closed with an owner and a day."""

from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction

from pollready.audit.versions import claim_version
from pollready.committee.follow_up_effects import start_measured
from pollready.committee.meetings.commands import led, led_item, log
from pollready.committee.meetings.errors import DecisionIncomplete, MeetingRefused, NoSuchThing
from pollready.committee.meetings.follow_ups import follow_up_of
from pollready.committee.meetings.models import Decision, DecisionState, Meeting, MeetingState
from pollready.committee.meetings.queries import decisions_for, suggestions_for
from pollready.committee.meetings.rules import OFFICES, TEXT_MAX, said
from pollready.people.models import User
from pollready.people.permissions import Permission, check
from pollready.people.scopes import agencies_for

IN_THE_ROOM = (MeetingState.OPEN, MeetingState.CLOSED)


@dataclass(frozen=True, slots=True)
class DecisionDraft:
    """What somebody writes of a decision; its owner is an agency or an office."""

    text: str
    legal_ground: str = ""
    agency_id: int | None = None
    office: str = ""
    due_date: date | None = None
    figure: str = ""
    abouts: tuple[str, ...] = field(default=())
    suggestion_id: int | None = None


@transaction.atomic
def draft_decision(item_id: int, draft: DecisionDraft, *, by: User, now: datetime) -> Decision:
    """Write a decision on an item; it may lack its owner and day as long as it is a draft.

    Raises `NotPermitted`, `NoSuchThing`, `MeetingRefused`.
    """
    item = led_item(item_id, by, states=(MeetingState.OPEN,))
    draft = _checked(draft, item.meeting, by)
    values = asdict(draft) | {"abouts": list(draft.abouts) or ([item.about] if item.about else [])}
    decision = Decision.objects.create(item=item, made_by=by, made_at=now, **values)
    log("draft_decision", decision.pk, "meeting_decision", None, values_of(decision),
        by=by, now=now)  # fmt: skip
    return decision


@transaction.atomic
def change_decision(
    decision_id: int, draft: DecisionDraft, *, version: int, by: User, now: datetime
) -> Decision:
    """Write a draft anew; raises as `draft_decision`, and `ChangedMeanwhile`."""
    decision = drafted(decision_id, by)
    draft = _checked(draft, decision.item.meeting, by)
    before = values_of(decision)
    claim_version(decision, version)
    for name, value in asdict(draft).items():
        if name in ("abouts", "suggestion_id") and not value:
            continue  # the form names neither: what was kept with it stays
        setattr(decision, name, list(value) if name == "abouts" else value)
    decision.save()
    log("change_decision", decision.pk, "meeting_decision", before, values_of(decision),
        by=by, now=now)  # fmt: skip
    return decision


@transaction.atomic
def close_decision(decision_id: int, *, version: int, by: User, now: datetime) -> Decision:
    """Let a decision bind: its owner gets it as a follow-up, measured at its objects.

    Raises `DecisionIncomplete` naming what it lacks, and as `change_decision`.
    """
    decision = drafted(decision_id, by)
    missing = []
    if decision.agency_id is None and not decision.office:
        missing.append("owner")
    if decision.due_date is None:
        missing.append("due_date")
    if missing:
        raise DecisionIncomplete(tuple(missing))
    before = values_of(decision)
    claim_version(decision, version)
    decision.state, decision.closed_at = DecisionState.CLOSED, now
    decision.save(update_fields=["state", "closed_at"])
    follow_up = start_measured(
        follow_up_of(decision, by), round_id=decision.item.meeting.round_id, by=by, now=now
    )
    decision.follow_ups.add(follow_up)
    log("close_decision", decision.pk, "meeting_decision", before, values_of(decision),
        by=by, now=now)  # fmt: skip
    return decision


@transaction.atomic
def withdraw_decision(decision_id: int, *, version: int, by: User, now: datetime) -> None:
    """Give a draft up; one that binds is changed by another decision alone."""
    decision = drafted(decision_id, by)
    before = values_of(decision)
    claim_version(decision, version)
    decision.state = DecisionState.WITHDRAWN
    decision.save(update_fields=["state"])
    log("withdraw_decision", decision.pk, "meeting_decision", before, values_of(decision),
        by=by, now=now)  # fmt: skip


def drafted(decision_id: int, by: User) -> Decision:
    """Find a draft of a meeting that the user leads."""
    check(by, Permission.HOLD_MEETINGS)
    decision = decisions_for(by).filter(pk=decision_id).first()
    if decision is None:
        raise NoSuchThing
    led(decision.item.meeting_id, by, states=(MeetingState.OPEN,))
    if decision.state != DecisionState.DRAFT:
        raise MeetingRefused("decision-closed")
    return decision


def values_of(decision: Decision) -> dict[str, Any]:
    """Give a decision as the log tells of it."""
    return {
        "item": decision.item_id, "text": decision.text, "legal_ground": decision.legal_ground,
        "agency": decision.agency_id, "office": decision.office,
        "due_date": decision.due_date.isoformat() if decision.due_date else None,
        "figure": decision.figure, "abouts": list(decision.abouts), "state": str(decision.state),
        "suggestion": decision.suggestion_id,
    }  # fmt: skip


def _checked(draft: DecisionDraft, meeting: Meeting, by: User) -> DecisionDraft:
    values = asdict(draft)
    values["text"] = said(draft.text, "text", most=TEXT_MAX)
    values["legal_ground"] = " ".join(draft.legal_ground.split())[:300]
    values["figure"] = " ".join(draft.figure.split())[:200]
    values["abouts"] = tuple(draft.abouts)
    if draft.agency_id is not None and draft.office:
        raise MeetingRefused("two-owners", "owner")
    if draft.office and draft.office not in OFFICES:
        raise MeetingRefused("owner-unknown", "owner")
    agencies = set(agencies_for(by).values_list("pk", flat=True))
    if draft.agency_id is not None and draft.agency_id not in agencies:
        raise MeetingRefused("owner-unknown", "owner")
    if draft.suggestion_id is not None:
        theirs = suggestions_for(by).filter(pk=draft.suggestion_id, round=meeting.round_id)
        if not theirs.exists():
            raise NoSuchThing
    return DecisionDraft(**values)
