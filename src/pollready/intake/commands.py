"""Importing a file into the register: read, stage, plan, and write in one transaction."""

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path

from django.db import transaction

from pollready.audit.commands import record
from pollready.audit.logins import login
from pollready.intake.planning import (
    Plan,
    Progress,
    Wish,
    plan_import,
    read_as_wished,
)
from pollready.intake.result import ImportResult, NothingUsable
from pollready.people.models import User
from pollready.register.collector import collector_paused

__all__ = ["ImportResult", "NothingUsable", "import_file"]


def import_file(
    path: Path | str,
    *,
    mapping: Mapping[str, str] | None = None,
    election_date: date | None = None,
    as_of: date | None = None,
    by: User | None,
    now: datetime,
    progress: Progress | None = None,
) -> ImportResult:
    """Take a file, or a folder of lists, into the register.

    `mapping` corrects guesses: heading (or number of a column) -> field, or sheet.field.
    The same file again writes nothing. Raises `NothingUsable`, `UnknownMapping`,
    `UnknownColumn`, and what `read_file` raises; the register is then as it was.
    """
    wish = Wish(dict(mapping or {}), election_date, as_of)
    tell = progress or (lambda step: None)
    with collector_paused():
        read, staged = read_as_wished(Path(path), wish, tell)
        tell("applying")
        with transaction.atomic():
            made = plan_import(read, staged, wish, by=by, now=now)
            if not made.result.unchanged:
                _write(made, by=by, now=now)
        return made.result


def _write(made: Plan, *, by: User | None, now: datetime) -> None:
    made.session.writes.write(now=now)
    record(
        actor=by.get_username() if by else login(),
        command="intake.import_file",
        now=now,
        entries=made.session.entries,
        reason=made.read.name,
    )
