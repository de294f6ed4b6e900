"""How far a duty is at the objects that it covers: told by the register wherever it can tell."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    IntegerField,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Substr
from django.db.models.lookups import Exact
from django.utils.timezone import get_current_timezone

from pollready.assessment.models import FindingRecord, SavedAssessment, StationRecord
from pollready.assessment.result import CRITERIA
from pollready.committee.covering import components_matching, stations_matching
from pollready.duties.deadlines import read_deadline
from pollready.duties.escalation import Chain
from pollready.duties.models import Covers, Duty, DutyProof, Proof
from pollready.obstacles.catalogue import RULES
from pollready.obstacles.due import gate_days
from pollready.obstacles.finding import Severity
from pollready.obstacles.thresholds import Thresholds
from pollready.people.models import User
from pollready.register.corrections.queries import held, set_aside
from pollready.register.models import Claim, Component

# How many duties one question is about: databases bound the length of a question.
ASKED_AT_ONCE = 40
_CRITERION_OF_RULE = {rule.code: rule.criterion for rule in RULES}


class DutyState(StrEnum):
    """How far a duty is at one object. What is not known is not done."""

    DONE = "done"
    OPEN = "open"
    UNKNOWN = "unknown"
    CONTRADICTED = "contradicted"


_OF_CRITERION = {
    "m": DutyState.DONE,
    "u": DutyState.OPEN,
    "?": DutyState.UNKNOWN,
    "c": DutyState.CONTRADICTED,
}


@dataclass(frozen=True, slots=True)
class Due:
    """When a duty is due, by how many whole days it is overdue, and who is told of it then."""

    moment: datetime | None = None
    day: date | None = None
    days_overdue: int | None = None  # None: it is not overdue, or nobody set a deadline
    told: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Progress:
    """At how many objects within the reader's scope a duty is how far."""

    counts: Mapping[DutyState, int]

    @property
    def covered(self) -> int:
        """How many objects it covers."""
        return sum(self.counts.values())

    @property
    def is_done(self) -> bool:
        """Say whether it is done everywhere; a duty that covers nothing is not."""
        return self.covered > 0 and self.counts[DutyState.DONE] == self.covered

    @property
    def state(self) -> DutyState:
        """Tell how far it is as a whole: what is open anywhere is open."""
        if self.is_done:
            return DutyState.DONE
        if self.counts[DutyState.OPEN]:
            return DutyState.OPEN
        return DutyState.CONTRADICTED if self.counts[DutyState.CONTRADICTED] else DutyState.UNKNOWN


