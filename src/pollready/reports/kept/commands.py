"""Making a report and keeping it: written once, with everything that shows it was so."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.db import transaction

from pollready.audit.classification import Classification
from pollready.audit.commands import Entry, record
from pollready.audit.past import check_is_kept
from pollready.engine.terrain import Terrain
from pollready.obstacles.office import office_thresholds
from pollready.people.models import User
from pollready.people.permissions import Permission, check, may
from pollready.places.models import ElectionRound
from pollready.reports.bundle import write_bundle
from pollready.reports.kept.data import Mask, digest, packed
from pollready.reports.kept.forms import standing_forms
from pollready.reports.kept.making import Inputs, Made, earlier_than, inputs_at, make
from pollready.reports.kept.models import KeptFile, KeptReport, ReportForm, ReportKind
from pollready.reports.kept.queries import last_before
from pollready.reports.kept.rules import ReportRefused, Subject, check_subject
from pollready.reports.national.reporting import NationalInputs, NationalMade, held_by

ANNEX = "annex.pdf"
REASON_MAX = 400


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asked for."""

    subject: Subject
    moment: datetime  # what was recorded by then
    as_of: date
    language: str
    reveal_reason: str = ""  # not empty: with the annex that names what lies upstream


def check_asked(asked: Asked, *, by: User, now: datetime) -> None:
    """Raise `NotPermitted`, `ReportRefused` or `PastNotKept` before any work is begun."""
    check_subject(asked.subject, by=by)
    if asked.moment > now:
        raise ReportRefused("moment-to-come", "as_of")
    if len(asked.reveal_reason) > REASON_MAX:
        raise ReportRefused("reason-too-long", "reveal_reason", most=REASON_MAX)
    if asked.reveal_reason and not may_reveal(by):
        raise ReportRefused("names-not-yours", "reveal_reason")
    check_is_kept(inputs_at(asked.moment)[0])


def may_reveal(user: User) -> bool:
    """Say whether somebody may have the annex: names, and classified files at all."""
    return user.may_see_names and may(user, Permission.EXPORT_CLASSIFIED)


def make_report(
    asked: Asked,
    *,
    round_id: int,
    terrain: Terrain | None,
    mask: Mask,
    by: User,
    now: datetime,
) -> KeptReport:
    """Make a report of a round from the register as it was recorded, and keep it with its files.

    Raises `NotPermitted`, `ReportRefused`, `PastNotKept`, and what `replay` raises.
    """
    check_asked(asked, by=by, now=now)
    now = now.replace(microsecond=0)  # as files tell times
    previous = last_before(asked.subject, round_id=round_id, moment=asked.moment)
    made: Made | NationalMade
    if asked.subject.kind == ReportKind.NATIONAL:
        made = make_national(
            asked.moment,
            asked.as_of,
            round_id=round_id,
            clearance=by.clearance,
            log=inputs_at(asked.moment),
        )
        if not made.found.present:
            raise ReportRefused("no-packages", "kind")
    else:
        made = _made(asked, round_id, previous, terrain, mask)
        if not made.assessment.total.stations:
            raise ReportRefused("nothing-to-count", "as_of", moment=asked.moment)
    if made.classification > by.clearance:
        raise ReportRefused("above-your-class", "")
    who = by.get_full_name() or by.username
    # The nation asks the province; a county or an agency fills in no form of its own.
    is_whole = asked.subject.kind == ReportKind.PROVINCIAL
    files = made.files(
        language=asked.language,
        now=now,
        prepared_by=who,
        address=settings.POLLREADY_ADDRESS,
        forms=standing_forms() if is_whole else ReportForm.objects.none(),
    )
    annex = None
    if asked.reveal_reason and isinstance(made, Made):
        annex = _annex(made, asked, who=who, now=now)
    return _kept(made, asked, files, annex, previous=previous, by=by, who=who, now=now)


def _made(
    asked: Asked,
    round_id: int,
    previous: KeptReport | None,
    terrain: Terrain | None,
    mask: Mask,
) -> Made:
    batch, batch_hash = inputs_at(asked.moment)
    inputs = Inputs(
        subject=asked.subject,
        round_id=round_id,
        moment=asked.moment,
        batch=batch,
        batch_hash=batch_hash,
        as_of=asked.as_of,
        earlier=earlier_than(previous),
        thresholds=office_thresholds(),
        terrain=terrain,
        mask=mask,
    )
    try:
        return make(inputs)
    except ElectionRound.DoesNotExist:
        raise ReportRefused("round-not-there-yet", "as_of", moment=asked.moment) from None


