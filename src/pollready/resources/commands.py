"""Writing the ledger: opening a lot, entering what moves, counting, correcting, settling."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from pollready.audit.commands import Entry, record
from pollready.audit.versions import claim_version
from pollready.people.models import User
from pollready.people.permissions import NotPermitted, Permission
from pollready.people.scopes import agencies_for, is_of_agency, places_of
from pollready.places.models import Place, PlaceLevel
from pollready.register.corrections.claiming import source_of
from pollready.resources.accounts import ACCOUNTS, MOVES, Account, EntryKind
from pollready.resources.balance import LIST, Balance, balance
from pollready.resources.files import attach_note
from pollready.resources.models import LotEntry, ResourceLot
from pollready.resources.queries import is_kept_with, lots_for, lots_with_serials
from pollready.resources.rules import (
    COUNT_MAX,
    LedgerRefused,
    Movement,
    check_movement,
    check_sane,
    may_count,
    may_move,
    may_open_lot,
    may_settle,
    speaker_of,
)
from pollready.resources.serials import join_serials, split_serials

NOTE_MAX, LETTER_MAX, SERIALS_MAX = 500, 60, 10_000
File = tuple[str, bytes]
_TOLD_MAX = 5  # serial numbers that a refusal names
_BALANCED = ("pledged", "delivered", "tested", "deployed", "returned", "conflicts", "serials")


@dataclass(frozen=True, slots=True)
class LotDraft:
    """What somebody says of a new lot."""

    agency_id: int
    kind: str
    model: str = ""
    compatible: str = ""
    serials: str = ""
    county_id: int | None = None
    depot: str = ""
    provisioned: bool | None = None
    custodian: str = ""
    classification: int = 0


@transaction.atomic
def open_lot(
    draft: LotDraft, pledge: Movement, *, round_id: int, file: File | None = None, by: User,
    now: datetime,
) -> ResourceLot:  # fmt: skip
    """Open a lot with what is pledged of it; nothing else has happened to it yet.

    Raises `NotPermitted`, `LedgerRefused`, `CorrectionRefused` for its file.
    """
    if not may_open_lot(by):
        raise NotPermitted(Permission.EDIT_LEDGER)
    draft = _checked_draft(draft, by)
    _check_serials_free(split_serials(draft.serials), round_id, but=None)
    source = source_of(by, round_id, now)
    lot = ResourceLot(round_id=round_id, source=source, **asdict(draft))
    try:
        with transaction.atomic():
            lot.save()
    except IntegrityError:
        raise LedgerRefused("lot-twice", "kind") from None
    # A lot that begins in the ledger has no past: every account begins at nothing.
    for account in ACCOUNTS:
        if account is not Account.RETURNED:
            _write(lot, EntryKind.COUNTED, account, 0, by=by, now=now)
    made = _moved(lot, replace(pledge, kind=EntryKind.PLEDGE), by=by, now=now)
    _record("open_lot", lot, None, made, by=by, now=now)
    if file is not None:
        attach_note(made[0], *file, by=by, now=now)
    return lot


@transaction.atomic
def enter_movement(
    lot_id: int, movement: Movement, *, round_id: int, version: int, file: File | None = None,
    by: User, now: datetime,
) -> LotEntry:  # fmt: skip
    """Enter what moved of a lot, with its delivery note where there is one.

    Raises `NotPermitted`, `LedgerRefused`, `ChangedMeanwhile`, `CorrectionRefused` for the file.
    """
    lot = _found(lot_id, round_id, by)
    if not may_move(by, lot):
        raise NotPermitted(Permission.EDIT_LEDGER)
    before = values_of(lot)
    claim_version(lot, version)
    made = _moved(lot, movement, by=by, now=now)
    _record("enter_movement", lot, before, made, by=by, now=now, reason=movement.note)
    if file is not None:
        attach_note(made[0], *file, by=by, now=now)
    return made[0]


@transaction.atomic
def state_count(
    lot_id: int, account: Account, count: int, *, as_of: date | None, round_id: int, version: int,
    letter_no: str = "", note: str = "", file: File | None = None, by: User, now: datetime,
) -> LotEntry:  # fmt: skip
    """Say how many somebody counts; where others count otherwise, both stand side by side.

    Raises as `enter_movement`.
    """
    lot = _found(lot_id, round_id, by)
    if not may_count(by, lot, is_kept_here=is_kept_with(by, lot)):
        raise NotPermitted(Permission.EDIT_LEDGER)
    if not 0 <= count <= COUNT_MAX:
        raise LedgerRefused("count-wrong", "count", most=COUNT_MAX)
    if as_of is not None and as_of > localdate(now):
        raise LedgerRefused("date-to-come", "happened_date", date=as_of)
    before = values_of(lot)
    claim_version(lot, version)
    made = _write(
        lot, EntryKind.COUNTED, account, count, happened_date=as_of,
        letter_no=letter_no.strip()[:LETTER_MAX], note=_one_line(note), by=by, now=now,
    )  # fmt: skip
    _settle_lot(lot)
    _record("state_count", lot, before, [made], by=by, now=now, reason=made.note)
    if file is not None:
        attach_note(made, *file, by=by, now=now)
    return made


@transaction.atomic
def correct_entry(
    entry_id: int, right_count: int, *, lot_id: int, round_id: int, version: int, reason: str,
    by: User, now: datetime,
) -> LotEntry:  # fmt: skip
    """Say how many a movement should have been of; 0 takes it back. The entry itself stays.

    Raises `NotPermitted`, `LedgerRefused`, `ChangedMeanwhile`.
    """
    lot = _found(lot_id, round_id, by)
    if not may_move(by, lot):
        raise NotPermitted(Permission.EDIT_LEDGER)
    wrong = lot.entries.filter(pk=entry_id, kind__in=list(MOVES), count__gt=0).first()
    if wrong is None:
        raise LedgerRefused("entry-not-found")
    reason = _one_line(reason)
    if not reason:
        raise LedgerRefused("reason-missing", "note")
    if not 0 <= right_count <= COUNT_MAX:
        raise LedgerRefused("count-wrong", "count", most=COUNT_MAX)
    more = right_count - (wrong.count + sum(each.count for each in wrong.corrections.all()))
    if not more:
        raise LedgerRefused("same-as-before", "count")
    before = values_of(lot)
    claim_version(lot, version)
    made = [_correct(lot, wrong, more, reason, by=by, now=now)]
    if wrong.account == Account.RETURNED:
        twin = lot.entries.filter(pk__gt=wrong.pk).order_by("pk").first()
        if twin is not None and twin.kind == EntryKind.RETURN and twin.count < 0:
            made.append(_correct(lot, twin, -more, reason, by=by, now=now))
    check_sane(_settle_lot(lot), "count")
    _record("correct_entry", lot, before, made, by=by, now=now, reason=reason)
    return made[0]


@transaction.atomic
def settle_count(
    lot_id: int, account: Account, chosen: str, *, round_id: int, version: int, reason: str,
    by: User, now: datetime,
) -> LotEntry:  # fmt: skip
    """Let one of the differing counts stand, with a reason; the others stay to be read.

    Raises `NotPermitted`, `LedgerRefused`, `ChangedMeanwhile`.
    """
    lot = _found(lot_id, round_id, by)
    if not may_settle(by, lot, chosen) or not is_kept_with(by, lot):
        raise NotPermitted(Permission.RESOLVE_CONTRADICTIONS)
    standing = balance(lot.entries.order_by("pk"))[account]
    if not standing.is_conflict:
        raise LedgerRefused("no-conflict")
    if chosen not in standing.words:
        raise LedgerRefused("count-not-found", "chosen")
    reason = _one_line(reason)
    if not reason:
        raise LedgerRefused("reason-missing", "reason")
    before = values_of(lot)
    claim_version(lot, version)
    made = _write(
        lot, EntryKind.SETTLE, account, standing.words[chosen].count, chosen=chosen, note=reason,
        by=by, now=now,
    )  # fmt: skip
    _settle_lot(lot)
    _record("settle_count", lot, before, [made], by=by, now=now, reason=reason)
    return made


def counts_from(lines: Sequence[Any], lot: ResourceLot) -> Balance:
    """Write what entries come to into a lot, which is not saved; gives the whole balance."""
    found = balance(lines)
    for account, standing in found.items():
        setattr(lot, account.value, standing.relied_on)
    lot.conflicts = sum(standing.is_conflict for standing in found.values())
    return found


def list_entries(lot: ResourceLot, listed: dict[str, int], now: datetime) -> list[LotEntry]:
    """Make the entries by which a list counts a lot; the lot names the list's source and row."""
    return [
        LotEntry(
            lot=lot, kind=EntryKind.LISTED, account=account, count=count, speaker=LIST,
            source=lot.source, sheet=lot.sheet, row=lot.row, said_at=now,
        )
        for account, count in listed.items()
    ]  # fmt: skip


