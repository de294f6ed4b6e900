"""One case's page: what to do, who and by when, where it is, and all that happened to it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.utils.functional import cached_property

from pollready.assessment.cases.comments import is_editable
from pollready.assessment.cases.queries import (
    day_of,
    events_of,
    findings_of,
    people_for,
)
from pollready.assessment.models import FindingRecord
from pollready.committee.follow_up_links import follow_ups_about
from pollready.console.board import CaseRow, case_rows, name_of
from pollready.console.claims import sheet_row
from pollready.console.names import field_name
from pollready.console.recording import NOTHING, Recorder, Recording, needed_words
from pollready.console.wording import CauseInWords, Wording
from pollready.console.words import Kept
from pollready.duties.follow_ups.models import FollowUp
from pollready.jobs.models import OPEN, Job
from pollready.jobs.queries import last_job
from pollready.jobs.rechecks import subject_of
from pollready.language import message, say
from pollready.obstacles.cases import (
    SETTLED,
    STEPS,
    WITH_A_FORM,
    CaseState,
    steps_from,
)
from pollready.obstacles.evidence import fields_looked_at, sheet_judged_by
from pollready.obstacles.models import CaseEvent, ObstacleCase
from pollready.obstacles.needed import Day
from pollready.obstacles.office import office_thresholds
from pollready.people.models import User
from pollready.people.permissions import Permission, may
from pollready.people.scopes import listings_for, places_of
from pollready.places.models import Listing

STATIONS = 50
FOLLOW_UPS = 5
STILL_SHOWN = 5
PEOPLE_MAX = 200


@dataclass(frozen=True, slots=True)
class FindingRow:
    """What the rule says of one station, and where its evidence stands."""

    listing: Listing | None
    words: str
    evidence: list[str]
    recording: Recording = NOTHING


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of the time line."""

    id: int
    kind: str
    at: datetime
    who: str  # empty where an assessment did it
    words: str
    text: str
    evidence: str
    edited_at: datetime | None
    editable: bool
    still: list[FindingRow]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can be named in a comment."""

    username: str
    name: str
    role: str


class CasePage:
    """Everything that the page shows; parts are read where the template asks for them."""

    def __init__(self, case: ObstacleCase, viewer: User, wording: Wording, page: Any) -> None:
        self.case = case
        self._viewer, self._wording, self._page = viewer, wording, page

    @cached_property
    def day(self) -> date:
        """The day from which days count."""
        return (
            day_of(self.case.record.assessment, self.case.round)
            if self.case.record
            else self.case.found_date
        )

    @cached_property
    def row(self) -> CaseRow:
        """The case as the board shows it, counted in scope."""
        return case_rows([self.case], self._viewer, self._wording, self.day)[0]

    @cached_property
    def cause(self) -> CauseInWords | None:
        """The words of the cause, as it was found last."""
        _ = self.row  # counts the record in scope
        return self._wording.cause(self.case.record) if self.case.record else None

    @cached_property
    def title(self) -> str:
        """The name of the rule."""
        return self._wording.title(self.case.rule)

    @cached_property
    def follow_ups(self) -> list[tuple[FollowUp, str]]:
        """The follow-ups in scope that are to close it, the newest first."""
        rows = follow_ups_about(self._viewer, self.case)[:FOLLOW_UPS]
        return [(each, self._wording.veil.text(each.text)) for each in rows]

    @property
    def is_settled(self) -> bool:
        """Whether its rule no longer finds it."""
        return self.case.state in SETTLED

    @cached_property
    def steps(self) -> list[str]:
        """The states to which this viewer can take the case by a button."""
        return [step for step in self._steps if step not in WITH_A_FORM]

    @cached_property
    def may_claim(self) -> bool:
        """Whether the viewer can claim it fixed."""
        return CaseState.CLAIMED_FIXED in self._steps

    @cached_property
    def may_waive(self) -> bool:
        """Whether the viewer can waive it."""
        return CaseState.WAIVED in self._steps

    @cached_property
    def may_assign(self) -> bool:
        """Whether the viewer can give it to somebody."""
        return not self.is_settled and may(self._viewer, Permission.WORK_OBSTACLES)

    @cached_property
    def may_comment(self) -> bool:
        """Whether the viewer can write a comment."""
        return may(self._viewer, Permission.COMMENT)

    @cached_property
    def _steps(self) -> list[CaseState]:
        """Steps ahead come before steps back."""
        state, life = CaseState(self.case.state), list(CaseState)
        steps = [s for s in steps_from(state) if may(self._viewer, STEPS[state, s])]
        return sorted(steps, key=lambda step: life.index(step) < life.index(state))

    @cached_property
    def is_checking(self) -> bool:
        """Whether the rule is being asked again and has not answered yet."""
        job = self._check
        return job is not None and job.state_at(datetime.now(UTC)) in OPEN

    @property
    def why_not_checked(self) -> str:
        """What kept the rule from answering, where the check itself failed."""
        job = self._check
        if job is None or not job.error_code:
            return ""
        return message(Kept(job.error_code, job.error_fields), self._wording.language)

    @cached_property
    def _check(self) -> Job | None:
        """Give the work on the claim that nobody has answered yet."""
        if self.case.state != CaseState.CLAIMED_FIXED:
            return None
        last = self._last(CaseEvent.Kind.FIX_CLAIMED, CaseEvent.Kind.CHECKED)
        job = last_job(subject_of(self.case))
        is_answered = last is None or last.kind == CaseEvent.Kind.CHECKED
        return None if job is None or (is_answered and job.state not in OPEN) else job

    @cached_property
    def answer(self) -> Happened | None:
        """What the rule said when it was run again, until something else was done."""
        last = self._last(
            CaseEvent.Kind.FIX_CLAIMED, CaseEvent.Kind.CHECKED, CaseEvent.Kind.STATE,
            CaseEvent.Kind.WAIVED,
        )  # fmt: skip
        if last is None or last.kind != CaseEvent.Kind.CHECKED:
            return None
        return next(line for line in self.events if line.id == last.pk)

    @cached_property
    def waiver(self) -> CaseEvent | None:
        """The waiver that holds now, with its reason."""
        if self.case.state != CaseState.WAIVED:
            return None
        return self._last(CaseEvent.Kind.WAIVED)

    def _last(self, *kinds: str) -> CaseEvent | None:
        return next((event for event in self._events if event.kind in kinds), None)

    @cached_property
    def _events(self) -> list[CaseEvent]:
        return list(events_of(self.case))

    @cached_property
    def events(self) -> list[Happened]:
        """The time line, the newest first."""
        seen = self._still_seen()
        now = datetime.now(UTC)
        rule, viewer, wording = self.case.rule, self._viewer, self._wording
        return [_happened(rule, event, viewer, wording, seen, now) for event in self._events]

    def _still_seen(self) -> Mapping[int, Listing]:
        """Give the stations in scope among those that checks name with their reasons."""
        ids = {
            row["listing"]
            for event in self._events
            if event.kind == CaseEvent.Kind.CHECKED
            for row in (*event.detail.get("still", ()), *event.detail.get("disputed", ()))
        }
        if not ids:
            return {}
        scope = listings_for(self._viewer).select_related("point")
        return {listing.pk: listing for listing in scope.filter(pk__in=ids)}

    @cached_property
    def stations(self) -> Page[FindingRecord]:
        """One page of the findings at stations."""
        findings = findings_of(self._viewer, self.case).filter(listing__isnull=False)
        ordered = findings.select_related("cause", "listing__point__place__parent__parent")
        ordered = ordered.order_by("listing__code", "pk")
        return Paginator(ordered, STATIONS).get_page(self._page)

    @cached_property
    def station_rows(self) -> list[FindingRow]:
        """The findings of that page in words, each with what can be recorded there."""
        shown, case = list(self.stations), self.case
        rows = finding_rows(case.rule, shown, self._wording)
        if self.is_settled:
            return rows
        recorder = Recorder(self._viewer, self._wording, case.round, self.day, shown)
        return [
            replace(row, recording=recorder.at(case.rule, finding, case))
            for row, finding in zip(rows, shown, strict=True)
        ]

    @cached_property
    def has_recording(self) -> bool:
        """Whether a column of what can be recorded, or by whom, has anything in it."""
        return any(row.recording.fields or row.recording.who for row in self.station_rows)

    @cached_property
    def elsewhere(self) -> list[FindingRow]:
        """Findings at no single station; they are not counted among a place's."""
        if places_of(self._viewer) is not None:
            return []
        found = findings_of(self._viewer, self.case).filter(listing__isnull=True).order_by("pk")
        return finding_rows(self.case.rule, found[:STATIONS], self._wording)

    @cached_property
    def looked_at(self) -> list[str]:
        """The fields by which the rule judges, in words, each with what would end the obstacle."""
        record, language = self.case.record, self._wording.language
        if record is None:
            return []
        # What it has to be may differ by station; here stands what holds for the first.
        first = FindingRecord(fields=record.fields)
        day = Day(self.day, self.case.round.election_date, office_thresholds())
        said = []
        for field in fields_looked_at(self.case.rule, record.fields):
            name, needed = field_name(field, language), ""
            if field != "id_devices":
                needed = needed_words(self.case.rule, first, field, day, language)
            said.append(
                say("board.needed.field", language, field=name, needed=needed) if needed else name
            )
        return said

    @property
    def judged_elsewhere(self) -> str:
        """Say where that is recorded by which the rule judges, if in no field of a station."""
        record = self.case.record
        sheet = sheet_judged_by(self.case.rule, record.fields) if record else ""
        if not sheet:
            return ""
        if sheet == "components":
            return say("board.case.looked_at_network", self._wording.language)
        name = say(f"workbook.sheet.{sheet}", self._wording.language)
        return say("board.case.looked_at_sheet", self._wording.language, sheet=name)

    @cached_property
    def people(self) -> list[Person]:
        """Who can be named in a comment."""
        if not self.may_comment:
            return []
        language = self._wording.language
        return [
            Person(
                user.username,
                user.get_full_name(),
                say(f"console.role.{user.role}", language),
            )
            for user in people_for(self.case)[:PEOPLE_MAX]
        ]


