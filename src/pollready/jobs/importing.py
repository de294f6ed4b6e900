"""Imports in the background: reading and comparing a sent file, applying what was compared."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from pollready.audit.classification import mask
from pollready.intake.comparing import (
    after_applying,
    apply_compared,
    compare,
    take_out_ahead,
)
from pollready.intake.deciding import (
    ask_to_apply,
    correct_columns,
    discard,
    receive_file,
)
from pollready.intake.faults import Show
from pollready.intake.models import ImportState, StagedImport
from pollready.intake.result import ImportResult, NothingUsable
from pollready.intake.uploads import folder_of
from pollready.intake.writing import as_it_is, write_complete, write_rejected
from pollready.jobs.background import JobStopped, Progress, background, start
from pollready.jobs.models import RESTARTABLE, Job
from pollready.jobs.queries import last_job
from pollready.language import LANGUAGES
from pollready.people.models import User
from pollready.places.models import ElectionRound
from pollready.register.upstream import hides

REJECTED, COMPLETE = "rejected", "complete"


def subject_of(staged: StagedImport) -> str:
    """Give what a job on an import works on."""
    return f"import:{staged.pk}"


def stage_file(
    *,
    name: str,
    chunks: Any,
    election_date: date | None,
    by: User,
    now: datetime,
    round_id: int | None = None,
    round_name: str = "",
) -> StagedImport:
    """Keep a sent file and have it read and compared; takes and raises what `receive_file` does."""
    staged = receive_file(
        name=name,
        chunks=chunks,
        election_date=election_date,
        by=by,
        now=now,
        round_id=round_id,
        round_name=round_name,
    )
    _start("stage-import", staged, by, now)
    return staged


@transaction.atomic
def correct_and_stage(
    staged_id: int, *, chosen: Mapping[tuple[int, int], str], by: User, now: datetime
) -> StagedImport:
    """Correct what columns are, and have the file compared anew."""
    staged = correct_columns(staged_id, chosen=chosen, by=by, now=now)
    _start("stage-import", staged, by, now)
    return staged


@transaction.atomic
def apply_staged(staged_id: int, *, compared: str, by: User, now: datetime) -> StagedImport:
    """Have just the differences that were shown applied."""
    staged = ask_to_apply(staged_id, compared=compared, by=by, now=now)
    _start("apply-import", staged, by, now)
    return staged


def discard_staged(staged_id: int, *, by: User, now: datetime) -> StagedImport:
    """Decide against an import, also where the work on it broke off; raises `ImportMoved`."""
    staged = discard(
        staged_id, by=by, now=now, applying_broke_off=has_broken_off(f"import:{staged_id}", now)
    )
    take_out_ahead(staged)
    return staged


def has_broken_off(subject: str, now: datetime) -> bool:
    """Say whether the last work on something failed, or its worker ended without a word."""
    job = last_job(subject)
    return job is not None and job.state_at(now) in RESTARTABLE


def written_file(staged: StagedImport, name: str, language: str) -> Path:
    """Name a workbook that was written for an import."""
    return folder_of(staged) / f"{name}-{language}.xlsx"


@background("stage-import", repeatable=True)
def stage_import(job: Job, progress: Progress) -> Mapping[str, Any]:
    """Read and compare a sent file, and write what comes back of it."""
    staged = _staged(job)
    if staged.state != ImportState.READING:
        return {}
    now = datetime.now(UTC).replace(microsecond=0)
    try:
        result = compare(staged, now=now, tell=progress)
    except NothingUsable as nothing:
        _write_rejected(staged, nothing.result, progress)
        raise
    _write_rejected(staged, result, progress)
    return {"import": staged.pk, "rows": result.rows_read}


@background("apply-import", repeatable=True)
def apply_import(job: Job, progress: Progress) -> Mapping[str, Any]:
    """Apply what was compared; or, where the register moved, compare anew."""
    staged = _staged(job)
    if staged.state == ImportState.APPLIED:  # by a worker that ended just after
        _finish(staged, progress)
    if staged.state != ImportState.APPLYING or job.by is None:
        return {}
    now = datetime.now(UTC).replace(microsecond=0)
    try:
        applied = apply_compared(staged, by=job.by, now=now, tell=progress)
    except JobStopped:
        # By somebody, or only to be taken up by the next worker.
        if Job.objects.filter(pk=job.pk, stop_asked_at__isnull=False).exists():
            _give_back(staged)
        raise
    except Exception:
        _give_back(staged)
        raise
    if applied is None:
        return {"import": staged.pk, "moved": True}
    result, seconds = applied
    _finish(staged, progress)
    return {"import": staged.pk, "held_s": round(seconds, 3), "rows": result.rows_registered}


def _give_back(staged: StagedImport) -> None:
    """Let an import be looked at, and applied, again: nothing was written."""
    StagedImport.objects.filter(pk=staged.pk, state=ImportState.APPLYING).update(
        state=ImportState.STAGED
    )


def _finish(staged: StagedImport, progress: Progress) -> None:
    """Remove the file that was applied, and write the list that is to be completed."""
    after_applying(staged)
    if not staged.counts.get("has_components") and staged.round_id is not None:
        progress.step("completing")
        _write_complete(staged, staged.round_id)


def _start(kind: str, staged: StagedImport, by: User, now: datetime) -> None:
    arguments = {"import": staged.pk}
    start(
        kind,
        by=by,
        now=now,
        round_id=staged.round_id,
        subject=subject_of(staged),
        arguments=arguments,
    )


def _staged(job: Job) -> StagedImport:
    return StagedImport.objects.select_related("by").get(pk=job.arguments["import"])


def _write_rejected(staged: StagedImport, result: ImportResult, progress: Progress) -> None:
    """Write what comes back, for both readers; names as the one who sent the file may see them."""
    if not result.faults and not result.rows_rejected:
        return
    progress.step("rejected")
    show = as_it_is if staged.by.may_see_names else masked_cell
    for language in LANGUAGES:
        path = written_file(staged, REJECTED, language)
        _write_privately(path, partial(_write_rejected_to, result, language, show))


def _write_rejected_to(result: ImportResult, language: str, show: Show, path: Path) -> None:
    write_rejected(result, path, language, show=show)


def _write_complete(staged: StagedImport, round_id: int) -> None:
    round_ = ElectionRound.objects.get(pk=round_id)
    language = staged.by.language if staged.by.language in LANGUAGES else LANGUAGES[0]
    path = written_file(staged, COMPLETE, language)
    _write_privately(path, lambda into: write_complete(round_, into, language))


def _write_privately(path: Path, write: Any) -> None:
    """Write a file that only this installation's user may read."""
    if not path.parent.is_dir():
        return  # discarded meanwhile
    path.touch(mode=0o600)
    write(path)


def masked_cell(cell: str, text: str) -> str:
    """Show a cell of a list to who may not see what lies upstream."""
    if not hides(cell, text):
        return text
    return ", ".join(mask(part, key=settings.POLLREADY_MASK_KEY) for part in text.split(", "))
