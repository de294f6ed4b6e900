"""Making a report from its inputs: first its data, to the byte; then its files, from both."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.db.models import QuerySet

from pollready import language as lang
from pollready.assessment.assessing import Workings
from pollready.assessment.replaying import replay
from pollready.assessment.result import Assessment
from pollready.audit.models import AuditBatch
from pollready.audit.past import as_at, batch_at
from pollready.committee.agency_duties import duties_of_agency
from pollready.engine.terrain import Terrain
from pollready.obstacles.thresholds import Thresholds, as_data
from pollready.reports.bundle import report_number
from pollready.reports.formats.docx.layout import write_docx
from pollready.reports.formats.html import write_html
from pollready.reports.kept.changes import changes_between, offices
from pollready.reports.kept.data import (
    FORMAT,
    Mask,
    assessment_digest,
    canonical,
    summary_of,
    terrain_mark,
    unpacked,
)
from pollready.reports.kept.forms import filled
from pollready.reports.kept.models import KeptReport, ReportForm, ReportKind
from pollready.reports.kept.narrowing import Narrowed, of_agency, of_county, of_everything
from pollready.reports.kept.pages import document
from pollready.reports.kept.rules import Subject
from pollready.reports.kept.trend import (
    POINTS_MAX,
    cause_moves,
    change_of,
    figures,
    moves,
    states,
)
from pollready.reports.links import Links
from pollready.reports.typesetting import typeset
from pollready.reports.veil import Veil
from pollready.reports.wording import Wording

PDF, DOCX, HTML, JSON = "report.pdf", "report.docx", "report.html", "data.json"


@dataclass(frozen=True, slots=True)
class Inputs:
    """All that a report's data follow from."""

    subject: Subject
    round_id: int
    moment: datetime
    batch: int
    batch_hash: str
    as_of: date
    earlier: Sequence[KeptReport]  # of the same subject, the oldest first
    thresholds: Thresholds
    terrain: Terrain | None
    mask: Mask


def inputs_at(moment: datetime) -> tuple[int, str]:
    """Give number and hash of the last batch of the log by a moment: the state asked for."""
    number = batch_at(moment)
    found = AuditBatch.objects.filter(number=number).values_list("hash", flat=True).first()
    return number, found or ""


def earlier_than(last: KeptReport | None) -> list[KeptReport]:
    """Give the reports that a trend goes back over, the oldest first."""
    found: list[KeptReport] = []
    while last is not None and len(found) < POINTS_MAX - 1:
        found.insert(0, last)
        last = last.previous
    return found


@dataclass(frozen=True)
class Made:
    """A report's assessment and data, from which its files are written."""

    inputs: Inputs
    narrowed: Narrowed
    data: Mapping[str, Any]

    @property
    def assessment(self) -> Assessment:
        """What the report says of stations and obstacles."""
        return self.narrowed.assessment

    @property
    def classification(self) -> int:
        """The highest class of what went in."""
        return self.assessment.classification

    @cached_property
    def content(self) -> bytes:
        """The data in their canonical form."""
        return canonical(self.data)

    def number(self, language: str) -> str:
        """Number the report by day and data, in plain Latin digits."""
        plain = lang.latin_digits(report_number(self.assessment, language))
        return "".join(letter for letter in plain if letter.isdecimal() or letter == "-")

    def words(self, language: str, address: str) -> Wording:
        """Give the words of its files, which lead to the console where its address is known."""
        subject = self.inputs.subject
        scope: tuple[tuple[str, str], ...] = ()
        if subject.kind == ReportKind.COUNTY:
            scope = (("county", subject.code),)
        elif subject.agency is not None:
            scope = (("agency", str(subject.agency.pk)),)
        veil = Veil(self.assessment, self.inputs.mask)
        return Wording(self.assessment, language, veil, Links(address, scope))

    def document(
        self, *, language: str, now: datetime, prepared_by: str, address: str
    ) -> dict[str, Any]:
        """Build what every format lays out."""
        number = lang.isolate(lang.digits(self.number(language), language))
        words = self.words(language, address)
        return document(
            words,
            self.data,
            self.inputs.subject,
            number=number,
            now=now,
            prepared_by=prepared_by,
        )

    def files(
        self,
        *,
        language: str,
        now: datetime,
        prepared_by: str,
        address: str,
        forms: QuerySet[ReportForm],
    ) -> dict[str, bytes]:
        """Write the files that everybody of the report's class may have."""
        unknown = lang.say("report.unknown", language)
        content = self.document(
            language=language, now=now, prepared_by=prepared_by, address=address
        )
        return {
            PDF: typeset("report.typ", content, now=now),
            DOCX: write_docx(content, now=now),
            HTML: write_html(content),
            JSON: self.content,
            **dict(filled(forms, self.data, unknown=unknown, now=now)),
        }


