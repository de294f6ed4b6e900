"""Writing duties: entering, changing and ending one; saying that it is done, and handing back."""

from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from pollready.audit.commands import Entry, record
from pollready.audit.versions import claim_version
from pollready.duties.deadlines import read_deadline
from pollready.duties.models import Covers, Duty, DutyProof, Proof
from pollready.duties.queries import duties_for, proofs_for
from pollready.duties.rules import OFFICES, DutyRefused, may_report
from pollready.people.models import User
from pollready.people.permissions import NotPermitted, Permission, check
from pollready.people.scopes import agencies_for, listings_for
from pollready.register.queries import components_for

TEXT_MAX, DETAILS_MAX, QUERY_MAX = 500, 5000, 1000


@dataclass(frozen=True, slots=True)
class DutyDraft:
    """What somebody enters of a duty; its owner is an agency or an office."""

    text: str
    agency_id: int | None = None
    office: str = ""
    details: str = ""
    legal_basis: str = ""
    letter_no: str = ""
    letter_date: date | None = None
    deadline: str = ""
    covers: str = Covers.OWNER
    query: str = ""
    proof: str = Proof.DECLARED
    proof_of: str = ""
    evidence_needed: str = ""
    classification: int = 0


@dataclass(frozen=True, slots=True)
class Done:
    """What is said of a duty that is done: where, since when, by what evidence."""

    done_date: date
    listing_id: int | None = None
    component_id: int | None = None
    note: str = ""
    letter_no: str = ""


@transaction.atomic
def enter_duty(draft: DutyDraft, *, round_id: int, by: User, now: datetime) -> Duty:
    """Enter a duty of an agency or an office. Raises `NotPermitted`, `DutyRefused`."""
    check(by, Permission.EDIT_DUTIES)
    draft = _checked(draft, by)
    duty = Duty(round_id=round_id, made_by=by, made_at=now, **asdict(draft))
    _save(duty.save)
    _record("enter_duty", duty, None, by=by, now=now)
    return duty


@transaction.atomic
def change_duty(
    duty_id: int, draft: DutyDraft, *, round_id: int, version: int, by: User, now: datetime
) -> Duty:
    """Write a duty anew; raises `NotPermitted`, `DutyRefused`, `ChangedMeanwhile`."""
    check(by, Permission.EDIT_DUTIES)
    duty = _standing(duty_id, round_id, by)
    draft = _checked(draft, by)
    before = values_of(duty)
    claim_version(duty, version)
    for name, value in asdict(draft).items():
        setattr(duty, name, value)
    _save(duty.save)
    _record("change_duty", duty, before, by=by, now=now)
    return duty


@transaction.atomic
def end_duty(
    duty_id: int, *, round_id: int, reason: str, version: int, by: User, now: datetime
) -> None:
    """Let a duty hold no longer; it stays readable. Raises as `change_duty`."""
    check(by, Permission.EDIT_DUTIES)
    duty = _standing(duty_id, round_id, by)
    reason = " ".join(reason.split())[:TEXT_MAX]
    if not reason:
        raise DutyRefused("reason-missing", "reason")
    before = values_of(duty)
    claim_version(duty, version)
    duty.ended_at, duty.end_reason = now, reason
    duty.save()
    _record("end_duty", duty, before, by=by, now=now, reason=reason)


@transaction.atomic
def report_done(duty_id: int, done: Done, *, round_id: int, by: User, now: datetime) -> DutyProof:
    """Say that a duty is done, at one of its objects or as a whole.

    What is said again of the same object takes the place of what was said before.
    Raises `NotPermitted`, `DutyRefused`.
    """
    duty = _found(duty_id, round_id, by)
    done = _reportable(duty, done, by=by, now=now)
    where = _object(duty, done, by)
    earlier = list(duty.proofs.filter(ended_at=None, **where))
    for each in earlier:
        each.ended_at, each.ended_by = now, by
        each.save(update_fields=["ended_at", "ended_by"])
    proof = DutyProof.objects.create(
        duty=duty, done_date=done.done_date, note=done.note, letter_no=done.letter_no,
        said_by=by, said_at=now, **where,
    )  # fmt: skip
    before = proof_values(earlier[0]) if earlier else None
    entry = Entry("duty_proof", str(duty.pk), before, proof_values(proof))
    record(actor=by.username, command="report_done", now=now, entries=[entry])
    return proof


