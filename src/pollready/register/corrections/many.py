"""Correcting one field of many stations at once: shown first, written as one, undone as one."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from pollready.audit.commands import record
from pollready.audit.models import AuditBatch
from pollready.people.models import User
from pollready.people.permissions import NotPermitted, Permission, check, may
from pollready.people.scopes import is_of_agency, listings_for
from pollready.places.models import Listing, ListingStatus
from pollready.register.corrections.claiming import Statement, check_statement, write_claim
from pollready.register.corrections.columns import column_value, is_column
from pollready.register.corrections.errors import CorrectionRefused, check_for_change
from pollready.register.corrections.queries import set_aside
from pollready.register.corrections.resolving import choose
from pollready.register.models import Claim

CORRECT_MANY = "correct_many"
STATIONS_MAX = 5000


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
    check_statement(said, today=now.date())
    if not said.note:
        raise CorrectionRefused("reason-missing", "note")
    planned = plan_many(listing_ids=listing_ids, said=said, by=by)
    check_preview(planned, expected)
    stands = may(by, Permission.RESOLVE_CONTRADICTIONS)
    entries = []
    for each in planned:
        if each.refusal:
            continue
        made, written = write_claim(each.listing, said, by=by, now=now)
        entries += written
        if stands and any(value != said.value for value in each.before):
            entries += choose(each.listing, made, reason=said.note, by=by, now=now)
    if not entries:
        raise CorrectionRefused("nothing-to-change")
    return record(
        actor=by.username, command=CORRECT_MANY, now=now, entries=entries, reason=said.note
    )


def mark_of_preview(planned: Sequence[Planned]) -> str:
    """Give a mark of what a preview showed: another as soon as any of it changes."""
    said = repr([(each.listing.pk, each.before, each.refusal) for each in planned])
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def check_preview(planned: Sequence[Planned], expected: str | None) -> None:
    """Raise `ChangedMeanwhile` where the stations are no longer as the preview showed them."""
    check_for_change(expected, mark_of_preview(planned), "bulk")