def make_national(
    moment: datetime, as_of: date, *, round_id: int, clearance: int, log: tuple[int, str]
) -> NationalMade:
    """Put the packages that had come by a moment side by side, up to a class.

    `log` are number and hash of the last batch of the log by then.
    """
    inputs = NationalInputs(round_id, moment, *log, as_of, held_by(round_id, moment, clearance))
    return NationalMade(inputs, ElectionRound.objects.get(pk=round_id))


def _annex(made: Made, asked: Asked, *, who: str, now: datetime) -> bytes:
    """Write the classified annex; it stands beside the report and never inside it."""
    with TemporaryDirectory(prefix="pollready-") as folder:
        write_bundle(
            made.assessment,
            Path(folder),
            language=asked.language,
            now=now,
            mask=made.inputs.mask,
            reveal_reason=asked.reveal_reason,
            prepared_by=who,
            audit_file=False,
        )
        return (Path(folder) / "annex" / ANNEX).read_bytes()


@transaction.atomic
def _kept(
    made: Made | NationalMade,
    asked: Asked,
    files: Mapping[str, bytes],
    annex: bytes | None,
    *,
    previous: KeptReport | None,
    by: User,
    who: str,
    now: datetime,
) -> KeptReport:
    content, subject = made.content, asked.subject
    report = KeptReport.objects.create(
        number=made.number(asked.language),
        kind=subject.kind,
        round_id=made.inputs.round_id,
        place=subject.place,
        agency=subject.agency,
        as_of=asked.moment,
        as_of_date=asked.as_of,
        language=asked.language,
        made_by=by,
        made_at=now,
        prepared_by=who,
        previous=previous,
        batch=made.inputs.batch,
        batch_hash=made.inputs.batch_hash,
        program=program(),
        data=packed(content),
        data_sha256=digest(content),
        headline=made.data["figures"],
        classification=made.classification,
    )
    normal = made.classification
    rows = [_file(report, name, data, normal) for name, data in files.items()]
    if annex is not None:
        secret = max(normal, Classification.CONFIDENTIAL)
        rows.append(_file(report, ANNEX, annex, secret, with_names=True))
    KeptFile.objects.bulk_create(rows)
    written = {
        "number": report.number, "kind": subject.kind.value, "of": subject.code,
        "as_of": asked.moment.isoformat(), "language": asked.language, "batch": report.batch,
        "data": report.data_sha256, "files": {row.name: row.sha256 for row in rows},
    }  # fmt: skip
    record(
        actor=by.username,
        command="make_report",
        now=now,
        reason=asked.reveal_reason,
        entries=[Entry("report", str(report.pk), None, written)],
    )
    return report


def _file(
    report: KeptReport, name: str, data: bytes, classification: int, *, with_names: bool = False
) -> KeptFile:
    return KeptFile(
        report=report, name=name, content=data, sha256=digest(data), size=len(data),
        classification=classification, with_names=with_names,
    )  # fmt: skip


def program() -> str:
    """Name the program that makes reports now."""
    return f"pollready {version('pollready')}"


@transaction.atomic
def hand_out(report_file: KeptFile, *, reason: str, by: User, now: datetime) -> None:
    """Write down that a file leaves the console, before it does.

    Raises `NotPermitted`, and `ReportRefused` where it needs a reason, or names are not his.
    """
    check(by, Permission.EXPORT)
    said = " ".join(reason.split())
    if is_classified(report_file):
        check(by, Permission.EXPORT_CLASSIFIED)
        if not said:
            raise ReportRefused("reason-missing", "reason")
    if len(said) > REASON_MAX:
        raise ReportRefused("reason-too-long", "reason", most=REASON_MAX)
    if report_file.with_names and not by.may_see_names:
        raise ReportRefused("names-not-yours", "reason")
    after = {
        "report": report_file.report.number, "file": report_file.name,
        "sha256": report_file.sha256, "classification": report_file.classification,
        "with_names": report_file.with_names,
    }  # fmt: skip
    record(
        actor=by.username,
        command="hand_out_report",
        now=now,
        reason=said,
        entries=[Entry("report", str(report_file.report_id), None, after)],
    )


def is_classified(report_file: KeptFile) -> bool:
    """Say whether a file needs a reason and a permission of its own."""
    return report_file.with_names or report_file.classification > Classification.NORMAL
