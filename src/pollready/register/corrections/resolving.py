"""Resolving a contradiction: a named person says which claim stands, or who goes to look."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from pollready.audit.commands import Entry, record
from pollready.people.models import User
from pollready.people.permissions import NotPermitted, Permission, check
from pollready.people.scopes import agencies_for
from pollready.register.corrections.claiming import state_of_field, thing_entry
from pollready.register.corrections.columns import is_column, write_column
from pollready.register.corrections.errors import CorrectionRefused, check_for_change
from pollready.register.corrections.models import Resolution, ResolutionState
from pollready.register.corrections.needs import SERVES, check_for_circle, is_need
from pollready.register.corrections.queries import current_claims
from pollready.register.corrections.subjects import (
    About,
    Thing,
    find,
    may_correct,
    round_id_of,
)
from pollready.register.models import Claim

RESOLVE, ASSIGN_TEST = "resolve_contradiction", "assign_field_test"


@transaction.atomic
def resolve(
    *,
    about: About,
    field: str,
    chosen_id: int,
    reason: str,
    expected: str | None = None,
    by: User,
    now: datetime,
) -> Resolution:
    """Let one claim stand against its rivals, until a newer one says otherwise.

    Raises `NotPermitted`, `OutOfReach`, `ChangedMeanwhile`, `CorrectionRefused`.
    """
    thing = _find(by, about)
    check_for_change(expected, state_of_field(thing, field), str(about))
    chosen = current_claims(about.column, field).filter(pk=chosen_id).first()
    if chosen is None or chosen.classification > by.clearance:
        raise CorrectionRefused("claim-not-there", "chosen")
    if not reason.strip():
        raise CorrectionRefused("reason-missing", "reason")
    entries = choose(thing, chosen, reason=reason.strip(), by=by, now=now)
    if is_need(thing, field) and field != SERVES:
        check_for_circle(thing, chosen.value, by=by)
    if is_column(thing, field):
        before, after = write_column(thing, field, chosen.value, source_id=chosen.source_id)
        if after:
            entries.append(thing_entry(thing, before, after))
    record(actor=by.username, command=RESOLVE, now=now, entries=entries, reason=reason.strip())
    return Resolution.objects.get(field=field, ended_at=None, **about.column)


@transaction.atomic
def assign_test(
    *,
    about: About,
    field: str,
    agency_id: int,
    due_date: date,
    reason: str,
    expected: str | None = None,
    by: User,
    now: datetime,
) -> Resolution:
    """Have an agency test on site what the claims dispute; until then it stays contradicted.

    Raises `NotPermitted`, `OutOfReach`, `ChangedMeanwhile`, `CorrectionRefused`.
    """
    thing = _find(by, about)
    check_for_change(expected, state_of_field(thing, field), str(about))
    agency = agencies_for(by).filter(pk=agency_id).first()
    if agency is None:
        raise CorrectionRefused("agency-not-there", "agency")
    if due_date < localdate(now):
        raise CorrectionRefused("date-gone-by", "due_date", date=due_date)
    if not reason.strip():
        raise CorrectionRefused("reason-missing", "reason")
    entries = _decide(
        thing,
        field,
        by=by,
        now=now,
        reason=reason.strip(),
        state=ResolutionState.TEST_ASSIGNED,
        agency=agency,
        due_date=due_date,
    )
    record(actor=by.username, command=ASSIGN_TEST, now=now, entries=entries, reason=reason.strip())
    return Resolution.objects.get(field=field, ended_at=None, **about.column)


def choose(thing: Thing, chosen: Claim, *, reason: str, by: User, now: datetime) -> list[Entry]:
    """Write that a claim stands; gives what the log is told. The caller has checked who may."""
    return _decide(
        thing,
        chosen.field,
        by=by,
        now=now,
        reason=reason,
        state=ResolutionState.RESOLVED,
        chosen=chosen,
    )


def _find(by: User, about: About) -> Thing:
    check(by, Permission.RESOLVE_CONTRADICTIONS)
    thing = find(by, about, lock=True)
    if not may_correct(by, about):
        raise NotPermitted(Permission.RESOLVE_CONTRADICTIONS)
    return thing


def _decide(
    thing: Thing, field: str, *, by: User, now: datetime, reason: str, **decided: Any
) -> list[Entry]:
    """End the decision that stood and write the new one."""
    about = About.of(thing)
    entries = []
    for earlier in Resolution.objects.filter(field=field, ended_at=None, **about.column):
        earlier.ended_at = now
        earlier.save(update_fields=["ended_at"])
        entries.append(Entry("resolution", str(about), resolution_values(earlier), None))
    made = Resolution.objects.create(
        round_id=round_id_of(thing),
        field=field,
        reason=reason,
        decided_by=by,
        decided_at=now,
        **about.column,
        **decided,
    )
    entries.append(Entry("resolution", str(about), None, resolution_values(made)))
    return entries


def resolution_values(resolution: Resolution) -> dict[str, Any]:
    """Give a decision as the log keeps it."""
    values = {
        "id": resolution.pk,
        "field": resolution.field,
        "state": resolution.state,
        "claim": resolution.chosen_id,
        "value": resolution.chosen.value if resolution.chosen else None,
        "agency": resolution.agency.code if resolution.agency else None,
        "due_date": resolution.due_date.isoformat() if resolution.due_date else None,
        "reason": resolution.reason,
    }
    return {name: value for name, value in values.items() if value is not None}
