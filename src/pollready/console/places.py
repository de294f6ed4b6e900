"""Places in lists: what a place lies in, and the counties and districts that a viewer knows."""

from django.db.models import Q

from pollready.assessment.filters import county_called
from pollready.people.models import User
from pollready.people.scopes import in_places, places_of
from pollready.places.models import Place, PlaceLevel

# From a place up to its county, for select_related.
ABOVE = "parent__parent"


def places_above(place: Place | None) -> dict[int, str]:
    """Give the names of a place and of those that it lies in, by level."""
    names: dict[int, str] = {}
    while place is not None and place.level >= PlaceLevel.COUNTY:
        names[place.level] = place.name
        if place.level == PlaceLevel.COUNTY:
            break  # what lies above it is not read along with a row
        place = place.parent
    return names


def county_choices(viewer: User) -> list[tuple[str, str]]:
    """List the counties that the viewer has a part of, in the order of their codes."""
    mine = places_of(viewer)
    if mine is None:
        found = list(Place.objects.filter(level=PlaceLevel.COUNTY))
    else:
        above = (county_above(place) for place in mine.select_related(ABOVE))
        found = list({county.pk: county for county in above if county}.values())
    found.sort(key=lambda county: (county.code, county.key))
    return [(county.code or county.name, county.name) for county in found]


def county_above(place: Place | None) -> Place | None:
    """Find the county that a place is or lies in; None for what is wider."""
    while place is not None and place.level > PlaceLevel.COUNTY:
        place = place.parent
    return place if place is not None and place.level == PlaceLevel.COUNTY else None


def district_choices(county: str, viewer: User) -> list[tuple[str, str]]:
    """List the districts of a county that the viewer knows."""
    if not county:
        return []
    above = Place.objects.filter(county_called(county))
    places = Place.objects.filter(
        in_places("pk", places_of(viewer)), level=PlaceLevel.DISTRICT, parent__in=above
    )
    return sorted(((str(place.pk), place.name) for place in places), key=lambda pair: pair[1])


def place_named(which: Q, viewer: User) -> str:
    """Name a place that the viewer knows; a question mark for any other."""
    mine = Place.objects.filter(which, in_places("pk", places_of(viewer)))
    return mine.values_list("name", flat=True).first() or "?"
