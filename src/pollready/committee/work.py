"""What one person owes, of every kind, by when, and how many voters wait for it.

Kinds are follow-ups, duties, obstacles, and reports of others that wait for his decision.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Sum, Value
from django.utils.timezone import localdate, make_aware

from pollready.assessment.cases.queries import cases_for, is_mine
from pollready.assessment.models import DependenceRecord, SavedAssessment
from pollready.committee.duty_states import (
    ASKED_AT_ONCE,
    Due,
    DutyReader,
    DutyState,
    Progress,
    due_of,
)
from pollready.committee.follow_up_due import due_of_follow_up, moment_of
from pollready.duties.escalation import OWNER, Chain, office_chain
from pollready.duties.follow_ups.models import FollowUp, FollowUpObject, FollowUpState
from pollready.duties.follow_ups.queries import follow_ups_for, owed_by
from pollready.duties.models import Covers, Duty
from pollready.duties.queries import standing
from pollready.obstacles.cases import ACTIVE
from pollready.obstacles.models import ObstacleCase
from pollready.obstacles.office import office_thresholds
from pollready.people.models import User
from pollready.people.scopes import at_stations, is_of_agency, listings_for
from pollready.places.models import ElectionRound


class OwedKind(StrEnum):
    """What kind of thing somebody has to do."""

    FOLLOW_UP = "follow_up"
    DUTY = "duty"
    OBSTACLE = "obstacle"
    DECISION = "decision"  # somebody else's report waits for him


@dataclass(frozen=True, slots=True)
class Owed:
    """One thing to do, with its key; the kind says of which table."""

    kind: OwedKind
    key: int
    due: Due


@dataclass(frozen=True, slots=True)
class Waiting:
    """At how many objects something is wanting, and how many voters wait there."""

    objects: int
    are_components: bool = False
    voters: int | None = None  # None: no number is known of any of these stations


@dataclass(frozen=True, slots=True)
class Work:
    """Everything that somebody owes, what is most overdue first."""

    owed: Sequence[Owed]
    day: date
    duties_waiting: dict[int, Waiting] = field(default_factory=dict)

    def of_kind(self, kind: OwedKind) -> int:
        """Count what is of a kind."""
        return sum(each.kind == kind for each in self.owed)

    @property
    def overdue(self) -> int:
        """Count what is overdue."""
        return sum(each.due.days_overdue is not None for each in self.owed)

    def due_within(self, days: int) -> int:
        """Count what is due from today on, within so many days."""
        last = self.day + timedelta(days=days)
        return sum(
            each.due.days_overdue is None and each.due.day is not None and each.due.day <= last
            for each in self.owed
        )


def work_of(
    user: User, election_round: ElectionRound, saved: SavedAssessment | None, *, now: datetime
) -> Work:
    """Gather what a user owes in a round, by deadline; what has none comes last."""
    now = moment_of(saved, election_round, now)
    duties, waiting = _duties(user, election_round, saved, now)
    found = [
        *_follow_ups(user, election_round, now), *duties,
        *_obstacles(user, election_round, saved, now), *_decisions(user, election_round, now),
    ]  # fmt: skip
    never = datetime.max.replace(tzinfo=now.tzinfo)
    found.sort(key=lambda each: (each.due.moment or never, each.kind, each.key))
    return Work(found, localdate(now), waiting)


def _follow_ups(user: User, election_round: ElectionRound, now: datetime) -> list[Owed]:
    rows = owed_by(user, election_round.pk)
    return [Owed(OwedKind.FOLLOW_UP, row.pk, due) for row, due in dues(rows, election_round, now)]


def _decisions(user: User, election_round: ElectionRound, now: datetime) -> list[Owed]:
    rows = follow_ups_for(user, election_round.pk).filter(
        made_by=user, state=FollowUpState.REPORTED
    )
    return [Owed(OwedKind.DECISION, row.pk, due) for row, due in dues(rows, election_round, now)]


def dues(
    rows: QuerySet[FollowUp], election_round: ElectionRound, now: datetime
) -> list[tuple[FollowUp, Due]]:
    """Give follow-ups with when they are due, unsorted."""
    thresholds, chain = office_thresholds(), office_chain()
    return [
        (
            row,
            due_of_follow_up(
                row,
                election_date=election_round.election_date,
                thresholds=thresholds,
                chain=chain,
                now=now,
            ),
        )
        for row in rows
    ]


def _obstacles(
    user: User, election_round: ElectionRound, saved: SavedAssessment | None, now: datetime
) -> list[Owed]:
    if saved is None:
        return []
    chain, election = office_chain(), election_round.election_date
    cases = cases_for(user).filter(is_mine(user), round=election_round, state__in=ACTIVE)
    return [
        Owed(OwedKind.OBSTACLE, key, _due_on(due_date, chain, election, now))
        for key, due_date in cases.order_by().values_list("pk", "due_date")
    ]


def _due_on(due_date: date | None, chain: Chain, election_date: date | None, now: datetime) -> Due:
    """Tell when an obstacle is due; who else than its owner is told, its board says."""
    if due_date is None:
        return Due()
    moment = make_aware(datetime.combine(due_date + timedelta(days=1), time.min))
    if now < moment:
        return Due(moment, due_date)
    told = {OWNER} & set(chain.told(moment, now, election_date))
    return Due(moment, due_date, (now - moment).days, tuple(told))


# Duties


def duties_owed_by(user: User, round_id: int) -> QuerySet[Duty]:
    """Give the standing duties of a user's own agency or office, which the office entered."""
    mine = Q(office=user.role)
    if is_of_agency(user):
        mine = Q(agency=user.agency_id, agency__isnull=False)
    return standing(user, round_id).filter(mine, person=None)


