"""Withdrawing a file that was attached: never silently, and what was secret is erased."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any, Protocol

from django.db import transaction

from pollready.audit.classification import Classification
from pollready.audit.commands import Entry, record
from pollready.people.models import User
from pollready.people.permissions import NotPermitted, Permission, check, may
from pollready.register.corrections.attaching import path_of
from pollready.register.corrections.errors import CorrectionRefused
from pollready.register.corrections.models import Evidence
from pollready.register.corrections.queries import evidence_for
from pollready.register.corrections.subjects import About, OutOfReach, find

WITHDRAW = "withdraw_evidence"


class Attached(Protocol):
    """A file of any kind that was attached to something, and may be withdrawn."""

    stored_name: str
    classification: int
    withdrawn_at: Any
    withdrawn_by: Any
    withdrawal_reason: str
    is_erased: bool

    def save(self, *, update_fields: Sequence[str]) -> None:
        """Keep some of its columns."""


def may_withdraw(user: User, evidence: Evidence) -> bool:
    """Say whether a file is this user's to withdraw: he attached it, or keeps the register."""
    own = evidence.attached_by_id == user.pk and may(user, Permission.CORRECT_REGISTER)
    return own or may(user, Permission.WITHDRAW_EVIDENCE)


def keeps_bytes(file: Attached) -> bool:
    """Say whether a withdrawn file stays on the disk: what is classified is erased."""
    return file.classification <= Classification.NORMAL


def mark_withdrawn(
    files: Sequence[Attached], reason: str, *, by: User, now: datetime
) -> tuple[str, bool]:
    """Hand files of the same bytes out no more; give the reason as it is kept, and whether erased.

    Raises `CorrectionRefused` without a reason. Who may, and what the log says, is the caller's.
    """
    said = " ".join(reason.split())[:500]
    if not said:
        raise CorrectionRefused("reason-missing", "reason")
    erased = any(not keeps_bytes(each) for each in files)
    for each in files:
        each.withdrawn_at, each.withdrawn_by = now, by
        each.withdrawal_reason, each.is_erased = said, erased
        each.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawal_reason", "is_erased"])
        if erased:
            path = path_of(each.stored_name)
            transaction.on_commit(partial(path.unlink, missing_ok=True))
    return said, erased


@transaction.atomic
def withdraw(*, evidence_id: int, reason: str, by: User, now: datetime) -> Evidence:
    """Hand a file out no more; its row stays with who withdrew it, when and why.

    The same file under an earlier, superseded claim goes with it.
    Raises `NotPermitted`, `OutOfReach`, `CorrectionRefused`.
    """
    evidence = evidence_for(by).filter(pk=evidence_id).first()
    if evidence is None:
        raise OutOfReach(evidence_id)
    if not may_withdraw(by, evidence):
        check(by, Permission.WITHDRAW_EVIDENCE)
        raise NotPermitted(Permission.WITHDRAW_EVIDENCE)
    about = About.of_claim(evidence.claim)
    find(by, about, lock=True)
    same = Evidence.objects.select_for_update(of=("self",)).filter(
        stored_name=evidence.stored_name, withdrawn_at=None
    )
    files = list(same.select_related("claim").order_by("pk"))
    if not files:
        raise OutOfReach(evidence_id)
    before = [evidence_values(each) for each in files]
    said, _ = mark_withdrawn(files, reason, by=by, now=now)
    entries = [
        Entry("evidence", str(About.of_claim(each.claim)), values, evidence_values(each))
        for each, values in zip(files, before, strict=True)
    ]
    record(actor=by.username, command=WITHDRAW, now=now, entries=entries, reason=said)
    evidence.refresh_from_db()
    return evidence


def take_back_withdrawal(evidence_id: int) -> Entry:
    """Let a withdrawn file stand again; raises `CorrectionRefused` where it was erased."""
    evidence = Evidence.objects.select_related("claim").get(pk=evidence_id)
    if evidence.is_erased:
        raise CorrectionRefused("evidence-erased", name=evidence.name)
    before = evidence_values(evidence)
    evidence.withdrawn_at = evidence.withdrawn_by = None
    evidence.withdrawal_reason = ""
    evidence.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawal_reason"])
    return Entry("evidence", str(About.of_claim(evidence.claim)), before, evidence_values(evidence))


def evidence_values(evidence: Evidence) -> dict[str, Any]:
    """Give a file as the log tells of its withdrawal."""
    values = {
        "id": evidence.pk, "name": evidence.name, "field": evidence.claim.field,
        "sha256": evidence.sha256, "withdrawn": evidence.withdrawn_at is not None,
        "erased": evidence.is_erased,
    }  # fmt: skip
    return values
