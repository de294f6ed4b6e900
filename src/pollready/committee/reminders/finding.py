"""Whom to remind of what: what an account owes itself, and what the chain brings to it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils.timezone import localdate

from pollready.assessment.models import SavedAssessment
from pollready.assessment.queries import is_cleared, last_assessment
from pollready.committee.duty_states import Due, DutyReader, due_of
from pollready.committee.reminders.models import Stage
from pollready.committee.work import OwedKind, dues, work_of
from pollready.duties.escalation import OWNER, Chain, office_chain
from pollready.duties.follow_ups.models import OWED
from pollready.duties.follow_ups.queries import follow_ups_for
from pollready.duties.follow_ups.rules import is_of_owner
from pollready.duties.models import Duty
from pollready.duties.queries import standing
from pollready.duties.rules import owes
from pollready.obstacles.office import office_thresholds
from pollready.people.models import User
from pollready.people.permissions import Permission, may
from pollready.people.scopes import rounds_for
from pollready.places.models import ElectionRound


@dataclass(frozen=True, slots=True)
class Told:
    """That one account is to be told of one thing."""

    round_id: int
    kind: str
    thing: int
    stage: Stage
    due_date: date | None

    @property
    def key(self) -> str:
        """What lets it be told once: the thing, the stage, and the day by which it is due."""
        day = self.due_date.isoformat() if self.due_date else "-"
        return f"{self.kind}:{self.thing}:{self.stage}:{day}"


def told_to(user: User, *, days: int, now: datetime) -> list[Told]:
    """Give everything of which an account is to be told now, whether or not it was before.

    Elections that are over remind nobody.
    """
    if not may(user, Permission.SEE_REGISTER):
        return []
    found: list[Told] = []
    for election_round in _to_come(rounds_for(user), localdate(now)):
        saved = last_assessment(election_round.pk)
        if saved is not None and is_cleared(user, saved):
            found += _of_round(user, election_round, saved, days, now)
    return found


def _to_come(rounds: QuerySet[ElectionRound], today: date) -> QuerySet[ElectionRound]:
    return rounds.filter(Q(election_date=None) | Q(election_date__gte=today))


def _of_round(
    user: User, election_round: ElectionRound, saved: SavedAssessment, days: int, now: datetime
) -> Iterator[Told]:
    work = work_of(user, election_round, saved, now=now)
    last = work.day + timedelta(days=days)
    chain = office_chain()
    for each in work.owed:
        late, day = each.due.days_overdue, each.due.day
        if late is None and day is not None and day <= last:
            yield Told(election_round.pk, each.kind, each.key, Stage.SOON, day)
        elif OWNER in each.due.told:
            yield Told(election_round.pk, each.kind, each.key, Stage.OVERDUE, day)
    if user.role in chain.roles:
        yield from _escalated(user, election_round, saved, chain, now)


def _escalated(
    user: User,
    election_round: ElectionRound,
    saved: SavedAssessment,
    chain: Chain,
    now: datetime,
) -> Iterator[Told]:
    """Give what others owe and the chain brings to this role, within the account's scope."""
    rows = follow_ups_for(user, election_round.pk).filter(state__in=OWED)
    for follow_up, due in dues(rows, election_round, now):
        if user.role in due.told and not is_of_owner(user, follow_up):
            yield _told(election_round, OwedKind.FOLLOW_UP, follow_up.pk, due)
    reader, thresholds = DutyReader(user, saved, now=now), office_thresholds()
    late: list[tuple[Duty, Due]] = []
    for duty in standing(user, election_round.pk).filter(person=None).exclude(deadline=""):
        due = due_of(
            duty, election_date=election_round.election_date, thresholds=thresholds,
            chain=chain, is_done=False, now=now,
        )  # fmt: skip
        if user.role in due.told and not owes(user, duty):
            late.append((duty, due))
    progress = reader.progress_of([duty for duty, _ in late])
    for duty, due in late:
        if not progress[duty.pk].is_done:
            yield _told(election_round, OwedKind.DUTY, duty.pk, due)


def _told(election_round: ElectionRound, kind: OwedKind, key: int, due: Due) -> Told:
    return Told(election_round.pk, kind, key, Stage.ESCALATED, due.day)
