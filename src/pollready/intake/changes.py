"""What a newer file changed: read from what the import logged and from the claims it closed."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import QuerySet

from pollready.intake.applying import Session
from pollready.intake.result import Change, Changes
from pollready.places.models import Listing, Place
from pollready.register.models import Claim

# Fields of a station under which the register keeps what the workbook calls otherwise.
_CALLED = {"voters_basis": "basis", "place_id": "county", "classification": "class"}
_AT_ONCE = 500
_NOT_TOLD = frozenset({"key"})


def changes_of(session: Session) -> Changes | None:
    """Compare a file with what its round held; None for the first file of a round."""
    staged = session.staged.records("stations")
    # Sources without a digest are those that rows of a file name, not files.
    files = session.round.sources.exclude(sha256="")
    if not staged or not files.exclude(pk=session.file_source.pk).exists():
        return None
    stations = [entry for entry in session.entries if entry.object_type == "station"]
    added = [str(e.after["code"]) for e in stations if e.before is None and e.after is not None]
    changed = [
        change
        for entry in stations
        if entry.before is not None and entry.after is not None
        for change in _fields_changed(entry.before, entry.after)
    ]
    named = {record.values["code"] for record in staged}
    listed = Listing.objects.filter(round=session.round).exclude(status="cancelled")
    not_named = [code for code in listed.values_list("code", flat=True) if code not in named]
    changed += _claims_changed(session, set(added))
    return Changes(tuple(added), tuple(changed), tuple(sorted(not_named)))


def _fields_changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    for name in dict.fromkeys((*before, *after)):
        old, new = before.get(name), after.get(name)
        if old != new and name not in _NOT_TOLD:
            values = (_shown(name, old), _shown(name, new))
            yield Change(str(after["code"]), _CALLED.get(name, name), *values)


def _shown(name: str, value: Any) -> tuple[str, ...]:
    if value is None or value == "":
        return ()
    if name == "place_id":
        value = Place.objects.filter(pk=value).values_list("name", flat=True).first()
    return (str(value),)


def _claims_changed(session: Session, added: set[str]) -> Iterator[Change]:
    """Pair what stations were claimed to be until this import with what is claimed since."""
    closed = [
        int(entry.before["id"])
        for entry in session.entries
        if entry.object_type == "claim" and entry.before is not None
    ]
    sources = [session.file_source, *session.sources.values()]
    stated = Claim.objects.filter(source__in=sources, recorded_at=session.now, superseded_at=None)
    old = _by_field(_in_parts(closed))
    new = _by_field([stated.filter(listing__round=session.round)])
    for code, field in dict.fromkeys((*old, *new)):
        if code not in added:
            yield Change(code, field, tuple(old[code, field]), tuple(new[code, field]))


def _in_parts(keys: list[int]) -> list[QuerySet[Claim]]:
    starts = range(0, len(keys), _AT_ONCE)
    return [Claim.objects.filter(pk__in=keys[start : start + _AT_ONCE]) for start in starts]


def _by_field(parts: list[QuerySet[Claim]]) -> dict[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for claims in parts:
        of_stations = claims.exclude(listing=None).order_by("pk")
        for code, field, value in of_stations.values_list("listing__code", "field", "value"):
            found[str(code), field].append(value)
    return found
