"""Changing the list of stations by order: relocate, merge, cancel, add."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from pollready.audit.commands import Entry, record
from pollready.audit.models import AuditEntry
from pollready.audit.versions import ChangedMeanwhile
from pollready.language import fold
from pollready.people.models import User
from pollready.people.permissions import Permission, check
from pollready.people.scopes import is_of_agency, places_of, rounds_for
from pollready.places.models import (
    ElectionRound,
    Listing,
    ListingStatus,
    Place,
    PlaceLevel,
    ServicePoint,
)
from pollready.register.corrections.claiming import (
    DECLARED,
    Statement,
    close_claims,
    thing_entry,
    write_claim,
)
from pollready.register.corrections.columns import write_columns
from pollready.register.corrections.errors import CorrectionRefused, check_for_change
from pollready.register.corrections.models import ListChange, ListDecision
from pollready.register.corrections.subjects import About, OutOfReach, find
from pollready.register.models import Claim
from pollready.register.relocation import RELOCATED_BY, RELOCATED_ON, is_from_before

RELOCATE, MERGE, CANCEL, ADD = (
    "relocate_station", "merge_stations", "cancel_station", "add_station",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Order:
    """Who ordered a change of the list, by which letter, from when, and why."""

    ordered_by: str
    letter_no: str
    letter_date: date | None
    effective_date: date
    reason: str


@dataclass(frozen=True, slots=True)
class NewPlace:
    """Where a station stands from now on; None leaves what is known."""

    name: str
    address: str
    lat: float | None
    lon: float | None


@dataclass(frozen=True, slots=True)
class NewStation:
    """A station that the list did not have."""

    code: str
    kind: str
    place_id: int
    where: NewPlace
    expected_voters: int | None
    basis: str


def mark_of(listing: Listing) -> str:
    """Give a mark of a station's entry in the list: another as soon as an order changes it."""
    last = listing.decisions.order_by("-pk").values_list("pk", "undone_at").first()
    point = listing.point
    said = (listing.status, listing.code, point.name, point.address, point.lat, point.lon, last)
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


@transaction.atomic
def relocate(
    *, listing_id: int, to: NewPlace, order: Order, expected: str | None = None,
    by: User, now: datetime,
) -> ListDecision:  # fmt: skip
    """Move a station: its radio, power and rehearsal evidence from before no longer counts.

    Raises `NotPermitted`, `OutOfReach`, `ChangedMeanwhile`, `CorrectionRefused`.
    """
    listing = _listing(by, listing_id, expected)
    _check_order(order)
    values: dict[str, Any] = {"name": to.name, "key": fold(to.name)[:300], "address": to.address}
    if to.lat is not None:
        values |= {"lat": to.lat, "lon": to.lon}
    elif (to.name, to.address) != (listing.point.name, listing.point.address):
        values |= {"lat": None, "lon": None}  # the old position is not the new one
    before, after = write_columns(listing.point, values)
    if not after:
        raise CorrectionRefused("same-place", "name")
    status_before, status_after = write_columns(listing, {"status": ListingStatus.RELOCATED})
    entries = [thing_entry(listing, before | status_before, after | status_after)]
    entries += _expire(listing, order.effective_date, now)
    for field, value in (
        (RELOCATED_ON, order.effective_date.isoformat()), (RELOCATED_BY, order.ordered_by),
    ):  # fmt: skip
        earlier = Claim.objects.filter(listing=listing, field=field, superseded_at=None)
        entries += close_claims(earlier, now=now)
        said = Statement(
            field, value, order.effective_date, DECLARED, order.letter_no, order.reason
        )
        entries += write_claim(listing, said, by=by, now=now)[1]
    return _decided(listing, ListChange.RELOCATED, order, entries, RELOCATE, by=by, now=now)


def _expire(listing: Listing, since: date, now: datetime) -> list[Entry]:
    """End what was tested, counted or rehearsed at the old place, also of its stops."""
    current = Claim.objects.filter(superseded_at=None)
    claims = [*current.filter(listing=listing), *current.filter(stop__listing=listing)]
    # Doubts about the coordinates were about the old ones.
    old = [
        each for each in claims
        if each.field == "coordinates"
        or is_from_before(each.field, each.value, each.as_of_date, since)
    ]  # fmt: skip
    return close_claims(old, now=now)


@transaction.atomic
def merge(
    *, listing_id: int, into_id: int, expected_voters: int | None, order: Order,
    expected: str | None = None, seen: int | None = None, by: User, now: datetime,
) -> ListDecision:  # fmt: skip
    """Merge a station into another: it serves no more, and is found under the other's page.

    `expected_voters` is what the other one expects from now on; None leaves it. A number is
    written only where nobody changed the other station since the log stood at `seen`: it was
    worked out from what that one expected then.
    Raises `NotPermitted`, `OutOfReach`, `ChangedMeanwhile`, `CorrectionRefused`.
    """
    listing = _listing(by, listing_id, expected)
    _check_order(order)
    into = find(by, About("listing", into_id), lock=True)
    assert isinstance(into, Listing)  # asked for as one
    if into.pk == listing.pk or into.round_id != listing.round_id:
        raise CorrectionRefused("merge-into-itself", "into")
    if into.status == ListingStatus.CANCELLED:
        raise CorrectionRefused("not-in-the-list", "into", station=into.code)
    if seen is not None and expected_voters is not None:
        later = AuditEntry.objects.filter(
            object_type="station", object_id=str(into.point.uid), batch__number__gt=seen
        )
        if later.exists():
            raise ChangedMeanwhile(str(About.of(into)), 0)
    entries = [thing_entry(listing, *write_columns(listing, {"status": ListingStatus.CANCELLED}))]
    if expected_voters is not None:
        before, after = write_columns(into, {"expected_voters": expected_voters})
        if after:
            entries.append(thing_entry(into, before, after))
    return _decided(listing, ListChange.MERGED, order, entries, MERGE, by=by, now=now, into=into)