def make(inputs: Inputs) -> Made:
    """Make a report's data from its inputs: the same inputs give the same bytes.

    Raises what `replay` raises.
    """
    workings = replay(
        inputs.round_id,
        moment=inputs.moment,
        batch=inputs.batch,
        as_of=inputs.as_of,
        thresholds=inputs.thresholds,
        terrain=inputs.terrain,
    )
    narrowed = _narrowed(workings, inputs.subject)
    before = [_data_of(report) for report in inputs.earlier]
    last = before[-1] if before else None
    now = figures(narrowed.assessment)
    change = change_of(now, last["figures"] if last else None)
    narrowed = replace(narrowed, assessment=replace(narrowed.assessment, change=change))
    data = _data(inputs, narrowed, workings, now, before)
    if inputs.subject.agency is not None:
        data["duties"] = _duties(inputs, narrowed.assessment)
    return Made(inputs, narrowed, data)


def _narrowed(workings: Workings, subject: Subject) -> Narrowed:
    if subject.kind == ReportKind.COUNTY:
        return of_county(workings, subject.code)
    if subject.kind == ReportKind.AGENCY:
        return of_agency(workings, subject.code)
    return of_everything(workings)


def _data_of(report: KeptReport) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(unpacked(report.data))
    return found | {"number": report.number}


def _data(
    inputs: Inputs,
    narrowed: Narrowed,
    workings: Workings,
    now: Mapping[str, Any],
    before: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    assessment, subject = narrowed.assessment, inputs.subject
    last = before[-1] if before else None
    veil = Veil(assessment, inputs.mask)
    stations = states(assessment)
    summary = summary_of(assessment, inputs.mask, veil.anything)
    return {
        "format": FORMAT,
        "kind": subject.kind.value,
        "place": subject.code if subject.place else None,
        "agency": subject.code if subject.agency else None,
        "round": workings.rows.round.code,
        "as_of": inputs.moment.isoformat(),
        "as_of_date": inputs.as_of.isoformat(),
        "inputs": {
            "batch": inputs.batch,
            "batch_hash": inputs.batch_hash,
            "previous": inputs.earlier[-1].data_sha256 if inputs.earlier else None,
            "thresholds": as_data(inputs.thresholds),
            "terrain": terrain_mark(inputs.terrain),
        },
        "assessment_sha256": assessment_digest(assessment),
        "figures": now,
        "own": narrowed.own,
        "summary": summary,
        "stations": stations,
        "trend": [
            *(_point(each["number"], each["as_of_date"], each["figures"]) for each in before),
            _point("", inputs.as_of.isoformat(), now),
        ],
        "moves": moves(stations, last["stations"]) if last else None,
        "cause_moves": cause_moves(summary["causes"], last["summary"]["causes"]) if last else None,
        "changed": _changed(inputs, workings),
    }


def _duties(inputs: Inputs, assessment: Assessment) -> list[dict[str, Any]] | None:
    """Tell how far the agency's duties were; texts as anybody of the report's class reads them."""
    with as_at(inputs.batch):
        found = duties_of_agency(
            inputs.subject.agency.pk if inputs.subject.agency else 0,
            inputs.round_id,
            election_date=assessment.election_date,
            thresholds=inputs.thresholds,
            classification=assessment.classification,
            moment=inputs.moment,
        )
    veiled: list[dict[str, Any]] | None = Veil(assessment, inputs.mask).anything(found)
    return veiled


def _point(number: str, day: str, now: Mapping[str, Any]) -> dict[str, Any]:
    return {"number": number, "as_of_date": day, "figures": dict(now)}


def _changed(inputs: Inputs, workings: Workings) -> list[dict[str, Any]] | None:
    """Tell what was done since the last report; None where there is none to count from."""
    if not inputs.earlier:
        return None
    with as_at(inputs.batch):
        by_actor = offices()
    return changes_between(
        inputs.earlier[-1].batch,
        inputs.batch,
        subject=inputs.subject,
        rows=workings.rows,
        by_actor=by_actor,
    )
