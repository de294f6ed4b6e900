"""Files that show what was reported of a follow-up: handing them out, and withdrawing them."""

from datetime import datetime

from django.db import transaction

from pollready.audit.classification import Classification
from pollready.audit.commands import Entry, record
from pollready.duties.follow_ups.models import FollowUpFile
from pollready.duties.follow_ups.queries import files_for
from pollready.duties.follow_ups.rules import FollowUpRefused
from pollready.people.models import User
from pollready.people.permissions import NotPermitted, Permission, may
from pollready.register.corrections.attaching import read_stored
from pollready.register.corrections.withdrawing import mark_withdrawn


@transaction.atomic
def take_out_file(
    file_id: int, *, round_id: int, by: User, now: datetime
) -> tuple[FollowUpFile, bytes]:
    """Give an attached file; taking out a classified one is recorded.

    Raises `FollowUpRefused` outside the user's scope and class, `EvidenceChanged`.
    """
    file = standing_file(file_id, round_id=round_id, by=by)
    content = read_stored(file.stored_name, sha256=file.sha256, name=file.name)
    if file.classification > Classification.NORMAL:
        values = {"id": file.pk, "sha256": file.sha256}
        entry = Entry("follow_up", str(file.event.follow_up_id), values, values)
        record(actor=by.username, command="take_out_follow_up_file", now=now, entries=[entry])
    return file, content


def standing_file(file_id: int, *, round_id: int, by: User) -> FollowUpFile:
    """Find a file that the user may read and that is not withdrawn; raises `FollowUpRefused`."""
    file = files_for(by, round_id).filter(pk=file_id, withdrawn_at=None).first()
    if file is None:
        raise FollowUpRefused("not-found")
    return file


def may_withdraw_file(user: User, file: FollowUpFile) -> bool:
    """Say whether a file is this user's to withdraw: he reported with it, or keeps the register."""
    own = file.event.by_id == user.pk and may(user, Permission.REPORT_DONE)
    return own or may(user, Permission.WITHDRAW_EVIDENCE)


@transaction.atomic
def withdraw_file(
    file_id: int, *, round_id: int, reason: str, by: User, now: datetime
) -> FollowUpFile:
    """Hand a file out no more; its row stays with who withdrew it, when and why.

    The report stays as it is: who started the follow-up hands it back where nothing is left to
    show it. Raises `FollowUpRefused`, `NotPermitted`, `CorrectionRefused`.
    """
    file = standing_file(file_id, round_id=round_id, by=by)
    if not may_withdraw_file(by, file):
        raise NotPermitted(Permission.WITHDRAW_EVIDENCE)
    said, erased = mark_withdrawn([file], reason, by=by, now=now)
    values = {"id": file.pk, "name": file.name, "sha256": file.sha256}
    after = {**values, "withdrawn": True, "erased": erased}
    entry = Entry("follow_up", str(file.event.follow_up_id), {**values, "withdrawn": False}, after)
    record(actor=by.username, command="withdraw_follow_up_file", now=now, entries=[entry],
           reason=said)  # fmt: skip
    return file
