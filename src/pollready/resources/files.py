"""Delivery notes: files that show what an entry says, kept and handed out as evidence of claims."""

import hashlib
import secrets
from datetime import datetime

from django.conf import settings
from django.db import transaction

from pollready.audit.classification import Classification
from pollready.audit.commands import Entry, record
from pollready.people.models import User
from pollready.people.permissions import NotPermitted, Permission, may
from pollready.register.corrections.attaching import (
    checked_content,
    read_stored,
    shown_name,
    stored,
)
from pollready.register.corrections.subjects import OutOfReach
from pollready.register.corrections.withdrawing import mark_withdrawn
from pollready.resources.models import LotEntry, LotEvidence
from pollready.resources.queries import entries_for, evidence_for, is_kept_with, lots_for
from pollready.resources.rules import LedgerRefused, may_count


@transaction.atomic
def attach_to_entry(
    entry_id: int, *, lot_id: int, round_id: int, name: str, content: bytes, by: User,
    now: datetime,
) -> LotEvidence:  # fmt: skip
    """Attach a file to an entry that stands.

    Raises `NotPermitted`, `LedgerRefused`, and `CorrectionRefused` for a file that is too large,
    empty or of no kind that is taken.
    """
    lot = lots_for(by, round_id).filter(pk=lot_id).first()
    if lot is None:
        raise LedgerRefused("not-found")
    if not may_count(by, lot, is_kept_here=is_kept_with(by, lot)):
        raise NotPermitted(Permission.EDIT_LEDGER)
    entry = entries_for(by, lot).filter(pk=entry_id).first()
    if entry is None:
        raise LedgerRefused("entry-not-found")
    return attach_note(entry, name, content, by=by, now=now)


def attach_note(
    entry: LotEntry, name: str, content: bytes, *, by: User, now: datetime
) -> LotEvidence:
    """Keep a file for an entry that the caller has found to be this user's to prove."""
    kept, mime = checked_content(name, content)
    made = LotEvidence(
        entry=entry,
        name=shown_name(name, mime),
        sha256=hashlib.sha256(kept).hexdigest(),
        received_sha256=hashlib.sha256(content).hexdigest(),
        size=len(kept),
        mime=mime,
        classification=min(entry.lot.classification, settings.POLLREADY_CEILING),
        stored_name=secrets.token_hex(16),
        attached_by=by,
        attached_at=now,
    )
    with stored(made.stored_name, kept):
        made.save()
        values = {"id": made.pk, "entry": entry.pk, "name": made.name, "sha256": made.sha256}
        told = [Entry("lot_evidence", str(entry.lot_id), None, values)]
        record(actor=by.username, command="attach_note", now=now, entries=told)
    return made


@transaction.atomic
def take_out_note(
    *, evidence_id: int, round_id: int, by: User, now: datetime
) -> tuple[LotEvidence, bytes]:
    """Give an attached file; taking out a classified one is recorded.

    Raises `OutOfReach` outside the user's scope and class, `EvidenceChanged`.
    """
    evidence = standing_note(evidence_id, round_id=round_id, by=by)
    content = read_stored(evidence.stored_name, sha256=evidence.sha256, name=evidence.name)
    if evidence.classification > Classification.NORMAL:
        values = {"id": evidence.pk, "sha256": evidence.sha256}
        told = [Entry("lot_evidence", str(evidence.entry.lot_id), values, values)]
        record(actor=by.username, command="take_out_note", now=now, entries=told)
    return evidence, content


def standing_note(evidence_id: int, *, round_id: int, by: User) -> LotEvidence:
    """Find a file that the user may read and that is not withdrawn; raises `OutOfReach`."""
    files = evidence_for(by, lots_for(by, round_id)).filter(withdrawn_at=None)
    found = files.filter(pk=evidence_id).first()
    if found is None:
        raise OutOfReach(evidence_id)
    return found


def may_withdraw_note(user: User, note: LotEvidence) -> bool:
    """Say whether a file is this user's to withdraw: he attached it, or keeps the register."""
    own = note.attached_by_id == user.pk and may(user, Permission.EDIT_LEDGER)
    return own or may(user, Permission.WITHDRAW_EVIDENCE)


@transaction.atomic
def withdraw_note(
    *, evidence_id: int, round_id: int, reason: str, by: User, now: datetime
) -> LotEvidence:
    """Hand a delivery note out no more; its row stays with who withdrew it, when and why.

    Raises `OutOfReach`, `NotPermitted`, `CorrectionRefused`.
    """
    note = standing_note(evidence_id, round_id=round_id, by=by)
    if not may_withdraw_note(by, note):
        raise NotPermitted(Permission.WITHDRAW_EVIDENCE)
    said, erased = mark_withdrawn([note], reason, by=by, now=now)
    values = {"id": note.pk, "entry": note.entry_id, "name": note.name, "sha256": note.sha256}
    after = {**values, "withdrawn": True, "erased": erased}
    told = [Entry("lot_evidence", str(note.entry.lot_id), {**values, "withdrawn": False}, after)]
    record(actor=by.username, command="withdraw_note", now=now, entries=told, reason=said)
    return note
