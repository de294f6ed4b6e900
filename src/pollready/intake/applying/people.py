"""People of the round and their duties; their phone numbers have a day on which they go."""

from datetime import date, timedelta
from typing import Any

from django.utils.timezone import localdate

from pollready.duties.models import Duty
from pollready.intake.applying.geography import Geography
from pollready.intake.applying.session import Session, plain
from pollready.intake.applying.station_codes import StationCodes
from pollready.intake.staging import Record
from pollready.language import fold
from pollready.people.models import Person

# Days after voting (after the import, where the day is not known) on which phones are erased.
PHONES_KEPT_DAYS = 30

_TEXTS = ("mobile", "deputy", "shift")
_SAVED = ("place", "mobile", "mobile_purge_date", "deputy", "trained", "shift")
_DUTY_TEXTS = ("legal_basis", "deadline", "evidence")


def apply_people(session: Session, geography: Geography, codes: StationCodes) -> None:
    """Write people and duties; a person is known by name, role and scope."""
    known = {
        _key(p.name, p.role, p.scope): p for p in Person.objects.filter(round_id=session.round.pk)
    }
    new: list[Person] = []
    changed: list[Person] = []
    rows: list[tuple[Person, Record]] = []
    for record in session.staged.records("people_duties"):
        _put_back_zeros(session, record, codes)
        name, role, scope = (record.get(each) or "" for each in ("name", "role", "scope"))
        person = known.get(_key(name, role, scope))
        if person is None:
            person = Person(round_id=session.round.pk, name=name, role=role, scope=scope)
            known[_key(name, role, scope)] = person
            new.append(person)
        before = _logged(person)
        phone = person.mobile
        _fill(person, record, session, geography)
        if person.pk and (before != _logged(person) or phone != person.mobile):
            changed.append(person)
            session.log("person", person.pk, plain(before), plain(_logged(person)))
        rows.append((person, record))
    session.writes.insert_things(Person, new)
    for person in new:
        session.log("person", person.pk, None, _logged(person))
    session.writes.update_things(Person, _SAVED, changed)
    _apply_duties(session, rows)


def _put_back_zeros(session: Session, record: Record, codes: StationCodes) -> None:
    """Mend a scope that is a station's code without its leading zeros."""
    scope = record.get("scope")
    listing, repaired = codes.find(scope) if scope else (None, False)
    if listing is not None and repaired:
        session.staged.say("lost-zeros", record, "scope", scope, taken=listing.code)
        record.values["scope"] = listing.code


def purge_date(session: Session) -> date:
    """Give the day on which phone numbers of this round are erased."""
    start = session.round.election_date or localdate(session.now)
    return start + timedelta(days=PHONES_KEPT_DAYS)


def _apply_duties(session: Session, rows: list[tuple[Person, Record]]) -> None:
    of_persons = Duty.objects.filter(round_id=session.round.pk, person__isnull=False)
    known = {(d.person_id, d.text): d for d in of_persons}
    new: list[Duty] = []
    changed: list[Duty] = []
    for person, record in rows:
        text = record.get("duty")
        if not text:
            continue
        duty = known.get((person.pk, text)) or Duty(round=session.round, person=person, text=text)
        before = None if duty.pk is None else {name: getattr(duty, name) for name in _DUTY_TEXTS}
        for name in _DUTY_TEXTS:
            setattr(duty, name, record.get(name) or getattr(duty, name))
        after = {name: getattr(duty, name) for name in _DUTY_TEXTS}
        if before == after:
            continue
        duty.source, duty.sheet, duty.row = session.source_of(record), record.sheet, record.row
        (changed if duty.pk else new).append(duty)
        known[person.pk, text] = duty
        session.log("duty", f"{person.pk}/{text[:80]}", before, {"text": text, **after})
    session.writes.insert_things(Duty, new)
    session.writes.update_things(Duty, [*_DUTY_TEXTS, "source", "sheet", "row"], changed)


def _fill(person: Person, record: Record, session: Session, geography: Geography) -> None:
    for name in _TEXTS:
        setattr(person, name, record.get(name) or getattr(person, name))
    if record.get("trained") is not None:
        person.trained = record.get("trained")
    if person.mobile:
        person.mobile_purge_date = purge_date(session)
        if person.mobile_purge_date <= localdate(session.now):
            person.mobile, person.mobile_purge_date = "", None  # of a round long over
    county = geography.county_named(person.scope) if person.scope else None
    if county is not None:
        person.place_id = county.pk


def _logged(person: Person) -> dict[str, Any]:
    """Give what the log keeps: it is never erased, so it keeps no phone number."""
    names = ("name", "role", "scope", "deputy", "trained", "shift")
    return {name: getattr(person, name) for name in names}


def _key(name: str, role: str, scope: str) -> tuple[str, str, str]:
    return fold(name), fold(role), fold(scope)
