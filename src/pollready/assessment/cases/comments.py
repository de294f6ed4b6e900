"""Comments on cases, and telling those whom they name."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from pollready.assessment.cases.errors import (
    CommentNotYours,
    CommentTooOld,
    NoSuchCase,
    ReasonMissing,
)
from pollready.assessment.cases.queries import cases_for, mentions_for, people_for
from pollready.audit.commands import Entry, record
from pollready.obstacles.models import TEXT_MAX, CaseEvent, Mention, ObstacleCase
from pollready.people.models import User
from pollready.people.permissions import Permission, check

EDITABLE = timedelta(minutes=10)
NAMED_MAX = 20
# A name after a sign that begins a word: an address of mail names nobody.
NAMED = re.compile(r"(?<![\w@.+-])@([\w.@+-]+)")


@dataclass(frozen=True, slots=True)
class Written:
    """A comment as it was written, and the names in it that nobody was told by."""

    event: CaseEvent
    not_told: tuple[str, ...]


@transaction.atomic
def comment(*, case_id: int, text: str, by: User, now: datetime) -> Written:
    """Write a comment; who is named in it and sees the case finds it among his mentions.

    Raises `NotPermitted`, `NoSuchCase`, `ReasonMissing` (an empty text).
    """
    check(by, Permission.COMMENT)
    case = cases_for(by).filter(pk=case_id).first()
    if case is None:
        raise NoSuchCase()
    words = _words(text)
    event = CaseEvent.objects.create(
        case=case, kind=CaseEvent.Kind.COMMENT, at=now, by=by, text=words
    )
    not_told = _tell(event, case, by)
    record(
        actor=by.username,
        command="comment",
        now=now,
        entries=[Entry("case_comment", str(event.pk), None, {"case": case.pk, "text": words})],
    )
    return Written(event, not_told)


@transaction.atomic
def edit_comment(*, event_id: int, text: str, by: User, now: datetime) -> Written:
    """Write a comment of one's own anew, soon after it was written.

    Raises `NotPermitted`, `NoSuchCase`, `CommentNotYours`, `CommentTooOld`, `ReasonMissing`.
    """
    check(by, Permission.COMMENT)
    event = (
        CaseEvent.objects.select_related("case")
        .filter(pk=event_id, kind=CaseEvent.Kind.COMMENT, case__in=cases_for(by))
        .first()
    )
    if event is None:
        raise NoSuchCase()
    if event.by_id != by.pk:
        raise CommentNotYours()
    if not is_editable(event, by, now):
        raise CommentTooOld(minutes=int(EDITABLE.total_seconds() // 60))
    before, event.text, event.edited_at = event.text, _words(text), now
    event.save(update_fields=["text", "edited_at"])
    not_told = _tell(event, event.case, by)
    record(
        actor=by.username,
        command="edit_comment",
        now=now,
        entries=[Entry("case_comment", str(event.pk), {"text": before}, {"text": event.text})],
    )
    return Written(event, not_told)


def is_editable(event: CaseEvent, by: User, now: datetime) -> bool:
    """Say whether this is the user's own comment and still fresh."""
    own = event.kind == CaseEvent.Kind.COMMENT and event.by_id == by.pk
    return own and now - event.at <= EDITABLE


@transaction.atomic
def mark_seen(*, by: User, now: datetime, case_id: int | None = None) -> int:
    """Note that the user has seen where he was named: in one case, or everywhere.

    Not in the log: it changes nothing that anybody else sees.
    """
    unseen = mentions_for(by, unseen=True)
    if case_id is not None:
        unseen = unseen.filter(event__case=case_id)
    # Found first, then written: in one statement PostgreSQL looks through the scope row by row.
    found = list(unseen.order_by().values_list("pk", flat=True))
    return Mention.objects.filter(pk__in=found, seen_at=None).update(seen_at=now)


def named_in(text: str) -> list[str]:
    """Give the names that a text mentions, each once.

    >>> named_in("@sara, see @reza. mail a@b.example")
    ['sara', 'reza']
    """
    names = (name.rstrip(".-") for name in NAMED.findall(text))
    return list(dict.fromkeys(name for name in names if name))[:NAMED_MAX]


def _tell(event: CaseEvent, case: ObstacleCase, by: User) -> tuple[str, ...]:
    """Mention those who see the case; give the other names, whether there are such or not."""
    names = named_in(event.text)
    told: Iterable[User] = people_for(case).filter(username__in=names) if names else ()
    told = list(told)
    event.mentions.exclude(user__in=told).delete()
    Mention.objects.bulk_create(
        (Mention(event=event, user=user) for user in told if user.pk != by.pk),
        ignore_conflicts=True,
    )
    heard = {user.username for user in told}
    return tuple(name for name in names if name not in heard)


def _words(text: str) -> str:
    words = text.strip()
    if not words:
        raise ReasonMissing()
    return words[:TEXT_MAX]
