"""What an agency says of a station that is not its own: a claim beside the others, no more."""

from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from pollready.audit.commands import record
from pollready.people.models import User
from pollready.register.corrections.attaching import attach_to
from pollready.register.corrections.claiming import (
    Statement,
    agency_source,
    check_statement,
    write_claim,
)
from pollready.register.corrections.columns import is_column
from pollready.register.corrections.errors import CorrectionRefused
from pollready.register.corrections.subjects import Thing, round_id_of
from pollready.register.models import Claim

STATE = "state_for_agency"


@transaction.atomic
def put_beside(
    thing: Thing,
    said: Statement,
    *,
    file: tuple[str, bytes] | None = None,
    by: User,
    now: datetime,
) -> Claim:
    """Write what the user's agency says; the caller has found that it may, and locked the row.

    Only the agency's own earlier word ends. No other claim does, none is set aside, and what the
    list itself holds stays: a field of the list is refused.
    Raises `CorrectionRefused`.
    """
    if is_column(thing, said.field) or by.agency is None:
        raise CorrectionRefused("unknown-field", "field", name=said.field)
    check_statement(said, today=localdate(now))
    source = agency_source(by.agency, round_id_of(thing), now)
    made, entries = write_claim(thing, said, by=by, now=now, source=source)
    record(actor=by.username, command=STATE, now=now, entries=entries, reason=said.note)
    if file is not None:
        attach_to(made, *file, by=by, now=now)
    return made