def _duties(
    user: User, election_round: ElectionRound, saved: SavedAssessment | None, now: datetime
) -> tuple[list[Owed], dict[int, Waiting]]:
    """Give the duties that are not done, and where; many are asked for at once."""
    if saved is None:
        return [], {}
    reader = DutyReader(user, saved, now=now)
    thresholds, chain = office_thresholds(), office_chain()
    duties = list(duties_owed_by(user, election_round.pk))
    progress = reader.progress_of(duties)
    left = [duty for duty in duties if not progress[duty.pk].is_done]
    voters = _voters_waiting(left, reader, saved, user)
    found, waiting = [], {}
    for duty in left:
        waiting[duty.pk] = _waiting_of(duty, progress[duty.pk], voters.get(duty.pk))
        due = due_of(
            duty, election_date=election_round.election_date, thresholds=thresholds,
            chain=chain, is_done=False, now=now,
        )  # fmt: skip
        found.append(Owed(OwedKind.DUTY, duty.pk, due))
    return found, waiting


def _waiting_of(duty: Duty, progress: Progress, voters: int | None) -> Waiting:
    if duty.covers == Covers.OWNER:
        return Waiting(0)
    open_ = progress.covered - progress.counts[DutyState.DONE]
    return Waiting(open_, are_components=duty.covers == Covers.COMPONENTS, voters=voters)


def _voters_waiting(
    duties: Sequence[Duty], reader: DutyReader, saved: SavedAssessment, user: User
) -> dict[int, int | None]:
    """Sum the voters that wait for each duty, each counted once; none for its owner's own."""
    counted = [
        _voters_at(duty, reader, saved, user) for duty in duties if duty.covers != Covers.OWNER
    ]
    found: dict[int, int | None] = {}
    for begin in range(0, len(counted), ASKED_AT_ONCE):
        first, *others = counted[begin : begin + ASKED_AT_ONCE]
        found.update(first.union(*others, all=True))
    return found


def _voters_at(
    duty: Duty, reader: DutyReader, saved: SavedAssessment, user: User
) -> QuerySet[Any, tuple[int, int | None]]:
    """Sum the voters at stations where a duty is not done, or that rest on such components."""
    open_ = reader.objects(duty).order_by().exclude(duty_state=DutyState.DONE.value)
    listings = listings_for(user).filter(round=saved.round_id)
    if duty.covers == Covers.STATIONS:
        listings = listings.filter(pk__in=open_.values("listing"))
    else:
        resting = DependenceRecord.objects.filter(
            record__assessment=saved, record__component__in=open_.values("pk"),
            listing=OuterRef("pk"),
        )  # fmt: skip
        listings = listings.filter(Exists(resting))
    owed = Value(duty.pk, output_field=IntegerField())
    summed: QuerySet[Any, tuple[int, int | None]] = (
        listings.order_by().annotate(owed=owed).values_list("owed").annotate(Sum("expected_voters"))
    )
    return summed


# Follow-ups


def waiting_at(user: User, follow_ups: Iterable[FollowUp]) -> dict[int, Waiting]:
    """Tell of each follow-up at how many stations in scope it waits, and of how many voters."""
    rows = FollowUpObject.objects.filter(
        at_stations("listing", user), follow_up__in=[each.pk for each in follow_ups],
        listing__isnull=False, is_wanting=True,
    )  # fmt: skip
    told = (
        rows.order_by()
        .values_list("follow_up")
        .annotate(number=Count("pk"), voters=Sum("listing__expected_voters"))
    )
    return {key: Waiting(number, voters=voters) for key, number, voters in told}


def obstacles_of(user: User, keys: Iterable[int]) -> QuerySet[ObstacleCase]:
    """Give cases of a page of work, with what their words need."""
    return cases_for(user).filter(pk__in=list(keys)).select_related("record", "assignee")
