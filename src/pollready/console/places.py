"""Places in lists: what a place lies in, and the counties and districts that a viewer knows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q

from pollready.assessment.filters import county_called
from pollready.console.lists.fields import Options
from pollready.language import alphabetical
from pollready.people.models import User
from pollready.people.scopes import in_places, places_of
from pollready.places.models import Place, PlaceLevel
from pollready.places.queries import lying_in

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


def wider_choices(viewer: User) -> tuple[str, list[tuple[str, str]]]:
    """List the places wider than counties among which the viewer can choose, with their level.

    Those of the widest level with more than one; none where all counties lie in one of each.
    """
    above: set[int | None] | None = None
    if (mine := places_of(viewer)) is not None:
        columns = [f"{'parent__' * up}pk" for up in range(PlaceLevel.LOCALITY + 1)]
        above = {pk for row in mine.values_list(*columns) for pk in row}
    found = [
        place
        for place in Place.objects.filter(level__lt=PlaceLevel.COUNTY).order_by("code", "key")
        if above is None or place.pk in above
    ]
    for level in (PlaceLevel.NATION, PlaceLevel.PROVINCE):
        of_level = [(str(place.pk), place.name) for place in found if place.level == level]
        if len(of_level) > 1:
            return str(level.label), of_level
    return "", []


def in_order(options: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Put options in the order of their names."""
    return sorted(options, key=lambda option: alphabetical(option[1]))


@dataclass(frozen=True, slots=True)
class Counties:
    """The counties that a form offers: in one row, or in groups by what they lie in."""

    options: Options
    groups: Sequence[tuple[str, Options]] = ()


def counties_offered(viewer: User, within: int | None = None) -> Counties:
    """Offer the counties that the viewer has a part of, of one wider place where it is chosen.

    They stand in the order of their codes, by wider place where they lie in several.
    """
    found = _counties(viewer, within)
    wider: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for county in found:
        above = county.parent
        place = (above.code, above.name) if above else ("", "")
        wider.setdefault(place, []).append((county.code or county.name, county.name))
    if len(wider) < 2:
        return Counties([(county.code or county.name, county.name) for county in found])
    order = sorted(wider, key=lambda place: (place[0], alphabetical(place[1])))
    return Counties((), [(place[1], wider[place]) for place in order])


def county_choices(viewer: User) -> list[tuple[str, str]]:
    """List the counties that the viewer has a part of, in the order of their codes."""
    return [(county.code or county.name, county.name) for county in _counties(viewer, None)]


def _counties(viewer: User, within: int | None) -> list[Place]:
    mine = places_of(viewer)
    if mine is None:
        inside = Place.objects.all() if within is None else lying_in(within)
        found = list(inside.filter(level=PlaceLevel.COUNTY).select_related("parent"))
    else:
        above = (county_above(place) for place in mine.select_related(f"{ABOVE}__parent"))
        found = list({county.pk: county for county in above if county}.values())
        if within is not None:
            found = [county for county in found if within in _chain(county)]
    return sorted(found, key=lambda county: (county.code, alphabetical(county.name)))


def _chain(place: Place | None) -> list[int]:
    """Give the keys of a place and of those that it lies in, as far as they are read along."""
    chain: list[int] = []
    while place is not None:
        chain.append(place.pk)
        place = place.parent
    return chain


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
    return in_order((str(place.pk), place.name) for place in places)


def place_named(which: Q, viewer: User) -> str:
    """Name a place that the viewer knows; a question mark for any other."""
    mine = Place.objects.filter(which, in_places("pk", places_of(viewer)))
    return mine.values_list("name", flat=True).first() or "?"
