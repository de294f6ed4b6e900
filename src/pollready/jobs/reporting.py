"""Making a kept report in the background: it reads and works out a whole round as it once was."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from django.conf import settings

from pollready.assessment.terrain_folder import open_terrain
from pollready.jobs.background import Progress, background, start
from pollready.jobs.models import Job
from pollready.people.models import User
from pollready.places.models import Agency, Place
from pollready.register.veil import masked
from pollready.reports.kept.commands import Asked, check_asked, make_report
from pollready.reports.kept.models import KeptReport, ReportKind
from pollready.reports.kept.rules import ReportRefused, Subject
from pollready.reports.kept.verifying import Proof, verify


def start_report(asked: Asked, *, round_id: int, by: User, now: datetime) -> Job:
    """Have a report made; raises what `check_asked` raises before anything is begun."""
    check_asked(asked, by=by, now=now)
    subject = asked.subject
    return start(
        "report",
        by=by,
        now=now,
        round_id=round_id,
        subject="report",
        arguments={
            "kind": subject.kind.value,
            "place": subject.place.pk if subject.place else None,
            "agency": subject.agency.pk if subject.agency else None,
            "moment": asked.moment.isoformat(),
            "as_of": asked.as_of.isoformat(),
            "language": asked.language,
            "reveal_reason": asked.reveal_reason,
        },
    )


@background("report")
def report_in_background(job: Job, progress: Progress) -> Mapping[str, Any]:
    """Make the report that was asked for, by who asked for it, and keep it."""
    if job.round_id is None or job.by is None:
        raise AssertionError("a report is of a round, for somebody")
    progress.step("assessing")
    asked = _asked(job.arguments)
    report = make_report(
        asked,
        round_id=job.round_id,
        terrain=open_terrain(settings.POLLREADY_TERRAIN),
        mask=masked,
        by=job.by,
        # Whole seconds, but never before the moment asked for: a worker may begin at once.
        now=max(datetime.now(UTC).replace(microsecond=0), asked.moment),
    )
    return {"report": report.pk}


def _asked(said: Mapping[str, Any]) -> Asked:
    place = Place.objects.filter(pk=said["place"]).first()
    agency = Agency.objects.filter(pk=said["agency"]).first()
    if (said["place"] and place is None) or (said["agency"] and agency is None):
        raise ReportRefused("subject-gone")
    return Asked(
        subject=Subject(ReportKind(said["kind"]), place, agency),
        moment=datetime.fromisoformat(said["moment"]),
        as_of=date.fromisoformat(said["as_of"]),
        language=said["language"],
        reveal_reason=said["reveal_reason"],
    )


def start_proof(report: KeptReport, *, by: User, now: datetime) -> Job:
    """Have a report made again; the caller has found it among those that the user may read."""
    return start(
        "verify-report",
        by=by,
        now=now,
        round_id=report.round_id,
        subject=f"report:{report.pk}",
        arguments={"report": report.pk},
    )


@background("verify-report", repeatable=True)
def prove_in_background(job: Job, progress: Progress) -> Mapping[str, Any]:
    """Make a kept report again and compare it with what was handed out."""
    progress.step("assessing")
    return proof_values(prove(KeptReport.objects.get(pk=job.arguments["report"])))


def prove(report: KeptReport) -> Proof:
    """Make a kept report again, with what this installation has."""
    return verify(
        report,
        terrain=open_terrain(settings.POLLREADY_TERRAIN),
        mask=masked,
        address=settings.POLLREADY_ADDRESS,
    )


def proof_values(proof: Proof) -> dict[str, Any]:
    """Give what came of it, as jobs keep it."""
    return {
        "holds": proof.holds,
        "whole": proof.whole,
        "logged": proof.logged,
        "data_again": proof.data_again,
        "files_again": dict(proof.files_again),
        "differs": list(proof.differs),
        "parts": list(proof.parts),
    }