@transaction.atomic
def report_done_at(
    duty_id: int, done: Done, keys: Collection[int], *, round_id: int, by: User, now: datetime
) -> int:
    """Say that a duty is done at several of its objects at once; give at how many.

    `keys` are listings or components, as the duty covers; what is out of scope is left out.
    Raises `NotPermitted`, `DutyRefused`.
    """
    duty = _found(duty_id, round_id, by)
    done = _reportable(duty, done, by=by, now=now)
    at = "listing" if duty.covers == Covers.STATIONS else "component"
    if duty.covers == Covers.OWNER:
        raise DutyRefused("object-not-found")
    in_scope = listings_for(by) if at == "listing" else components_for(by)
    found = in_scope.filter(pk__in=keys, round=duty.round_id).order_by("pk")
    kept = list(found.values_list("pk", flat=True))
    if not kept:
        raise DutyRefused("object-not-found", "selected")
    duty.proofs.filter(ended_at=None, **{f"{at}__in": kept}).update(ended_at=now, ended_by=by)
    DutyProof.objects.bulk_create(
        DutyProof(
            duty=duty, done_date=done.done_date, note=done.note, letter_no=done.letter_no,
            said_by=by, said_at=now, **{f"{at}_id": key},
        )
        for key in kept
    )  # fmt: skip
    after = {
        f"{at}s": kept, "done_date": done.done_date.isoformat(), "note": done.note,
        "letter_no": done.letter_no,
    }  # fmt: skip
    entry = Entry("duty_proof", str(duty.pk), None, after)
    record(actor=by.username, command="report_done", now=now, entries=[entry])
    return len(kept)


@transaction.atomic
def hand_back(
    proof_id: int,
    *,
    duty_id: int,
    round_id: int,
    reason: str,
    by: User,
    now: datetime,
    whole_report: bool = False,
) -> int:
    """End what was said to be done: its speaker takes it back, or the headquarters hands it back.

    With `whole_report` all that was said along with it ends too; give how many ended.
    Raises `NotPermitted`, `DutyRefused`.
    """
    duty = _found(duty_id, round_id, by)
    standing = proofs_for(by, duty).filter(ended_at=None)
    proof = standing.filter(pk=proof_id).first()
    if proof is None:
        raise DutyRefused("proof-not-found")
    if proof.said_by_id != by.pk:
        check(by, Permission.EDIT_DUTIES)
    reason = " ".join(reason.split())[:TEXT_MAX]
    if not reason:
        raise DutyRefused("reason-missing", "reason")
    before = proof_values(proof)
    ended = [proof]
    if whole_report:
        ended = list(standing.filter(said_by=proof.said_by_id, said_at=proof.said_at))
    DutyProof.objects.filter(pk__in=[each.pk for each in ended]).update(
        ended_at=now, ended_by=by, end_reason=reason
    )
    after = before | {"ended": True, "objects": len(ended)}
    entry = Entry("duty_proof", str(duty.pk), before, after)
    record(actor=by.username, command="hand_back_duty", now=now, entries=[entry], reason=reason)
    return len(ended)


def _found(duty_id: int, round_id: int, by: User) -> Duty:
    duty = duties_for(by, round_id).filter(pk=duty_id).first()
    if duty is None:
        raise DutyRefused("not-found")
    return duty


def _standing(duty_id: int, round_id: int, by: User) -> Duty:
    """Find a duty that the office entered and that holds, and keep others from it meanwhile."""
    duty = _found(duty_id, round_id, by)
    if duty.person_id is not None:
        raise DutyRefused("of-a-list")
    if duty.ended_at is not None:
        raise DutyRefused("ended")
    return duty


def _reportable(duty: Duty, done: Done, *, by: User, now: datetime) -> Done:
    """Check that somebody may say this of a duty, and give it as it is kept."""
    if not may_report(by, duty):
        raise NotPermitted(Permission.REPORT_DONE)
    if done.done_date > localdate(now):
        raise DutyRefused("done-to-come", "done_date")
    note, letter_no = done.note.strip()[:TEXT_MAX], done.letter_no.strip()[:60]
    if duty.evidence_needed and not (note or letter_no):
        raise DutyRefused("evidence-missing", "note", needed=duty.evidence_needed)
    return replace(done, note=note, letter_no=letter_no)


