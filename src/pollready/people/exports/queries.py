"""Which files somebody asked for, and which wait for him to decide."""

from datetime import datetime

from django.db.models import QuerySet

from pollready.people.exports.models import ExportRequest
from pollready.people.models import User
from pollready.people.permissions import Permission, may
from pollready.people.scopes import rounds_for

_SHOWN = 50


def state_of(asked: ExportRequest, now: datetime) -> str:
    """Name how a request stands: waiting, approved, refused, taken or run out."""
    if asked.taken_at is not None:
        return "taken"
    if asked.approved is False:
        return "refused"
    if asked.expires_at <= now:
        return "run_out"
    return "approved" if asked.approved else "waiting"


def asked_by(user: User) -> QuerySet[ExportRequest]:
    """Give the requests of one's own, the newest first."""
    mine = ExportRequest.objects.filter(asked_by=user)
    return mine.select_related("round", "decided_by")[:_SHOWN]


def to_decide_for(user: User, *, now: datetime) -> QuerySet[ExportRequest]:
    """Give what waits for this user: of others, in his rounds, up to his class, not run out."""
    if not may(user, Permission.EXPORT_CLASSIFIED):
        return ExportRequest.objects.none()
    waiting = ExportRequest.objects.filter(
        approved=None,
        expires_at__gt=now,
        round__in=rounds_for(user),
        classification__lte=user.clearance,
    )
    return waiting.exclude(asked_by=user).select_related("round", "asked_by")
