"""Planning and leading meetings: who is invited, what stands on the agenda, opening, closing."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.timezone import localdate

from pollready.assessment.queries import last_assessment
from pollready.audit.commands import Entry, record, wait_for_other_writers
from pollready.audit.versions import claim_version
from pollready.committee.meetings.agenda import Proposal
from pollready.committee.meetings.errors import MeetingRefused, NoSuchThing
from pollready.committee.meetings.evidence import evidence_of
from pollready.committee.meetings.models import (
    AgendaItem,
    Decision,
    DecisionState,
    Meeting,
    MeetingKind,
    MeetingMember,
    MeetingState,
    Minutes,
)
from pollready.committee.meetings.objects import object_of
from pollready.committee.meetings.queries import items_for, meetings_for
from pollready.committee.meetings.rules import (
    RECORD_MAX,
    RUNNING,
    TITLE_MAX,
    may_lead,
    quorum_of,
    said,
)
from pollready.people.models import User
from pollready.people.permissions import Permission, check
from pollready.people.scopes import places_of
from pollready.places.models import Place, PlaceLevel

UP, DOWN = "up", "down"


@dataclass(frozen=True, slots=True)
class MeetingDraft:
    """What somebody says of a meeting."""

    title: str
    kind: str
    starts_at: datetime
    quorum: int
    county_id: int | None = None
    venue: str = ""
    classification: int = 0


@transaction.atomic
def plan_meeting(draft: MeetingDraft, *, round_id: int, by: User, now: datetime) -> Meeting:
    """Plan a meeting; whoever plans it is its first member.

    Raises `NotPermitted`, `MeetingRefused`.
    """
    check(by, Permission.HOLD_MEETINGS)
    draft = _checked(draft, by)
    meeting = Meeting.objects.create(round_id=round_id, made_by=by, made_at=now, **asdict(draft))
    MeetingMember.objects.create(meeting=meeting, user=by)
    log("plan_meeting", meeting.pk, "meeting", None, values_of(meeting), by=by, now=now)
    return meeting


@transaction.atomic
def change_meeting(
    meeting_id: int, draft: MeetingDraft, *, version: int, by: User, now: datetime
) -> Meeting:
    """Write a meeting anew, as long as it is not closed.

    Raises `NotPermitted`, `NoSuchThing`, `MeetingRefused`, `ChangedMeanwhile`.
    """
    meeting = led(meeting_id, by)
    if meeting.state not in RUNNING:
        raise MeetingRefused("meeting-closed")
    draft = _checked(draft, by)
    before = values_of(meeting)
    claim_version(meeting, version)
    for name, value in asdict(draft).items():
        setattr(meeting, name, value)
    meeting.save()
    log("change_meeting", meeting.pk, "meeting", before, values_of(meeting), by=by, now=now)
    return meeting


@transaction.atomic
def invite(
    meeting_id: int, *, user_id: int | None = None, name: str = "", post: str = "", by: User,
    now: datetime,
) -> MeetingMember:  # fmt: skip
    """Invite a member by his account, or a guest by name and post; raises as `change_meeting`."""
    meeting = led(meeting_id, by, states=RUNNING)
    name, post = " ".join(name.split())[:200], " ".join(post.split())[:200]
    if user_id is None and not name:
        raise MeetingRefused("nobody-named", "name")
    if user_id is not None:
        invited = User.objects.filter(
            pk=user_id, is_active=True, clearance__gte=meeting.classification
        ).first()
        if invited is None:
            raise MeetingRefused("no-such-user", "user")
        if meeting.members.filter(user=invited).exists():
            raise MeetingRefused("invited-already", "user", name=invited.username)
        name = ""
    member = MeetingMember.objects.create(meeting=meeting, user_id=user_id, name=name, post=post)
    after = {"meeting": meeting.pk, "user": user_id, "name": name, "post": post}
    log("invite_to_meeting", member.pk, "meeting_member", None, after, by=by, now=now)
    return member


@transaction.atomic
def uninvite(meeting_id: int, member_id: int, *, by: User, now: datetime) -> None:
    """Take somebody off the list of the invited before the meeting; raises as `invite`."""
    meeting = led(meeting_id, by, states=(MeetingState.PLANNED,))
    member = meeting.members.filter(pk=member_id).first()
    if member is None:
        raise NoSuchThing
    before = {"meeting": meeting.pk, "user": member.user_id, "name": member.name}
    log("uninvite_from_meeting", member.pk, "meeting_member", before, None, by=by, now=now)
    member.delete()


@transaction.atomic
def record_attendance(
    meeting_id: int, presence: dict[int, bool | None], *, by: User, now: datetime
) -> None:
    """Keep who is present, who is absent, and of whom it is not said; raises as `invite`."""
    meeting = led(meeting_id, by, states=(*RUNNING, MeetingState.CLOSED))
    entries = []
    for member in meeting.members.filter(pk__in=presence):
        present = presence[member.pk]
        if member.present is present:
            continue
        about = str(member.pk)
        change = ({"present": member.present}, {"present": present})
        entries.append(Entry("meeting_member", about, *change))
        member.present = present
        member.save(update_fields=["present"])
    if entries:
        record(actor=by.username, command="record_attendance", now=now, entries=entries)


@transaction.atomic
def take_on(
    meeting_id: int, proposals: Iterable[Proposal], *, by: User, now: datetime
) -> list[AgendaItem]:
    """Put proposals on the agenda, after what stands there; one that stands there stays once.

    Raises `NotPermitted`, `NoSuchThing`, `MeetingRefused`.
    """
    meeting = led(meeting_id, by, states=RUNNING)
    wait_for_other_writers()
    there = set(_agenda(meeting).exclude(about="").values_list("about", flat=True))
    items = []
    for proposal in proposals:
        if proposal.about in there:
            continue
        there.add(proposal.about)
        items.append(
            AgendaItem.objects.create(
                meeting=meeting, ordinal=_next_ordinal(meeting), about=proposal.about,
                title=proposal.title[:300], why=proposal.why, why_fields=dict(proposal.fields),
            )
        )  # fmt: skip
    entries = [
        Entry("agenda_item", str(each.pk), None, {"meeting": meeting.pk, "about": each.about})
        for each in items
    ]
    if entries:
        record(actor=by.username, command="take_agenda", now=now, entries=entries)
    return items


@transaction.atomic
def add_item(
    meeting_id: int, *, title: str, about: str = "", by: User, now: datetime
) -> AgendaItem:
    """Put an item of one's own on the agenda; raises as `take_on`."""
    meeting = led(meeting_id, by, states=RUNNING)
    title = said(title, "title", most=TITLE_MAX)
    wait_for_other_writers()
    if about and _agenda(meeting).filter(about=about).exists():
        raise MeetingRefused("on-agenda-already", "title")
    item = AgendaItem.objects.create(
        meeting=meeting, ordinal=_next_ordinal(meeting), title=title, about=about
    )
    after = {"meeting": meeting.pk, "title": title, "about": about}
    log("add_item", item.pk, "agenda_item", None, after, by=by, now=now)
    return item