def _object(duty: Duty, done: Done, by: User) -> dict[str, Any]:
    """Say at what it is done; whether the duty covers just this object, its page has shown."""
    listing = component = None
    if done.listing_id is not None and duty.covers == Covers.STATIONS:
        listing = listings_for(by).filter(pk=done.listing_id, round=duty.round_id).first()
    if done.component_id is not None and duty.covers == Covers.COMPONENTS:
        component = components_for(by).filter(pk=done.component_id, round=duty.round_id).first()
    named = done.listing_id is not None or done.component_id is not None
    if named and listing is None and component is None:
        raise DutyRefused("object-not-found")
    return {"listing": listing, "component": component}


def _checked(draft: DutyDraft, by: User) -> DutyDraft:
    """Check a draft, and give it as it is kept: all faults that a form cannot show by itself."""
    text = " ".join(draft.text.split())
    if not text:
        raise DutyRefused("text-missing", "text")
    if len(text) > TEXT_MAX or len(draft.details) > DETAILS_MAX or len(draft.query) > QUERY_MAX:
        raise DutyRefused("too-long", "text")
    if (draft.agency_id is None) == (not draft.office):
        raise DutyRefused("one-owner", "owner")
    if draft.agency_id is not None and not agencies_for(by).filter(pk=draft.agency_id).exists():
        raise DutyRefused("agency-not-found", "owner")
    if draft.office and draft.office not in OFFICES:
        raise DutyRefused("office-unknown", "owner")
    deadline = read_deadline(draft.deadline) if draft.deadline.strip() else None
    if draft.deadline.strip() and deadline is None:
        raise DutyRefused("deadline-unread", "deadline", said=draft.deadline)
    if draft.classification > min(by.clearance, settings.POLLREADY_CEILING):
        raise DutyRefused("class-too-high", "classification")
    if draft.covers == Covers.OWNER and draft.proof != Proof.DECLARED:
        raise DutyRefused("nothing-to-prove-at", "proof")
    stations_only = draft.proof in (Proof.CRITERION, Proof.OBSTACLE)
    if stations_only and draft.covers != Covers.STATIONS:
        raise DutyRefused("proof-of-stations", "proof")
    if draft.proof != Proof.DECLARED and not draft.proof_of:
        raise DutyRefused("proof-of-what", "proof_of")
    return replace(
        draft,
        text=text,
        deadline=str(deadline) if deadline else "",
        query=draft.query if draft.covers != Covers.OWNER else "",
        proof_of=draft.proof_of if draft.proof != Proof.DECLARED else "",
    )


def _save(save: Callable[[], None]) -> None:
    """Save; two standing duties of one owner with the same words are one too many."""
    try:
        with transaction.atomic():
            save()
    except IntegrityError:
        raise DutyRefused("twice", "text") from None


def _record(
    command: str, duty: Duty, before: Any, *, by: User, now: datetime, reason: str = ""
) -> None:
    entry = Entry("duty", str(duty.pk), before, values_of(duty))
    record(actor=by.username, command=command, now=now, entries=[entry], reason=reason)


def values_of(duty: Duty) -> dict[str, Any]:
    """Give a duty as the log tells of it."""
    return {
        "text": duty.text, "agency": duty.agency.code if duty.agency else None,
        "office": duty.office, "legal_basis": duty.legal_basis, "letter_no": duty.letter_no,
        "deadline": duty.deadline, "covers": str(duty.covers), "query": duty.query,
        "proof": str(duty.proof), "proof_of": duty.proof_of,
        "evidence_needed": duty.evidence_needed, "ended": duty.ended_at is not None,
    }  # fmt: skip


def proof_values(proof: DutyProof) -> dict[str, Any]:
    """Give a proof as the log tells of it."""
    return {
        "id": proof.pk, "listing": proof.listing_id, "component": proof.component_id,
        "done_date": proof.done_date.isoformat(), "note": proof.note,
        "letter_no": proof.letter_no, "ended": proof.ended_at is not None,
    }  # fmt: skip
