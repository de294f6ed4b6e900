"""Working on cases: accepting, assigning, claiming a fix, waiving. None of these closes one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from pollready.assessment.cases.errors import (
    EvidenceMissing,
    NoSuchCase,
    PersonOutside,
    ReasonMissing,
    StepNotPossible,
    WaiverWithoutEnd,
)
from pollready.assessment.cases.queries import cases_for, day_of, people_for
from pollready.assessment.cases.sync import end_waiver
from pollready.assessment.models import FindingRecord
from pollready.audit.commands import Entry, record
from pollready.audit.versions import ChangedMeanwhile, claim_version
from pollready.obstacles.cases import STEPS, WITH_A_FORM, CaseState
from pollready.obstacles.due import GATES, due_date
from pollready.obstacles.evidence import fields_looked_at
from pollready.obstacles.models import TEXT_MAX, CaseEvent, ObstacleCase
from pollready.obstacles.office import office_thresholds
from pollready.people.models import User
from pollready.people.permissions import Permission, check
from pollready.register.models import Claim

REASON_MIN = 3


@transaction.atomic
def move_case(
    *, case_id: int, after: CaseState, version: int, by: User, now: datetime
) -> ObstacleCase:
    """Take a case to another state that needs nothing but the word of who works on it.

    Raises `NotPermitted`, `NoSuchCase`, `StepNotPossible`, `ChangedMeanwhile`.
    """
    if after in WITH_A_FORM:
        raise StepNotPossible(before="", after=after.value)
    case = _opened(case_id, by, _needed(case_id, after, by, version), version)
    before = case.state
    case.state = after.value
    end_waiver(case)
    case.save()
    _note(case, CaseEvent.Kind.STATE, by, now, before=before, after=case.state)
    _log("move_case", case, by, now, {"state": before}, {"state": case.state})
    return case


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who is to act, in person where somebody is named, by which gate, and why."""

    owner: str
    assignee: User | None
    due_gate: str
    reason: str


@transaction.atomic
def assign_case(
    assignment: Assignment, *, case_id: int, version: int, by: User, now: datetime
) -> ObstacleCase:
    """Give a case another owner, person or gate; the reason stands in its time line.

    Raises `NotPermitted`, `NoSuchCase`, `ReasonMissing`, `PersonOutside`, `ChangedMeanwhile`.
    """
    case = _opened(case_id, by, Permission.WORK_OBSTACLES, version)
    reason = _reason(assignment.reason)
    person = assignment.assignee
    if person is not None and not _may_be_given(case, person, assignment.owner):
        raise PersonOutside(person=person.username)
    before = _assigned(case)
    if assignment.owner != case.owner:
        case.owner, case.owner_given = assignment.owner, True
        _hand_on(case)
    case.assignee = person
    if assignment.due_gate in GATES and assignment.due_gate != case.due_gate:
        case.due_gate, case.due_given = assignment.due_gate, True
        case.due_date = due_date(case.due_gate, case.round.election_date, office_thresholds())
    case.save()
    _note(
        case, CaseEvent.Kind.ASSIGNED, by, now, text=reason,
        detail={"before": before, "after": _assigned(case)},
    )  # fmt: skip
    _log("assign_case", case, by, now, before, _assigned(case), reason)
    return case


@transaction.atomic
def claim_fixed(
    *, case_id: int, done: str, evidence: str, version: int, by: User, now: datetime
) -> ObstacleCase:
    """Say that the obstacle is gone, what was done, and by what one sees it.

    The rule must then be run again (`rechecking`): only it can close the case. Where it judges
    by claims, one of those that it looks at must be newer than what it found.

    Raises `NotPermitted`, `NoSuchCase`, `StepNotPossible`, `ReasonMissing`, `EvidenceMissing`,
    `ChangedMeanwhile`.
    """
    case = _opened(case_id, by, _needed(case_id, CaseState.CLAIMED_FIXED, by, version), version)
    text = _reason(done)
    check_for_new_evidence(case)
    before = case.state
    case.state = CaseState.CLAIMED_FIXED.value
    case.save()
    detail = {"evidence": evidence.strip()[:TEXT_MAX]}
    _note(
        case, CaseEvent.Kind.FIX_CLAIMED, by, now, before=before, after=case.state, text=text,
        detail=detail,
    )  # fmt: skip
    _log("claim_fixed", case, by, now, {"state": before}, {"state": case.state, **detail}, text)
    return case


@dataclass(frozen=True, slots=True)
class Waiver:
    """Why nothing is done about an obstacle, on whose authority, and until when."""

    reason: str
    authority: str
    until_gate: str = ""
    until_date: date | None = None


