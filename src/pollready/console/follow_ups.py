"""What the pages of follow-ups show: the list of a round, and one with its history and effect."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet
from django.utils.timezone import localdate

from pollready.assessment.cases.queries import count_in_scope
from pollready.committee.duty_states import Due, DutyState
from pollready.committee.follow_up_due import moment_of
from pollready.committee.follow_up_effects import Effect, effect_of, is_closed, state_at
from pollready.committee.follow_up_links import decisions_behind, obstacles_behind
from pollready.committee.meetings.models import Decision
from pollready.committee.work import Waiting, dues, waiting_at
from pollready.console.attached import AttachedFile, attached_file
from pollready.console.context import Reading
from pollready.console.follow_up_words import (
    DueInWords,
    checked_words,
    deadline_word,
    due_in_words,
    figure_word,
    office_word,
    owner_word,
    person_word,
)
from pollready.duties.follow_ups.files import may_withdraw_file
from pollready.duties.follow_ups.models import (
    OWED,
    STANDING,
    FollowUp,
    FollowUpEvent,
    FollowUpFile,
    FollowUpObject,
    FollowUpState,
)
from pollready.duties.follow_ups.queries import (
    components_of,
    files_for,
    follow_ups_for,
    stations_of,
)
from pollready.duties.follow_ups.rules import is_told_by_register, may_hand_back, may_report
from pollready.jobs.follow_up_checks import subject_of
from pollready.jobs.models import OPEN
from pollready.jobs.queries import last_job
from pollready.language import fold, say
from pollready.people.models import User
from pollready.people.permissions import Permission, may

ROWS = 25
OBSTACLES = 5
TO_DO, OVER, EVERY, LATE = "to_do", "over", "all", "late"
STATES = (TO_DO, LATE, *FollowUpState.values, EVERY)
QUERY_MAX = 200
_LATEST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class FollowUpRow:
    """A follow-up as a list shows it."""

    follow_up: FollowUp
    text: str
    owner: str
    person: str
    figure: str
    due: DueInWords
    waiting: Waiting | None


@dataclass(frozen=True, slots=True)
class StateCount:
    """How many of those that the other filters leave are in a state."""

    name: str
    number: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class FollowUpList:
    """One page of the list."""

    rows: list[FollowUpRow]
    page: Page[Any]
    states: list[StateCount]
    state: str
    owners: list[tuple[str, str]]
    chosen: Mapping[str, str]


def read_list(reading: Reading, viewer: User, query: Mapping[str, str]) -> FollowUpList:
    """Filter, count, sort and cut the follow-ups of a round as the address asks."""
    now = moment_of(reading.saved, reading.round, datetime.now(UTC))
    everything = follow_ups_for(viewer, reading.round.pk).select_related("agency", "person")
    chosen = {
        "q": query.get("q", "").strip()[:QUERY_MAX],
        "owner": query.get("owner", ""),
    }
    state = query.get("state", TO_DO)
    state = state if state in STATES else TO_DO
    found = _said(dues(_by_owner(everything, chosen["owner"]), reading.round, now), chosen["q"])
    kept = [pair for pair in found if _is_in(pair, state)]
    kept.sort(key=_order)
    page = Paginator(kept, ROWS).get_page(query.get("page"))
    return FollowUpList(
        rows=_rows(list(page), reading, viewer, now),
        page=page,
        states=[StateCount(name, sum(_is_in(pair, name) for pair in found), name == state)
                for name in STATES],
        state=state,
        owners=_owners(everything, reading.wording.language),
        chosen=chosen,
    )  # fmt: skip


def _said(pairs: list[tuple[FollowUp, Due]], typed: str) -> list[tuple[FollowUp, Due]]:
    """Keep those whose text holds what was typed, however its letters are written."""
    key = fold(typed)
    return [pair for pair in pairs if key in fold(pair[0].text)] if key else pairs


def _by_owner(rows: QuerySet[FollowUp], owner: str) -> QuerySet[FollowUp]:
    kind, _, key = owner.partition(":")
    if kind == "agency" and key.isdecimal() and len(key) < 19:
        return rows.filter(agency=int(key))
    return rows.filter(office=key) if kind == "office" else rows


def _is_in(pair: tuple[FollowUp, Due], state: str) -> bool:
    follow_up, due = pair
    if state == EVERY:
        return True
    if state == LATE:
        return due.days_overdue is not None
    if state == TO_DO:
        return follow_up.state in STANDING
    return follow_up.state == state


def _order(pair: tuple[FollowUp, Due]) -> tuple[bool, datetime, int]:
    """Sort what stands before what is over, then by deadline."""
    follow_up, due = pair
    return not follow_up.is_standing, due.moment or _LATEST, follow_up.pk


def _rows(
    pairs: list[tuple[FollowUp, Due]], reading: Reading, viewer: User, now: datetime
) -> list[FollowUpRow]:
    waiting = waiting_at(viewer, (follow_up for follow_up, _ in pairs))
    language = reading.wording.language
    return [
        FollowUpRow(
            follow_up=each,
            text=reading.wording.veil.text(each.text),
            owner=owner_word(each, language),
            person=person_word(each.person),
            figure=reading.wording.veil.text(figure_word(each.figure, each.figure_of, language)),
            due=due_in_words(due, localdate(now), deadline_word(each.deadline, language)),
            waiting=waiting.get(each.pk),
        )
        for each, due in pairs
    ]


def _owners(rows: QuerySet[FollowUp], language: str) -> list[tuple[str, str]]:
    """Gather who owes any of them."""
    pairs = rows.order_by().values_list("agency", "agency__name", "office").distinct()
    named = [
        (f"agency:{key}", str(name)) if key else (f"office:{office}", office_word(office, language))
        for key, name, office in pairs
    ]
    return sorted(named, key=lambda pair: pair[1])


# One follow-up


@dataclass(frozen=True, slots=True)
class Line:
    """A line of its history in words."""

    kind: str
    at: datetime
    who: str
    words: str
    text: str
    event: FollowUpEvent
    files: list[AttachedFile]


@dataclass(frozen=True, slots=True)
class StationRow:
    """A station at which it is measured: how the figure stood and stands there."""

    row: FollowUpObject
    before: DutyState
    after: DutyState | None
    became_ready: bool
    closed: list[str]


class FollowUpPage:
    """Everything that the page of one follow-up shows to one viewer."""

    def __init__(self, follow_up: FollowUp, viewer: User, reading: Reading, page: str | None):
        self.follow_up, self._viewer, self._reading = follow_up, viewer, reading
        self._page, self._language = page, reading.wording.language

    @cached_property
    def row(self) -> FollowUpRow:
        """The follow-up as the list shows it."""
        rows = follow_ups_for(self._viewer, self._reading.round.pk).filter(pk=self.follow_up.pk)
        pairs = dues(rows.select_related("agency", "person"), self._reading.round, self._now)
        return _rows(pairs, self._reading, self._viewer, self._now)[0]

    @cached_property
    def _now(self) -> datetime:
        return moment_of(self._reading.saved, self._reading.round, datetime.now(UTC))

    @property
    def may_report(self) -> bool:
        """Whether the viewer can report it done."""
        return may_report(self._viewer, self.follow_up)

    @property
    def may_hand_back(self) -> bool:
        """Whether the viewer can hand it back, or take his own report back."""
        return may_hand_back(self._viewer, self.follow_up)

    @property
    def takes_back(self) -> bool:
        """Whether handing back means that its owner takes his own word back."""
        return not may(self._viewer, Permission.EDIT_DUTIES)

    @property
    def may_change(self) -> bool:
        """Whether the viewer can change or drop it."""
        return self.follow_up.is_standing and may(self._viewer, Permission.EDIT_DUTIES)

    @property
    def may_accept(self) -> bool:
        """Whether the viewer can take it for done: where the register cannot tell, or in part."""
        of = self.follow_up
        if of.state != FollowUpState.REPORTED or not may(self._viewer, Permission.EDIT_DUTIES):
            return False
        if not is_told_by_register(of):
            return True
        return of.checked_at is not None and of.after.get("verdict") != "unmoved"

    @cached_property
    def is_checking(self) -> bool:
        """Whether the rules are being run and have not answered yet."""
        if self.follow_up.state != FollowUpState.REPORTED or self.follow_up.checked_at:
            return False
        job = last_job(subject_of(self.follow_up))
        return job is not None and job.state_at(datetime.now(UTC)) in OPEN

    @property
    def may_check(self) -> bool:
        """Whether the viewer can have the rules run again."""
        of = self.follow_up
        waits = of.state == FollowUpState.REPORTED and is_told_by_register(of)
        return waits and (self.may_hand_back or may(self._viewer, Permission.EDIT_DUTIES))

    @cached_property
    def decisions(self) -> list[tuple[Decision, str]]:
        """The decisions that it carries out, with the title of their meeting."""
        rows = decisions_behind(self._viewer, self.follow_up)
        veil = self._reading.wording.veil
        return [(each, veil.text(each.item.meeting.title)) for each in rows]

    @cached_property
    def obstacles(self) -> list[tuple[int, str]]:
        """The obstacles in scope that it is to close: their keys, and their sentences."""
        rows = obstacles_behind(self._viewer, self.follow_up)[:OBSTACLES]
        cases = [each for each in count_in_scope(self._viewer, rows) if each.record is not None]
        told = self._reading.wording.causes(each.record for each in cases if each.record)
        return [(case.pk, cause.sentence) for case, cause in zip(cases, told, strict=True)]

    @property
    def obstacle_title(self) -> str:
        """The name of the obstacle that it is measured by."""
        return self._reading.wording.title(self.follow_up.figure_of)

    @property
    def is_measured(self) -> bool:
        """Whether the register tells what came of it."""
        return is_told_by_register(self.follow_up)

    @property
    def verdict(self) -> str:
        """What the last check said; nothing while none has been made."""
        return str(self.follow_up.after.get("verdict", ""))

    @cached_property
    def effect(self) -> Effect:
        """What changed at the stations in the viewer's scope."""
        return effect_of(self.follow_up, self._stations)

    @cached_property
    def components(self) -> list[tuple[int, str]]:
        """The components covered that the viewer may know of, as he may see them."""
        rows = components_of(self._viewer, self.follow_up).order_by("component__code")[:ROWS]
        veil = self._reading.wording.veil
        return [
            (each.component.pk, veil.code(each.component.code)) for each in rows if each.component
        ]

    @property
    def _stations(self) -> QuerySet[FollowUpObject]:
        return stations_of(self._viewer, self.follow_up)

    @cached_property
    def stations(self) -> Page[FollowUpObject]:
        """One page of these stations, those where something is wanting first."""
        rows = self._stations.order_by("-is_wanting", "listing__code")
        return Paginator(rows, ROWS).get_page(self._page)

    @cached_property
    def station_rows(self) -> list[StationRow]:
        """The stations of that page."""
        return [self._station(row) for row in self.stations]

    def _station(self, row: FollowUpObject) -> StationRow:
        of, before, after = self.follow_up, row.before or {}, row.after or {}
        is_known = bool(before and after)
        gone = {rule for rule in before["rules"] if is_closed(rule, after)} if is_known else set()
        is_ready = before.get("readiness") != "ready" and after.get("readiness") == "ready"
        return StationRow(
            row=row,
            before=state_at(of.figure, of.figure_of, row.before),
            after=state_at(of.figure, of.figure_of, row.after) if of.checked_at else None,
            became_ready=is_known and is_ready,
            closed=[say(f"rule.{rule}.title", self._language) for rule in sorted(gone)],
        )

    @cached_property
    def history(self) -> list[Line]:
        """What happened, the newest first."""
        files: dict[int, list[FollowUpFile]] = {}
        known = files_for(self._viewer, self.follow_up.round_id)
        for file in known.filter(event__follow_up=self.follow_up):
            files.setdefault(file.event_id, []).append(file)
        events = self.follow_up.events.select_related("by").order_by("-at", "-pk")
        return [self._line(event, files.get(event.pk, [])) for event in events]

    def _line(self, event: FollowUpEvent, files: list[FollowUpFile]) -> Line:
        veil = self._reading.wording.veil
        words = say(f"follow_up.event.{event.kind}", self._language)
        if event.kind == FollowUpEvent.Kind.CHECKED:
            words = checked_words(event.detail, self.follow_up.figure, self._language)
        return Line(
            kind=event.kind, at=event.at, who=person_word(event.by), words=words,
            text=veil.text(event.text), event=event,
            files=[
                attached_file(
                    file, name=veil.text(file.name), reason=veil.text(file.withdrawal_reason),
                    may_withdraw=may_withdraw_file(self._viewer, file),
                )
                for file in files
            ],
        )  # fmt: skip

    @property
    def waits_for_owner(self) -> bool:
        """Whether its owner has to act."""
        return self.follow_up.state in OWED


def in_scope(viewer: User, round_id: int, key: int) -> FollowUp | None:
    """Give a follow-up that the viewer reads, with its owner and who gave it."""
    rows = follow_ups_for(viewer, round_id).filter(Q(pk=key))
    return rows.select_related("agency", "person", "made_by", "round").first()