def _moved(lot: ResourceLot, movement: Movement, *, by: User, now: datetime) -> list[LotEntry]:
    movement = replace(
        movement,
        letter_no=movement.letter_no.strip()[:LETTER_MAX],
        note=_one_line(movement.note),
        serials=_checked_serials(lot, movement),
    )
    if movement.kind not in MOVES:
        raise LedgerRefused("kind-unknown", "kind")
    _check_county(movement.county_id, by)
    _check_letter(lot, movement)
    before = balance(lot.entries.order_by("pk"))
    common: dict[str, Any] = {
        "happened_date": movement.happened_date, "letter_no": movement.letter_no,
        "note": movement.note, "serials": movement.serials, "county_id": movement.county_id,
        "by": by, "now": now,
    }  # fmt: skip
    made = [_write(lot, movement.kind, MOVES[movement.kind], movement.count, **common)]
    if movement.kind is EntryKind.RETURN and movement.from_deployed:
        made.append(_write(lot, movement.kind, Account.DEPLOYED, -movement.count, **common))
    if movement.kind in (EntryKind.PLEDGE, EntryKind.DELIVER) and movement.serials:
        own = dict.fromkeys((*split_serials(lot.serials), *split_serials(movement.serials)))
        lot.serials = join_serials(own)
    after = _settle_lot(lot)
    check_movement(movement, before, after, today=localdate(now))
    return made