@transaction.atomic
def change_item(
    item_id: int, *, title: str, text: str, version: int, by: User, now: datetime
) -> AgendaItem:
    """Keep an item's title and what minutes say of it.

    Raises `NotPermitted`, `NoSuchThing`, `MeetingRefused`, `ChangedMeanwhile`.
    """
    item = led_item(item_id, by)
    title, text = " ".join(title.split())[:300], text.strip()[:RECORD_MAX]
    if not title and not item.about:
        raise MeetingRefused("text-missing", "title")
    before = {"title": item.title, "record": item.record}
    claim_version(item, version)
    item.title, item.record = title, text
    item.save(update_fields=["title", "record"])
    after = {"title": title, "record": text}
    log("change_item", item.pk, "agenda_item", before, after, by=by, now=now)
    return item


@transaction.atomic
def move_item(item_id: int, way: str, *, by: User, now: datetime) -> None:
    """Let an item change places with the one before it (`up`) or after it (`down`)."""
    item = led_item(item_id, by, states=RUNNING)
    wait_for_other_writers()
    items = list(_agenda(item.meeting))
    place = next(n for n, each in enumerate(items) if each.pk == item.pk)
    other = place + (-1 if way == UP else 1)
    if not 0 <= other < len(items):
        return
    before = [each.pk for each in items]
    items[place], items[other] = items[other], items[place]
    for ordinal, each in enumerate(items, start=1):
        AgendaItem.objects.filter(pk=each.pk).update(ordinal=ordinal)
    order = {"order": before}, {"order": [each.pk for each in items]}
    log("move_item", item.meeting_id, "meeting", *order, by=by, now=now)


@transaction.atomic
def remove_item(item_id: int, *, by: User, now: datetime) -> None:
    """Take an item off the agenda; one on which something was decided stays."""
    item = led_item(item_id, by, states=RUNNING)
    if item.decisions.exclude(state=DecisionState.WITHDRAWN).exists():
        raise MeetingRefused("item-has-decisions")
    item.removed_at = now
    item.save(update_fields=["removed_at"])
    before = {"title": item.title, "about": item.about}
    log("remove_item", item.pk, "agenda_item", before, None, by=by, now=now)


@transaction.atomic
def open_meeting(meeting_id: int, *, version: int, by: User, now: datetime) -> Meeting:
    """Begin a meeting; raises `NotPermitted`, `NoSuchThing`, `MeetingRefused`, ..."""
    meeting = led(meeting_id, by, states=(MeetingState.PLANNED,))
    return _turned(meeting, MeetingState.OPEN, version, by=by, now=now, opened_at=now)


