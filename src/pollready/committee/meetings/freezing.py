"""Minutes are signed by the members, then frozen; a correction is an addendum of its own."""

import hashlib
import json
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from pollready.audit.models import AuditEntry
from pollready.audit.versions import claim_version
from pollready.committee.meetings.commands import led, log
from pollready.committee.meetings.errors import MeetingRefused, NoSuchThing
from pollready.committee.meetings.minutes import (
    canonical,
    content_hash,
    content_of,
    hash_of,
    signed_form,
)
from pollready.committee.meetings.models import (
    AgendaItem,
    Decision,
    Meeting,
    MeetingState,
    Minutes,
    MinutesState,
    Signature,
    SignedScan,
    Verdict,
)
from pollready.committee.meetings.queries import minutes_for, scans_for
from pollready.committee.meetings.rules import RECORD_MAX, TEXT_MAX, is_member, said
from pollready.people.models import User
from pollready.people.permissions import NotPermitted, Permission, check
from pollready.register.corrections.attaching import (
    EvidenceChanged,
    checked_content,
    read_stored,
    shown_name,
    stored,
)

# Typesets what is frozen in a language.
Typeset = Callable[[Mapping[str, Any], str], bytes]


@transaction.atomic
def sign_minutes(
    minutes_id: int, *, verdict: str, text: str = "", read_hash: str, by: User, now: datetime
) -> Signature:
    """Agree or object to minutes as they were read (`read_hash`); a later word replaces it.

    Raises `NotPermitted`, `NoSuchThing`, `MeetingRefused`.
    """
    check(by, Permission.TAKE_PART)
    minutes = _found(minutes_id, by)
    if not is_member(by, minutes.meeting):
        raise NotPermitted(Permission.TAKE_PART)
    _check_draft(minutes)
    if verdict not in Verdict.values:
        raise MeetingRefused("verdict-unknown", "verdict")
    if verdict == Verdict.OBJECTS:
        text = said(text, "text")
    if content_hash(minutes) != read_hash:
        raise MeetingRefused("changed-since-read", "verdict")
    minutes.signatures.filter(user=by, ended_at=None).update(ended_at=now)
    signature = Signature.objects.create(
        minutes=minutes, user=by, signed_name=by.get_full_name() or by.username,
        verdict=verdict, text=text.strip()[:TEXT_MAX], at=now, signed_hash=read_hash,
    )  # fmt: skip
    after = {"minutes": minutes.pk, "verdict": verdict, "signed_hash": read_hash}
    log("sign_minutes", signature.pk, "signature", None, after, by=by, now=now)
    return signature


@dataclass(frozen=True, slots=True)
class Signing:
    """A member who was present, and his word on the minutes as they stand; None where he owes it.

    `is_stale`: he signed, and the text was changed since.
    """

    user: User
    name: str
    post: str
    signature: Signature | None
    is_stale: bool


def signings(minutes: Minutes, current: str) -> list[Signing]:
    """Give who is to sign minutes whose content has the hash `current`: the members present."""
    words = {
        each.user_id: each
        for each in minutes.signatures.filter(ended_at=None).select_related("user")
    }
    members = minutes.meeting.members.filter(user__isnull=False).select_related("user__agency")
    found = []
    for member in members:
        signature = words.get(member.user_id or 0)
        if not member.present and signature is None:
            continue
        assert member.user is not None  # as filtered
        stale = signature is not None and signature.signed_hash != current
        found.append(
            Signing(member.user, member.known_as, member.post, None if stale else signature, stale)
        )
    return found


