"""When a follow-up is due: a day of the calendar, or what deadlines of duties say."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from pollready.duties.deadlines import Deadline, read_deadline
from pollready.language import latin_digits


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the calendar, to its end."""

    said: date

    def __str__(self) -> str:
        """Write it as the register keeps it."""
        return self.said.isoformat()

    def day(self, election_date: date | None, gate_days: Mapping[str, int]) -> date:
        """Give the day itself, whenever the election is."""
        return self.said

    def moment(
        self, election_date: date | None, gate_days: Mapping[str, int], zone: tzinfo
    ) -> datetime:
        """Give the moment after which it is overdue."""
        return datetime.combine(self.said + timedelta(days=1), time.min, zone)


def read_due(text: str) -> Day | Deadline | None:
    """Read a day (2028-06-01) or a deadline (T-2, a gate); None where it is neither.

    >>> str(read_due("2028-06-01")), str(read_due("ت-۲")), read_due("soon")
    ('2028-06-01', 'T-2', None)
    """
    said = latin_digits(text).strip()
    try:
        return Day(date.fromisoformat(said))
    except ValueError:
        return read_deadline(said)