class DutyReader:
    """Reads how far duties are, for one user, beside one assessment."""

    def __init__(
        self, viewer: User, saved: SavedAssessment, *, now: datetime,
        recorded_by: datetime | None = None,
    ) -> None:  # fmt: skip
        self._viewer, self._saved, self._now = viewer, saved, now
        self._recorded_by = recorded_by  # as of when claims are read; None is now

    def progress(self, duty: Duty) -> Progress:
        """Count the objects by state."""
        return self.progress_of([duty])[duty.pk]

    def progress_of(self, duties: Sequence[Duty]) -> dict[int, Progress]:
        """Count the objects of many duties, by the key of each, asking for many at once."""
        counts = {duty.pk: dict.fromkeys(DutyState, 0) for duty in duties}
        declared = self._declared([duty for duty in duties if duty.covers == Covers.OWNER])
        covering = []
        for duty in duties:
            if duty.covers == Covers.OWNER:
                is_done = duty.pk in declared
                counts[duty.pk][DutyState.DONE if is_done else DutyState.OPEN] = 1
            else:
                covering.append(duty)
        for begin in range(0, len(covering), ASKED_AT_ONCE):
            first, *others = map(self._counted, covering[begin : begin + ASKED_AT_ONCE])
            for key, state, number in first.union(*others, all=True):
                counts[key][DutyState(state)] += number
        return {key: Progress(each) for key, each in counts.items()}

    def _counted(self, duty: Duty) -> QuerySet[Any, tuple[int, str, int]]:
        """Count the objects of a duty by state, with the duty's key beside."""
        owed = Value(duty.pk, output_field=IntegerField())
        objects = self.objects(duty).order_by().annotate(owed=owed)
        counted: QuerySet[Any, tuple[int, str, int]] = objects.values_list(
            "owed", "duty_state"
        ).annotate(Count("pk"))
        return counted

    def covered_by(self, duties: Sequence[Duty]) -> Iterator[tuple[int, int, str, int | None]]:
        """Give the components that duties cover: duty, component, kind, agency."""
        for begin in range(0, len(duties), ASKED_AT_ONCE):
            first, *others = (
                self.covered(duty)
                .order_by()
                .annotate(owed=Value(duty.pk, output_field=IntegerField()))
                .values_list("owed", "pk", "kind", "agency")
                for duty in duties[begin : begin + ASKED_AT_ONCE]
            )
            yield from first.union(*others, all=True)

    def _declared(self, duties: Sequence[Duty]) -> set[int]:
        """Give which duties are done as a whole: by what was said, or what a list says of them."""
        said = DutyProof.objects.filter(
            duty__in=[duty.pk for duty in duties if duty.person_id is None],
            ended_at=None, listing=None, component=None,
        )  # fmt: skip
        by_list = {duty.pk for duty in duties if duty.person_id is not None and duty.evidence}
        return by_list | set(said.values_list("duty", flat=True))

    def objects(self, duty: Duty) -> QuerySet[Any]:
        """Give the stations (`StationRecord`) or components covered, each with its `duty_state`."""
        objects: QuerySet[Any] = self.covered(duty).annotate(duty_state=self._state(duty))
        return objects

    def covered(self, duty: Duty) -> QuerySet[Any]:
        """Give the stations or components that a duty, which need not be saved, covers."""
        return self._stations(duty) if duty.covers == Covers.STATIONS else self._components(duty)

    @cached_property
    def _outvoted(self) -> set[int]:
        return set_aside(self._saved.round_id, self._recorded_by)

    def _stations(self, duty: Duty) -> QuerySet[StationRecord]:
        return stations_matching(duty.query, self._viewer, self._saved, now=self._now)

    def _components(self, duty: Duty) -> QuerySet[Component]:
        """Give the components: an agency's duty is about its own alone."""
        return components_matching(
            duty.query, self._viewer, self._saved.round_id, agency_id=duty.agency_id
        )

    def _state(self, duty: Duty) -> Any:
        """Give the expression that tells the state of an object."""
        if duty.proof == Proof.CRITERION:
            return _by_letter(CRITERIA.index(duty.proof_of))
        if duty.proof == Proof.OBSTACLE:
            return self._by_rule(duty.proof_of)
        if duty.proof == Proof.FIELD:
            return self._by_field(duty)
        said = DutyProof.objects.filter(duty=duty, ended_at=None)
        at = "listing" if duty.covers == Covers.STATIONS else "component"
        here = OuterRef("listing") if duty.covers == Covers.STATIONS else OuterRef("pk")
        done = Q(Exists(said.filter(**{at: here})))
        return _case((done, DutyState.DONE), otherwise=DutyState.OPEN)

    def _by_rule(self, rule: str) -> Any:
        """Done where the rule finds nothing and knows enough to say so: its criterion is known."""
        findings = FindingRecord.objects.filter(
            cause__assessment=self._saved, cause__rule=rule, listing=OuterRef("listing")
        )
        found = Q(Exists(findings.exclude(cause__severity=Severity.UNKNOWN)))
        missing = Q(Exists(findings.filter(cause__severity=Severity.UNKNOWN)))
        criterion = _CRITERION_OF_RULE.get(rule)
        if criterion is not None:
            missing |= _letter_is(criterion - 1, "?")
        return _case(
            (found, DutyState.OPEN), (missing, DutyState.UNKNOWN), otherwise=DutyState.DONE
        )

    def _by_field(self, duty: Duty) -> Any:
        """Done where a value stands and nobody contradicts it."""
        at = "listing" if duty.covers == Covers.STATIONS else "component"
        here = OuterRef("listing") if duty.covers == Covers.STATIONS else OuterRef("pk")
        claims = Claim.objects.filter(
            held("recorded_at", "superseded_at", self._recorded_by),
            **{at: here}, field=duty.proof_of,
        ).exclude(pk__in=self._outvoted)  # fmt: skip
        differing = (
            claims.values("field")
            .annotate(least=Min("value"), most=Max("value"))
            .filter(least__lt=F("most"))
        )
        return _case(
            (Q(Exists(differing)), DutyState.CONTRADICTED),
            (Q(Exists(claims)), DutyState.DONE),
            otherwise=DutyState.UNKNOWN,
        )


def _letter_is(criterion: int, sign: str) -> Q:
    """Say that a station's criterion, the first being 0, stands as a letter says."""
    return Q(Exact(Substr("criteria", criterion + 1, 1), Value(sign)))


def _by_letter(criterion: int) -> Case:
    return _case(
        *((_letter_is(criterion, sign), state) for sign, state in _OF_CRITERION.items()),
        otherwise=DutyState.UNKNOWN,
    )


def _case(*states: tuple[Q, DutyState], otherwise: DutyState) -> Case:
    """Give the first state whose condition holds."""
    whens = (When(condition, then=Value(state.value)) for condition, state in states)
    return Case(*whens, default=Value(otherwise.value), output_field=CharField())


def due_of(
    duty: Duty,
    *,
    election_date: date | None,
    thresholds: Thresholds,
    chain: Chain,
    is_done: bool,
    now: datetime,
) -> Due:
    """Tell when a duty is due, and whether it is overdue now: what is done is not."""
    deadline = read_deadline(duty.deadline) if duty.deadline else None
    if deadline is None or election_date is None:
        return Due()
    days = gate_days(thresholds)
    moment = deadline.moment(election_date, days, get_current_timezone())
    day = deadline.day(election_date, days)
    if is_done or now < moment:
        return Due(moment, day)
    return Due(moment, day, (now - moment).days, chain.told(moment, now, election_date))