@transaction.atomic
def freeze_minutes(minutes_id: int, *, typeset: Typeset, by: User, now: datetime) -> Minutes:
    """Freeze minutes once every member who was present has signed them as they stand.

    Their canonical JSON and PDF get their hashes, which the log keeps too. Raises
    `NotPermitted`, `NoSuchThing`, `MeetingRefused`.
    """
    check(by, Permission.HOLD_MEETINGS)
    minutes = _found(minutes_id, by)
    _check_draft(minutes)
    content = content_of(minutes)
    current = hash_of(canonical(content))
    waiting = [each for each in signings(minutes, current) if each.signature is None]
    if waiting:
        raise MeetingRefused("not-all-signed", names=[each.name for each in waiting])
    words = minutes.signatures.filter(ended_at=None).select_related("user").order_by("at", "pk")
    if not words:
        raise MeetingRefused("nobody-signed")
    frozen = signed_form(minutes, content, words)
    minutes.canonical = canonical(frozen)
    minutes.content_hash = hash_of(minutes.canonical)
    minutes.pdf_fa, minutes.pdf_en = typeset(frozen, "fa"), typeset(frozen, "en")
    minutes.pdf_fa_hash, minutes.pdf_en_hash = _digest(minutes.pdf_fa), _digest(minutes.pdf_en)
    minutes.state, minutes.frozen_at, minutes.frozen_by = MinutesState.FROZEN, now, by
    minutes.save()
    log("freeze_minutes", minutes.pk, "minutes", None, _hashes(minutes), by=by, now=now)
    if minutes.number == 0:
        meeting = minutes.meeting
        meeting.state = MeetingState.SIGNED
        meeting.version += 1
        meeting.save(update_fields=["state", "version"])
    return minutes


@transaction.atomic
def add_addendum(meeting_id: int, *, text: str, by: User, now: datetime) -> Minutes:
    """Begin an addendum to frozen minutes, with a text, signatures and a hash of its own."""
    check(by, Permission.HOLD_MEETINGS)
    minutes = minutes_for(by).filter(meeting=meeting_id, number=0).first()
    if minutes is None:
        raise NoSuchThing
    if minutes.state != MinutesState.FROZEN:
        raise MeetingRefused("not-frozen", "text")
    text = said(text, "text", most=RECORD_MAX)
    last = Minutes.objects.filter(meeting=meeting_id).order_by("-number").first()
    number = (last.number if last else 0) + 1
    made = Minutes.objects.create(
        meeting_id=meeting_id, number=number, text=text, made_by=by, made_at=now
    )
    after = {"meeting": meeting_id, "number": number, "text": text}
    log("add_addendum", made.pk, "minutes", None, after, by=by, now=now)
    return made


@transaction.atomic
def attach_scan(
    minutes_id: int, *, name: str, content: bytes, by: User, now: datetime
) -> SignedScan:
    """Keep the scan of the signed paper beside minutes.

    Raises `NotPermitted`, `NoSuchThing`, and `CorrectionRefused` for a file that is not taken.
    """
    check(by, Permission.HOLD_MEETINGS)
    minutes = _found(minutes_id, by)
    kept, mime = checked_content(name, content)
    scan = SignedScan(
        minutes=minutes, name=shown_name(name, mime), sha256=_digest(kept), size=len(kept),
        mime=mime, stored_name=secrets.token_hex(16), attached_by=by, attached_at=now,
    )  # fmt: skip
    with stored(scan.stored_name, kept):
        scan.save()
        after = {"minutes": minutes.pk, "name": scan.name, "sha256": scan.sha256}
        log("attach_scan", scan.pk, "scan", None, after, by=by, now=now)
    return scan


def take_scan(scan_id: int, *, by: User) -> tuple[SignedScan, bytes]:
    """Give a scan; raises `NoSuchThing`, `EvidenceChanged`."""
    scan = scans_for(by).filter(pk=scan_id).first()
    if scan is None:
        raise NoSuchThing
    return scan, read_stored(scan.stored_name, sha256=scan.sha256, name=scan.name)


@dataclass(frozen=True, slots=True)
class Edit:
    """A text of minutes that came back otherwise: of an item's record, or of a decision."""

    kind: str  # record or decision
    pk: int
    version: int
    text: str


@transaction.atomic
def take_edits(minutes_id: int, edits: list[Edit], *, by: User, now: datetime) -> int:
    """Take texts that were edited outside; none is taken where one was changed here meanwhile.

    Gives how many were taken. Raises `NotPermitted`, `NoSuchThing`, `MeetingRefused`,
    `ChangedMeanwhile`.
    """
    check(by, Permission.HOLD_MEETINGS)
    minutes = _found(minutes_id, by)
    _check_draft(minutes)
    led(minutes.meeting_id, by, states=(MeetingState.CLOSED,))
    for edit in edits:
        if edit.kind == "record":
            _take_record(minutes.meeting, edit, by, now)
        else:
            _take_decision(minutes.meeting, edit, by, now)
    return len(edits)


