"""Incidents of earlier rounds, tied to the station or place where they happened."""

from typing import Any

from pollready.audit.classification import Classification
from pollready.history.models import Incident
from pollready.intake.applying.agencies import Agencies
from pollready.intake.applying.geography import Geography
from pollready.intake.applying.session import Session, class_of, plain
from pollready.intake.applying.station_codes import StationCodes
from pollready.intake.staging import Record
from pollready.language import fold

_COPIED = ("cause", "stop_min", "action", "lesson", "confirmed")
_LOGGED = ("ended_at", "agency_id", "classification", *_COPIED)
_SAVED = (
    "ended_at",
    "classification",
    "listing",
    "place",
    "agency",
    *_COPIED,
    "source",
    "sheet",
    "row",
)


def apply_incidents(
    session: Session, geography: Geography, agencies: Agencies, codes: StationCodes
) -> None:
    """Write the incidents of the file; one is known by election, place, kind and start."""
    known = {_key_of(each): each for each in Incident.objects.filter(round_id=session.round.pk)}
    names = {fold(listing.point.name): listing for listing in codes.all().values()}
    new: list[Incident] = []
    changed: list[Incident] = []
    for record in session.staged.records("incidents"):
        incident = _blank(session, record)
        key = _key_of(incident)
        incident = known.get(key, incident)
        before = None if incident.pk is None else _logged(incident)
        _check_for_end(session, record)
        _fill(incident, record)
        where = record.get("place")
        if where:
            listing, repaired = codes.find(where)
            if listing is not None and repaired:
                session.staged.say("lost-zeros", record, "place", where, taken=listing.code)
            incident.listing = listing or names.get(fold(where))
            incident.place = geography.county_named(where)
        incident.agency = agencies.named(record) or incident.agency
        after = _logged(incident)
        if after == before:
            continue
        incident.source, incident.sheet = session.source_of(record), record.sheet
        incident.row = record.row
        (changed if incident.pk else new).append(incident)
        known[key] = incident
        session.log("incident", f"{record.sheet}/{record.row}", plain(before), plain(after))
    session.writes.insert_things(Incident, new)
    session.writes.update_things(Incident, _SAVED, changed)


def _blank(session: Session, record: Record) -> Incident:
    return Incident(
        round=session.round,
        election=record.get("election") or "",
        where=record.get("place") or "",
        kind=record.get("kind") or "",
        started_at=record.get("start"),
    )


def _key_of(incident: Incident) -> tuple[Any, ...]:
    names = (incident.election, incident.where, incident.kind)
    return (*(fold(name) for name in names), incident.started_at)


def _check_for_end(session: Session, record: Record) -> None:
    """Tell of an incident that never ended, and leave out an end before its start."""
    start, end = record.get("start"), record.get("end")
    if end is None:
        session.staged.say("incident-without-end", record, "end")
    elif start is not None and end < start:
        session.staged.drop_cell("end-before-start", record, "end", end)
        del record.values["end"]


def _fill(incident: Incident, record: Record) -> None:
    incident.ended_at = record.get("end") or incident.ended_at
    incident.classification = class_of(record, Classification(incident.classification))
    for name in _COPIED:
        value = record.get(name)
        if value is not None:
            setattr(incident, name, value)


def _logged(incident: Incident) -> dict[str, Any]:
    return {name: getattr(incident, name) for name in _LOGGED}