def finding_rows(
    rule: str, findings: Iterable[FindingRecord], wording: Wording
) -> list[FindingRow]:
    """Say findings, each with the rows of the register on which it rests."""
    return [
        FindingRow(finding.listing, wording.finding(rule, finding), _evidence(finding, wording))
        for finding in findings
    ]


def _evidence(finding: FindingRecord, wording: Wording) -> list[str]:
    said = (
        sheet_row(row["sheet"], row["row"], wording.language)
        for row in finding.evidence
        if row.get("sheet") and row.get("row") is not None
    )
    return [wording.veil.text(words) for words in dict.fromkeys(said)]


def _happened(
    rule: str,
    event: CaseEvent,
    viewer: User,
    wording: Wording,
    seen: Mapping[int, Listing],
    now: datetime,
) -> Happened:
    return Happened(
        id=event.pk,
        kind=event.kind,
        at=event.at,
        who=name_of(event.by) if event.by else "",
        words=_words_of(event, viewer, wording),
        text=wording.veil.text(event.text),
        evidence=wording.veil.text(str(event.detail.get("evidence", ""))),
        edited_at=event.edited_at,
        editable=is_editable(event, viewer, now),
        still=_still(rule, event, wording, seen),
    )


def _words_of(event: CaseEvent, viewer: User, wording: Wording) -> str:
    language = wording.language
    if event.kind == CaseEvent.Kind.CHECKED:
        return _check_in_words(event, viewer, language)
    if event.kind == CaseEvent.Kind.ASSIGNED:
        return _assignment_in_words(event, wording)
    if event.kind == CaseEvent.Kind.WAIVED:
        return say(
            "board.event.waived",
            language,
            authority=wording.veil.text(event.detail["authority"]),
            until=date.fromisoformat(event.detail["until"]),
        )
    if event.kind == CaseEvent.Kind.COMMENT:
        return ""  # its text says all
    if event.kind != CaseEvent.Kind.STATE:
        return say(f"board.event.{event.kind}", language)
    if event.by is None:
        as_of = date.fromisoformat(event.detail["as_of"])
        again = "_again" if event.before and event.after == CaseState.FOUND else ""
        return say(f"board.event.assessed_{event.after}{again}", language, as_of=as_of)
    return say("board.event.moved", language, state=say(f"board.state.{event.after}", language))