@transaction.atomic
def cancel(
    *, listing_id: int, order: Order, expected: str | None = None, by: User, now: datetime
) -> ListDecision:
    """Take a station out of the round's list; its history stays.

    Raises `NotPermitted`, `OutOfReach`, `ChangedMeanwhile`, `CorrectionRefused`.
    """
    listing = _listing(by, listing_id, expected)
    _check_order(order)
    entries = [thing_entry(listing, *write_columns(listing, {"status": ListingStatus.CANCELLED}))]
    return _decided(listing, ListChange.CANCELLED, order, entries, CANCEL, by=by, now=now)


@transaction.atomic
def add(
    *, round_id: int, station: NewStation, order: Order, by: User, now: datetime
) -> ListDecision:
    """Put a station on the round's list.

    Raises `NotPermitted`, `OutOfReach`, `CorrectionRefused`.
    """
    check(by, Permission.CHANGE_LIST)
    _check_order(order)
    round_ = _round(by, round_id)
    place = _place(by, station.place_id)
    taken = Listing.objects.filter(round=round_, code=station.code).first()
    if taken is not None:
        raise CorrectionRefused("code-taken", "code", station=station.code)
    point = ServicePoint.objects.create(
        kind=station.kind,
        name=station.where.name,
        key=fold(station.where.name)[:300],
        place=place,
        address=station.where.address,
        lat=station.where.lat,
        lon=station.where.lon,
    )
    listing = Listing.objects.create(
        round=round_,
        point=point,
        code=station.code,
        expected_voters=station.expected_voters,
        voters_basis=station.basis,
    )
    values = {
        "id": listing.pk, "code": listing.code, "name": point.name, "kind": point.kind,
        "county": place.name, "address": point.address, "lat": point.lat, "lon": point.lon,
        "expected_voters": listing.expected_voters, "basis": listing.voters_basis,
    }  # fmt: skip
    said = {name: value for name, value in values.items() if value not in (None, "")}
    entries = [Entry("station", str(point.uid), None, said)]
    return _decided(listing, ListChange.ADDED, order, entries, ADD, by=by, now=now)


def places_to_add_in(user: User) -> Any:
    """Give the counties and districts in which the user may put a station."""
    within = places_of(user)
    places = Place.objects.all() if within is None else within
    return places.filter(level__gte=PlaceLevel.COUNTY)


def _round(by: User, round_id: int) -> ElectionRound:
    found = rounds_for(by).filter(pk=round_id).first()
    if found is None:
        raise OutOfReach(f"round/{round_id}")
    return found


def _place(by: User, place_id: int) -> Place:
    found: Place | None = places_to_add_in(by).filter(pk=place_id).first()
    if found is None:
        raise OutOfReach(f"place/{place_id}")
    return found


def _listing(by: User, listing_id: int, expected: str | None) -> Listing:
    """Give and lock a station that is in the list."""
    check(by, Permission.CHANGE_LIST)
    about = About("listing", listing_id)
    if is_of_agency(by):
        raise OutOfReach(about)
    listing = find(by, about, lock=True)
    assert isinstance(listing, Listing)  # asked for as one
    check_for_change(expected, mark_of(listing), str(about))
    if listing.status == ListingStatus.CANCELLED:
        raise CorrectionRefused("not-in-the-list", station=listing.code)
    return listing


def _check_order(order: Order) -> None:
    for name in ("ordered_by", "letter_no", "reason"):
        if not getattr(order, name).strip():
            raise CorrectionRefused("authority-missing", name)


def _decided(
    listing: Listing, change: ListChange, order: Order, entries: list[Entry], command: str,
    *, by: User, now: datetime, into: Listing | None = None,
) -> ListDecision:  # fmt: skip
    made = ListDecision.objects.create(
        listing=listing,
        change=change,
        into=into,
        ordered_by=order.ordered_by,
        letter_no=order.letter_no,
        letter_date=order.letter_date,
        effective_date=order.effective_date,
        reason=order.reason,
        recorded_by=by,
        recorded_at=now,
    )
    values = {
        "id": made.pk,
        "change": change.value,
        "into": into.code if into else None,
        "ordered_by": order.ordered_by,
        "letter_no": order.letter_no,
        "letter_date": order.letter_date.isoformat() if order.letter_date else None,
        "effective_date": order.effective_date.isoformat(),
    }
    said = {name: value for name, value in values.items() if value is not None}
    for about in filter(None, (listing, into)):
        entries.append(Entry("decision", str(About.of(about)), None, said))
    record(actor=by.username, command=command, now=now, entries=entries, reason=order.reason)
    return made
