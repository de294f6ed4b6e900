"""The ledger of means: lots that agencies pledged, delivered, tested and deployed."""

from typing import Any

from pollready.intake.applying.agencies import Agencies
from pollready.intake.applying.session import Session, plain
from pollready.language import fold
from pollready.resources.models import ResourceLot

_TEXTS = ("kind", "model", "compatible", "serials", "depot", "custodian")
_COUNTS = ("pledged", "delivered", "tested", "deployed")
_FIELDS = (*_TEXTS, *_COUNTS, "provisioned")
_SAVED = (*_FIELDS, "source", "sheet", "row")


def apply_ledger(session: Session, agencies: Agencies) -> None:
    """Write the lots of the file; a lot is known by agency, kind, model, depot and serials."""
    known = {_key_of(lot): lot for lot in ResourceLot.objects.filter(round_id=session.round.pk)}
    new: list[ResourceLot] = []
    changed: list[ResourceLot] = []
    for record in session.staged.records("resources"):
        agency = agencies.named(record)
        assert agency is not None  # a required column
        texts = {name: record.get(name) or "" for name in _TEXTS}
        key = _key(agency.pk, texts)
        lot = known.get(key) or ResourceLot(round=session.round, agency=agency)
        before = None if lot.pk is None else {name: getattr(lot, name) for name in _FIELDS}
        for name, text in texts.items():
            setattr(lot, name, text or getattr(lot, name))
        for name in (*_COUNTS, "provisioned"):
            if record.get(name) is not None:
                setattr(lot, name, record.get(name))
        after = {name: getattr(lot, name) for name in _FIELDS}
        if after == before:
            continue
        lot.source, lot.sheet, lot.row = session.source_of(record), record.sheet, record.row
        (changed if lot.pk else new).append(lot)
        known[key] = lot
        session.log(
            "resource", "/".join(str(part) for part in key[1:4]), plain(before), plain(after)
        )
    session.writes.insert_things(ResourceLot, new)
    session.writes.update_things(ResourceLot, _SAVED, changed)


def _key(agency: int, texts: dict[str, str]) -> tuple[Any, ...]:
    names = ("kind", "model", "depot", "serials")
    return agency, *(fold(texts[name]) for name in names)


def _key_of(lot: ResourceLot) -> tuple[Any, ...]:
    return _key(lot.agency_id, {name: getattr(lot, name) for name in _TEXTS})
