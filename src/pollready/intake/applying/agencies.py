"""Responsible agencies: as their sheet lists them, and as other sheets name them."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from pollready.audit.classification import Classification
from pollready.intake.applying.claims import canonical
from pollready.intake.applying.corrected import Kept, Word
from pollready.intake.applying.declared import hold_declared, read_declared
from pollready.intake.applying.session import Session, class_of, plain
from pollready.intake.staging import Record
from pollready.language import fold
from pollready.places.models import Agency

_TEXTS = ("name", "role", "representative", "deputy", "phone_24h", "letter_no")
_SAVED = (*_TEXTS, "letter_date", "classification", "ready_declared", "ready_declared_date")


class Agencies:
    """The agencies of a register, found by code or by name."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._by_key: dict[str, Agency] = {}
        agencies = list(Agency.objects.all())
        for agency in agencies:
            self._remember(agency)
        self._declared = read_declared(agencies) if session.staged.records("agencies") else {}
        self._told: set[str] = set()

    def apply_sheet(self) -> None:
        """Write what the sheet of agencies says; a blank cell changes nothing."""
        session = self._session
        for record in session.staged.records("agencies"):
            code = record.get("code") or record.get("name")
            agency = self._by_key.get(fold(code)) or Agency(code=code[:60], name=code)
            before = plain(_values(agency)) if agency.pk else None
            self._fill(agency, record)
            after = plain(_values(agency))
            if after != before:
                if agency.pk is None:
                    session.writes.insert_things(Agency, [agency])
                else:
                    session.writes.update_things(Agency, _SAVED, [agency])
                session.log("agency", agency.code, before, after)
            self._remember(agency)

    def _fill(self, agency: Agency, record: Record) -> None:
        """Write a row over an agency; what it declared by signature stays."""
        held = hold_declared(agency)
        _fill(agency, record)
        declared = self._declared.get(agency.pk or 0)
        said = record.get("ready_declared")
        if declared is None or said is None:
            return
        for name, value in held.items():
            setattr(agency, name, value)
        says_ready = said is not False  # a date is of the declaration
        if says_ready != declared.value:
            kept = Kept(
                ("agency", agency.pk),
                agency.code,
                "ready_declared",
                "" if declared.value is None else canonical(declared.value),
                canonical(says_ready),
                Word(None, declared.by, declared.at),
                says_ready not in declared.replaced,
                record,
            )
            self._session.corrections.kept.append(kept)

    def named(self, record: Record) -> Agency | None:
        """Give the agency that a row names; one that no sheet lists is added, and told."""
        name = record.get("agency")
        if not name:
            return None
        key = fold(name)
        if key not in self._by_key:
            agency = Agency(code=name[:60], name=name)
            self._session.writes.insert_things(Agency, [agency])
            self._session.log("agency", agency.code, None, _values(agency))
            self._remember(agency)
        found = self._by_key[key]
        if found.name == found.code and found.code not in self._told:
            self._told.add(found.code)  # added by another sheet, now or earlier
            self._session.staged.say("agency-not-listed", record, "agency", name)
        return found

    def knows(self, key: str) -> bool:
        """Say whether a folded code or name is an agency's."""
        return key in self._by_key

    def call_by_code(self, records: Iterable[Record], fields: Collection[str]) -> None:
        """Put an agency's code where a list calls it by its name: one way of saying one thing."""
        for record in records:
            for each in (record, *record.merged):
                for field in fields:
                    name = each.get(field)
                    agency = self._by_key.get(fold(name)) if name else None
                    if agency is not None:
                        each.values[field] = agency.code

    def _remember(self, agency: Agency) -> None:
        self._by_key[fold(agency.code)] = agency
        self._by_key.setdefault(fold(agency.name), agency)


def _fill(agency: Agency, record: Record) -> None:
    for name in _TEXTS:
        if value := record.get(name):
            setattr(agency, name, value)
    agency.letter_date = record.get("letter_date") or agency.letter_date
    agency.classification = class_of(record, Classification(agency.classification))
    declared = record.get("ready_declared")
    if isinstance(declared, date):
        agency.ready_declared, agency.ready_declared_date = True, declared
    elif declared is not None:
        agency.ready_declared = declared


def _values(agency: Agency) -> dict[str, Any]:
    return {
        **{name: getattr(agency, name) or None for name in _TEXTS},
        "letter_date": agency.letter_date,
        "ready_declared": agency.ready_declared,
        "ready_declared_date": agency.ready_declared_date,
    }
