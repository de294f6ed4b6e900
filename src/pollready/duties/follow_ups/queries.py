"""Reading follow-ups, as far as a user's scope and class go."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from pollready.duties.follow_ups.models import OWED, FollowUp, FollowUpFile, FollowUpObject
from pollready.duties.models import Covers
from pollready.duties.rules import sees_all
from pollready.people.models import User
from pollready.people.scopes import at_stations, is_of_agency
from pollready.register.queries import components_for


def follow_ups_for(user: User, round_id: int) -> QuerySet[FollowUp]:
    """Give the follow-ups of a round that the user may read.

    Who speaks for an agency reads its own; who serves a place, those given to him, those of his
    office without stations or with one of his, and others about his stations; all others, all.
    """
    found = FollowUp.objects.filter(round=round_id, classification__lte=user.clearance)
    mine = Q(person=user.pk)
    if is_of_agency(user):
        return found.filter(mine | Q(agency=user.agency_id, agency__isnull=False))
    if sees_all(user):
        return found
    rows = FollowUpObject.objects.filter(follow_up=OuterRef("pk"), listing__isnull=False)
    here = Q(Exists(rows.filter(at_stations("listing", user))))
    nobody = Q(person=None)
    of_office = Q(office=user.role) & nobody & (Q(covers=Covers.OWNER) | here)
    return found.filter(mine | of_office | (Q(covers=Covers.STATIONS) & here))


def owed_by(user: User, round_id: int) -> QuerySet[FollowUp]:
    """Give those that wait for this user: named, or of his agency or office and nobody named."""
    nobody = Q(person=None) | Q(person__is_active=False)
    owner = Q(office=user.role)
    if is_of_agency(user):
        owner = Q(agency=user.agency_id, agency__isnull=False)
    rows = follow_ups_for(user, round_id).filter(state__in=OWED)
    return rows.filter(Q(person=user.pk) | (nobody & owner))


def stations_of(user: User, follow_up: FollowUp) -> QuerySet[FollowUpObject]:
    """Give the stations at which it is measured, within the user's scope."""
    rows = FollowUpObject.objects.filter(at_stations("listing", user), follow_up=follow_up)
    return rows.filter(listing__isnull=False).select_related("listing__point__place")


def components_of(user: User, follow_up: FollowUp) -> QuerySet[FollowUpObject]:
    """Give the components covered that the user may know of."""
    known = components_for(user).values("pk")
    rows = FollowUpObject.objects.filter(follow_up=follow_up, component__in=known)
    return rows.select_related("component")


def files_for(user: User, round_id: int) -> QuerySet[FollowUpFile]:
    """Give the files attached to reports that the user may read."""
    seen = follow_ups_for(user, round_id).values("pk")
    files = FollowUpFile.objects.filter(event__follow_up__in=seen)
    return files.filter(classification__lte=user.clearance).select_related("event", "withdrawn_by")
