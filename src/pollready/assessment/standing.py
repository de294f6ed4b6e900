"""Which of the recorded claims still stand for a station: moved ones begin anew."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from pollready.assessment.reading import Claims, ListingRow, Register
from pollready.assessment.values import known_value
from pollready.obstacles.facts import NOTHING_KNOWN, Known
from pollready.obstacles.power import lacks
from pollready.register.relocation import RELOCATED_ON, is_from_before


def relocation_of(listing: ListingRow, claims: Claims) -> tuple[bool, date | None]:
    """Tell whether a station was relocated, and since when; the latest date counts."""
    known = claims.get(RELOCATED_ON, NOTHING_KNOWN)
    days = [date.fromisoformat(row.value) for row in known.evidence]
    return listing.status == "relocated" or bool(days), max(days, default=None)


def standing(register: Register) -> Register:
    """Give the register with the claims that stand.

    Relocating expires the radio, power and rehearsal evidence from before; where nobody says
    when a station was relocated, none of it is known to be later. Words about a generator that
    are no component and name nothing that it lacks say nothing that can be relied on.
    """
    return standing_of(register.listings, register, register.claims, register.stop_claims)


def standing_of(
    listings: Iterable[ListingRow],
    register: Register,
    others: Mapping[int, Claims],
    others_of_stops: Mapping[int, Claims],
) -> Register:
    """Work out what stands for some stations; of the others it is known already."""
    claims, stop_claims = dict(others), dict(others_of_stops)
    for listing in listings:
        own = claims[listing.id] = register.claims.get(listing.id, {})
        for stop in register.stops.get(listing.id, []):
            stop_claims[stop.id] = register.stop_claims.get(stop.id, {})
        relocated, since = relocation_of(listing, own)
        if relocated:
            own = claims[listing.id] = _kept(own, since)
            for stop in register.stops.get(listing.id, []):
                stop_claims[stop.id] = _kept(stop_claims[stop.id], since)
        generator = own.get("generator", NOTHING_KNOWN)
        if not _is_understood(generator, register):
            claims[listing.id] = own | {"generator": replace(generator, value=None)}
    return replace(register, claims=claims, stop_claims=stop_claims)


def _kept(claims: Claims, since: date | None) -> Claims:
    kept: Claims = {}
    for name, known in claims.items():
        rows = [
            row
            for row in known.evidence
            if not is_from_before(row.field, row.value, row.as_of, since)
        ]
        if len(rows) == len(known.evidence):
            kept[name] = known
        elif rows:
            kept[name] = known_value(rows)
    return kept


def _is_understood(generator: Known, register: Register) -> bool:
    value = generator.value
    return (
        not isinstance(value, str) or value in register.components or lacks(generator) is not None
    )
