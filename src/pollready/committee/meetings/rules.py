"""Who sees a meeting and may act in it, and what is valid."""

from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.timezone import localdate

from pollready.committee.meetings.errors import MeetingRefused
from pollready.committee.meetings.models import Meeting, MeetingMember, MeetingState
from pollready.people.models import Role, User
from pollready.people.permissions import Permission, may
from pollready.people.scopes import is_of_agency, places_of

TITLE_MAX, TEXT_MAX, RECORD_MAX = 200, 4000, 20_000
# Offices that can own a decision: those of people who act.
OFFICES = (
    Role.NATIONAL, Role.COMMITTEE_HEAD, Role.SECRETARY, Role.GOVERNOR, Role.DISTRICT,
    Role.OPERATIONS,
)  # fmt: skip
RUNNING = (MeetingState.PLANNED, MeetingState.OPEN)


def in_reach(user: User) -> Q:
    """Say that a meeting is the user's to see: he is invited, it is of his county, or all are.

    An agency's people see the meetings to which somebody of it is invited. Who serves a place
    sees the reviews of the county in which it lies, or that lie in it.
    """
    members = MeetingMember.objects.filter(meeting=OuterRef("pk"))
    invited = Exists(members.filter(user=user))
    if is_of_agency(user):
        return Q(invited) | Q(Exists(members.filter(user__agency=user.agency_id)))
    places = places_of(user)
    if places is None:
        return Q()
    return Q(invited) | Q(county__in=places) | Q(county__in=counties_above(user))


def counties_above(user: User) -> list[int]:
    """Give the places in which the user's own places lie."""
    rows = user.places.values_list("parent", "parent__parent", "parent__parent__parent")
    return [pk for row in rows for pk in row if pk is not None]


def may_lead(user: User, meeting: Meeting) -> bool:
    """Say whether the user plans and leads it."""
    return may(user, Permission.HOLD_MEETINGS) and meeting.state != MeetingState.SIGNED


def is_member(user: User, meeting: Meeting) -> bool:
    """Say whether the user is invited by his account."""
    return meeting.members.filter(user=user).exists()


def said(text: str, field: str, *, most: int = TEXT_MAX) -> str:
    """Give a text without what surrounds it; raises `MeetingRefused` where nothing is said."""
    kept = text.strip()
    if not kept:
        raise MeetingRefused("text-missing", field)
    if len(kept) > most:
        raise MeetingRefused("text-too-long", field, most=most)
    return kept


def quorum_of(meeting: Meeting, members: Any) -> tuple[int, bool]:
    """Count the members with accounts who are present, and say whether they can decide."""
    present = sum(1 for member in members if member.user_id is not None and member.present)
    return present, present >= meeting.quorum


def is_after_election(meeting: Meeting) -> bool:
    """Say whether a meeting is planned for a day on which voting is over."""
    election_date = meeting.round.election_date
    return election_date is not None and localdate(meeting.starts_at) > election_date
