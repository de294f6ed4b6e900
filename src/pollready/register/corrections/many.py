"""Correcting one field of many stations at once: shown first, written as one, undone as one."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from pollready.audit.commands import Entry, record
from pollready.audit.models import AuditBatch
from pollready.people.models import User
from pollready.people.permissions import NotPermitted, Permission, check, may
from pollready.people.scopes import is_of_agency, listings_for
from pollready.places.models import Listing, ListingStatus
from pollready.register.corrections.claiming import (
    Statement,
    check_statement,
    claim_values,
    close_claims,
    source_of,
    thing_entry,
)
from pollready.register.corrections.columns import column_value, is_column, write_column
from pollready.register.corrections.errors import CorrectionRefused, check_for_change
from pollready.register.corrections.models import Resolution, ResolutionState
from pollready.register.corrections.needs import NEEDS
from pollready.register.corrections.queries import set_aside
from pollready.register.corrections.resolving import resolution_values
from pollready.register.corrections.subjects import About
from pollready.register.models import Claim

CORRECT_MANY = "correct_many"
STATIONS_MAX = 1000  # written in one transaction, for which other writers wait
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Planned:
    """What a bulk correction would do to one station; `refusal` says why it would do nothing."""

    listing: Listing
    before: tuple[str, ...]  # the values now claimed, more than one where they differ
    refusal: str = ""  # "same" or "cancelled"


def plan_many(*, listing_ids: Sequence[int], said: Statement, by: User) -> list[Planned]:
    """Tell what a bulk correction would change, station by station in code order.

    Stations outside the user's scope are not told of. Raises `NotPermitted`, `CorrectionRefused`.
    """
    check(by, Permission.CORRECT_REGISTER)
    if is_of_agency(by):
        raise NotPermitted(Permission.CORRECT_REGISTER)
    if said.field in NEEDS[Listing]:  # what a station needs is its own
        raise CorrectionRefused("unknown-field", "field", name=said.field)
    if len(listing_ids) > STATIONS_MAX:
        raise CorrectionRefused("too-many", limit=STATIONS_MAX)
    listings = listings_for(by).filter(pk__in=listing_ids).select_related("point", "round")
    ordered = list(listings.order_by("code", "pk"))
    if not ordered:
        raise CorrectionRefused("none-chosen")
    values = _values_now(ordered, said.field)
    return [_planned(listing, values.get(listing.pk, ()), said) for listing in ordered]


def _planned(listing: Listing, claimed: tuple[str, ...], said: Statement) -> Planned:
    before = claimed
    if is_column(listing, said.field):
        column = column_value(listing, said.field)
        before = () if column is None else (column,)
    if listing.status == ListingStatus.CANCELLED:
        return Planned(listing, before, "cancelled")
    return Planned(listing, before, "same" if before == (said.value,) else "")


def _values_now(listings: Sequence[Listing], field: str) -> dict[int, tuple[str, ...]]:
    rounds = {listing.round_id for listing in listings}
    outvoted = {pk for each in rounds for pk in set_aside(each)}
    found: dict[int, list[str]] = {}
    rows = Claim.objects.filter(
        listing__in=[listing.pk for listing in listings], field=field, superseded_at=None
    ).order_by("pk")
    for pk, listing, value in rows.values_list("pk", "listing_id", "value"):
        if pk not in outvoted and value not in found.setdefault(listing, []):
            found[listing].append(value)
    return {listing: tuple(values) for listing, values in found.items()}


@transaction.atomic
def correct_many(
    *,
    listing_ids: Sequence[int],
    said: Statement,
    expected: str | None = None,
    by: User,
    now: datetime,
) -> AuditBatch:
    """Write one value for many stations, as one change; those that have it already are left.

    The value stands against what other sources say where the user may resolve contradictions.
    `expected` is the mark of the preview. Raises `NotPermitted`, `CorrectionRefused`,
    `ChangedMeanwhile`.
    """
    check_statement(said, today=localdate(now))
    if not said.note:
        raise CorrectionRefused("reason-missing", "note")
    planned = plan_many(listing_ids=listing_ids, said=said, by=by)
    check_preview(planned, expected)
    changing = [each for each in planned if not each.refusal]
    made, entries = _write_claims([each.listing for each in changing], said, by=by, now=now)
    if may(by, Permission.RESOLVE_CONTRADICTIONS):
        differing = {
            each.listing.pk
            for each in changing
            if any(value != said.value for value in each.before)
        }
        entries += _let_stand(
            [each for each in made if each.listing_id in differing], said, by, now
        )
    if not entries:
        raise CorrectionRefused("nothing-to-change")
    return record(
        actor=by.username, command=CORRECT_MANY, now=now, entries=entries, reason=said.note
    )


def _write_claims(
    listings: Sequence[Listing], said: Statement, *, by: User, now: datetime
) -> tuple[list[Claim], list[Entry]]:
    """Write one statement of many stations, as `write_claim` does of one: by few queries."""
    sources = {pk: source_of(by, pk, now) for pk in {each.round_id for each in listings}}
    current = Claim.objects.filter(field=said.field, superseded_at=None)
    keys = [each.pk for each in listings]
    earlier = [
        claim
        for part in _parts(keys)
        for claim in current.filter(listing__in=part, source__in=sources.values())
    ]
    entries = close_claims(earlier, now=now)
    made = Claim.objects.bulk_create(
        (
            Claim(
                listing=listing,
                field=said.field,
                value=said.value,
                source=sources[listing.round_id],
                as_of_date=said.as_of,
                confidence=said.confidence,
                letter_no=said.letter_no,
                note=said.note,
                classification=listing.point.classification,
                recorded_at=now,
                recorded_by=by,
            )
            for listing in listings
        ),
        batch_size=_AT_ONCE,
    )
    for claim, listing in zip(made, listings, strict=True):
        entries.append(Entry("claim", str(About.of(listing)), None, claim_values(claim)))
        if is_column(listing, said.field):
            source = claim.source_id
            before, after = write_column(listing, said.field, said.value, source_id=source)
            if after:
                entries.append(thing_entry(listing, before, after))
    return made, entries


def _let_stand(made: Sequence[Claim], said: Statement, by: User, now: datetime) -> list[Entry]:
    """Let the new claims stand against their rivals, as `choose` does for one."""
    entries = []
    for part in _parts([claim.listing_id for claim in made]):
        standing = Resolution.objects.filter(
            listing__in=part, field=said.field, ended_at=None
        ).select_related("agency", "chosen")
        for earlier in standing:
            about = str(About("listing", earlier.listing_id or 0))
            entries.append(Entry("resolution", about, resolution_values(earlier), None))
        standing.update(ended_at=now)
    decided = Resolution.objects.bulk_create(
        (
            Resolution(
                round_id=claim.source.round_id,
                listing_id=claim.listing_id,
                field=said.field,
                state=ResolutionState.RESOLVED,
                chosen=claim,
                reason=said.note,
                decided_by=by,
                decided_at=now,
            )
            for claim in made
        ),
        batch_size=_AT_ONCE,
    )
    for each in decided:
        about = str(About("listing", each.listing_id or 0))
        entries.append(Entry("resolution", about, None, resolution_values(each)))
    return entries


def _parts(keys: Sequence[Any]) -> list[Sequence[Any]]:
    return [keys[start : start + _AT_ONCE] for start in range(0, len(keys), _AT_ONCE)]


def mark_of_preview(planned: Sequence[Planned]) -> str:
    """Give a mark of what a preview showed: another as soon as any of it changes."""
    said = repr([(each.listing.pk, each.before, each.refusal) for each in planned])
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def check_preview(planned: Sequence[Planned], expected: str | None) -> None:
    """Raise `ChangedMeanwhile` where the stations are no longer as the preview showed them."""
    check_for_change(expected, mark_of_preview(planned), "bulk")