def _write(
    lot: ResourceLot, kind: EntryKind, account: Account, count: int, *, by: User, now: datetime,
    **more: Any,
) -> LotEntry:  # fmt: skip
    return LotEntry.objects.create(
        lot=lot, kind=kind, account=account, count=count, speaker=speaker_of(by, lot),
        source=source_of(by, lot.round_id, now), said_by=by, said_at=now, **more,
    )  # fmt: skip


def _correct(
    lot: ResourceLot, wrong: LotEntry, more: int, reason: str, *, by: User, now: datetime
) -> LotEntry:
    return _write(
        lot, EntryKind.CORRECT, Account(wrong.account), more, corrects=wrong, note=reason,
        county_id=wrong.county_id, by=by, now=now,
    )  # fmt: skip


def _settle_lot(lot: ResourceLot) -> Balance:
    """Save what the lot's entries come to."""
    found = counts_from(list(lot.entries.order_by("pk")), lot)
    try:
        with transaction.atomic():
            lot.save(update_fields=[*_BALANCED])
    except IntegrityError:  # the serials make it the same as another lot
        raise LedgerRefused("lot-twice", "serials") from None
    return found


def _found(lot_id: int, round_id: int, by: User) -> ResourceLot:
    lot = lots_for(by, round_id).select_related("agency", "county").filter(pk=lot_id).first()
    if lot is None:
        raise LedgerRefused("not-found")
    return lot


def _checked_draft(draft: LotDraft, by: User) -> LotDraft:
    if is_of_agency(by) and draft.agency_id != by.agency_id:
        raise LedgerRefused("agency-not-found", "agency")
    if not agencies_for(by).filter(pk=draft.agency_id).exists():
        raise LedgerRefused("agency-not-found", "agency")
    kind = " ".join(draft.kind.split())[:80]
    if not kind:
        raise LedgerRefused("kind-missing", "kind")
    if draft.classification > min(by.clearance, settings.POLLREADY_CEILING):
        raise LedgerRefused("class-too-high", "classification")
    _check_county(draft.county_id, by)
    depot = " ".join(draft.depot.split())[:200]
    if not depot and draft.county_id is not None:  # lists write the county where no store is named
        depot = Place.objects.values_list("name", flat=True).get(pk=draft.county_id)
    serials = join_serials(split_serials(draft.serials[:SERIALS_MAX]))
    return replace(draft, kind=kind, depot=depot, serials=serials)


def _check_county(county_id: int | None, by: User) -> None:
    if county_id is None:
        return
    counties = places_of(by)
    counties = Place.objects.all() if counties is None else counties
    if not counties.filter(pk=county_id, level=PlaceLevel.COUNTY).exists():
        raise LedgerRefused("county-not-found", "county")


