"""The workbook for an office to complete: the template with what is known of its stations."""

from collections import defaultdict
from collections.abc import Sequence, Set
from datetime import date
from pathlib import Path
from typing import Any

from django.db.models import QuerySet

from pollready.audit.classification import Classification
from pollready.intake.workbook import SHEET_BY_NAME, ColumnKind
from pollready.intake.writing.workbook_file import write_workbook
from pollready.places.models import ElectionRound, Listing, Place, PlaceLevel, Stop
from pollready.register.models import Claim
from pollready.register.upstream import names_upstream

_LEVELS = {
    PlaceLevel.COUNTY: "county",
    PlaceLevel.DISTRICT: "district",
    PlaceLevel.LOCALITY: "locality",
}


def write_complete(
    round_: ElectionRound,
    path: Path | str,
    language: str,
    *,
    with_names: bool = False,
    listings: QuerySet[Listing] | None = None,
    most: int = Classification.TOP_SECRET,
    said: Sequence[str] = (),
) -> None:
    """Write the template filled with the stations of a round; what is not known is blank.

    So is what names something upstream, such as the feeder, unless `with_names`: a masked code
    would come back as if it were one. `listings` are those of the round that may be in it, `most`
    is the highest class of what may be said of them, and `said` stands in its guide.

    Where sources contradict one another the cell is blank too: the office is to say.
    """
    chosen = Listing.objects.filter(round=round_) if listings is None else listings
    rows_of = list(chosen.select_related("point").order_by("code"))
    claims = _agreed_claims(round_, most)
    if not with_names:
        claims = _without_names(claims)
    places = {place.pk: place for place in Place.objects.all()}
    rows = {
        "round": [_round_row(round_)],
        "stations": [_station_row(each, claims, places) for each in rows_of],
        "stops": _stop_rows(round_, {each.pk for each in rows_of}),
    }
    write_workbook(path, rows, language, said=said)


def _round_row(round_: ElectionRound) -> dict[str, Any]:
    names = ("name", "election_date", "opens", "closes")
    return {name: getattr(round_, name) for name in names} | {"province": round_.jurisdiction}


def _station_row(
    listing: Listing, claims: dict[int, dict[str, str]], places: dict[int, Place]
) -> dict[str, Any]:
    point = listing.point
    row: dict[str, Any] = {
        "code": listing.code,
        "name": point.name,
        "kind": point.kind,
        "address": point.address,
        "lat": point.lat,
        "lon": point.lon,
        "expected_voters": listing.expected_voters,
        "basis": listing.voters_basis,
        "status": listing.status,
    }
    for name, value in claims.get(listing.pk, {}).items():
        row[name] = _typed(name, value)
    place = places.get(point.place_id) if point.place_id else None
    while place is not None:
        if place.level in _LEVELS:
            row[_LEVELS[PlaceLevel(place.level)]] = place.name
        place = places.get(place.parent_id) if place.parent_id else None
    return row


def _agreed_claims(round_: ElectionRound, most: int) -> dict[int, dict[str, str]]:
    """Give the current claims of each listing in which all sources agree."""
    said: dict[tuple[int, str], set[str]] = defaultdict(set)
    printed = {column.field for column in SHEET_BY_NAME["stations"].printed}
    current = Claim.objects.filter(listing__round=round_, superseded_at=None)
    secret = set(current.filter(classification__gt=most).values_list("listing_id", "field"))
    for listing, field, value in current.values_list("listing_id", "field", "value"):
        if listing is not None and field in printed and (listing, field) not in secret:
            said[listing, field].add(value)
    agreed: dict[int, dict[str, str]] = defaultdict(dict)
    for (listing, field), values in said.items():
        if len(values) == 1:
            agreed[listing][field] = values.pop()
    return agreed


def _without_names(claims: dict[int, dict[str, str]]) -> dict[int, dict[str, str]]:
    return {
        listing: {name: value for name, value in said.items() if not names_upstream(name, value)}
        for listing, said in claims.items()
    }


def _typed(field: str, value: str) -> Any:
    """Give a claim's text as the value that it was."""
    kind = SHEET_BY_NAME["stations"].column(field).kind
    if kind is ColumnKind.DATE:
        return date.fromisoformat(value)
    if kind in (ColumnKind.COUNT, ColumnKind.NUMBER):
        number = float(value)
        return int(number) if number.is_integer() else number
    return value


def _stop_rows(round_: ElectionRound, chosen: Set[int]) -> list[dict[str, Any]]:
    stops = Stop.objects.filter(listing__round=round_).select_related("listing")
    return [
        {
            "code": stop.listing.code,
            "order": stop.ordinal,
            "place": stop.place_name,
            "lat": stop.lat,
            "lon": stop.lon,
            "arrive": stop.arrive,
            "leave": stop.leave,
        }
        for stop in stops.order_by("listing__code", "ordinal")
        if stop.listing_id in chosen
    ]
