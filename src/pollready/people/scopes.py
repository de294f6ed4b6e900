"""What a user may see at all: the places, rounds, stations and agencies within his scope.

Every page, export and answer reads through these querysets, so what lies outside is not found.
"""

from django.db.models import Exists, OuterRef, Q, QuerySet

from pollready.people.models import AGENCY_ROLES, PLACE_ROLES, Role, User
from pollready.places.models import Agency, ElectionRound, Listing, Place

# How many levels a place can lie below another: locality, district, county, province, nation.
_DEPTH = 4
# Up to how many places a question names one by one, rather than by what they lie in.
_LISTED = 1000


def keep_places(user: User) -> None:
    """Ask for the user's places once, for one request: a page asks thirty times."""
    places = _places_of(user)
    if places is not None and len(found := list(places.values_list("pk", flat=True))) <= _LISTED:
        places = Place.objects.filter(pk__in=found)
    user._kept_places = places  # type: ignore[attr-defined]  # this request's alone


def places_of(user: User) -> QuerySet[Place] | None:
    """Give the places within the user's scope with all that lies in them; None is everywhere."""
    return user._kept_places if hasattr(user, "_kept_places") else _places_of(user)


def _places_of(user: User) -> QuerySet[Place] | None:
    if user.role not in PLACE_ROLES and not user.places.exists():
        return None
    return Place.objects.filter(_in_any(user.places.all()))


def onlooker(clearance: int) -> User:
    """Give somebody who is nobody and sees everything up to a class: for what is of no reader."""
    nobody = User(role=Role.COMMITTEE_HEAD, clearance=clearance)
    nobody._kept_places = None  # type: ignore[attr-defined]  # as `keep_places` does
    return nobody


def in_places(field: str, places: QuerySet[Place] | None) -> Q:
    """Say that what `field` leads to lies within `places` (as `places_of` gives them)."""
    return Q() if places is None else Q(**{f"{field}__in": places})


def rounds_for(user: User) -> QuerySet[ElectionRound]:
    """Give the rounds in which the user has a station, newest first; all to who sees everywhere."""
    rounds = ElectionRound.objects.order_by("-election_date", "-pk")
    if places_of(user) is None:
        return rounds
    return rounds.filter(Exists(listings_for(user).filter(round=OuterRef("pk"))))


def listings_for(user: User) -> QuerySet[Listing]:
    """Give the stations of all rounds within the user's places and class."""
    return Listing.objects.filter(
        in_places("point__place", places_of(user)),
        point__classification__lte=user.clearance,
    )


def at_stations(field: str, user: User) -> Q:
    """Say that `field` leads to a station that `listings_for` gives, without listing them all."""
    here = Q(**{f"{field}__point__classification__lte": user.clearance})
    return in_places(f"{field}__point__place", places_of(user)) & here


def agencies_for(user: User) -> QuerySet[Agency]:
    """Give the agencies up to the user's class: who is responsible is no secret among them."""
    return Agency.objects.filter(classification__lte=user.clearance)


def is_of_agency(user: User) -> bool:
    """Say whether the user speaks for an agency and so sees its own components alone."""
    return user.role in AGENCY_ROLES


def _in_any(chosen: QuerySet[Place]) -> Q:
    """Say that a place is one of `chosen`, or lies in one."""
    condition, up = Q(), "pk"
    for depth in range(_DEPTH + 1):
        condition |= Q(**{f"{up}__in": chosen})
        up = "__".join(["parent"] * (depth + 1))
    return condition