@transaction.atomic
def waive_case(
    waiver: Waiver, *, case_id: int, version: int, by: User, now: datetime
) -> ObstacleCase:
    """Leave an obstacle as it is until a gate or a day; it opens again by itself afterwards.

    Raises `NotPermitted`, `NoSuchCase`, `StepNotPossible`, `ReasonMissing`, `WaiverWithoutEnd`,
    `ChangedMeanwhile`.
    """
    case = _opened(case_id, by, _needed(case_id, CaseState.WAIVED, by, version), version)
    reason, authority = _reason(waiver.reason), _reason(waiver.authority)
    until = waiver.until_date
    if waiver.until_gate in GATES:
        until = due_date(waiver.until_gate, case.round.election_date, office_thresholds())
    if until is None or (case.record and until < day_of(case.record.assessment, case.round)):
        raise WaiverWithoutEnd()
    before = case.state
    case.state = CaseState.WAIVED.value
    case.waived_until_date, case.waived_until_gate = until, waiver.until_gate
    case.waiver_authority = authority
    case.save()
    detail = {"authority": authority, "until": until.isoformat()}
    _note(
        case, CaseEvent.Kind.WAIVED, by, now, before=before, after=case.state, text=reason,
        detail=detail,
    )  # fmt: skip
    _log("waive_case", case, by, now, {"state": before}, {"state": case.state, **detail}, reason)
    return case


def check_for_new_evidence(case: ObstacleCase) -> None:
    """Raise `EvidenceMissing` where the rule judges by claims and none of them is new."""
    cause = case.record
    if cause is None:
        return
    looked_at = fields_looked_at(case.rule, cause.fields)
    if not looked_at:
        return
    since = cause.assessment.made_at
    here = FindingRecord.objects.filter(cause=cause).values("listing")
    about = Q(listing__in=here) | Q(stop__listing__in=here)
    first = FindingRecord.objects.filter(cause=cause).order_by("pk").first()
    upstream = (first.fields.get("upstream") or []) if first else []
    if upstream:
        about |= Q(component__round=case.round_id, component__code__in=upstream)
    new = Claim.objects.filter(about, field__in=looked_at, recorded_at__gt=since)
    if not new.exists():
        raise EvidenceMissing(looked_at, since)


def _needed(case_id: int, after: CaseState, by: User, version: int) -> Permission:
    """Give what the step needs from where the case stands.

    Raises `NoSuchCase`, `StepNotPossible`, and `ChangedMeanwhile` where the step was possible
    from what the user saw.
    """
    now = cases_for(by).filter(pk=case_id).values_list("state", "version").first()
    if now is None:
        raise NoSuchCase()
    needed = STEPS.get((CaseState(now[0]), after))
    if needed is not None:
        return needed
    if now[1] != version:
        raise ChangedMeanwhile(f"obstacle_case {case_id}", now[1])
    raise StepNotPossible(before=CaseState(now[0]).value, after=after.value)


def _opened(case_id: int, by: User, needed: Permission, version: int) -> ObstacleCase:
    """Give the case for writing: permitted, in scope, and as the user saw it."""
    check(by, needed)
    visible = cases_for(by).filter(pk=case_id).values("pk")
    case = (
        ObstacleCase.objects.select_related("round", "record__assessment", "assignee")
        .defer("record__assessment__summary")
        .filter(pk__in=visible)
        .first()
    )
    if case is None:
        raise NoSuchCase()
    claim_version(case, version)
    state = ObstacleCase.objects.values_list("state", flat=True).get(pk=case.pk)
    if state != case.state:  # an assessment came between reading and taking the version
        raise ChangedMeanwhile(f"obstacle_case {case.pk}", case.version)
    return case


def _reason(text: str) -> str:
    words = text.strip()
    if len(words) < REASON_MIN:
        raise ReasonMissing()
    return words[:TEXT_MAX]


def _may_be_given(case: ObstacleCase, person: User, owner: str) -> bool:
    """Say whether the person sees the case once it is his; an agency's case is its people's."""
    return people_for(case, owner=owner).filter(pk=person.pk).exists()


def _assigned(case: ObstacleCase) -> dict[str, Any]:
    person = case.assignee
    return {
        "owner": case.owner,
        "assignee": person.username if person else None,
        "due_gate": case.due_gate,
    }


def _hand_on(case: ObstacleCase) -> None:
    """Let the pages of the last assessment name the new owner as well."""
    if case.record is not None:
        case.record.owner = case.owner
        case.record.save(update_fields=["owner"])


def _note(
    case: ObstacleCase,
    kind: CaseEvent.Kind,
    by: User,
    now: datetime,
    *,
    before: str = "",
    after: str = "",
    text: str = "",
    detail: Mapping[str, Any] | None = None,
) -> CaseEvent:
    return CaseEvent.objects.create(
        case=case, kind=kind, at=now, by=by, before=before, after=after, text=text,
        detail=dict(detail or {}),
    )  # fmt: skip


def _log(
    command: str,
    case: ObstacleCase,
    by: User,
    now: datetime,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    reason: str = "",
) -> None:
    record(
        actor=by.username,
        command=command,
        now=now,
        entries=[Entry("obstacle_case", str(case.pk), before, after)],
        reason=reason[:500],
    )
