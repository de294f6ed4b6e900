"""Duties of a round with how far they are and when they are due, for one viewer."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.timezone import localdate

from pollready.committee.duty_states import Due, DutyReader, DutyState, Progress, due_of
from pollready.console.context import Reading
from pollready.console.duties.words import DutyWords
from pollready.duties.escalation import office_chain
from pollready.duties.models import Covers, Duty
from pollready.duties.queries import duties_for
from pollready.duties.rules import owes
from pollready.obstacles.due import GATES, gate_days
from pollready.obstacles.office import office_thresholds
from pollready.people.models import User

SOON_DAYS = 7
# The signs of the states, and their parts of a bar.
SIGNS: Mapping[DutyState, str] = {
    DutyState.DONE: "ready",
    DutyState.OPEN: "not_ready",
    DutyState.UNKNOWN: "unknown",
    DutyState.CONTRADICTED: "contradicted",
}


@dataclass(frozen=True, slots=True)
class DutyRow:
    """A duty as a line of the list."""

    duty: Duty
    text: str
    legal_basis: str
    letter_no: str
    owner: str
    mine: bool
    progress: Progress
    due: Due
    deadline: str  # as the office writes it
    told: str  # who is told of it now that it is overdue

    @property
    def state(self) -> str:
        """done, open, unknown, contradicted; `nothing` where it covers nothing."""
        return str(self.progress.state) if self.progress.covered else "nothing"

    @property
    def is_overdue(self) -> bool:
        """Say whether its deadline is over and it is not done; of an ended duty it never is."""
        return self.due.days_overdue is not None and self.duty.ended_at is None

    @property
    def parts(self) -> list[tuple[str, str, int]]:
        """Give the states of its objects that there are: state, sign and number."""
        return [
            (str(state), SIGNS[state], number)
            for state, number in self.progress.counts.items()
            if number
        ]

    @property
    def tally(self) -> Mapping[str, int]:
        """Give its objects as a bar divides them."""
        counts = self.progress.counts
        return {
            "ready": counts[DutyState.DONE],
            "not_ready": counts[DutyState.OPEN],
            "unknown": counts[DutyState.UNKNOWN] + counts[DutyState.CONTRADICTED],
            "contradicted": counts[DutyState.CONTRADICTED],
        }

    @property
    def is_of_objects(self) -> bool:
        """Say whether it covers stations or components."""
        return self.duty.covers != Covers.OWNER


@dataclass(frozen=True, slots=True)
class GateLine:
    """A gate of the countdown, with the duties that fall due after the one before, by it."""

    name: str
    day: date
    days_left: int
    is_next: bool
    rows: Sequence[DutyRow]

    @property
    def open(self) -> int:
        """How many of them are not done."""
        return sum(not row.progress.is_done for row in self.rows)


class DutyPages:
    """What pages of duties show to one viewer."""

    def __init__(self, reading: Reading, viewer: User, *, now: datetime) -> None:
        self.reading, self.viewer, self.now = reading, viewer, now
        self.words = DutyWords(reading, viewer)
        self.reader = DutyReader(viewer, reading.saved, now=now)
        self._thresholds, self._chain = office_thresholds(), office_chain()

    def all(self) -> list[DutyRow]:
        """Give the standing duties of agencies and offices: one's own first, the most late next."""
        duties = duties_for(self.viewer, self.reading.round.pk).filter(ended_at=None, person=None)
        return self.rows(duties.select_related("agency"))

    def ended(self) -> list[DutyRow]:
        """Give those that were ended."""
        duties = duties_for(self.viewer, self.reading.round.pk).filter(ended_at__isnull=False)
        return self.rows(duties.select_related("agency", "person"))

    def of_people(self) -> list[DutyRow]:
        """Give those of persons, which lists bring."""
        duties = duties_for(self.viewer, self.reading.round.pk).filter(
            ended_at=None, person__isnull=False
        )
        return self.rows(duties.select_related("person"))

    def count_of_people(self) -> int:
        """Count those of persons."""
        duties = duties_for(self.viewer, self.reading.round.pk)
        return duties.filter(ended_at=None, person__isnull=False).count()

    def rows(self, duties: Iterable[Duty]) -> list[DutyRow]:
        """Give duties as rows, in their order."""
        listed = list(duties)
        progress = self.reader.progress_of(listed)
        return sorted((self._row(duty, progress[duty.pk]) for duty in listed), key=in_order)

    def gates(self, rows: Sequence[DutyRow]) -> list[GateLine]:
        """Give the gates in their order, with the duties that fall due by each."""
        election = self.reading.round.election_date
        if election is None:
            return []
        days = gate_days(self._thresholds)
        order = sorted(GATES, key=lambda gate: (-days[gate], GATES.index(gate)))
        today, after = localdate(self.now), date.min
        lines: list[GateLine] = []
        for gate in order:
            day = election - timedelta(days=days[gate])
            due = [row for row in rows if row.due.day and after < row.due.day <= day]
            is_next = day >= today and not any(line.is_next for line in lines)
            lines.append(GateLine(gate, day, (day - today).days, is_next, due))
            after = day
        return lines

    def _row(self, duty: Duty, progress: Progress) -> DutyRow:
        due = due_of(
            duty,
            election_date=self.reading.round.election_date,
            thresholds=self._thresholds,
            chain=self._chain,
            is_done=progress.is_done,
            now=self.now,
        )
        return DutyRow(
            duty=duty,
            text=self.words.text(duty.text),
            legal_basis=self.words.text(duty.legal_basis),
            letter_no=self.words.text(duty.letter_no),
            owner=self.words.owner(duty),
            mine=owes(self.viewer, duty),
            progress=progress,
            due=due,
            deadline=self.words.deadline(duty),
            told=self.words.told(due.told),
        )


def in_order(row: DutyRow) -> tuple[object, ...]:
    """Put one's own first, then what is most overdue, then what is due next."""
    late = row.due.days_overdue if row.is_overdue else -1
    is_done = row.progress.is_done
    return (not row.mine, -(late or 0) if late != -1 else 1, is_done, _moment(row), row.duty.pk)


def _moment(row: DutyRow) -> float:
    return row.due.moment.timestamp() if row.due.moment else float("inf")
