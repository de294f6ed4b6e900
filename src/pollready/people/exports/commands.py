"""Asking for a file of classified rows, deciding on it, and taking it once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from pollready.audit.commands import Entry, record
from pollready.people.exports.models import QUERY_MAX, REASON_MAX, ExportRequest
from pollready.people.exports.queries import to_decide_for
from pollready.people.models import User
from pollready.people.permissions import Permission, check
from pollready.places.models import ElectionRound

WAITS = timedelta(days=3)  # for somebody to decide
STANDS = timedelta(hours=24)  # once approved, until it is taken


class ExportNotDecided(Exception):
    """A request cannot be made, decided or taken as asked; `code` says why."""

    def __init__(self, code: str, field: str = "", **fields: object) -> None:
        self.code = f"people.{code}"
        self.field = field
        self.fields: dict[str, object] = fields
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class Extent:
    """How much a file holds, and how secret it is, as one person's list gives it."""

    rows: int
    classification: int
    with_names: bool

    def covers(self, other: "Extent") -> bool:
        """Say whether all of another one lies within this one."""
        return (
            self.rows >= other.rows
            and self.classification >= other.classification
            and (self.with_names or not other.with_names)
        )


def extent_of(request: ExportRequest) -> Extent:
    """Give the extent for which somebody asked."""
    return Extent(request.rows, request.classification, request.with_names)


@transaction.atomic
def ask_export(
    *, round: ElectionRound, list_name: str, query: str, format: str, extent: Extent,
    reason: str, by: User, now: datetime,
) -> ExportRequest:  # fmt: skip
    """Ask a second person for a file; the same request that still waits is not made twice.

    Raises `NotPermitted`, `ExportNotDecided`.
    """
    check(by, Permission.EXPORT_CLASSIFIED)
    said = " ".join(reason.split())
    if not said:
        raise ExportNotDecided("export-reason-missing", "reason")
    if len(query) > QUERY_MAX or len(said) > REASON_MAX:
        raise ExportNotDecided("export-too-long", "reason")
    asked: dict[str, Any] = {
        "round": round, "list": list_name, "query": query, "format": format,
        "rows": extent.rows, "classification": extent.classification,
        "with_names": extent.with_names, "reason": said, "asked_by": by,
    }  # fmt: skip
    waiting = ExportRequest.objects.filter(approved=None, expires_at__gt=now, **asked).first()
    if waiting is not None:
        return waiting
    made = ExportRequest.objects.create(asked_at=now, expires_at=now + WAITS, **asked)
    _record(made, "ask_export", None, by=by, now=now, reason=said)
    return made


@transaction.atomic
def decide_export(
    *, request_id: int, approves: bool, remark: str, sees: Extent, by: User, now: datetime
) -> ExportRequest:
    """Let somebody else have a file, or not; `sees` is what the same list holds for the decider.

    Who sees less than what is asked for cannot answer for it. A refusal needs a remark.
    Raises `NotPermitted`, `ExportNotDecided`.
    """
    check(by, Permission.EXPORT_CLASSIFIED)
    waiting = to_decide_for(by, now=now).select_for_update(of=("self",))
    request = waiting.filter(pk=request_id).first()
    if request is None:
        raise ExportNotDecided("export-not-waiting")
    said = " ".join(remark.split())[:REASON_MAX]
    if not approves and not said:
        raise ExportNotDecided("export-remark-missing", "remark")
    if approves and not sees.covers(extent_of(request)):
        raise ExportNotDecided("export-sees-less", rows=request.rows, seen=sees.rows)
    before = _written(request)
    request.approved, request.decided_by, request.decided_at = approves, by, now
    request.remark = said
    if approves:
        request.expires_at = now + STANDS
    request.save()
    if approves:
        _record(request, "approve_export", before, by=by, now=now, reason=said)
    else:
        _record(request, "refuse_export", before, by=by, now=now, reason=said)
    return request


def take_approved(*, request_id: int, extent: Extent, by: User, now: datetime) -> ExportRequest:
    """Mark an approved request as taken, inside the transaction that records the export.

    Raises `ExportNotDecided` where it is not one's own, not approved, run out, taken already, or
    where the list has come to hold more than was approved.
    """
    mine = ExportRequest.objects.select_for_update(of=("self",))
    request = mine.filter(pk=request_id, asked_by=by, approved=True, taken_at=None).first()
    if request is None:
        raise ExportNotDecided("export-not-approved")
    if request.expires_at <= now:
        raise ExportNotDecided("export-run-out")
    if not extent_of(request).covers(extent):
        raise ExportNotDecided("export-holds-more", rows=request.rows, now=extent.rows)
    request.taken_at = now
    request.save(update_fields=["taken_at"])
    return request


def _record(
    request: ExportRequest, command: str, before: dict[str, Any] | None,
    *, by: User, now: datetime, reason: str,
) -> None:  # fmt: skip
    entry = Entry("export_request", str(request.pk), before, _written(request))
    record(actor=by.username, command=command, now=now, entries=[entry], reason=reason)


def _written(request: ExportRequest) -> dict[str, Any]:
    return {
        "list": request.list, "round": request.round.code, "query": request.query,
        "rows": request.rows, "classification": request.classification,
        "with_names": request.with_names, "asked_by": request.asked_by.username,
        "approved": request.approved,
    }  # fmt: skip
