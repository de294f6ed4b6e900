"""Reading duties and their proofs, as far as a user's scope and class go."""

from django.db.models import Q, QuerySet

from pollready.duties.models import Covers, Duty, DutyProof
from pollready.duties.rules import sees_all
from pollready.people.models import User
from pollready.people.scopes import at_stations, is_of_agency
from pollready.register.queries import components_for


def duties_for(user: User, round_id: int) -> QuerySet[Duty]:
    """Give the duties of a round that the user may read.

    Who speaks for an agency reads its own; who serves a place, those of his office and those
    that cover stations, of which he then sees his own; everybody else reads all.
    """
    duties = Duty.objects.filter(round=round_id, classification__lte=user.clearance)
    if is_of_agency(user):
        return duties.filter(agency=user.agency_id, agency__isnull=False)
    if not sees_all(user):
        return duties.filter(Q(office=user.role) | Q(agency__isnull=False, covers=Covers.STATIONS))
    return duties


def standing(user: User, round_id: int) -> QuerySet[Duty]:
    """Give those that have not been ended."""
    return duties_for(user, round_id).filter(ended_at=None)


def proofs_for(user: User, duty: Duty) -> QuerySet[DutyProof]:
    """Give what was said to be done of a duty that the user may read, at objects in his scope."""
    whole = Q(listing=None, component=None)
    at_station = Q(listing__isnull=False) & at_stations("listing", user)
    at_component = Q(component__in=components_for(user).values("pk"))
    return (
        DutyProof.objects.filter(duty=duty)
        .filter(whole | at_station | at_component)
        .select_related("listing__point", "component", "said_by", "ended_by")
    )
