"""Causes of obstacles, with the stations that they are found at."""

from typing import Any

from django.http import Http404, HttpRequest
from ninja import Router, Schema

from pollready.api.access import needs, user_of
from pollready.api.errors import Refused, answers, language_of
from pollready.api.pages import Key, Page, Part, cut
from pollready.api.rounds import assessment_of, veil_of
from pollready.assessment.models import CauseRecord
from pollready.assessment.queries import (
    cause_for,
    causes_for,
    counted_in_scope,
    findings_for,
    is_cleared,
)
from pollready.language import say
from pollready.people.permissions import Permission
from pollready.register.veil import Veil

router = Router(tags=["causes"])


class Cause(Schema):
    """One cause; stations and voters are those within the asker's scope."""

    id: int
    rule: str
    title: str
    severity: str
    owner: str
    stations: int
    voters: int | None


class StationOfCause(Schema):
    """A station at which the cause is found."""

    id: int
    code: str
    name: str


@router.get("/rounds/{code}/causes", response=answers(Page[Cause]))
@needs(Permission.SEE_REGISTER)
def causes(request: HttpRequest, code: str, window: Part) -> dict[str, Any]:
    """List the causes of a round, the severe ones first, then by voters."""
    user = user_of(request)
    saved = assessment_of(user, code)
    count, rows = cut(causes_for(user, saved), window)
    veil = veil_of(user, saved.round_id)
    said = [_cause(row, veil, language_of(request)) for row in counted_in_scope(user, rows)]
    return {"count": count, "offset": window.offset, "rows": said}


@router.get("/causes/{cause_id}", response=answers(Cause))
@needs(Permission.SEE_REGISTER)
def cause(request: HttpRequest, cause_id: Key) -> dict[str, Any]:
    """Give one cause."""
    record = _found(request, cause_id)
    veil = veil_of(user_of(request), record.assessment.round_id)
    return _cause(record, veil, language_of(request))


@router.get("/causes/{cause_id}/stations", response=answers(Page[StationOfCause]))
@needs(Permission.SEE_REGISTER)
def stations_of_cause(request: HttpRequest, cause_id: Key, window: Part) -> dict[str, Any]:
    """List the stations at which a cause is found."""
    record = _found(request, cause_id)
    found = findings_for(user_of(request), record.assessment).filter(
        cause=record, listing__isnull=False
    )
    rows = (
        found.order_by("listing__code", "listing")
        .values("listing", "listing__code", "listing__point__name")
        .distinct()
    )
    count, part = cut(rows, window)
    said = [
        {"id": row["listing"], "code": row["listing__code"], "name": row["listing__point__name"]}
        for row in part
    ]
    return {"count": count, "offset": window.offset, "rows": said}


def _found(request: HttpRequest, cause_id: int) -> CauseRecord:
    record = cause_for(user_of(request), cause_id)
    if record is None:
        raise Http404
    if not is_cleared(user_of(request), record.assessment):
        raise Refused("above_clearance", 403)
    return record


def _cause(record: CauseRecord, veil: Veil, language: str) -> dict[str, Any]:
    return {
        "id": record.pk,
        "rule": record.rule,
        "title": say(f"rule.{record.rule}.title", language),
        "severity": record.severity,
        "owner": veil.text(record.owner),
        "stations": record.stations,
        "voters": record.voters,
    }
