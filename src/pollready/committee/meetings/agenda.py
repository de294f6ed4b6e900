"""An agenda proposed from the state: what is new, overdue, contradictory, waiting, not done.

Everything here only reads. A proposal names its object, and why as a phrase with its fields
(`meetings.why.<why>`); the secretary takes what he wants.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.timezone import localdate

from pollready.assessment.cases.queries import cases_for, count_in_scope
from pollready.assessment.models import FindingRecord, SavedAssessment
from pollready.assessment.queries import stations_for
from pollready.committee.duty_states import DutyReader, due_of
from pollready.committee.meetings.models import (
    Decision,
    DecisionState,
    Meeting,
    MeetingState,
    Suggestion,
    SuggestionState,
)
from pollready.committee.meetings.queries import meetings_for
from pollready.committee.meetings.subjects import CONTRADICTIONS
from pollready.duties.escalation import office_chain
from pollready.duties.follow_ups.models import STANDING, FollowUp
from pollready.duties.models import Covers, Duty
from pollready.duties.queries import standing
from pollready.obstacles.cases import ACTIVE
from pollready.obstacles.finding import Severity
from pollready.obstacles.office import office_thresholds
from pollready.people.models import User
from pollready.people.permissions import Permission, may
from pollready.planning.gaps import Weight
from pollready.planning.plan_facts import gaps_by_scenario
from pollready.planning.queries import scenarios_for

OF_A_KIND_MAX = 20
# Reasons in the order in which an agenda is proposed, each with the group under which it stands.
GROUP_OF = {
    "decision_overdue": "decisions",
    "severe_first": "severe",
    "severe_new": "severe",
    "severe_still": "severe",
    "contradictions": "contradictions",
    "duty_overdue": "duties",
    "duty_overdue_today": "duties",
    "plan_gaps": "plans",
    "suggestion_waiting": "suggestions",
    "suggestion_deferred": "suggestions",
}
WHYS = tuple(GROUP_OF)


@dataclass(frozen=True, slots=True)
class Proposal:
    """One item proposed: what about, why; the more voters or days, the more `weight`."""

    about: str
    why: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    weight: float = 0
    title: str = ""  # where no object gives one


def proposals_for(
    user: User, meeting: Meeting, saved: SavedAssessment | None, *, now: datetime
) -> list[Proposal]:
    """Propose what does not stand on a meeting's agenda yet, the weightiest of each kind first."""
    there = set(
        meeting.items.filter(removed_at=None).exclude(about="").values_list("about", flat=True)
    )
    found = [each for each in _found(user, meeting, saved, now) if each.about not in there]
    return sorted(found, key=lambda each: (WHYS.index(each.why), -each.weight))


def last_meeting_day(user: User, meeting: Meeting) -> date | None:
    """Give the day of the meeting of the same kind that was closed last before this one."""
    earlier = meetings_for(user).filter(
        round=meeting.round_id, kind=meeting.kind, county=meeting.county_id,
        state__in=(MeetingState.CLOSED, MeetingState.SIGNED), starts_at__lt=meeting.starts_at,
    ).exclude(pk=meeting.pk)  # fmt: skip
    starts_at = earlier.order_by("-starts_at").values_list("starts_at", flat=True).first()
    return None if starts_at is None else localdate(starts_at)


def _found(
    user: User, meeting: Meeting, saved: SavedAssessment | None, now: datetime
) -> Iterator[Proposal]:
    yield from _decisions(user, meeting, now)
    yield from _causes(user, meeting)
    yield from _suggestions(user, meeting)
    if saved is None:
        return
    yield from _contradictions(user, meeting, saved)
    if meeting.county_id is None:
        yield from _duties(user, saved, now)
        yield from _plans(user, saved)


def _causes(user: User, meeting: Meeting) -> Iterator[Proposal]:
    since = last_meeting_day(user, meeting)
    cases = cases_for(user).filter(
        round=meeting.round_id, severity=Severity.SEVERE.value,
        state__in=[state.value for state in ACTIVE],
    )  # fmt: skip
    if meeting.county_id is not None:
        here = FindingRecord.objects.filter(
            _in_county("listing__point__place", meeting.county_id), cause=OuterRef("record")
        )
        cases = cases.filter(Exists(here))
    listed = cases.select_related("record").order_by("-voters", "pk")[:OF_A_KIND_MAX]
    for case in count_in_scope(user, listed):
        fields = {"stations": case.stations, "voters": case.voters}
        why = "severe_first"  # there was no meeting before, since which anything could be new
        if since is not None:
            why = "severe_new" if case.found_date > since else "severe_still"
        yield Proposal(f"case-{case.pk}", why, fields, case.voters or 0)


