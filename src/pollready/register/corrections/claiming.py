"""Claiming what a person knows, and the entries of the log that tell it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pollready.audit.classification import Classification
from pollready.audit.commands import Entry
from pollready.people.models import User
from pollready.places.models import Agency, Stop
from pollready.register.corrections.columns import (
    POSITION,
    column_value,
    is_column,
    write_column,
)
from pollready.register.corrections.errors import CorrectionRefused
from pollready.register.corrections.queries import (
    OF_AGENCY,
    PERSON,
    current_claims,
    state_of,
)
from pollready.register.corrections.subjects import (
    About,
    Thing,
    class_of,
    round_id_of,
)
from pollready.register.models import Claim, Component, Source

TESTED, DECLARED = "tested", "declared"
CONFIDENCES = (TESTED, DECLARED)
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Statement:
    """What somebody says of one field; `value` is canonical, as claims keep it."""

    field: str
    value: str
    as_of: date | None
    confidence: str = DECLARED
    letter_no: str = ""
    note: str = ""


def check_statement(said: Statement, *, today: date) -> None:
    """Raise `CorrectionRefused` for what no one can know, or no table holds."""
    if said.confidence not in CONFIDENCES:
        raise CorrectionRefused("unknown-confidence", "confidence")
    if said.as_of is not None and said.as_of > today:
        raise CorrectionRefused("date-to-come", "as_of", date=said.as_of)
    if said.confidence == TESTED and said.as_of is None:
        raise CorrectionRefused("test-without-date", "as_of")


def state_of_field(thing: Thing, field: str) -> str:
    """Give the mark of what is known of a field, to be given back with a correction."""
    return state_of(About.of(thing).column, field, column_value(thing, field))


def has_rivals(made: Claim, about: About) -> bool:
    """Say whether another current claim says otherwise."""
    return current_claims(about.column, made.field).exclude(value=made.value).exists()


def write_claim(
    thing: Thing, said: Statement, *, by: User, now: datetime, source: Source | None = None
) -> tuple[Claim, list[Entry]]:
    """Write one claim, and the column where the list itself holds the field.

    Its source is the person, unless he speaks for another; what that source said before ends.
    """
    about = About.of(thing)
    source = source or source_of(by, round_id_of(thing), now)
    earlier = current_claims(about.column, said.field).filter(source=source)
    if said.field == POSITION:  # whoever gives a position answers the doubts about the old one
        earlier = earlier | current_claims(about.column, "coordinates")
    entries = close_claims(earlier, now=now)
    made = Claim.objects.create(
        field=said.field,
        value=said.value,
        source=source,
        as_of_date=said.as_of,
        confidence=said.confidence,
        letter_no=said.letter_no,
        note=said.note,
        classification=class_of(thing),
        recorded_at=now,
        recorded_by=by,
        **about.column,
    )
    entries.append(Entry("claim", str(about), None, claim_values(made)))
    if is_column(thing, said.field):
        before, after = write_column(thing, said.field, said.value, source_id=source.pk)
        if after:
            entries.append(thing_entry(thing, before, after))
    return made, entries


def close_claims(claims: Iterable[Claim], *, now: datetime) -> list[Entry]:
    """End claims; they stay for everything that is asked as of an earlier moment."""
    closed = list(claims)
    for start in range(0, len(closed), _AT_ONCE):
        keys = [each.pk for each in closed[start : start + _AT_ONCE]]
        Claim.objects.filter(pk__in=keys).update(superseded_at=now)
    return [Entry("claim", str(About.of_claim(each)), claim_values(each), None) for each in closed]


def source_of(user: User, round_id: int, now: datetime) -> Source:
    """Give the person as a source of claims in a round."""
    return _source(round_id, f"{PERSON}{user.pk}", user.get_full_name() or user.username, now)


def agency_source(agency: Agency, round_id: int, now: datetime) -> Source:
    """Give the agency as a source of claims in a round: one, whoever speaks for it."""
    return _source(round_id, f"{OF_AGENCY}{agency.pk}", agency.name or agency.code, now)


def _source(round_id: int, lineage: str, name: str, now: datetime) -> Source:
    source, _ = Source.objects.get_or_create(
        round_id=round_id,
        lineage=lineage,
        sha256="",
        defaults={
            "name": name,
            "received_at": now,
            "classification": Classification.NORMAL,
        },
    )
    return source


def claim_values(claim: Claim) -> dict[str, Any]:
    """Give a claim as the log keeps it."""
    values = {
        "id": claim.pk,
        "field": claim.field,
        "value": claim.value,
        "source": claim.source_id,
        "as_of": claim.as_of_date.isoformat() if claim.as_of_date else None,
        "confidence": claim.confidence,
        "letter_no": claim.letter_no,
    }
    return {name: value for name, value in values.items() if value not in (None, "")}


def thing_entry(thing: Thing, before: dict[str, Any], after: dict[str, Any]) -> Entry:
    """Tell of columns that changed, under the name by which imports tell of the same object."""
    about = About.of(thing)
    if isinstance(thing, Component):
        object_type, object_id = "component", thing.code
    elif isinstance(thing, Stop):
        object_type, object_id = "stop", str(about)
    else:
        object_type, object_id = "station", str(thing.point.uid)
    key = {"id": about.id}
    return Entry(object_type, object_id, {**key, **before}, {**key, **after})
