"""What must hold of accounts: rights that fit the role, and an administrator who stays."""

from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

from pollready.people.models import AGENCY_ROLES, PLACE_ROLES, Role, User
from pollready.people.permissions import PERMISSIONS, Permission, permissions_of
from pollready.people.scopes import agencies_for, places_of
from pollready.places.models import Agency, Place

# What belongs to an office and not to who keeps the accounts.
_OF_OFFICE = frozenset(
    {Permission.DECLARE_READINESS, Permission.WAIVE_OBSTACLES, Permission.ANSWER_REVIEW}
)


class PersonRefused(Exception):
    """An account cannot be as asked; `code` says why and `field` where it was asked."""

    def __init__(self, code: str, field: str = "", **fields: object) -> None:
        self.code = f"people.{code}"
        self.field = field
        self.fields: dict[str, object] = fields
        super().__init__(self.code)


@dataclass(frozen=True, slots=True)
class Rights:
    """What an account lets its person do and see."""

    role: Role
    agency: Agency | None = None
    places: tuple[Place, ...] = field(default=())
    clearance: int = 0
    may_see_names: bool = False

    def recorded(self) -> dict[str, Any]:
        """Give the rights for the log."""
        return {
            "role": self.role.value,
            "agency": self.agency.code if self.agency else None,
            "places": sorted(place.pk for place in self.places),
            "clearance": int(self.clearance),
            "may_see_names": self.may_see_names,
        }


def rights_of(user: User) -> Rights:
    """Give the rights of an account as they are."""
    return Rights(
        role=Role(user.role),
        agency=user.agency,
        places=tuple(user.places.order_by("pk")),
        clearance=user.clearance,
        may_see_names=user.may_see_names,
    )


def highest_given(by: User) -> int:
    """Give the highest class that somebody may give: one of some places gives at most his own."""
    ceiling: int = settings.POLLREADY_CEILING
    return ceiling if places_of(by) is None else min(ceiling, by.clearance)


def check_rights(rights: Rights, *, by: User) -> None:
    """Raise `PersonRefused` where rights do not fit the role, the ceiling or the giver's scope."""
    if rights.role in AGENCY_ROLES and rights.agency is None:
        raise PersonRefused("agency-missing", "agency")
    if rights.role not in AGENCY_ROLES and rights.agency is not None:
        raise PersonRefused("agency-not-for-role", "agency")
    if rights.role in PLACE_ROLES and not rights.places:
        raise PersonRefused("place-missing", "places")
    if rights.clearance > settings.POLLREADY_CEILING:
        raise PersonRefused("above-ceiling", "clearance")
    if is_mightier(rights.role, by):
        raise PersonRefused("role-above-yours", "role")
    if rights.agency is not None and not agencies_for(by).filter(pk=rights.agency.pk).exists():
        raise PersonRefused("agency-not-yours", "agency")
    within = places_of(by)
    if within is not None:
        if rights.clearance > highest_given(by):
            raise PersonRefused("above-yours", "clearance")
        if rights.may_see_names and not by.may_see_names:
            raise PersonRefused("names-not-yours", "may_see_names")
        wanted = {place.pk for place in rights.places}
        if not wanted or wanted - set(within.filter(pk__in=wanted).values_list("pk", flat=True)):
            raise PersonRefused("outside-your-places", "places")


def is_mightier(role: Role, by: User) -> bool:
    """Say whether a role may more than who would give it, or reaches further.

    What an office alone may do (declare its agency ready, waive an obstacle, answer for a county)
    comes with the appointment, which an administrator writes down. The national role is for the
    whole country: who serves a part of it does not give it.
    """
    if role == Role.NATIONAL and places_of(by) is not None:
        return True
    return bool(PERMISSIONS[role] - _OF_OFFICE - permissions_of(by))


def check_not_mightier(by: User, person: User) -> None:
    """Raise `PersonRefused` where an administrator of some places would take over who has more.

    Whoever renews somebody's password or second step holds the link that lets him in.
    """
    if places_of(by) is None:
        return
    more_names = person.may_see_names and not by.may_see_names
    if person.clearance > by.clearance or more_names or is_mightier(Role(person.role), by):
        raise PersonRefused("person-above-you")


def shrinks(before: Rights, after: Rights) -> bool:
    """Say whether something that was allowed or seen no longer is.

    Another role or agency counts: hardly any two lie within each other.
    """
    old, new = ({place.pk for place in rights.places} for rights in (before, after))
    narrower = bool(new) and (not old or bool(old - new))
    return (
        before.role != after.role
        or before.agency != after.agency
        or narrower
        or after.clearance < before.clearance
        or (before.may_see_names and not after.may_see_names)
    )


def check_not_oneself(by: User, person: User) -> None:
    """Raise `PersonRefused` where somebody would change his own rights or close himself out."""
    if by.pk == person.pk:
        raise PersonRefused("own-rights")


def check_not_last_administrator(person: User) -> None:
    """Raise `PersonRefused` where nobody would be left who keeps the people."""
    if person.role != Role.ADMINISTRATOR or not person.is_active:
        return
    others = User.objects.filter(role=Role.ADMINISTRATOR, is_active=True).exclude(pk=person.pk)
    if not others.select_for_update().exists():
        raise PersonRefused("last-administrator")


def check_reason(reason: str) -> str:
    """Give the reason in one line; raises `PersonRefused` where there is none."""
    said = " ".join(reason.split())
    if not said:
        raise PersonRefused("reason-missing", "reason")
    return said[:500]