def _contradictions(user: User, meeting: Meeting, saved: SavedAssessment) -> Iterator[Proposal]:
    stations = stations_for(user, saved).filter(contradictions__gt=0)
    if meeting.county_id is not None:
        stations = stations.filter(_in_county("listing__point__place", meeting.county_id))
    number = stations.count()
    if number:
        yield Proposal(CONTRADICTIONS, "contradictions", {"stations": number}, number)


def _duties(user: User, saved: SavedAssessment, now: datetime) -> Iterator[Proposal]:
    reader = DutyReader(user, saved, now=now)
    thresholds, chain = office_thresholds(), office_chain()
    election_date = saved.round.election_date
    owned = standing(user, saved.round_id).filter(person=None).exclude(deadline="")
    late: list[tuple[Duty, int]] = []
    for duty in owned.select_related("agency"):
        due = due_of(
            duty, election_date=election_date, thresholds=thresholds, chain=chain, is_done=False,
            now=now,
        )  # fmt: skip
        if due.days_overdue is not None:
            late.append((duty, due.days_overdue))
    of = reader.progress_of([duty for duty, _ in late])
    for duty, days in late:
        progress = of[duty.pk]
        if progress.is_done or (duty.covers != Covers.OWNER and not progress.covered):
            continue
        why = "duty_overdue" if days else "duty_overdue_today"
        yield Proposal(f"duty-{duty.pk}", why, {"days": days}, days)


def _plans(user: User, saved: SavedAssessment) -> Iterator[Proposal]:
    if not may(user, Permission.SEE_INFRASTRUCTURE):
        return
    scenarios = scenarios_for(user, saved.round_id)
    found = []
    for pk, gaps in gaps_by_scenario(user, saved, scenarios).items():
        known = sum(gap.weight is Weight.GAP for gap in gaps)
        if known:
            found.append(Proposal(f"scenario-{pk}", "plan_gaps", {"gaps": known}, known))
    yield from sorted(found, key=lambda each: -each.weight)[:OF_A_KIND_MAX]


def _suggestions(user: User, meeting: Meeting) -> Iterator[Proposal]:
    """Give those that nobody answered yet, or that were put off; each once, by its object."""
    open_ones = Suggestion.objects.filter(
        Q(item=None) | Q(item__meeting__in=meetings_for(user)),
        round=meeting.round_id,
        state__in=(SuggestionState.WAITING, SuggestionState.DEFERRED),
    ).exclude(item__meeting=meeting)
    if meeting.county_id is not None:
        open_ones = open_ones.filter(item__meeting__county=meeting.county_id)
    for each in open_ones.order_by("pk")[:OF_A_KIND_MAX]:
        why = f"suggestion_{each.state}"
        gained = (each.effect or {}).get("voters_ready") or 0
        yield Proposal(f"suggestion-{each.pk}", why, {}, gained)


def _decisions(user: User, meeting: Meeting, now: datetime) -> Iterator[Proposal]:
    today = localdate(now)
    overdue = Decision.objects.filter(
        item__meeting__in=meetings_for(user), item__meeting__round=meeting.round_id,
        state=DecisionState.CLOSED, due_date__lt=today,
    )  # fmt: skip
    if meeting.county_id is not None:
        overdue = overdue.filter(item__meeting__county=meeting.county_id)
    for each in _not_carried_out(overdue)[:OF_A_KIND_MAX]:
        days = (today - each.due_date).days if each.due_date else 0
        yield Proposal(f"decision-{each.pk}", "decision_overdue", {"days": days}, days)


def _not_carried_out(decisions: Any) -> list[Decision]:
    """Leave out those whose follow-ups are all settled: done, or given up for a reason."""
    open_ones = FollowUp.objects.filter(decisions=OuterRef("pk"), state__in=STANDING)
    return list(decisions.filter(Exists(open_ones)).order_by("due_date", "pk"))


def _in_county(field_name: str, county_id: int) -> Q:
    """Say that a place is a county, or lies in it."""
    within = Q()
    for up in ("", "__parent", "__parent__parent"):
        within |= Q(**{f"{field_name}{up}": county_id})
    return within