def _check_letter(lot: ResourceLot, movement: Movement) -> None:
    """Ask for a reason where a letter or delivery note seems to be counted for a second lot."""
    if movement.kind not in (EntryKind.PLEDGE, EntryKind.DELIVER):
        return
    if not movement.letter_no or movement.note:
        return
    same = LotEntry.objects.filter(
        lot__round=lot.round_id, lot__agency=lot.agency_id, lot__kind=lot.kind,
        kind=movement.kind, letter_no=movement.letter_no, count=movement.count,
    ).exclude(lot=lot)  # fmt: skip
    if same.exists():
        raise LedgerRefused("letter-twice-needs-reason", "note", letter=movement.letter_no)


def _checked_serials(lot: ResourceLot, movement: Movement) -> str:
    """Give the serial numbers of a movement: as many as move, of this lot, where they can be."""
    serials = split_serials(movement.serials[:SERIALS_MAX])
    if not serials:
        return ""
    if len(serials) != movement.count:
        raise LedgerRefused(
            "serials-not-so-many", "serials", serials=len(serials), count=movement.count
        )
    _check_serials_free(serials, lot.round_id, but=lot.pk)
    own = set(split_serials(lot.serials))
    if movement.kind in (EntryKind.PLEDGE, EntryKind.DELIVER):
        return join_serials(serials)
    strange = [serial for serial in serials if own and serial not in own]
    if strange:
        raise LedgerRefused("serials-of-another", "serials", named=_some(strange))
    out = _serials_out(lot)
    if movement.kind is EntryKind.DEPLOY and (there := [s for s in serials if s in out]):
        raise LedgerRefused("serials-deployed", "serials", named=_some(there))
    return join_serials(serials)


def _check_serials_free(serials: Sequence[str], round_id: int, *, but: int | None) -> None:
    """Refuse serial numbers that another lot counts: a piece is in one place."""
    taken = lots_with_serials(round_id, serials, but=but) if serials else {}
    if taken:
        raise LedgerRefused("serials-elsewhere", "serials", named=_some(sorted(taken)))


def _serials_out(lot: ResourceLot) -> set[str]:
    """Give the serial numbers that were deployed, or given back, and did not come in again."""
    out: set[str] = set()
    corrected = set(LotEntry.objects.filter(corrects__lot=lot).values_list("corrects", flat=True))
    for entry in lot.entries.exclude(serials="").filter(count__gt=0).order_by("pk"):
        serials = set(split_serials(entry.serials))
        if entry.kind == EntryKind.DELIVER:
            out -= serials
        elif entry.kind in (EntryKind.DEPLOY, EntryKind.RETURN) and entry.pk not in corrected:
            out |= serials
    return out


def _some(serials: Sequence[str]) -> str:
    return ", ".join(serials[:_TOLD_MAX]) + (" …" if len(serials) > _TOLD_MAX else "")


def _one_line(text: str) -> str:
    return " ".join(text.split())[:NOTE_MAX]


def _record(
    command: str, lot: ResourceLot, before: Any, made: Sequence[LotEntry], *, by: User,
    now: datetime, reason: str = "",
) -> None:  # fmt: skip
    entries = [Entry("resource", str(lot.pk), before, values_of(lot))]
    entries += [Entry("lot_entry", str(lot.pk), None, entry_values(each)) for each in made]
    record(actor=by.username, command=command, now=now, entries=entries, reason=reason)


def values_of(lot: ResourceLot) -> dict[str, Any]:
    """Give a lot as the log tells of it."""
    return {
        "agency": lot.agency.code, "kind": lot.kind, "model": lot.model, "depot": lot.depot,
        "county": lot.county.name if lot.county else None, "serials": lot.serials,
        **{account.value: getattr(lot, account.value) for account in ACCOUNTS},
    }  # fmt: skip


def entry_values(entry: LotEntry) -> dict[str, Any]:
    """Give an entry as the log tells of it."""
    happened = entry.happened_date
    return {
        "id": entry.pk, "kind": str(entry.kind), "account": str(entry.account),
        "count": entry.count, "speaker": entry.speaker, "letter_no": entry.letter_no,
        "happened": happened.isoformat() if happened else None, "note": entry.note,
        "serials": entry.serials, "corrects": entry.corrects_id, "chosen": entry.chosen,
    }  # fmt: skip
