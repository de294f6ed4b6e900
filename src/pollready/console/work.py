"""The page of what one person owes: each thing in one line, with its one next step."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from django.core.paginator import Page, Paginator
from django.urls import reverse

from pollready.committee.work import (
    Owed,
    OwedKind,
    Waiting,
    Work,
    obstacles_of,
    waiting_at,
    work_of,
)
from pollready.console.board import CaseRow, case_rows
from pollready.console.context import Reading
from pollready.console.follow_up_words import DueInWords, deadline_word, due_in_words
from pollready.console.links import named_url
from pollready.console.reminders import RemindersRead, read_reminders
from pollready.duties.follow_ups.models import FollowUp
from pollready.duties.follow_ups.queries import follow_ups_for
from pollready.duties.models import Covers, Duty
from pollready.duties.queries import standing
from pollready.obstacles.cases import CaseState
from pollready.people.models import User

ROWS = 25
SOON_DAYS = 7


@dataclass(frozen=True, slots=True)
class Step:
    """The next thing to do: its words are `work.step.<name>`."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class WorkRow:
    """One thing that is owed, as the page shows it."""

    kind: OwedKind
    words: str
    address: str
    due: DueInWords
    waiting: Waiting | None
    state: str
    step: Step | None


@dataclass(frozen=True, slots=True)
class WorkPage:
    """Everything that the page shows."""

    rows: list[WorkRow]
    page: Page[Owed]
    work: Work
    kinds: list[tuple[str, int]]
    kind: str
    soon: int
    reminders: RemindersRead


def read_work(reading: Reading, viewer: User, query: Mapping[str, str]) -> WorkPage:
    """Gather what the viewer owes, and write one page of it."""
    work = work_of(viewer, reading.round, reading.saved, now=datetime.now(UTC))
    kind = query.get("kind", "")
    kind = kind if kind in set(OwedKind) else ""
    shown = [each for each in work.owed if not kind or each.kind == kind]
    page = Paginator(shown, ROWS).get_page(query.get("page"))
    kinds = [("", len(work.owed))]
    kinds += [(each.value, number) for each in OwedKind if (number := work.of_kind(each))]
    rows = _Writer(reading, viewer, work).rows(list(page))
    told = read_reminders(reading, viewer)
    return WorkPage(rows, page, work, kinds, kind, work.due_within(SOON_DAYS), told)


class _Writer:
    """Writes the rows of a page, with as many queries for one as for many."""

    def __init__(self, reading: Reading, viewer: User, work: Work) -> None:
        self._reading, self._viewer, self._work = reading, viewer, work

    def rows(self, owed: list[Owed]) -> list[WorkRow]:
        """Write the rows in the order given; what went meanwhile is left out."""
        keys: dict[OwedKind, list[int]] = {kind: [] for kind in OwedKind}
        for each in owed:
            keys[each.kind].append(each.key)
        ours = [*keys[OwedKind.FOLLOW_UP], *keys[OwedKind.DECISION]]
        follow_ups = follow_ups_for(self._viewer, self._reading.round.pk).in_bulk(ours)
        waiting = waiting_at(self._viewer, follow_ups.values())
        duties = standing(self._viewer, self._reading.round.pk).in_bulk(keys[OwedKind.DUTY])
        cases = {row.id: row for row in self._cases(keys[OwedKind.OBSTACLE])}
        found: list[WorkRow | None] = []
        for each in owed:
            if each.kind == OwedKind.OBSTACLE:
                found.append(self._obstacle(each, cases.get(each.key)))
            elif each.kind == OwedKind.DUTY:
                found.append(self._duty(each, duties.get(each.key)))
            else:
                found.append(self._follow_up(each, follow_ups.get(each.key), waiting))
        return [row for row in found if row is not None]

    def _cases(self, keys: list[int]) -> list[CaseRow]:
        if not keys:
            return []
        cases = obstacles_of(self._viewer, keys)
        return case_rows(cases, self._viewer, self._reading.wording, self._work.day)

    def _due(self, owed: Owed, deadline: str = "") -> DueInWords:
        given = deadline_word(deadline, self._reading.wording.language) if deadline else ""
        return due_in_words(owed.due, self._work.day, given)

    def _follow_up(
        self, owed: Owed, follow_up: FollowUp | None, waiting: Mapping[int, Waiting]
    ) -> WorkRow | None:
        if follow_up is None:
            return None
        page = reverse("follow-up", args=[owed.key])
        step = Step("decide", page)
        if owed.kind == OwedKind.FOLLOW_UP:
            step = Step("report", reverse("follow-up-done", args=[owed.key]))
        return WorkRow(
            kind=owed.kind,
            words=self._reading.wording.veil.text(follow_up.text),
            address=page,
            due=self._due(owed, follow_up.deadline),
            waiting=waiting.get(owed.key),
            state=follow_up.state,
            step=step,
        )

    def _duty(self, owed: Owed, duty: Duty | None) -> WorkRow | None:
        if duty is None:
            return None
        page = named_url("duty", owed.key)
        step = Step("see_duty", page) if page else None
        if duty.covers == Covers.OWNER and (done := named_url("duty-done", owed.key)):
            step = Step("report", done)
        return WorkRow(
            kind=owed.kind,
            words=self._reading.wording.veil.text(duty.text),
            address=page,
            due=self._due(owed, duty.deadline),
            waiting=self._work.duties_waiting.get(owed.key),
            state="",
            step=step,
        )

    def _obstacle(self, owed: Owed, row: CaseRow | None) -> WorkRow | None:
        if row is None:
            return None
        page = reverse("case", args=[row.id])
        step = Step("see_check", page)
        if row.state == CaseState.FOUND:
            step = Step("accept", page)
        elif row.state in (CaseState.ACCEPTED, CaseState.IN_WORK):
            step = Step("claim_fixed", reverse("case-claim-fixed", args=[row.id]))
        return WorkRow(
            kind=owed.kind,
            words=row.sentence,
            address=page,
            due=self._due(owed, row.due_gate),
            waiting=Waiting(row.stations, voters=row.voters) if row.stations else None,
            state=row.state,
            step=step,
        )
