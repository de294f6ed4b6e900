"""Claims: each cell as what its source says, beside what other sources and older files say."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from pollready.intake.applying.session import Session
from pollready.intake.staging import Record
from pollready.intake.staging.coordinates import DOUBTS
from pollready.intake.staging.values import plain_number
from pollready.register.models import Claim, Source, subject_key

STATION_FIELDS = (
    "id_devices", "boxes", "operator_1", "operator_2", "signal_1", "signal_2", "test_date",
    "fixed_line", "mains", "feeder", "battery_h", "generator", "rehearsal", "software", "cards",
    "forms", "keyholder", "relocated_on", "relocated_by",
)  # fmt: skip
STOP_FIELDS = ("signal_1", "signal_2")
COMPONENT_FIELDS = (
    "battery_h", "generator", "mast_height_m", "power_dbm", "gain_dbi", "frequency_mhz",
    "capacity_per_s",
)  # fmt: skip
_TESTED_ON_SITE = frozenset({"signal_1", "signal_2"})
_SHEET_MAX = 60  # characters; a list in a folder has the name of its file
_INSERTED = (
    "listing", "stop", "component", "field", "value", "source", "sheet", "row", "as_of_date",
    "confidence", "classification", "recorded_at", "recorded_by", "superseded_at",
)  # fmt: skip

# listing, stop, component (ids, one of them given), field, value, source id
ClaimKey = tuple[int | None, int | None, int | None, str, str, int]


@dataclass(frozen=True, slots=True)
class Subject:
    """What a row's claims are about, by id: exactly one of the three."""

    listing: int | None = None
    stop: int | None = None
    component: int | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """A row that makes claims about a subject, in the fields of its sheet."""

    subject: Subject
    record: Record
    fields: tuple[str, ...]
    classification: int


def apply_claims(session: Session, statements: Iterable[Statement]) -> None:
    """Write what is new, and close what a newer file of the same lineage no longer says.

    A claim that the newer file repeats stays as it was first recorded. Two rows of one file, or
    two sources, that differ stand side by side.
    """
    stated = list(statements)
    _note_corrected(session, stated)
    new = {key: rest for each in stated for key, rest in _claims_of(each, session)}
    if _has_earlier_claims(session):
        _close_withdrawn(session, stated, new)
    session.writes.insert_rows(Claim, _INSERTED, (key + rest for key, rest in new.items()))


def _claims_of(
    statement: Statement, session: Session
) -> Iterator[tuple[ClaimKey, tuple[Any, ...]]]:
    """Give the claims of a row and of the later rows of the same object."""
    subject = statement.subject
    ids = subject.listing, subject.stop, subject.component
    for record in (statement.record, *statement.record.merged):
        source = session.source_of(record).pk
        tested = record.values.get("test_date")
        stated_on = record.values.get("as_of") or session.as_of
        by = session.by.pk if session.by else None
        ends = (statement.classification, session.now, by, None)
        for field in statement.fields:
            value = record.values.get(field)
            if value is None:
                continue
            on_site = tested is not None and field in _TESTED_ON_SITE
            day = tested if on_site else stated_on
            trust = "tested" if on_site else "declared"
            where = (record.sheet[:_SHEET_MAX], record.row, day, trust)
            yield (*ids, field, canonical(value), source), (*where, *ends)
        for doubt in record.values.get(DOUBTS, ()):
            where = (record.sheet[:_SHEET_MAX], record.row, stated_on, "computed")
            yield (*ids, "coordinates", doubt, source), (*where, *ends)
    beside = session.corrections.beside
    for field, value in beside.get(_key_of(subject), {}).items() if beside else ():
        record = statement.record
        stated_on = record.values.get("as_of") or session.as_of
        by = session.by.pk if session.by else None
        where = (record.sheet[:_SHEET_MAX], record.row, stated_on, "declared")
        rest = (*where, statement.classification, session.now, by, None)
        yield (*ids, field, value, session.source_of(record).pk), rest


def _note_corrected(session: Session, stated: Iterable[Statement]) -> None:
    """Note where the file's claims differ from those of persons."""
    words = session.corrections.words
    for each in stated if words else ():
        subject = _key_of(each.subject)
        if subject in words:
            records = (each.record, *each.record.merged)
            said = {
                name: [canonical(r.values[name]) for r in records if r.get(name) is not None]
                for name in each.fields
            }
            session.corrections.note_claims(subject, each.record, said)


def _key_of(subject: Subject) -> tuple[str, int]:
    kind, _, pk = subject_key(
        listing=subject.listing, stop=subject.stop, component=subject.component
    ).partition("/")
    return kind, int(pk)


def canonical(value: Any) -> str:
    """Write a value as claims keep it: ISO dates, plain numbers, yes and no, words as they are."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return value.isoformat()
    return plain_number(value)


def _has_earlier_claims(session: Session) -> bool:
    return Claim.objects.filter(source__in=_sources(session)).exists()


def _sources(session: Session) -> list[int]:
    """Give every version of this file's lineage in the round, and the sources its rows name."""
    lineages = [session.lineage, *session.sources]
    stored = Source.objects.filter(round_id=session.round.pk, lineage__in=lineages)
    new = [session.file_source.pk, *(source.pk for source in session.sources.values())]
    return list(dict.fromkeys((*stored.values_list("pk", flat=True), *new)))


def _close_withdrawn(
    session: Session, stated: list[Statement], new: dict[ClaimKey, tuple[Any, ...]]
) -> None:
    """Close current claims of the lineage that differ from the file; take out repeated ones.

    Only about what the file names: a file with fewer stations says nothing of the others.
    """
    sources = _sources(session)
    file_sources = set(sources) - {source.pk for source in session.sources.values()}
    about = {each.subject for each in stated}
    unversioned = {(*key[:5], _version(key[5], file_sources)): key for key in new}
    closed: list[int] = []
    current = Claim.objects.filter(source__in=sources, superseded_at=None).values_list(
        "pk", "listing_id", "stop_id", "component_id", "field", "value", "source_id"
    )
    for pk, listing, stop, component, field, value, source in current:
        subject = Subject(listing, stop, component)
        key = (listing, stop, component, field, value, _version(source, file_sources))
        if key in unversioned:
            new.pop(unversioned[key], None)
        elif subject in about:
            closed.append(pk)
            named = subject_key(listing=listing, stop=stop, component=component)
            session.log("claim", named, {"id": pk, "field": field, "value": value}, None)
    session.writes.closed_claims += closed
    if closed or about:
        _log_new(session, new)


def _version(source: int, file_sources: set[int]) -> int:
    """Take all versions of the file for one source."""
    return 0 if source in file_sources else source


def _log_new(session: Session, new: dict[ClaimKey, tuple[Any, ...]]) -> None:
    """Log claims that a later import adds; those of a first import stand in their objects."""
    for listing, stop, component, field, value, _ in new:
        named = subject_key(listing=listing, stop=stop, component=component)
        session.log("claim", named, None, {"field": field, "value": value})
