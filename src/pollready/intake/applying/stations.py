"""Stations: their lasting identity, their entry in the round's list, and what is new of them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Exists, OuterRef

from pollready.audit.classification import Classification
from pollready.intake.applying.geography import Geography
from pollready.intake.applying.session import Session, class_of, plain
from pollready.intake.staging import Record
from pollready.language import fold
from pollready.places.models import Listing, Place, PointType, ServicePoint

_POINT_FIELDS = ("kind", "name", "key", "place_id", "address", "lat", "lon", "classification")
_LISTING_FIELDS = ("code", "status", "expected_voters", "voters_basis")

PointKey = tuple[int | None, str, str]  # county, folded name, kind


def apply_stations(session: Session, geography: Geography) -> dict[str, Listing]:
    """Write the stations of the file; gives every listing of the round by code."""
    records = session.staged.records("stations")
    places = {id(record): geography.place_of(record) for record in records}
    listings = {
        listing.code: listing
        for listing in Listing.objects.filter(round=session.round.pk).select_related("point")
    }
    counties = _Counties(session.places)
    known = _KnownPoints(session, records, listings, counties)
    new: list[tuple[Record, ServicePoint, Listing]] = []
    old: list[tuple[Record, Listing, dict[str, Any]]] = []
    for record in records:
        place = places[id(record)]
        listing = known.listing_for(record, place)
        if listing is not None:
            before = _values(listing.point, listing)
            held = session.corrections.hold(listing)
            _fill(listing.point, listing, record, _finest(listing.point, place, session.places))
            session.corrections.put_back(listing, record, held)
            old.append((record, listing, before))
            continue
        point = known.point_for(record, place) or ServicePoint(point_type=PointType.STATION)
        listing = Listing(round_id=session.round.pk, point=point)
        _fill(point, listing, record, place)
        new.append((record, point, listing))
    _save_changed(session, old)
    _save_new(session, new)
    session.listings = {listing.code: listing for listing in _current(listings.values(), old, new)}
    return session.listings


class _Counties:
    """The county above a place, or the place itself where it is as wide."""

    def __init__(self, places: Mapping[int, Place]) -> None:
        self._parents = {pk: (place.parent_id, place.level) for pk, place in places.items()}

    def of(self, place_id: int | None) -> int | None:
        while place_id is not None:
            parent, level = self._parents[place_id]
            if level <= 2:  # county, or wider where there is none
                return place_id
            place_id = parent
        return None


class _KnownPoints:
    """Points of this round and earlier ones: by code here, else by county, name and kind."""

    def __init__(
        self,
        session: Session,
        records: Iterable[Record],
        listings: dict[str, Listing],
        counties: _Counties,
    ) -> None:
        self._counties = counties
        self._listings = listings
        codes = {record.get("code") for record in records}
        # A renumbered list: those whose code it no longer has are looked for by name.
        self._renumbered: dict[PointKey, list[Listing]] = defaultdict(list)
        for listing in listings.values():
            if listing.code not in codes:
                self._renumbered[self._key_of(listing.point)].append(listing)
        self._earlier: dict[PointKey, list[ServicePoint]] = defaultdict(list)
        here = {listing.point_id for listing in listings.values()}
        # One that no round lists was written ahead of an import that did not come to its end.
        listed = ServicePoint.objects.filter(Exists(Listing.objects.filter(point=OuterRef("pk"))))
        for point in listed.filter(point_type=PointType.STATION).order_by("pk"):
            if point.pk not in here:
                self._earlier[self._key_of(point)].append(point)

    def listing_for(self, record: Record, place: Place | None) -> Listing | None:
        """Find the station in this round's list."""
        listing = self._listings.get(record.values["code"])
        if listing is not None:
            return listing
        candidates = self._renumbered.get(self._key(record, place))
        return candidates.pop(0) if candidates else None

    def point_for(self, record: Record, place: Place | None) -> ServicePoint | None:
        """Find the station among those of other rounds."""
        candidates = self._earlier.get(self._key(record, place))
        return candidates.pop(0) if candidates else None

    def _key(self, record: Record, place: Place | None) -> PointKey:
        county = self._counties.of(place.pk) if place else None
        return county, fold(_name(record)), record.get("kind") or "fixed"

    def _key_of(self, point: ServicePoint) -> PointKey:
        return self._counties.of(point.place_id), point.key, point.kind


