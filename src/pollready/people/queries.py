"""Reading the people of the installation, for those who keep them."""

from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Lower

from pollready.people.models import LinkPurpose, SignInLink, User
from pollready.people.scopes import places_of
from pollready.people.second_step import with_second_step

# How a password that nobody can type begins, in Django's table.
UNUSABLE = "!"


def people_for(user: User) -> QuerySet[User]:
    """Give the people whom the user may keep: all, or those whose places lie within his."""
    people = User.objects.select_related("agency").order_by(
        Lower("last_name"), Lower("first_name"), "username"
    )
    within = places_of(user)
    if within is None:
        return people
    served = User.places.through.objects.filter(user=OuterRef("pk"))
    return people.filter(Exists(served), ~Exists(served.exclude(place__in=within)))


def with_state(people: QuerySet[User], *, now: datetime) -> QuerySet[User]:
    """Add what a list of people shows of each: a second step, an invitation still open."""
    invited = SignInLink.objects.filter(
        user=OuterRef("pk"),
        purpose=LinkPurpose.INVITATION,
        used_at__isnull=True,
        expires_at__gt=now,
    )
    return people.annotate(second_step=with_second_step(), invitation_open=Exists(invited))
