"""The ledger of means: lots that agencies pledged, delivered, tested, deployed and took back."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

from pollready.audit.classification import Classification
from pollready.intake.applying.agencies import Agencies
from pollready.intake.applying.geography import Geography
from pollready.intake.applying.session import Session, class_of
from pollready.intake.staging import Record
from pollready.language import fold
from pollready.resources.accounts import ACCOUNTS, EntryKind
from pollready.resources.commands import counts_from, list_entries
from pollready.resources.models import LotEntry, ResourceLot

_KEY = ("kind", "model", "depot", "serials")
_TEXTS = ("kind", "model", "compatible", "serials", "depot", "custodian")
_COUNTS = tuple(account.value for account in ACCOUNTS)
_FIELDS = (*_TEXTS, *_COUNTS, "provisioned", "county_id", "classification")
_SAVED = (
    *_TEXTS, *_COUNTS, "provisioned", "county", "classification", "conflicts", "source", "sheet",
    "row", "version",
)  # fmt: skip


def apply_ledger(session: Session, geography: Geography, agencies: Agencies) -> None:
    """Write the lots of the file, and what the file counts of them as entries of the ledger.

    A lot is known by its number in the ledger, or else by agency, kind, model, depot and serials.
    """
    records = session.staged.records("resources")
    if not records:
        return
    _tell_unknown_counties(session, records, geography)
    lots = list(ResourceLot.objects.filter(round_id=session.round.pk))
    known = {_key_of(lot): lot for lot in lots}
    numbered = {(lot.pk, lot.agency_id): lot for lot in lots}
    entries = _entries_of(session.round.pk)
    new: list[ResourceLot] = []
    changed: dict[int, ResourceLot] = {}
    counted: list[LotEntry] = []
    for record in records:
        agency = agencies.named(record)
        assert agency is not None  # a required column
        texts = {name: record.get(name) or "" for name in _TEXTS}
        key = _key(agency.pk, texts)
        lot = (
            known.get(key)
            or numbered.get((record.get("lot") or 0, agency.pk))
            or ResourceLot(round=session.round, agency=agency)
        )
        before = None if lot.pk is None else {name: getattr(lot, name) for name in _FIELDS}
        _fill(lot, record, texts, geography)
        source = lot.source_id, lot.sheet, lot.row
        lot.source, lot.sheet, lot.row = session.source_of(record), record.sheet, record.row
        earlier = entries[lot.pk] if lot.pk else []
        said = list_entries(lot, _newly_listed(record, earlier, lot), session.now)
        counts_from([*earlier, *_numbered(said, earlier)], lot)
        after = {name: getattr(lot, name) for name in _FIELDS}
        if after == before and not said:
            lot.source_id, lot.sheet, lot.row = source
            continue
        if lot.pk is None:
            new.append(lot)
        else:
            lot.version += 1
            changed[lot.pk] = lot
            entries[lot.pk] = [*earlier, *said]
        known[key] = lot
        counted += said
        session.log("resource", "/".join(str(part) for part in key[1:4]), before, after)
    session.writes.insert_things(ResourceLot, new)
    for entry in counted:
        entry.lot = entry.lot  # takes over the key that the lot has now
    session.writes.insert_things(LotEntry, counted)
    session.writes.update_things(ResourceLot, _SAVED, list(changed.values()))


def _fill(lot: ResourceLot, record: Record, texts: dict[str, str], geography: Geography) -> None:
    for name, text in texts.items():
        setattr(lot, name, text or getattr(lot, name))
    if record.get("provisioned") is not None:
        lot.provisioned = record.get("provisioned")
    named = record.get("county")
    county = geography.county_in(named or "") or geography.county_in(texts["depot"])
    if county is not None:
        lot.county_id = county.pk
    if record.get("class") is not None or lot.pk is None:
        lot.classification = class_of(record, Classification.NORMAL)


def _tell_unknown_counties(
    session: Session, records: Sequence[Record], geography: Geography
) -> None:
    """Tell once of each name that is no county: its lots are registered without it."""
    first: dict[str, Record] = {}
    rows: Counter[str] = Counter()
    for record in records:
        named = record.get("county") or ""
        if named and geography.county_in(named) is None:
            first.setdefault(fold(named), record)
            rows[fold(named)] += 1
    for key, record in first.items():
        said = record.get("county")
        session.staged.say("unknown-lot-county", record, "county", said, rows=rows[key])


def _newly_listed(record: Record, earlier: list[LotEntry], lot: ResourceLot) -> dict[str, int]:
    """Give the counts of a row that no list has said so last; a list that repeats says nothing.

    Nothing given back is what the ledger takes for granted.
    """
    last = {each.account: each.count for each in earlier if each.kind == EntryKind.LISTED}
    told = {name: record.get(name) for name in _COUNTS if record.get(name) is not None}
    if "returned" not in last and not told.get("returned") and not lot.returned:
        told.pop("returned", None)
    return {name: count for name, count in told.items() if last.get(name) != count}


def _numbered(said: list[LotEntry], earlier: list[LotEntry]) -> list[LotEntry]:
    """Give the new entries places after the earlier ones; their keys come later."""
    first = max((each.pk for each in earlier), default=0) + 1
    for place, entry in enumerate(said, first):
        entry.pk = place
    return said


def _entries_of(round_id: int) -> dict[int, list[LotEntry]]:
    found: dict[int, list[LotEntry]] = defaultdict(list)
    for entry in LotEntry.objects.filter(lot__round=round_id).order_by("pk"):
        found[entry.lot_id].append(entry)
    return found


def _key(agency: int, texts: dict[str, str]) -> tuple[Any, ...]:
    return agency, *(fold(texts[name]) for name in _KEY)


def _key_of(lot: ResourceLot) -> tuple[Any, ...]:
    return _key(lot.agency_id, {name: getattr(lot, name) for name in _TEXTS})
