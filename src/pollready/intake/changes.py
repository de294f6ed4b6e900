"""What a file changes: read from what planning logged and from the claims that it closes."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from pollready.intake.applying import Session
from pollready.intake.result import Change, Changes
from pollready.register.models import Claim, Source

# Fields of a station under which the register keeps what the workbook calls otherwise.
_CALLED = {"voters_basis": "basis", "place_id": "county", "classification": "class"}
_AT_ONCE = 500
_NOT_TOLD = frozenset({"key"})


def changes_of(session: Session) -> Changes | None:
    """Compare a file with what its round holds; None for the first file of a round."""
    staged = session.staged.records("stations")
    # Sources without a digest are those that rows of a file name, not files.
    files = Source.objects.filter(round_id=session.round.pk).exclude(sha256="")
    if not staged or not files.exclude(pk=session.file_source.pk).exists():
        return None
    stations = [entry for entry in session.entries if entry.object_type == "station"]
    added = [str(e.after["code"]) for e in stations if e.before is None and e.after is not None]
    changed = [
        change
        for entry in stations
        if entry.before is not None and entry.after is not None
        for change in _fields_changed(session, entry.before, entry.after)
    ]
    named = {record.values["code"] for record in staged}
    not_named = [
        code
        for code, listing in session.listings.items()
        if code not in named and listing.status != "cancelled"
    ]
    changed += _claims_changed(session, set(added))
    return Changes(tuple(added), tuple(changed), tuple(sorted(not_named)))


def _fields_changed(
    session: Session, before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[Change]:
    for name in dict.fromkeys((*before, *after)):
        old, new = before.get(name), after.get(name)
        if old != new and name not in _NOT_TOLD:
            values = (_shown(session, name, old), _shown(session, name, new))
            yield Change(str(after["code"]), _CALLED.get(name, name), *values)


def _shown(session: Session, name: str, value: Any) -> tuple[str, ...]:
    if value is None or value == "":
        return ()
    if name == "place_id":
        value = session.places[value].name
    return (str(value),)


def _claims_changed(session: Session, added: set[str]) -> Iterator[Change]:
    """Pair what stations are claimed to be until this import with what the file claims.

    What another source says already is no difference: a second list often agrees with the first.
    """
    codes = {listing.pk: listing.code for listing in session.listings.values()}
    closed = _by_field(codes, _stored(session.writes.closed_claims))
    new = _by_field(
        codes,
        (
            (row["listing"], row["field"], row["value"])
            for row in session.writes.rows_of(Claim)
            if row["listing"] is not None
        ),
    )
    about = {*closed, *new}
    stood = _by_field(codes, _standing(codes, {code for code, _ in about} - added))
    # Of these the file and a person differ, which is told as such.
    kept = {
        (codes[pk], each.field)
        for each in session.corrections.kept
        for kind, pk in (each.subject,)
        if kind == "listing"
    }
    for code, field in dict.fromkeys((*closed, *new)):
        before, said = stood[code, field], new[code, field]
        stays = list((Counter(before) - Counter(closed[code, field])).elements())
        differs = {*stays, *said} != set(before)
        if code not in added and (code, field) not in kept and differs:
            yield Change(code, field, tuple(dict.fromkeys(before)), tuple(said))


def _standing(codes: Mapping[int, str], wanted: set[str]) -> Iterator[tuple[int, str, str]]:
    keys = [pk for pk, code in codes.items() if code in wanted]
    for start in range(0, len(keys), _AT_ONCE):
        claims = Claim.objects.filter(
            listing__in=keys[start : start + _AT_ONCE], superseded_at=None
        )
        yield from claims.order_by("pk").values_list("listing_id", "field", "value")


def _stored(keys: list[int]) -> Iterator[tuple[int, str, str]]:
    for start in range(0, len(keys), _AT_ONCE):
        claims = Claim.objects.filter(pk__in=keys[start : start + _AT_ONCE])
        of_stations = claims.exclude(listing=None).order_by("pk")
        yield from of_stations.values_list("listing_id", "field", "value")


def _by_field(
    codes: Mapping[int, str], claims: Iterator[tuple[int, str, str]]
) -> dict[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for listing, field, value in claims:
        found[codes[listing], field].append(value)
    return found
