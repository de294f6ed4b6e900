"""What a claim is about: a listed station, a stop of one, or a component, by kind and id."""

from dataclasses import dataclass

from pollready.audit.classification import Classification
from pollready.people.models import PLACE_ROLES, User
from pollready.people.permissions import NotPermitted, Permission, check
from pollready.people.scopes import is_of_agency, listings_for
from pollready.places.models import Listing, Stop
from pollready.register.corrections.models import Resolution
from pollready.register.models import Claim, Component
from pollready.register.queries import components_for

LISTING, STOP, COMPONENT = "listing", "stop", "component"
KINDS = (LISTING, STOP, COMPONENT)
Thing = Listing | Stop | Component


class OutOfReach(LookupError):
    """There is no such object within the user's scope and class."""

    code = "register.out-of-reach"

    def __init__(self, about: object) -> None:
        self.fields: dict[str, object] = {}
        super().__init__(str(about))


@dataclass(frozen=True, slots=True)
class About:
    """An object by kind and id; written `listing/12`, as the log keeps it."""

    kind: str
    id: int

    def __str__(self) -> str:
        return f"{self.kind}/{self.id}"

    @classmethod
    def of(cls, thing: Thing) -> "About":
        """Name an object of the register."""
        kinds = {Listing: LISTING, Stop: STOP, Component: COMPONENT}
        return cls(kinds[type(thing)], thing.pk)

    @classmethod
    def of_claim(cls, claim: Claim | Resolution) -> "About":
        """Name what a claim, or a decision on claims, is about."""
        for kind in KINDS:
            if (pk := getattr(claim, f"{kind}_id")) is not None:
                return cls(kind, pk)
        raise AssertionError("a claim is about one thing")

    @property
    def column(self) -> dict[str, int]:
        """Give the filter, or the column, by which claims are about this object."""
        return {f"{self.kind}_id": self.id}


def find(user: User, about: About, *, lock: bool = False) -> Thing:
    """Give the object; raises `OutOfReach` where the user's scope or class does not hold it.

    With `lock` nobody else writes about the object until the transaction ends.
    """
    found: Thing | None
    if about.kind == LISTING:
        listings = listings_for(user).select_related("point", "round")
        listings = listings.select_for_update(of=("self",)) if lock else listings
        found = listings.filter(pk=about.id).first()
    elif about.kind == STOP:
        stops = Stop.objects.filter(listing__in=listings_for(user))
        stops = stops.select_related("listing__point", "listing__round")
        stops = stops.select_for_update(of=("self",)) if lock else stops
        found = stops.filter(pk=about.id).first()
    elif about.kind == COMPONENT:
        components = components_for(user).select_related("round", "agency", "place")
        components = components.select_for_update(of=("self",)) if lock else components
        found = components.filter(pk=about.id).first()
    else:
        found = None
    if found is None:
        raise OutOfReach(about)
    return found


def find_to_correct(user: User, about: About) -> Thing:
    """Give and lock the object for who may correct it; raises `NotPermitted`, `OutOfReach`.

    Who speaks for an agency corrects its components, not stations; who serves a place, its
    stations, not what others run there.
    """
    check(user, Permission.CORRECT_REGISTER)
    thing = find(user, about, lock=True)
    if not may_correct(user, about):
        raise NotPermitted(Permission.CORRECT_REGISTER)
    return thing


def may_correct(user: User, about: About) -> bool:
    """Say whether objects of this kind are the user's to correct, once his scope holds them."""
    if is_of_agency(user):
        return about.kind == COMPONENT
    return about.kind != COMPONENT or user.role not in PLACE_ROLES


def round_id_of(thing: Thing) -> int:
    """Give the round to which an object belongs."""
    return thing.listing.round_id if isinstance(thing, Stop) else thing.round_id


def class_of(thing: Thing) -> Classification:
    """Give the class of an object, which claims about it inherit."""
    if isinstance(thing, Stop):
        return Classification(thing.listing.point.classification)
    if isinstance(thing, Listing):
        return Classification(thing.point.classification)
    return Classification(thing.classification)


def listing_of(thing: Thing) -> Listing | None:
    """Give the station to whose page an object belongs; None for a component."""
    if isinstance(thing, Stop):
        return thing.listing
    return thing if isinstance(thing, Listing) else None
