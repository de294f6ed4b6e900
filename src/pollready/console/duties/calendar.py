"""A person's deadlines as a calendar: gates of the rounds, and the duties that are his to read."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.utils.timezone import localdate

from pollready.committee.calendars import Event, calendar_text
from pollready.committee.duty_states import due_of
from pollready.duties.deadlines import read_deadline
from pollready.duties.escalation import Chain
from pollready.duties.models import Duty
from pollready.duties.queries import standing
from pollready.duties.rules import owes
from pollready.language import LANGUAGES, say
from pollready.obstacles.due import GATES, gate_days
from pollready.obstacles.office import office_thresholds
from pollready.people.models import User
from pollready.people.scopes import rounds_for
from pollready.places.models import ElectionRound
from pollready.register.veil import Veil, veil_now

# Of elections that are long over nobody needs to be reminded.
PAST_DAYS = 60


def calendar_of(user: User, *, address: str, now: datetime) -> str:
    """Write what the user's calendar shows; `address` is that of the list of duties."""
    language = user.language if user.language in LANGUAGES else LANGUAGES[0]
    since = localdate(now) - timedelta(days=PAST_DAYS)
    rounds = rounds_for(user).filter(election_date__gte=since)
    events = [event for each in rounds for event in _events(each, user, language, address, now)]
    return calendar_text(say("duties.calendar.name", language), events, now=now)


def _events(
    round: ElectionRound, user: User, language: str, address: str, now: datetime
) -> Iterator[Event]:
    if round.election_date is None:
        return
    thresholds = office_thresholds()
    days = gate_days(thresholds)
    for gate in GATES:
        yield Event(
            about=f"{round.code}:gate:{gate}",
            when=round.election_date - timedelta(days=days[gate]),
            summary=say(f"board.gate.{gate}", language),
            description=round.name,
        )
    veil = veil_now(user, round_id=round.pk)
    duties = standing(user, round.pk).filter(person=None).exclude(deadline="")
    for duty in duties.select_related("agency").order_by("pk"):
        due = due_of(
            duty, election_date=round.election_date, thresholds=thresholds, chain=Chain(),
            is_done=True, now=now,
        )  # fmt: skip
        deadline = read_deadline(duty.deadline)
        when = due.moment if deadline is not None and deadline.at is not None else due.day
        if when is not None:
            yield _event(duty, when, round, user, veil, language, address)


def _event(
    duty: Duty,
    when: date,
    round: ElectionRound,
    user: User,
    veil: Veil,
    language: str,
    address: str,
) -> Event:
    owner = duty.agency.name if duty.agency else say(f"console.role.{duty.office}", language)
    mine = "duties.calendar.mine" if owes(user, duty) else "duties.calendar.of_others"
    lines = [owner, duty.legal_basis, duty.evidence_needed]
    return Event(
        about=f"{round.code}:duty:{duty.pk}",
        when=when,
        summary=say(mine, language, text=veil.text(duty.text), owner=owner),
        description="\n".join(veil.text(line) for line in lines if line),
        url=f"{address}{duty.pk}/",
    )
