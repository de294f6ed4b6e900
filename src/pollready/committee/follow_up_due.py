"""When follow-ups are due, and how late they are."""

from datetime import date, datetime

from django.utils.timezone import get_current_timezone, localdate

from pollready.assessment.models import SavedAssessment
from pollready.committee.duty_states import Due
from pollready.duties.deadlines import Deadline
from pollready.duties.escalation import Chain
from pollready.duties.follow_ups.deadlines import Day, read_due
from pollready.duties.follow_ups.models import FollowUp
from pollready.obstacles.due import gate_days
from pollready.obstacles.thresholds import Thresholds
from pollready.places.models import ElectionRound


def due_of_follow_up(
    follow_up: FollowUp,
    *,
    election_date: date | None,
    thresholds: Thresholds,
    chain: Chain,
    now: datetime,
) -> Due:
    """Tell when a follow-up is due, and whether it is overdue now: what is reported is not."""
    deadline: Day | Deadline | None = read_due(follow_up.deadline)
    if isinstance(deadline, Deadline):
        if election_date is None:
            return Due()
        days = gate_days(thresholds)
        moment = deadline.moment(election_date, days, get_current_timezone())
        day = deadline.day(election_date, days)
    elif deadline is not None:
        moment, day = deadline.moment(None, {}, get_current_timezone()), deadline.said
    else:
        return Due()
    if not follow_up.is_owed or now < moment:
        return Due(moment, day)
    return Due(moment, day, (now - moment).days, chain.told(moment, now, election_date))


def moment_of(
    saved: SavedAssessment | None, election_round: ElectionRound, now: datetime
) -> datetime:
    """Give the moment from which pages count: now, or the day of the assessment itself.

    The latter once the election is over, and where a file was prepared for a day to come.
    """
    if saved is None:
        return now
    today, as_of, election = localdate(now), saved.as_of_date, election_round.election_date
    if as_of <= today and (election is None or today <= election):
        return now
    return datetime.combine(as_of, now.timetz())
