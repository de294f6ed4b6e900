"""Meetings as pages show them: items, what was said on them, suggestions and decisions in words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import NoReverseMatch, reverse

from pollready.assessment.cases.queries import count_in_scope, findings_of
from pollready.assessment.models import SavedAssessment
from pollready.assessment.queries import last_assessment
from pollready.committee.meetings.evidence import evidence_of
from pollready.committee.meetings.models import (
    AgendaItem,
    Decision,
    Meeting,
    MeetingMember,
    MeetingState,
    Suggestion,
    View,
)
from pollready.committee.meetings.objects import OUT_OF_SCOPE, objects_of
from pollready.committee.meetings.subjects import find_subject, find_subjects, read_about
from pollready.committee.meetings.trying import effect_for
from pollready.console.wording import Wording
from pollready.duties.follow_ups.models import FollowUp
from pollready.duties.follow_ups.queries import follow_ups_for
from pollready.people.models import User
from pollready.people.scopes import is_of_agency
from pollready.register.veil import Veil
from pollready.reports.minutes_words import MeetingWords

_PAGES = {
    "case": "case", "listing": "station", "component": "component", "scenario": "scenario",
    "suggestion": "meeting-suggestion", "decision": "meeting-decision", "duty": "duty",
}  # fmt: skip
STATIONS_SHOWN = 24


@dataclass(frozen=True, slots=True)
class ItemRow:
    """An item as a list shows it."""

    item: AgendaItem
    number: int
    title: str
    why: str
    url: str  # of its object; empty where there is none, or none for this reader
    decisions: int = 0
    sentence: str = ""  # of an obstacle: which of its rule it is


@dataclass(frozen=True, slots=True)
class SaidRow:
    """A view or suggestion: who, when, what."""

    row: Any
    who: str
    what: str
    text: str


@dataclass(frozen=True, slots=True)
class SuggestionRow:
    """A suggestion with what it changes and does."""

    said: SaidRow
    suggestion: Suggestion
    changes: Sequence[str]
    effect: Sequence[str]
    reason: str
    is_old: bool


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """A decision in words."""

    decision: Decision
    text: str
    owner: str
    legal_ground: str
    figure: str
    follow_ups: Sequence[FollowUp]  # of this reader


class MeetingPages:
    """Says meetings of one round to one viewer, a fixed number of queries for any number."""

    def __init__(self, viewer: User, language: str, veil: Veil) -> None:
        self.viewer, self.veil = viewer, veil
        self.words = MeetingWords(language)

    def text(self, text: str) -> str:
        """Give a text of somebody as this viewer may read it."""
        return self.veil.text(text)

    def shows(self, *texts: str) -> bool:
        """Say whether the viewer reads texts as they stand; who does not writes none of them."""
        return all(self.veil.text(text) == text for text in texts)

    def items(self, meeting: Meeting, items: Iterable[AgendaItem]) -> list[ItemRow]:
        """Give the agenda in order."""
        listed = list(items)
        abouts = {each.about for each in listed if each.about}
        known = objects_of(self.viewer, meeting.round_id, abouts)
        sentences = self.sentences(meeting.round_id, abouts)
        return [
            ItemRow(
                each,
                number,
                self._title(each.title, known.get(each.about, {})),
                "" if _is_hidden(known.get(each.about)) else self.why(each.why, each.why_fields),
                url_of(each.about) if self._is_open(known.get(each.about)) else "",
                len(each.decisions.all()),
                sentences.get(each.about, ""),
            )
            for number, each in enumerate(listed, start=1)
        ]

    def titles(self, round_id: int, abouts: set[str]) -> dict[str, tuple[str, str]]:
        """Give the title and page of objects."""
        known = objects_of(self.viewer, round_id, abouts)
        return {
            about: (self._title("", said), url_of(about) if self._is_open(said) else "")
            for about, said in known.items()
        }

    def sentences(self, round_id: int, abouts: set[str]) -> dict[str, str]:
        """Say of each obstacle in scope where it is: many of a rule have the same title."""
        found = find_subjects(self.viewer, round_id, {each for each in abouts if _is_case(each)})
        cases = count_in_scope(self.viewer, [subject.row for subject in found.values()])
        known = {f"case-{case.pk}": case.record for case in cases if case.record is not None}
        wording = Wording(self.words.language, self.veil)
        told = wording.causes(known.values())
        return {about: cause.sentence for about, cause in zip(known, told, strict=True)}

    def why(self, why: str, fields: Any) -> str:
        """Say why something was proposed."""
        return self.words.why({"why": why, "why_fields": fields})

    def members(self, members: Iterable[MeetingMember]) -> list[tuple[MeetingMember, str]]:
        """Give the invited with what they are."""
        return [(each, self.words.member(_what(each.user, each.post))) for each in members]

    def said(self, rows: Iterable[View | Suggestion]) -> list[SaidRow]:
        """Give views or suggestions."""
        return [
            SaidRow(
                row,
                row.by.get_full_name() or row.by.username,
                self.words.member(_what(row.by, "")),
                self.text(row.text),
            )
            for row in rows
        ]

    def suggestions(self, rows: Iterable[Suggestion]) -> list[SuggestionRow]:
        """Give suggestions with what they change and do."""
        listed = list(rows)
        newest: dict[int, SavedAssessment | None] = {}
        for each in listed:
            if each.round_id not in newest:
                newest[each.round_id] = last_assessment(each.round_id)
        return [
            SuggestionRow(
                said,
                said.row,
                [self.text(self.words.change(self._veiled(row))) for row in said.row.changes],
                self._effect(said.row),
                self.text(said.row.reason),
                said.row.effect is not None and said.row.assessment != newest[said.row.round_id],
            )
            for said in self.said(listed)
        ]

    def decisions(self, rows: Iterable[Decision]) -> list[DecisionRow]:
        """Give decisions, with the follow-ups that the viewer may see."""
        listed = list(rows)
        theirs: dict[int, list[FollowUp]] = {}
        if listed:
            mine = follow_ups_for(self.viewer, listed[0].item.meeting.round_id)
            for each in mine.filter(decisions__in=listed).prefetch_related("decisions"):
                for decision in each.decisions.all():
                    theirs.setdefault(decision.pk, []).append(each)
        return [
            DecisionRow(
                row,
                self.text(row.text),
                row.agency.name if row.agency else self.words.owner(row.office),
                self.text(row.legal_ground),
                self.text(row.figure),
                theirs.get(row.pk, ()),
            )
            for row in listed
        ]

    def evidence(
        self, item: AgendaItem, saved: SavedAssessment | None, *, now: datetime
    ) -> tuple[list[tuple[str, str]], bool]:
        """Give the figures of an item, and whether they are live.

        Once the meeting is closed they stand as they were, for who finds the object still.
        """
        is_live = item.meeting.state in (MeetingState.PLANNED, MeetingState.OPEN)
        facts = evidence_of(self.viewer, item, saved, now=now)
        if facts and not is_live:
            facts = item.evidence.get("facts", facts)
        return self.words.facts(facts), is_live

    def _title(self, own: str, said: Any) -> str:
        return self.text(own or self.words.object(said))

    def _is_open(self, said: Any) -> bool:
        return bool(said) and not _is_hidden(said)

    def _veiled(self, row: Any) -> dict[str, Any]:
        component = row.get("component")
        return {**row, "component": self.veil.code(component)} if component else dict(row)

    def _effect(self, suggestion: Suggestion) -> list[str]:
        if suggestion.effect is None:
            return []
        effect = effect_for(self.viewer, suggestion.effect)
        if is_of_agency(self.viewer):  # obstacles of other agencies are not its to know
            effect.pop("vanished", None)
        day = suggestion.effect_date
        return self.words.effect(effect, day.isoformat() if day else None)


@dataclass(frozen=True, slots=True)
class CaseEvidence:
    """A cause on the screen of the room: its sentence, its remedy, its stations."""

    sentence: str
    remedy: str
    stations: Sequence[Any]
    more: int


def case_evidence(viewer: User, round_id: int, about: str, wording: Wording) -> CaseEvidence | None:
    """Give the live cause of an item on an obstacle, with its stations in scope."""
    subject = find_subject(viewer, round_id, about)
    if subject is None or subject.kind != "case":
        return None
    (case,) = count_in_scope(viewer, [subject.row])
    if case.record is None:
        return None
    cause = wording.cause(case.record)
    found = findings_of(viewer, case).filter(listing__isnull=False)
    rows = found.order_by("listing__code").values_list(
        "listing", "listing__code", "listing__point__name", "listing__expected_voters"
    )
    stations = list(rows.distinct()[: STATIONS_SHOWN + 1])
    number = rows.distinct().count()
    return CaseEvidence(
        cause.sentence, cause.remedy, stations[:STATIONS_SHOWN], max(0, number - STATIONS_SHOWN)
    )


def url_of(about: str) -> str:
    """Give the page of an object; empty where it has none."""
    if about == "contradictions":
        return reverse("stations") + "?contradiction=yes"
    read = read_about(about)
    if read is None or read[0] not in _PAGES:
        return ""
    try:
        return reverse(_PAGES[read[0]], args=[read[1]])
    except NoReverseMatch:
        return ""


def _is_case(about: str) -> bool:
    read = read_about(about)
    return read is not None and read[0] == "case"


def _is_hidden(said: Any) -> bool:
    """Say whether an object is outside the reader's scope: its figures are too."""
    return bool(said) and said.get("kind") == OUT_OF_SCOPE


def _what(user: User | None, post: str) -> dict[str, str]:
    if user is None:
        return {"post": post}
    agency = user.agency.name if user.agency else ""
    return {"post": post, "agency": agency, "role": user.role}