@transaction.atomic
def close_meeting(meeting_id: int, *, version: int, by: User, now: datetime) -> Meeting:
    """End a meeting: the evidence of each item is kept as it stands, and minutes are drafted.

    A decision that is still a draft holds it open. Without a quorum it closes too: the minutes
    say so. Raises `NotPermitted`, `NoSuchThing`, `MeetingRefused`, `ChangedMeanwhile`.
    """
    meeting = led(meeting_id, by, states=(MeetingState.OPEN,))
    items = list(_agenda(meeting))
    drafts = Decision.objects.filter(item__in=items, state=DecisionState.DRAFT).count()
    if drafts:
        raise MeetingRefused("decisions-open", count=drafts)
    if meeting.members.filter(present=None).exists():
        raise MeetingRefused("attendance-open")
    saved = last_assessment(meeting.round_id)
    for item in items:
        item.evidence = {
            "object": object_of(by, meeting.round_id, item.about),
            "facts": evidence_of(by, item, saved, now=now),
        }
        item.save(update_fields=["evidence"])
    day = localdate(now) if saved is None else saved.as_of_date
    Minutes.objects.get_or_create(
        meeting=meeting, number=0, defaults={"made_by": by, "made_at": now}
    )
    return _turned(
        meeting, MeetingState.CLOSED, version, by=by, now=now, closed_at=now, assessment=saved,
        as_of_date=day,
    )  # fmt: skip


def attendance(meeting: Meeting) -> tuple[int, bool]:
    """Count the members present, and say whether they are a quorum."""
    return quorum_of(meeting, meeting.members.all())


def led(meeting_id: int, by: User, *, states: Sequence[str] = ()) -> Meeting:
    """Find a meeting that the user leads, in one of some states."""
    check(by, Permission.HOLD_MEETINGS)
    meeting = meetings_for(by).filter(pk=meeting_id).first()
    if meeting is None:
        raise NoSuchThing
    if not may_lead(by, meeting):
        raise MeetingRefused("meeting-signed")
    if states and meeting.state not in states:
        raise MeetingRefused("other-state")
    return meeting


def led_item(item_id: int, by: User, *, states: Sequence[str] = ()) -> AgendaItem:
    """Find an item of a meeting that the user leads."""
    item = items_for(by).filter(pk=item_id).first()
    if item is None:
        raise NoSuchThing
    led(item.meeting_id, by, states=states)
    return item


def log(
    command: str, pk: int, kind: str, before: Any, after: Any, *, by: User, now: datetime,
    reason: str = "",
) -> None:  # fmt: skip
    """Record a change of one object."""
    entry = Entry(kind, str(pk), before, after)
    record(actor=by.username, command=command, now=now, entries=[entry], reason=reason)


def values_of(meeting: Meeting) -> dict[str, Any]:
    """Give a meeting as the log tells of it."""
    return {
        "title": meeting.title, "kind": str(meeting.kind), "county": meeting.county_id,
        "venue": meeting.venue, "starts_at": meeting.starts_at.isoformat(),
        "quorum": meeting.quorum, "state": str(meeting.state), "class": meeting.classification,
    }  # fmt: skip


def _turned(
    meeting: Meeting, state: MeetingState, version: int, *, by: User, now: datetime, **more: Any
) -> Meeting:
    before = {"state": str(meeting.state)}
    claim_version(meeting, version)
    meeting.state = state
    for name, value in more.items():
        setattr(meeting, name, value)
    meeting.save(update_fields=["state", *more])
    command = {MeetingState.OPEN: "open_meeting", MeetingState.CLOSED: "close_meeting"}[state]
    log(command, meeting.pk, "meeting", before, {"state": str(state)}, by=by, now=now)
    return meeting


def _agenda(meeting: Meeting) -> Any:
    return meeting.items.filter(removed_at=None)


def _next_ordinal(meeting: Meeting) -> int:
    last = meeting.items.order_by("-ordinal").values_list("ordinal", flat=True).first()
    return (last or 0) + 1


def _checked(draft: MeetingDraft, by: User) -> MeetingDraft:
    """Check what was said of a meeting, and give it as it is kept."""
    values = asdict(draft)
    values["title"] = " ".join(said(draft.title, "title", most=TITLE_MAX).split())
    values["venue"] = " ".join(draft.venue.split())[:200]
    if draft.kind not in MeetingKind.values:
        raise MeetingRefused("kind-unknown", "kind")
    if draft.kind == MeetingKind.COUNTY_REVIEW:
        if draft.county_id is None:
            raise MeetingRefused("county-missing", "county")
        _check_county(draft.county_id, by)
    else:
        values["county_id"] = None
    if draft.quorum < 1:
        raise MeetingRefused("quorum-too-small", "quorum")
    if draft.classification > min(by.clearance, settings.POLLREADY_CEILING):
        raise MeetingRefused("class-too-high", "classification")
    return MeetingDraft(**values)


def _check_county(county_id: int, by: User) -> None:
    places = places_of(by)
    counties = Place.objects.filter(level=PlaceLevel.COUNTY) if places is None else places
    if not counties.filter(pk=county_id, level=PlaceLevel.COUNTY).exists():
        raise MeetingRefused("county-missing", "county")