def _finest(point: ServicePoint, place: Place | None, places: Mapping[int, Place]) -> Place | None:
    """Give the place that a row names, or none where what is known of the point lies in it.

    A list that names the county alone takes nothing back of the district and the village.
    """
    known = point.place_id if place is not None else None
    while known is not None and place is not None:
        if known == place.pk:
            return None
        known = places[known].parent_id
    return place


def _name(record: Record) -> str:
    return str(record.get("name") or record.values["code"])


def _fill(point: ServicePoint, listing: Listing, record: Record, place: Place | None) -> None:
    """Write a row over a point and its listing; a blank cell leaves what is known."""
    point.name = record.get("name") or point.name or record.values["code"]
    point.key = fold(point.name)[:300]
    point.kind = record.get("kind") or point.kind
    if place is not None:
        point.place_id = place.pk
    address = ", ".join(filter(None, (record.get("address"), record.get("postcode"))))
    point.address = address[:500] or point.address
    if record.get("lat") is not None:
        point.lat, point.lon = record.get("lat"), record.get("lon")
    point.classification = class_of(record, Classification(point.classification))
    listing.code = record.values["code"]
    listing.status = record.get("status") or listing.status
    if record.get("expected_voters") is not None:
        listing.expected_voters = record.get("expected_voters")
    listing.voters_basis = record.get("basis") or listing.voters_basis


def _values(point: ServicePoint, listing: Listing) -> dict[str, Any]:
    values = {name: getattr(point, name) for name in _POINT_FIELDS}
    return values | {name: getattr(listing, name) for name in _LISTING_FIELDS}


def _save_changed(session: Session, old: list[tuple[Record, Listing, dict[str, Any]]]) -> None:
    points, listings = [], []
    for _, listing, before in old:
        after = _values(listing.point, listing)
        if after == before:
            continue
        if any(after[name] != before[name] for name in _POINT_FIELDS):
            points.append(listing.point)
        if any(after[name] != before[name] for name in _LISTING_FIELDS):
            listings.append(listing)
        session.log("station", listing.point.uid, plain(before), plain(after))
    _save_renumbered(session, listings)
    session.writes.update_things(ServicePoint, _POINT_FIELDS, points)


def _save_renumbered(session: Session, listings: list[Listing]) -> None:
    """Save listings whose codes may have changed places with one another.

    A code is unique in its round at every moment, so each first steps aside to one nobody has.
    """
    stored = dict(
        Listing.objects.filter(pk__in=[each.pk for each in listings]).values_list("pk", "code")
    )
    moved = [each for each in listings if stored[each.pk] != each.code]
    codes = {each.pk: each.code for each in moved}
    for each in moved:
        each.code = f"\u2026{each.pk}"
    session.writes.update_things(Listing, ["code"], moved)
    for each in moved:
        each.code = codes[each.pk]
    session.writes.update_things(Listing, _LISTING_FIELDS, listings)


def _save_new(session: Session, new: list[tuple[Record, ServicePoint, Listing]]) -> None:
    made = [point for _, point, _ in new if point.pk is None]
    kept = [point for _, point, _ in new if point.pk is not None]
    session.writes.insert_things(ServicePoint, made)
    session.writes.update_things(ServicePoint, _POINT_FIELDS, kept)
    for _, point, listing in new:
        listing.point = point  # again, now that it has a key
    session.writes.insert_things(Listing, [listing for _, _, listing in new])
    for record, point, _ in new:
        session.log("station", point.uid, None, record.values)


def _current(
    listed: Iterable[Listing],
    old: list[tuple[Record, Listing, dict[str, Any]]],
    new: list[tuple[Record, ServicePoint, Listing]],
) -> list[Listing]:
    return [*listed, *(listing for _, listing, _ in old), *(listing for _, _, listing in new)]