def _take_record(meeting: Meeting, edit: Edit, by: User, now: datetime) -> None:
    item = AgendaItem.objects.filter(meeting=meeting, removed_at=None, pk=edit.pk).first()
    if item is None:
        raise NoSuchThing
    before = {"record": item.record}
    claim_version(item, edit.version)
    item.record = edit.text.strip()[:RECORD_MAX]
    item.save(update_fields=["record"])
    log("take_minutes_text", item.pk, "agenda_item", before, {"record": item.record},
        by=by, now=now)  # fmt: skip


def _take_decision(meeting: Meeting, edit: Edit, by: User, now: datetime) -> None:
    decision = Decision.objects.filter(item__meeting=meeting, pk=edit.pk).first()
    if decision is None:
        raise NoSuchThing
    before = {"text": decision.text}
    text = said(edit.text, "text", most=TEXT_MAX)
    claim_version(decision, edit.version)
    decision.text = text
    decision.save(update_fields=["text"])
    log("take_minutes_text", decision.pk, "meeting_decision", before, {"text": text},
        by=by, now=now)  # fmt: skip


def faults_of(minutes: Minutes) -> list[str]:
    """Recompute every hash of frozen minutes; give what is not as it was frozen.

    `content`, `pdf_fa`, `pdf_en`: other than its hash says. `log`: the log keeps another hash, or
    none. `signatures`: the table says another thing than what was frozen. `scan`: a file is gone
    or another. That the log itself holds is for `pollready audit verify`.
    """
    return list(_faults(minutes)) if minutes.state == MinutesState.FROZEN else []


def is_pdf_of(minutes: Minutes, content: bytes) -> bool:
    """Say whether a file is, to the byte, a PDF of frozen minutes in either language."""
    return _digest(content) in (minutes.pdf_fa_hash, minutes.pdf_en_hash)


def _faults(minutes: Minutes) -> Iterator[str]:
    if hash_of(minutes.canonical) != minutes.content_hash:
        yield "content"
    for name in ("pdf_fa", "pdf_en"):
        if _digest(bytes(getattr(minutes, name))) != getattr(minutes, f"{name}_hash"):
            yield name
    logged = AuditEntry.objects.filter(
        object_type="minutes", object_id=str(minutes.pk), batch__command="freeze_minutes"
    )
    if [entry.after for entry in logged] != [_hashes(minutes)]:
        yield "log"
    if _signatures_kept(minutes) != sorted(
        (each.user.username, each.verdict, each.text, each.signed_hash)
        for each in minutes.signatures.filter(ended_at=None).select_related("user")
    ):
        yield "signatures"
    for scan in minutes.scans.all():
        try:
            read_stored(scan.stored_name, sha256=scan.sha256, name=scan.name)
        except EvidenceChanged:
            yield "scan"
            return


def _signatures_kept(minutes: Minutes) -> list[tuple[str, str, str, str]] | None:
    try:
        rows = json.loads(minutes.canonical)["signatures"]
        return sorted(
            (row["username"], row["verdict"], row["text"], row["signed_hash"]) for row in rows
        )
    except (ValueError, KeyError, TypeError):
        return None


def _hashes(minutes: Minutes) -> dict[str, str]:
    return {
        "content_hash": minutes.content_hash, "pdf_fa_hash": minutes.pdf_fa_hash,
        "pdf_en_hash": minutes.pdf_en_hash,
    }  # fmt: skip


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _found(minutes_id: int, by: User) -> Minutes:
    minutes = minutes_for(by).filter(pk=minutes_id).first()
    if minutes is None:
        raise NoSuchThing
    return minutes


def _check_draft(minutes: Minutes) -> None:
    if minutes.state == MinutesState.FROZEN:
        raise MeetingRefused("frozen")
