"""Withdrawing a file that was attached: never silently, and what was secret is erased."""

from datetime import datetime
from functools import partial
from typing import Any

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


def may_withdraw(user: User, evidence: Evidence) -> bool:
    """Say whether a file is this user's to withdraw: he attached it, or keeps the register."""
    own = evidence.attached_by_id == user.pk and may(user, Permission.CORRECT_REGISTER)
    return own or may(user, Permission.WITHDRAW_EVIDENCE)


def keeps_bytes(evidence: Evidence) -> bool:
    """Say whether a withdrawn file stays on the disk: what is classified is erased."""
    return evidence.classification <= Classification.NORMAL


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
    said = " ".join(reason.split())[:500]
    if not said:
        raise CorrectionRefused("reason-missing", "reason")
    same = Evidence.objects.select_for_update(of=("self",)).filter(
        stored_name=evidence.stored_name, withdrawn_at=None
    )
    files = list(same.select_related("claim").order_by("pk"))
    if not files:
        raise OutOfReach(evidence_id)
    erased = any(not keeps_bytes(each) for each in files)
    entries = []
    for each in files:
        before = evidence_values(each)
        each.withdrawn_at, each.withdrawn_by = now, by
        each.withdrawal_reason, each.is_erased = said, erased
        each.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawal_reason", "is_erased"])
        about_claim = str(About.of_claim(each.claim))
        entries.append(Entry("evidence", about_claim, before, evidence_values(each)))
    record(actor=by.username, command=WITHDRAW, now=now, entries=entries, reason=said)
    if erased:
        path = path_of(evidence.stored_name)
        transaction.on_commit(partial(path.unlink, missing_ok=True))
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
