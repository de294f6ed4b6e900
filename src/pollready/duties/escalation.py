"""Overdue duties climb a chain: who is told of one, by how long it is overdue.

For most of the time a chain counts whole days. In the last days before an election a day is too
long: what is not done on the eve is known too late at noon. From then on it counts hours as well.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import chain as chained
from pathlib import Path

from django.conf import settings
from django.utils.timezone import make_aware

from pollready.people.models import Role

OWNER = "owner"
# From the start of the day that lies so many days before election day, hours count.
LAST_DAYS = 2
_BY_DAYS, _BY_HOURS = "after_days", "last_days_after_hours"
_MOST = {_BY_DAYS: 365, _BY_HOURS: 48}
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Step:
    """Overdue for so many days, or hours, somebody in this role is told as well."""

    after: int
    to: str  # `owner`, or a role


@dataclass(frozen=True, slots=True)
class Chain:
    """Who is told after how many days, and in the last days after how many hours."""

    by_days: Sequence[Step] = ()
    by_hours: Sequence[Step] = ()

    @property
    def roles(self) -> frozenset[str]:
        """Who is ever told, the owner among them."""
        return frozenset(str(step.to) for step in chained(self.by_days, self.by_hours))

    def told(self, moment: datetime, now: datetime, election_date: date | None) -> tuple[str, ...]:
        """Name who is told now of what was due at a moment; nobody before it."""
        told = told_of((now - moment).days, self.by_days)
        if election_date is None:
            return told
        begin = make_aware(datetime.combine(election_date - timedelta(days=LAST_DAYS), time.min))
        hours = (now - max(moment, begin)) // _HOUR
        return (*told, *(each for each in told_of(hours, self.by_hours) if each not in told))


# The office sets its own in `escalation.toml` of its data folder.
USUAL = Chain(
    (
        Step(0, OWNER),
        Step(1, Role.SECRETARY),
        Step(3, Role.COMMITTEE_HEAD),
        Step(7, Role.NATIONAL),
    ),
    (
        Step(0, OWNER),
        Step(1, Role.SECRETARY),
        Step(2, Role.COMMITTEE_HEAD),
        Step(4, Role.NATIONAL),
    ),
)


class WrongChain(ValueError):
    """The office's chain cannot be read."""

    code = "duties.wrong-chain"

    def __init__(self, name: str, why: str) -> None:
        self.fields: dict[str, object] = {"name": name, "why": why}
        super().__init__(f"{name}: {why}")


def told_of(overdue: int, steps: Sequence[Step]) -> tuple[str, ...]:
    """Name who is told of what is overdue for so long; nobody while it is not.

    >>> told_of(2, USUAL.by_days)
    ('owner', 'secretary')
    """
    return tuple(str(step.to) for step in steps if 0 <= step.after <= overdue)


def office_chain() -> Chain:
    """Give the chain of this installation; raises `WrongChain`."""
    path: Path = settings.POLLREADY_DATA / "escalation.toml"
    try:
        changed_at = path.stat().st_mtime_ns
    except OSError:
        return USUAL
    return _read(path, changed_at)


@lru_cache(maxsize=2)
def _read(path: Path, changed_at: int) -> Chain:
    return read_chain(path.read_text("utf-8"), path.name)


def read_chain(text: str, name: str) -> Chain:
    """Read a chain: tables `[after_days]` and `[last_days_after_hours]` with `role = number`.

    Where the second is missing, those whom the first names are told after the usual hours.
    Raises `WrongChain`.
    """
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as wrong:
        raise WrongChain(name, str(wrong)) from None
    by_days = _steps(tables, _BY_DAYS, name)
    if not by_days:
        raise WrongChain(name, f"[{_BY_DAYS}]")
    if _BY_HOURS in tables:
        return Chain(by_days, _steps(tables, _BY_HOURS, name))
    named = Chain(by_days).roles
    return Chain(by_days, tuple(step for step in USUAL.by_hours if step.to in named))


def _steps(tables: Mapping[str, object], heading: str, name: str) -> tuple[Step, ...]:
    table = tables.get(heading, {})
    if not isinstance(table, dict):
        raise WrongChain(name, f"[{heading}]")
    return tuple(sorted(_checked(table, heading, name), key=lambda step: step.after))


def _checked(table: Mapping[str, object], heading: str, name: str) -> Iterator[Step]:
    known = {OWNER, *map(str, Role)}
    for role, after in table.items():
        if role not in known or type(after) is not int or not 0 <= after <= _MOST[heading]:
            raise WrongChain(name, f"{role} = {after}")
        yield Step(after, role)
