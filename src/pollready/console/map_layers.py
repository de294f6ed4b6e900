"""The layers of the map as JSON: stations, stops, infrastructure, borders, lines of dependence."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from pollready.assessment.falling import Falling
from pollready.assessment.models import FindingRecord, SavedAssessment, StationRecord
from pollready.assessment.positions import (
    LEVEL_LETTERS,
    PER_DEGREE,
    SERVICES,
    read_columns,
    read_stops,
    steps,
)
from pollready.assessment.queries import stations_for
from pollready.intake.boundaries.models import Boundary
from pollready.language import UnknownPhrase, say
from pollready.people.models import User
from pollready.places.models import Place
from pollready.register.kinds import kinds
from pollready.register.links import Links
from pollready.register.models import Component
from pollready.register.queries import components_for
from pollready.register.veil import Veil

# Beyond this many lines nobody tells one from another; the card says how many there are.
LINES_MAX = 4000


def station_layer(
    records: QuerySet[StationRecord],
    findings: QuerySet[FindingRecord] | None,
    falling: Falling | None = None,
) -> dict[str, Any]:
    """Give the stations by column; numbers as steps from one to the next, which pack well."""
    columns = read_columns(records, findings)
    counties = Place.objects.in_bulk({each for each in columns.counties if each is not None})
    order = sorted(counties.values(), key=lambda place: (place.code, place.key))
    index = {place.pk: number for number, place in enumerate(order)}
    return {
        "per_degree": PER_DEGREE,
        "ids": steps(columns.ids),
        "lats": steps(columns.lats),
        "lons": steps(columns.lons),
        "voters": columns.voters,
        "county_names": [place.name for place in order],
        "counties": [None if each is None else index[each] for each in columns.counties],
        "mobile": columns.mobile,
        "readiness": columns.readiness,
        "admit": columns.admit,
        "close": columns.close,
        "criteria": columns.criteria,
        "found": columns.found,
        "fall": {} if falling is None else _falls(columns.ids, falling),
    }


def _falls(listings: list[int], falling: Falling) -> dict[str, str]:
    """Give the letter of the level that each station falls to, by service."""
    found = {}
    for service in SERVICES:
        levels = falling.levels(service)
        names = (levels.get(listing, "") for listing in listings)
        found[service] = "".join(LEVEL_LETTERS.get(name, "?") for name in names)
    return found


def stop_layer(records: QuerySet[StationRecord]) -> dict[str, Any]:
    """Give the stops of the mobile stations by column."""
    columns = read_stops(records)
    return {
        "per_degree": PER_DEGREE,
        "stations": steps(columns.stations),
        "ordinals": columns.ordinals,
        "lats": steps(columns.lats),
        "lons": steps(columns.lons),
    }


def positioned(user: User, round_id: int) -> QuerySet[Component]:
    """Give the round's components in the user's scope that have a position."""
    return components_for(user).filter(round=round_id, lat__isnull=False)


def component_layer(components: QuerySet[Component], veil: Veil, language: str) -> dict[str, Any]:
    """Give the components whose place this viewer may know; the others are not in it at all."""
    rows = [
        row
        for row in components.order_by("kind", "pk").values_list(
            "pk", "code", "kind", "name", "lat", "lon"
        )
        if veil.shows(row[1])
    ]
    places = [(row[4] or 0, row[5] or 0) for row in rows]  # `positioned` leaves no gaps
    codes = sorted({row[2] for row in rows}, key=list(kinds()).index)
    index = {code: number for number, code in enumerate(codes)}
    return {
        "per_degree": PER_DEGREE,
        "kinds": [
            {"code": code, "name": kind_name(code, language), "medium": kinds()[code].medium}
            for code in codes
        ],
        "ids": steps([row[0] for row in rows]),
        "of_kind": [index[row[2]] for row in rows],
        "names": [row[3] or row[1] for row in rows],
        "lats": steps([round(lat * PER_DEGREE) for lat, _ in places]),
        "lons": steps([round(lon * PER_DEGREE) for _, lon in places]),
    }


def kind_name(code: str, language: str) -> str:
    """Name a kind of component."""
    try:
        return say(f"kind.{code}", language)
    except UnknownPhrase:
        return code


def border_layer(boundaries: QuerySet[Boundary]) -> dict[str, Any]:
    """Give the borders as GeoJSON."""
    rows = boundaries.order_by("place__level", "place").values_list(
        "place__level", "place__name", "geometry"
    )
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"level": level, "name": name},
                "geometry": {"type": "MultiPolygon", "coordinates": geometry},
            }
            for level, name, geometry in rows
        ],
    }


Point = tuple[float, float]


def lines_up(listing: int, at: Point | None, links: Links, seen: Mapping[str, Point]) -> list[Any]:
    """Give the lines from a station to what it needs, as far as both ends may be shown."""
    ends: dict[str | None, Point] = dict(seen.items())
    if at is not None:
        ends[None] = at
    steps_up = dict.fromkeys(links.upward(listing))
    return [[*ends[start], *ends[end]] for start, end in steps_up if start in ends and end in ends][
        :LINES_MAX
    ]


def shown_positions(components: QuerySet[Component], veil: Veil) -> dict[str, Point]:
    """Give longitude and latitude of each component whose place this viewer may know."""
    rows = components.values_list("code", "lon", "lat")
    return {
        code: (lon, lat)
        for code, lon, lat in rows
        if lon is not None and lat is not None and veil.shows(code)
    }


@dataclass(frozen=True, slots=True)
class Below:
    """The stations in a viewer's scope that name a component, directly or through others."""

    stations: int
    voters: int | None
    without_voters: int
    ends: list[Point]


def stations_below(user: User, saved: SavedAssessment, code: str, links: Links) -> Below:
    """Find the stations below a component, counted within the scope.

    They are picked out of the scope here: a database takes only so many numbers in one question.
    """
    resting = links.resting_on(code)
    rows = [
        row
        for row in stations_for(user, saved).values_list(
            "listing_id",
            "listing__expected_voters",
            "listing__point__lon",
            "listing__point__lat",
        )
        if row[0] in resting
    ]
    known = [row[1] for row in rows if row[1] is not None]
    return Below(
        stations=len(rows),
        voters=sum(known) if known else None,
        without_voters=len(rows) - len(known),
        ends=[(lon, lat) for _, _, lon, lat in rows if lon is not None and lat is not None],
    )
