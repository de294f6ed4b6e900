"""Proving a kept report: nothing of it was changed, and its inputs give it again to the byte."""

import json
import re
import zlib
from dataclasses import dataclass, field
from typing import Any

from pollready.audit.models import AuditBatch, AuditEntry
from pollready.audit.past import PastNotKept
from pollready.engine.terrain import Terrain
from pollready.reports.kept.commands import ANNEX, make_national, program
from pollready.reports.kept.data import Mask, digest, terrain_mark, thresholds_in, unpacked
from pollready.reports.kept.making import Inputs, Made, earlier_than, make
from pollready.reports.kept.models import KeptReport, ReportForm, ReportKind
from pollready.reports.kept.rules import Subject
from pollready.reports.national.reporting import NationalMade

_FORM = re.compile(r"form-(\d+)\.xlsx")


@dataclass(frozen=True, slots=True)
class Proof:
    """What came of proving a report; phrases `reports.proof.<code>` say each difference."""

    whole: bool  # data and files are those that were handed out
    logged: bool  # and those that the log of writes names
    data_again: bool  # the inputs give the data again, to the byte
    files_again: dict[str, bool] = field(default_factory=dict)
    differs: tuple[str, ...] = ()  # what is another than it was
    parts: tuple[str, ...] = ()  # parts of the data that come out otherwise

    @property
    def holds(self) -> bool:
        """Say whether everything is as it was, and comes out again."""
        return self.whole and self.logged and self.data_again and all(self.files_again.values())


def subject_of(report: KeptReport) -> Subject:
    """Give what a report is about."""
    return Subject(ReportKind(report.kind), report.place, report.agency)


def verify(report: KeptReport, *, terrain: Terrain | None, mask: Mask, address: str) -> Proof:
    """Look at a report and make it again; says what differs, and what may have caused it."""
    content = unpacked_or_none(report)
    files = list(report.files.all())
    whole = (
        content is not None
        and digest(content) == report.data_sha256
        and all(digest(bytes(each.content)) == each.sha256 for each in files)
    )
    logged = _is_logged(report, {each.name: each.sha256 for each in files})
    differs: list[str] = []
    if not _log_is_same(report):
        differs.append("log")
    if content is None:
        return Proof(whole, logged, data_again=False, differs=("data",))
    data = json.loads(content)
    if report.program != program():
        differs.append("program")
    is_national = report.kind == ReportKind.NATIONAL
    if not is_national and data["inputs"]["terrain"] != terrain_mark(terrain):
        differs.append("terrain")
    try:
        made = _national_again(report) if is_national else _again(report, data, terrain, mask)
    except PastNotKept:
        return Proof(whole, logged, data_again=False, differs=(*differs, "past"))
    again = made.content == content
    return Proof(
        whole,
        logged,
        data_again=again,
        files_again=_files_again(report, made, address),
        differs=tuple(differs),
        parts=() if again else _parts(data, json.loads(made.content)),
    )


def unpacked_or_none(report: KeptReport) -> bytes | None:
    """Give a report's data; None where they can no longer be read."""
    try:
        return unpacked(report.data)
    except zlib.error:
        return None


def _again(report: KeptReport, data: dict[str, Any], terrain: Terrain | None, mask: Mask) -> Made:
    return make(
        Inputs(
            subject=subject_of(report),
            round_id=report.round_id,
            moment=report.as_of,
            batch=report.batch,
            batch_hash=report.batch_hash,
            as_of=report.as_of_date,
            earlier=earlier_than(report.previous),
            thresholds=thresholds_in(data),
            terrain=terrain,
            mask=mask,
        )
    )


def _national_again(report: KeptReport) -> NationalMade:
    """Put side by side again what had come by then, up to the class that the report has."""
    return make_national(
        report.as_of,
        report.as_of_date,
        round_id=report.round_id,
        clearance=report.classification,
        log=(report.batch, report.batch_hash),
    )


def _files_again(report: KeptReport, made: Made | NationalMade, address: str) -> dict[str, bool]:
    """Write the files again; the annex, which bears who had it and why, is made only once."""
    names = report.files.values_list("name", flat=True)
    forms = [int(found[1]) for name in names if (found := _FORM.fullmatch(name))]
    written = made.files(
        language=report.language,
        now=report.made_at,
        prepared_by=report.prepared_by,
        address=address,
        forms=ReportForm.objects.filter(pk__in=forms).order_by("pk"),
    )
    kept = dict(report.files.exclude(name=ANNEX).values_list("name", "sha256"))
    return {name: digest(written[name]) == kept[name] for name in kept if name in written}


def _is_logged(report: KeptReport, files: dict[str, str]) -> bool:
    """Tell whether the log of writes holds the same digests."""
    entry = AuditEntry.objects.filter(
        batch__command="make_report", object_type="report", object_id=str(report.pk)
    ).first()
    if entry is None or entry.after is None:
        return False
    return bool(entry.after["data"] == report.data_sha256 and entry.after["files"] == files)


def _log_is_same(report: KeptReport) -> bool:
    if not report.batch:
        return True
    return AuditBatch.objects.filter(number=report.batch, hash=report.batch_hash).exists()


def _parts(kept: dict[str, Any], now: dict[str, Any]) -> tuple[str, ...]:
    """Name the parts of the data that come out otherwise."""
    return tuple(sorted(name for name in {*kept, *now} if kept.get(name) != now.get(name)))