def _check_in_words(event: CaseEvent, viewer: User, language: str) -> str:
    """Say what the rule found when it was run again, counted in scope."""
    detail = event.detail
    if "error" in detail:
        return say("board.event.check_failed", language)
    if "disputed" in detail:
        return say("board.event.check_disputed", language)
    if not detail.get("found"):
        return say("board.event.check_gone", language)
    stations = len(detail["listings"])
    if stations and places_of(viewer) is not None:
        stations = listings_for(viewer).filter(pk__in=detail["listings"]).count()
    if stations:
        return say("board.event.check_still", language, stations=stations)
    return say("board.event.check_still_elsewhere", language)


def _still(
    rule: str, event: CaseEvent, wording: Wording, seen: Mapping[int, Listing]
) -> list[FindingRow]:
    """Say the first findings of a check that the viewer may see, or what is disputed there."""
    if "disputed" in event.detail:
        return _disputed(event, wording, seen)
    rows = [row for row in event.detail.get("still", ()) if row["listing"] in seen]
    return [
        FindingRow(
            seen[row["listing"]],
            wording.finding(rule, FindingRecord(fields=row["fields"])),
            [],
        )
        for row in rows[:STILL_SHOWN]
    ]


def _disputed(event: CaseEvent, wording: Wording, seen: Mapping[int, Listing]) -> list[FindingRow]:
    language = wording.language
    rows = [row for row in event.detail["disputed"] if row["listing"] in seen]
    comma = say("console.list_comma", language)
    return [
        FindingRow(
            seen[row["listing"]],
            say(
                "board.event.disputed_fields",
                language,
                fields=comma.join(field_name(name, language) for name in row["fields"]),
            ),
            [],
        )
        for row in rows[:STILL_SHOWN]
    ]


def _assignment_in_words(event: CaseEvent, wording: Wording) -> str:
    """Say who has it now, and by which gate."""
    after = event.detail["after"]
    language = wording.language
    owner, gate = wording.owner(after["owner"]), say(f"board.gate.{after['due_gate']}", language)
    person = after["assignee"]
    if person:
        return say("board.event.assigned_person", language, owner=owner, person=person, gate=gate)
    return say("board.event.assigned", language, owner=owner, gate=gate)
