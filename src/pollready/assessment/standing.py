"""Which of the recorded claims still stand for a station: moved ones begin anew."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date

from pollready.assessment.reading import Claims, ListingRow, Register
from pollready.assessment.values import known_value
from pollready.obstacles.facts import NOTHING_KNOWN, Evidence, Known
from pollready.obstacles.power import lacks

# What was tested, counted or rehearsed at a place says nothing of another place.
_OF_THE_PLACE = frozenset({
    "signal_1", "signal_2", "test_date", "fixed_line", "mains", "feeder", "battery_h",
    "generator", "rehearsal",
})  # fmt: skip
RELOCATED_ON = "relocated_on"


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
            after = _after(since)
            own = claims[listing.id] = _kept(own, after)
            for stop in register.stops.get(listing.id, []):
                stop_claims[stop.id] = _kept(stop_claims[stop.id], after)
        generator = own.get("generator", NOTHING_KNOWN)
        if not _is_understood(generator, register):
            claims[listing.id] = own | {"generator": replace(generator, value=None)}
    return replace(register, claims=claims, stop_claims=stop_claims)


def _after(since: date | None) -> Callable[[Evidence], bool]:
    return lambda row: since is not None and row.as_of is not None and row.as_of >= since


def _kept(claims: Claims, after: Callable[[Evidence], bool]) -> Claims:
    kept: Claims = {}
    for name, known in claims.items():
        rows = [row for row in known.evidence if name not in _OF_THE_PLACE or _is_later(row, after)]
        if len(rows) == len(known.evidence):
            kept[name] = known
        elif rows:
            kept[name] = known_value(rows)
    return kept


def _is_later(row: Evidence, after: Callable[[Evidence], bool]) -> bool:
    """A test is as old as its own date, whatever the date of the row that tells it."""
    if row.field == "test_date":
        return after(replace(row, as_of=date.fromisoformat(row.value)))
    return after(row)


def _is_understood(generator: Known, register: Register) -> bool:
    value = generator.value
    return (
        not isinstance(value, str) or value in register.components or lacks(generator) is not None
    )
