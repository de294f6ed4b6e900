"""Reading reviews of counties as one user may."""

from django.db.models import Exists, OuterRef, QuerySet

from pollready.committee.county_reviews.models import READ_BY_COUNTY, CountyReview
from pollready.committee.county_reviews.rules import may_prepare
from pollready.language import alphabetical
from pollready.people.models import User
from pollready.people.permissions import Permission, may
from pollready.people.scopes import in_places, is_of_agency, places_of, rounds_for
from pollready.places.models import Listing, ListingStatus, Place, PlaceLevel


def reviews_for(user: User) -> QuerySet[CountyReview]:
    """Give the reviews of the user's counties, up to his class.

    A pack speaks of a whole county and of every agency: who serves a district only, or speaks
    for an agency, finds none. Who does not prepare them finds those that were sent.
    """
    if not may(user, Permission.SEE_MEETINGS) or is_of_agency(user):
        return CountyReview.objects.none()
    found = CountyReview.objects.filter(
        in_places("county", places_of(user)),
        classification__lte=user.clearance,
        round__in=rounds_for(user),
    )
    if not may_prepare(user):
        found = found.filter(state__in=READ_BY_COUNTY)
    return found.select_related("county", "round", "meeting", "made_by")


def counties_for(user: User, round_id: int) -> list[Place]:
    """Give the counties of the user that have a station in the round, in the order of codes."""
    if is_of_agency(user):
        return []
    here = Listing.objects.filter(round=round_id).exclude(status=ListingStatus.CANCELLED)
    stations = here.filter(**{"point__place": OuterRef("pk")})
    below = here.filter(point__place__parent=OuterRef("pk"))
    deeper = here.filter(point__place__parent__parent=OuterRef("pk"))
    places = places_of(user)
    counties = Place.objects.all() if places is None else places
    found = counties.filter(Exists(stations) | Exists(below) | Exists(deeper),
                            level=PlaceLevel.COUNTY)  # fmt: skip
    return sorted(found, key=lambda each: (each.code, alphabetical(each.name), each.pk))


def last_reviews(user: User, round_id: int) -> dict[int, CountyReview]:
    """Give the newest review of each county that the user finds, but for those withdrawn."""
    found: dict[int, CountyReview] = {}
    rows = reviews_for(user).filter(round=round_id).exclude(state="withdrawn")
    for review in rows.select_related("sign_off").order_by("number"):
        found[review.county_id] = review
    return found
