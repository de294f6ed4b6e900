"""Reading the register as one user may: his places, his agency, up to his class."""

from django.db.models import Q, QuerySet

from pollready.people.models import User
from pollready.people.scopes import in_places, is_of_agency, listings_for, places_of
from pollready.register.models import Claim, Component, ComponentGroup


def components_for(user: User) -> QuerySet[Component]:
    """Give the components of all rounds that the user may know of; names may still be masked.

    Who speaks for an agency sees its own and no other's; who serves a place, those that stand
    in it: one whose place nobody recorded is not his.
    """
    return Component.objects.filter(
        _of_own_agency(user),
        in_places("place", places_of(user)),
        classification__lte=user.clearance,
    )


def groups_for(user: User) -> QuerySet[ComponentGroup]:
    """Give the common causes of all rounds that the user may know of.

    A group has no place of its own: it is seen where one of its members is.
    """
    groups = ComponentGroup.objects.filter(_of_own_agency(user), classification__lte=user.clearance)
    if places_of(user) is None:
        return groups
    members = Q(members__component__in=components_for(user)) | Q(
        members__listing__in=listings_for(user)
    )
    return groups.filter(members).distinct()


def claims_for(user: User) -> QuerySet[Claim]:
    """Give the claims, of any time, on what the user may see, up to his class."""
    stations = listings_for(user)
    return Claim.objects.filter(
        Q(listing__in=stations)
        | Q(stop__listing__in=stations)
        | Q(component__in=components_for(user)),
        classification__lte=user.clearance,
        source__classification__lte=user.clearance,
    )


def _of_own_agency(user: User) -> Q:
    return Q(agency=user.agency_id) if is_of_agency(user) else Q()
