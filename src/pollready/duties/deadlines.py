"""Deadlines as offices write them: so many days before election day, or by a gate.

T-30        thirty days before, by the end of the day
T-1 18:00   on the day before, by six in the evening
T           on election day
delivery    by the gate of that name, whose day the office sets
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from pollready.language import latin_digits
from pollready.obstacles.due import GATES

_RELATIVE = re.compile(
    r"[tTتط]\s*(?:(?P<sign>[-−–+])\s*(?P<days>\d{1,3}))?(?:\s+(?P<hour>\d{1,2}):(?P<minute>\d{2}))?"
)


@dataclass(frozen=True, slots=True)
class Deadline:
    """A day counted from election day (negative before it) or a gate; to the minute where said."""

    days: int = 0
    gate: str = ""
    at: time | None = None

    def __str__(self) -> str:
        """Write it as the register keeps it."""
        if self.gate:
            return self.gate
        day = f"T{self.days:+d}" if self.days else "T"
        return f"{day} {self.at:%H:%M}" if self.at else day

    def day(self, election_date: date, gate_days: Mapping[str, int]) -> date:
        """Give the day by which it is due; `gate_days` are days before the election."""
        days = -gate_days[self.gate] if self.gate else self.days
        return election_date + timedelta(days=days)

    def moment(self, election_date: date, gate_days: Mapping[str, int], zone: tzinfo) -> datetime:
        """Give the moment after which it is overdue: of a whole day, its end."""
        day = self.day(election_date, gate_days)
        if self.at is None:
            return datetime.combine(day + timedelta(days=1), time.min, zone)
        return datetime.combine(day, self.at, zone)


def read_deadline(text: str) -> Deadline | None:
    """Read a deadline; None where it is written in no form that is known.

    >>> str(read_deadline("ت-۱ ۱۸:۰۰")), str(read_deadline("delivery")), read_deadline("soon")
    ('T-1 18:00', 'delivery', None)
    """
    said = latin_digits(text).strip()
    if said.lower() in GATES:
        return Deadline(gate=said.lower())
    match = _RELATIVE.fullmatch(said)
    if match is None:
        return None
    days = int(match["days"] or 0)
    try:
        at = time(int(match["hour"]), int(match["minute"])) if match["hour"] else None
    except ValueError:  # 25:00
        return None
    return Deadline(days if match["sign"] == "+" else -days, at=at)
