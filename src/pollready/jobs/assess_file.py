"""The main job: from an office's file to a readiness assessment and its report."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils.timezone import localdate

from pollready.assessment import assess
from pollready.assessment.assessing import end_of
from pollready.assessment.commands import save_assessment
from pollready.assessment.result import Assessment, Loss
from pollready.assessment.terrain_folder import open_terrain
from pollready.audit.classification import mask
from pollready.audit.commands import Entry, record
from pollready.audit.logins import login
from pollready.engine.errors import EngineError
from pollready.intake.commands import ImportResult, NothingUsable, import_file
from pollready.intake.faults import Show
from pollready.intake.writing import as_it_is, write_changes, write_complete, write_rejected
from pollready.jobs.folders import (
    FolderUnusable,
    check_for_output_over_input,
    check_for_unusable_folder,
)
from pollready.jobs.registers import waiting_in_vain
from pollready.jobs.veiled import veiled
from pollready.obstacles.office import office_thresholds
from pollready.obstacles.thresholds import load
from pollready.people.commands import erase_phones
from pollready.places.models import ElectionRound
from pollready.register.models import Claim
from pollready.register.upstream import hides
from pollready.reports import ANNEX, write_bundle
from pollready.reports.veil import Veil

Progress = Callable[[str], None]

REPORT_FILES = (
    "report.pdf", "obstacles.xlsx", "assessment.json", "rejected.xlsx", "complete.xlsx",
    "changes.xlsx",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class AssessedFile:
    """What came of a file: the import, the assessment, and the files written."""

    imported: ImportResult
    assessment: Assessment
    files: tuple[Path, ...]
    seconds: float


def assess_file(
    path: Path,
    *,
    out: Path,
    language: str,
    now: datetime,
    mapping: Mapping[str, str],
    election_date: date | None = None,
    as_of: date | None = None,
    reveal_reason: str | None = None,
    thresholds_path: Path | None = None,
    temporary: bool = True,
    progress: Progress = lambda stage: None,
) -> AssessedFile:
    """Import `path`, assess its round and write the report's files into `out`.

    Raises the typed errors of `intake` where nothing in the file can be used; `RegisterBusy`;
    and, before anything is read, `FolderUnusable`, `OutputOverInput`, and what is wrong with a
    tile of the terrain.
    """
    started = time.perf_counter()
    check_for_unusable_folder(out)
    check_for_output_over_input(path, out, REPORT_FILES)
    if not temporary:
        erase_phones(now=now)
    thresholds = load(thresholds_path) if thresholds_path else office_thresholds()
    terrain = open_terrain(settings.POLLREADY_TERRAIN)
    progress("reading")
    try:
        with waiting_in_vain():
            imported = import_file(
                path, mapping=mapping, election_date=election_date, as_of=as_of, by=None, now=now
            )
    except NothingUsable as nothing:
        raise _with_rows_given_back(nothing, out, language) from None
    round_id = round_of(imported)
    progress("assessing")
    day = as_of or default_as_of(round_id, today=localdate(now))
    # What is read only now counts, whatever the day that it speaks for; a kept register into
    # which nothing new came answers by what was recorded by that day.
    read_now = temporary or not imported.unchanged
    try:
        assessment = assess(
            round_id,
            as_of=day,
            thresholds=thresholds,
            recorded_by=max(now, end_of(day)) if read_now else None,
            terrain=terrain,
        )
    except EngineError as error:
        if reveal_reason is not None:
            raise
        raise veiled(error, masked) from None
    if not temporary:
        with waiting_in_vain():
            save_assessment(assessment, now=now, thresholds=thresholds)
    progress("writing")
    try:
        files = _write_files(
            imported,
            assessment,
            out,
            language=language,
            now=now,
            reveal_reason=reveal_reason,
            temporary=temporary,
        )
    except OSError as error:  # the disk is full, or the folder went away
        raise FolderUnusable(out) from error
    return AssessedFile(imported, assessment, tuple(files), time.perf_counter() - started)


def _with_rows_given_back(nothing: NothingUsable, out: Path, language: str) -> NothingUsable:
    """Write every row back, although there is nothing to report; the error then says where."""
    if not nothing.result.rows_rejected:
        return nothing
    try:
        out.mkdir(parents=True, exist_ok=True)
        write_rejected(nothing.result, out / "rejected.xlsx", language, show=_shown_by(None))
    except OSError as error:
        raise FolderUnusable(out) from error
    return NothingUsable(nothing.result, str(out / "rejected.xlsx"))


def _write_files(
    imported: ImportResult,
    assessment: Assessment,
    out: Path,
    *,
    language: str,
    now: datetime,
    reveal_reason: str | None,
    temporary: bool,
) -> list[Path]:
    """Write the report, and what the office gets back; revealing goes into the log."""
    out.mkdir(parents=True, exist_ok=True)
    files = list(
        write_bundle(
            assessment,
            out,
            language=language,
            now=now,
            mask=masked,
            reveal_reason=reveal_reason,
            audit_file=temporary,
            also_in_annex=partial(_intake_files, imported, assessment, language=language),
        )
    )
    if reveal_reason is not None and not temporary:
        _record_revealing(files, reason=reveal_reason, round_id=assessment.round_id, now=now)
    veil = Veil(assessment, masked)
    return [*files, *_intake_files(imported, assessment, out, language=language, veil=veil)]


def round_of(imported: ImportResult) -> int:
    """Give the round that the file went into; a file without one has raised `NothingUsable`."""
    if imported.round_id is None:
        raise AssertionError("an import that registers rows has a round")
    return imported.round_id


def _record_revealing(files: list[Path], *, reason: str, round_id: int, now: datetime) -> None:
    """Write into the register's log who had names written, why, and which files hold them.

    An annex that the log does not know of must not stand: where it cannot be recorded, it goes.
    """
    annex = [path for path in files if path.parent.name == ANNEX]
    digests = {path.name: sha256(path.read_bytes()).hexdigest() for path in annex}
    try:
        with transaction.atomic():
            record(
                actor=login(),
                command="reveal_names",
                now=now,
                reason=reason.strip()[:500],
                entries=[Entry("annex", str(round_id), None, digests)],
            )
    except Exception:
        for path in annex:
            path.unlink(missing_ok=True)
        raise


def masked(code: str) -> str:
    """Give the code that stands for an upstream name in this installation."""
    return mask(code, key=settings.POLLREADY_MASK_KEY)


def default_as_of(round_id: int, *, today: date) -> date:
    """Choose the date of an assessment for which none is given.

    Today, but not after election day; and never before the newest evidence up to that day,
    so that a file prepared ahead is read as of when it was prepared.
    """
    election_date = ElectionRound.objects.get(pk=round_id).election_date
    claims = Claim.objects.filter(source__round_id=round_id)
    if election_date is None:
        return today
    newest: date | None = claims.filter(as_of_date__lte=election_date).aggregate(
        newest=Max("as_of_date")
    )["newest"]
    return max(filter(None, (min(today, election_date), newest)))


def _intake_files(
    imported: ImportResult,
    assessment: Assessment,
    out: Path,
    *,
    language: str,
    veil: Veil | None = None,
) -> list[Path]:
    """Write what the office gets back: rejected rows, and the template to complete.

    Without a veil both name what lies upstream, as the file did: in the annex only.
    """
    show = as_it_is if veil is None else _shown_by(veil)
    files = []
    (out / "rejected.xlsx").unlink(missing_ok=True)  # of an earlier version of the file
    if imported.faults or imported.rows_rejected:
        files.append(out / "rejected.xlsx")
        write_rejected(imported, files[-1], language, show=show)
    (out / "changes.xlsx").unlink(missing_ok=True)
    if imported.changes is not None:
        files.append(out / "changes.xlsx")
        write_changes(imported.changes, files[-1], language, show=show)
    if not assessment.components:
        files.append(out / "complete.xlsx")
        round_ = ElectionRound.objects.get(pk=assessment.round_id)
        write_complete(round_, files[-1], language, with_names=veil is None)
    return files


def _shown_by(veil: Veil | None) -> Show:
    """Give what shows a cell without naming what lies upstream; without a veil by its column."""

    def show(cell: str, text: str) -> str:
        if hides(cell, text):
            return ", ".join(masked(part) for part in text.split(", "))
        return veil.text(text) if veil is not None and text else text

    return show


def as_json(result: AssessedFile) -> dict[str, Any]:
    """Give the object that `--json` prints; docs/reference/assess-json.md documents it."""
    imported, assessment = result.imported, result.assessment
    total, affected = assessment.total, assessment.voters_affected
    return {
        "rows_read": imported.rows_read,
        "rows_registered": imported.rows_registered,
        "rows_merged": imported.rows_merged,
        "rows_rejected": imported.rows_rejected,
        "changes": _changes(imported),
        "columns_dropped": list(imported.columns_dropped),
        "columns_guessed": dict(imported.guesses),
        "columns_unread": list(imported.unread),
        "election_date": assessment.election_date and assessment.election_date.isoformat(),
        "as_of": assessment.as_of.isoformat(),
        "stations": total.stations,
        "stations_without_voters": total.stations_without_voters,
        "expected_voters": total.voters,
        "ready": total.ready,
        "not_ready": total.not_ready,
        "unknown": total.unknown,
        "contradicted": total.contradicted,
        "causes": len(assessment.causes),
        "findings": len(assessment.findings),
        "expected_voters_affected": affected and round(affected.low, 1),
        "expected_voters_affected_unknowns_failed": affected and round(affected.high, 1),
        "worst_single": _worst(assessment, "singles_below_province"),
        "worst_pair": _worst(assessment, "pairs_below_province"),
        "seconds": round(result.seconds, 3),
        "files": [str(path) for path in result.files],
    }


def _changes(imported: ImportResult) -> dict[str, int] | None:
    changes = imported.changes
    if changes is None:
        return None
    return {
        "added": len(changes.added),
        "changed": changes.stations_changed,
        "not_named": len(changes.not_named),
    }


def _worst(assessment: Assessment, which: str) -> dict[str, Any] | None:
    """Give the worst contingency: closed, for the service time left, below province tier."""
    if not assessment.vulnerabilities:
        return None
    losses: tuple[Loss, ...] = getattr(assessment.vulnerabilities[0], which).get(
        ("offline", "service"), ()
    )
    if not losses:
        return None
    worst = losses[0]
    return {
        "code": " + ".join(masked(code) for code in worst.codes),
        "stations": worst.stations,
        "voters": worst.voters,
        "stations_without_voters": worst.stations_without_voters,
        "duration_h": worst.duration_h,
    }
