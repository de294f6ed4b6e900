"""Correcting one field of one object."""

from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from pollready.audit.commands import record
from pollready.people.models import User
from pollready.people.permissions import Permission, check
from pollready.register.corrections.attaching import attach
from pollready.register.corrections.claiming import (
    Statement,
    check_statement,
    has_rivals,
    state_of_field,
    write_claim,
)
from pollready.register.corrections.errors import CorrectionRefused, check_for_change
from pollready.register.corrections.needs import checked_need, is_need
from pollready.register.corrections.resolving import choose
from pollready.register.corrections.subjects import About, find_to_correct
from pollready.register.models import Claim

CORRECT = "correct"


@transaction.atomic
def claim(
    *,
    about: About,
    said: Statement,
    expected: str | None = None,
    stands: bool = False,
    file: tuple[str, bytes] | None = None,
    by: User,
    now: datetime,
) -> Claim:
    """Write what a person says of a field; his own earlier word on it no longer counts.

    `expected` is the state on which the form was opened. With `stands` the new claim counts
    against all rivals at once, which needs the permission to resolve contradictions, and a
    reason. A `file` (name and content) is attached to it; one that is refused refuses all.
    Raises `NotPermitted`, `OutOfReach`, `ChangedMeanwhile`, `CorrectionRefused`.
    """
    thing = find_to_correct(by, about)
    check_for_change(expected, state_of_field(thing, said.field), str(about))
    check_statement(said, today=localdate(now))
    if is_need(thing, said.field):
        check(by, Permission.SEE_INFRASTRUCTURE)
        said = replace(said, value=checked_need(thing, said.field, said.value, by=by))
    made, entries = write_claim(thing, said, by=by, now=now)
    if stands and has_rivals(made, about):
        check(by, Permission.RESOLVE_CONTRADICTIONS)
        if not said.note:
            raise CorrectionRefused("reason-missing", "note")
        entries += choose(thing, made, reason=said.note, by=by, now=now)
    record(actor=by.username, command=CORRECT, now=now, entries=entries, reason=said.note)
    if file is not None:
        attach(claim_id=made.pk, name=file[0], content=file[1], by=by, now=now)
    return made
