"""From a file to a plan: what it says, what is wrong with it, what it would change.

Planning reads the register and writes nothing into it; `Plan.session.writes` holds what is to
be written.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from django.conf import settings

from pollready.intake.applying import Session, plan
from pollready.intake.applying.rounds import (
    ChosenRound,
    find_or_make_round,
    find_round,
    round_words,
)
from pollready.intake.applying.writes import Writes
from pollready.intake.changes import changes_of
from pollready.intake.faults import Fault, Gravity
from pollready.intake.names import lineage_of
from pollready.intake.reading import ReadFile, read_file
from pollready.intake.recognition import check_for_unknown_fields
from pollready.intake.result import Changes, ImportResult, NothingUsable
from pollready.intake.staging import Staged, stage
from pollready.people.models import User
from pollready.places.models import ElectionRound, Listing
from pollready.register.models import Source

Progress = Callable[[str], None]  # told "reading", "staging", "applying" as each begins


@dataclass(frozen=True, slots=True)
class Wish:
    """How a file is to be read, where the user said so."""

    mapping: Mapping[str, str] = field(default_factory=dict)
    election_date: date | None = None
    as_of: date | None = None
    name: str = ""  # of the file, where it is kept under another
    chosen: ChosenRound | None = None  # for which it was sent; what the file says goes first


@dataclass(frozen=True, slots=True)
class Plan:
    """A file that was read, and what it would do to the register as it stood just then."""

    read: ReadFile
    session: Session
    result: ImportResult


def read_as_wished(path: Path, wish: Wish, tell: Progress) -> tuple[ReadFile, Staged]:
    """Read a file into typed rows; raises what `read_file` raises and `NothingUsable`."""
    check_for_unknown_fields(wish.mapping)
    tell("reading")
    read = read_file(path, wish.name)
    tell("staging")
    staged = stage_as_wished(read, wish)
    check_for_nothing_usable(read, staged)
    return read, staged


def stage_as_wished(read: ReadFile, wish: Wish) -> Staged:
    """Stage what was read, with the codes that its round already lists in view."""

    def codes_of_round(staged: Staged) -> frozenset[str]:
        round_ = find_round(staged, read.name, wish.election_date, wish.chosen)
        listed = Listing.objects.filter(round=round_).values_list("code", flat=True)
        return frozenset(listed) if round_ else frozenset()

    return stage(read, wish.mapping, ceiling=settings.POLLREADY_CEILING, listed=codes_of_round)


def plan_import(
    read: ReadFile, staged: Staged, wish: Wish, *, by: User | None, now: datetime
) -> Plan:
    """Compare what a file says with the register; raises `NothingUsable`.

    Tells more faults of `staged`, so that one staged file makes one plan.
    """
    version = _version_of(read, wish)
    lineage = lineage_of(read.name)
    known = find_round(staged, read.name, wish.election_date, wish.chosen)
    last = _last_of(lineage, known)
    unchanged = last is not None and last.sha256 == version
    session = _open_session(read, staged, version, lineage, wish, by, now)
    _tell_another_round(session, wish)
    plan(session)
    changes = None if unchanged else changes_of(session)
    check_for_nothing_usable(read, staged)  # again: stops may name stations nobody lists
    result = _result(read, staged, session.round.pk, unchanged=unchanged, changes=changes)
    return Plan(read, session, result)


def check_for_nothing_usable(read: ReadFile, staged: Staged) -> None:
    """Raise `NothingUsable` where every row came back, or there was none."""
    if staged.rows_read == len(staged.rejected):
        raise NothingUsable(_result(read, staged, None))


def _open_session(
    read: ReadFile,
    staged: Staged,
    version: str,
    lineage: str,
    wish: Wish,
    by: User | None,
    now: datetime,
) -> Session:
    """Find the round and write the file down as a source."""
    writes = Writes()
    round_, before, after = find_or_make_round(
        staged, writes, read.name, wish.election_date, wish.chosen
    )
    source = _source(writes, round_.pk, lineage, version, read.name, now)
    session = Session(staged, round_, source, lineage, by, now, wish.as_of, writes=writes)
    if after is not None:
        session.log("round", round_.code, before, after)
    session.log("source", source.pk, None, {"name": read.name, "sha256": version})
    return session


def _source(
    writes: Writes, round_id: int, lineage: str, version: str, name: str, now: datetime
) -> Source:
    known = Source.objects.filter(round_id=round_id, lineage=lineage, sha256=version).first()
    source = known or Source(round_id=round_id, lineage=lineage, sha256=version)
    source.name, source.received_at = name[:300], now
    if known is None:
        writes.insert_things(Source, [source])
    else:
        writes.update_things(Source, ("name", "received_at"), [source])
    return source


def _version_of(read: ReadFile, wish: Wish) -> str:
    """Give the digest of the file, and of how it was to be read where that was said."""
    if not wish.mapping and wish.election_date is None and wish.as_of is None:
        return read.sha256
    said = {
        "map": dict(wish.mapping),
        "election": str(wish.election_date),
        "as_of": str(wish.as_of),
    }
    text = read.sha256 + json.dumps(said, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _tell_another_round(session: Session, wish: Wish) -> None:
    """Tell where a file names another round than the one for which it was sent."""
    if wish.chosen is not None and not wish.chosen.is_it(session.round):
        sheet = next((each.sheet for each in session.staged.records("round")), "")
        said = {"named": round_words(session.round), "chosen": wish.chosen.words()}
        fault = Fault("other-round", Gravity.NOTICE, sheet, fields=said)
        session.staged.faults.insert(0, fault)


def _last_of(lineage: str, round_: ElectionRound | None) -> Source | None:
    """Give the version of a file that a round took in last."""
    if round_ is None:
        return None
    sources = Source.objects.filter(lineage=lineage, round=round_).exclude(sha256="")
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
