"""The figures of what an item is about, as one reader may know them: data, no words.

A fact is `{"name": ..., "as": ..., "value": ...}`: `as` says how a face writes it (`number`,
`date`, `text`, `code`, or `word:<phrases>` where the value is the last part of a phrase's key).
None is not known.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Sum

from pollready.assessment.cases.queries import count_in_scope
from pollready.assessment.models import SavedAssessment
from pollready.assessment.queries import component_records_for, stations_for
from pollready.assessment.result import CRITERIA
from pollready.committee.duty_states import DutyReader
from pollready.committee.meetings.models import AgendaItem
from pollready.committee.meetings.subjects import CONTRADICTIONS, Subject, find_subject
from pollready.people.models import User
from pollready.planning.queries import bindings_for, costs_for

Fact = dict[str, Any]
_LETTERS = {"m": "met", "u": "unmet", "?": "unknown", "c": "contradicted"}


def fact(name: str, value: Any, how: str = "number") -> Fact:
    """Give one fact."""
    return {"name": name, "as": how, "value": value}


def evidence_of(
    user: User, item: AgendaItem, saved: SavedAssessment | None, *, now: datetime
) -> list[Fact]:
    """Give the facts of what an item is about, beside an assessment; none outside the scope."""
    if item.about == CONTRADICTIONS:
        return _of_contradictions(user, saved)
    subject = find_subject(user, item.meeting.round_id, item.about)
    return [] if subject is None else facts_of(user, subject, saved, now=now)


def facts_of(
    user: User, subject: Subject, saved: SavedAssessment | None, *, now: datetime
) -> list[Fact]:
    """Give the facts of one object."""
    row = subject.row
    if subject.kind == "case":
        return _of_case(user, row)
    if saved is None:
        return []
    if subject.kind == "listing":
        return _of_listing(user, row, saved)
    if subject.kind == "component":
        return _of_component(user, row, saved)
    if subject.kind == "scenario":
        return _of_scenario(user, row, saved)
    return _of_duty(user, row, saved, now)


def _of_contradictions(user: User, saved: SavedAssessment | None) -> list[Fact]:
    if saved is None:
        return []
    found = stations_for(user, saved).filter(contradictions__gt=0)
    total = found.aggregate(total=Sum("contradictions"))["total"] or 0
    return [fact("stations_contradicted", found.count()), fact("fields_contradicted", total)]


def _of_case(user: User, case: Any) -> list[Fact]:
    (case,) = count_in_scope(user, [case])
    return [
        fact("severity", case.severity, "word:console.severity"),
        fact("case_state", case.state, "word:board.state"),
        fact("stations", case.stations),
        fact("voters", case.voters),
        fact("owner", case.owner, "owner"),
        fact("due_date", _iso(case.due_date), "date"),
    ]


def _of_listing(user: User, listing: Any, saved: SavedAssessment) -> list[Fact]:
    record = stations_for(user, saved).filter(listing=listing).first()
    if record is None:
        return []
    criteria = [
        fact(f"criterion_{name}", _LETTERS.get(letter, "unknown"), "word:console.sign")
        for name, letter in zip(CRITERIA, record.criteria, strict=False)
        if letter != "m"
    ]
    return [
        fact("readiness", record.readiness, "word:console.sign"),
        fact("voters", listing.expected_voters),
        fact("contradictions", record.contradictions),
        *criteria,
    ]


def _of_component(user: User, component: Any, saved: SavedAssessment) -> list[Fact]:
    record = component_records_for(user, saved).filter(component=component).first()
    facts = [
        fact("kind", component.kind, "word:kind"),
        fact("owner", component.agency.code if component.agency else "", "owner"),
    ]
    if record is None:
        return facts
    return [
        *facts,
        fact("stations_behind", record.stations_behind),
        fact("voters_behind", record.voters_behind),
        fact("stations_closed", record.stations_closed),
        fact("voters_closed", record.voters_closed),
    ]


def _of_scenario(user: User, scenario: Any, saved: SavedAssessment) -> list[Fact]:
    bindings = bindings_for(user, saved, [scenario])
    binding = bindings.get(scenario.pk)
    if binding is None:
        return []
    rows = costs_for(user, [binding]).get(binding.pk, [])
    wanted = (scenario.service, scenario.level)
    cost = next((row for row in rows if (row.service, row.level) == wanted), None)
    if cost is None:
        return []
    return [
        fact("stations_lost_least", min(cost.stations)),
        fact("stations_lost_most", max(cost.stations)),
        fact("voters_lost", cost.voters[0]),
    ]


def _of_duty(user: User, duty: Any, saved: SavedAssessment, now: datetime) -> list[Fact]:
    progress = DutyReader(user, saved, now=now).progress(duty)
    counts: Mapping[Any, int] = progress.counts
    return [
        fact("owner", duty.agency.code if duty.agency else duty.office, "owner"),
        fact("deadline", duty.deadline, "code"),
        *(fact(f"duty_{state.value}", number) for state, number in counts.items()),
    ]


def _iso(day: Any) -> str | None:
    return None if day is None else day.isoformat()
