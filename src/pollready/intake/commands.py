"""Importing a file into the register: read, stage, apply in one transaction."""

import gc
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from pollready.audit.commands import record
from pollready.audit.logins import login
from pollready.intake.applying import Session, apply
from pollready.intake.applying.rounds import find_or_make_round
from pollready.intake.changes import changes_of
from pollready.intake.names import lineage_of
from pollready.intake.reading import ReadFile, read_file
from pollready.intake.recognition import check_for_unknown_fields
from pollready.intake.result import Changes, ImportResult, NothingUsable
from pollready.intake.staging import Staged, stage
from pollready.people.models import User
from pollready.register.models import Source

__all__ = ["ImportResult", "NothingUsable", "import_file"]

Progress = Callable[[str], None]  # told "reading", "staging", "applying" as each begins


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
    check_for_unknown_fields(mapping or {})
    tell = progress or (lambda step: None)
    with _collector_paused():
        return _import(Path(path), dict(mapping or {}), election_date, as_of, by, now, tell)


def _import(
    path: Path,
    mapping: Mapping[str, str],
    election_date: date | None,
    as_of: date | None,
    by: User | None,
    now: datetime,
    tell: Progress,
) -> ImportResult:
    tell("reading")
    read = read_file(path)
    version = _version_of(read, mapping, election_date, as_of)
    lineage = lineage_of(read.name)
    last = _last_of(lineage)
    unchanged = last is not None and last.sha256 == version
    tell("staging")
    staged = stage(read, mapping, ceiling=settings.POLLREADY_CEILING)
    _check_for_nothing_usable(read, staged)
    tell("applying")
    with transaction.atomic():
        session = _open_session(read, staged, version, lineage, election_date, as_of, by, now)
        apply(session)
        changes = None if unchanged else changes_of(session)
        _check_for_nothing_usable(read, staged)  # again: stops may name stations nobody lists
        if unchanged:
            # Applied only to tell the same faults again: what it wrote is taken back whole.
            transaction.set_rollback(True)
        else:
            actor = by.get_username() if by else login()
            command = "intake.import_file"
            record(actor=actor, command=command, now=now, entries=session.entries, reason=read.name)
    return _result(read, staged, session.round.pk, unchanged=unchanged, changes=changes)


def _check_for_nothing_usable(read: ReadFile, staged: Staged) -> None:
    """Raise `NothingUsable` where every row came back, or there was none."""
    if staged.rows_read == len(staged.rejected):
        raise NothingUsable(_result(read, staged, None))


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Keep the garbage collector from walking hundreds of thousands of living rows: 15% faster."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _open_session(
    read: ReadFile,
    staged: Staged,
    version: str,
    lineage: str,
    election_date: date | None,
    as_of: date | None,
    by: User | None,
    now: datetime,
) -> Session:
    """Find the round and write the file down as a source."""
    round_, before, after = find_or_make_round(staged, read.name, election_date)
    source, _ = Source.objects.update_or_create(
        round=round_,
        lineage=lineage,
        sha256=version,
        defaults={"name": read.name[:300], "received_at": now},
    )
    session = Session(staged, round_, source, lineage, by, now, as_of)
    if after is not None:
        session.log("round", round_.code, before, after)
    session.log("source", source.pk, None, {"name": read.name, "sha256": version})
    return session


def _version_of(
    read: ReadFile, mapping: Mapping[str, str], election_date: date | None, as_of: date | None
) -> str:
    """Give the digest of the file, and of how it was to be read where that was said."""
    said = {"map": dict(mapping), "election": str(election_date), "as_of": str(as_of)}
    if not mapping and election_date is None and as_of is None:
        return read.sha256
    text = read.sha256 + json.dumps(said, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _last_of(lineage: str) -> Source | None:
    sources = Source.objects.filter(lineage=lineage).exclude(sha256="")
    return sources.order_by("-received_at", "-pk").first()


def _result(
    read: ReadFile,
    staged: Staged,
    round_id: int | None,
    *,
    unchanged: bool = False,
    changes: Changes | None = None,
) -> ImportResult:
    found = [sheet.recognised for sheet in staged.sheets]
    dropped = dict.fromkeys(f.column for f in staged.faults if f.code == "column-forbidden")
    rejected = len(staged.rejected)
    return ImportResult(
        file_name=read.name,
        sha256=read.sha256,
        round_id=round_id,
        rows_read=staged.rows_read,
        rows_registered=staged.rows_read - rejected,
        rows_merged=staged.rows_merged,
        rows_rejected=rejected,
        columns_dropped=tuple(dropped),
        guesses={
            heading: f"{each.sheet.name}.{field}"
            for each in found
            for heading, field in each.columns.guesses.items()
        },
        unread=tuple(dict.fromkeys(name for each in staged.sheets for name in each.unread)),
        sheets={each.table.name: each.sheet.name for each in found},
        faults=tuple(staged.faults),
        rejected=tuple(staged.rejected),
        unchanged=unchanged,
        changes=changes,
        has_components=bool(staged.records("components")),
    )
