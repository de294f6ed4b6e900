"""A file that was attached to a report or a delivery, as a page shows it."""

from dataclasses import dataclass
from datetime import datetime

from pollready.console.follow_up_words import person_word
from pollready.duties.follow_ups.models import FollowUpFile
from pollready.resources.models import LotEvidence


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """Its name, and whether it is the viewer's to withdraw; or by whom it was, when and why."""

    key: int
    name: str
    may_withdraw: bool
    withdrawn_at: datetime | None
    withdrawn_by: str
    reason: str


def attached_file(
    file: FollowUpFile | LotEvidence, *, name: str, reason: str, may_withdraw: bool
) -> AttachedFile:
    """Show a file under the name, and with the reason, that the viewer may read."""
    is_there = file.withdrawn_at is None
    return AttachedFile(
        file.pk,
        name,
        is_there and may_withdraw,
        file.withdrawn_at,
        "" if is_there else person_word(file.withdrawn_by),
        reason,
    )
