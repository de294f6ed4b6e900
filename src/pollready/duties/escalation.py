"""Overdue duties climb a chain: who is told of one, by how many days it is overdue."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from pollready.people.models import Role

OWNER = "owner"


@dataclass(frozen=True, slots=True)
class Step:
    """After so many days overdue, somebody in this role is told as well."""

    days: int
    to: str  # `owner`, or a role


# The office sets its own in `escalation.toml` of its data folder.
USUAL: Sequence[Step] = (
    Step(0, OWNER),
    Step(1, Role.SECRETARY),
    Step(3, Role.COMMITTEE_HEAD),
    Step(7, Role.NATIONAL),
)


class WrongChain(ValueError):
    """The office's chain cannot be read."""

    code = "duties.wrong-chain"

    def __init__(self, name: str, why: str) -> None:
        self.fields: dict[str, object] = {"name": name, "why": why}
        super().__init__(f"{name}: {why}")


def told_of(days_overdue: int, chain: Sequence[Step]) -> tuple[str, ...]:
    """Name who is told of a duty that is overdue by whole days; nobody while it is not.

    >>> told_of(2, USUAL)
    ('owner', 'secretary')
    """
    return tuple(str(step.to) for step in chain if 0 <= step.days <= days_overdue)


def office_chain() -> Sequence[Step]:
    """Give the chain of this installation; raises `WrongChain`."""
    path: Path = settings.POLLREADY_DATA / "escalation.toml"
    try:
        changed_at = path.stat().st_mtime_ns
    except OSError:
        return USUAL
    return _read(path, changed_at)


@lru_cache(maxsize=2)
def _read(path: Path, changed_at: int) -> Sequence[Step]:
    return read_chain(path.read_text("utf-8"), path.name)


def read_chain(text: str, name: str) -> Sequence[Step]:
    """Read a chain: a table `[after_days]` with `role = days`; raises `WrongChain`."""
    try:
        table = tomllib.loads(text).get("after_days", {})
    except tomllib.TOMLDecodeError as wrong:
        raise WrongChain(name, str(wrong)) from None
    known = {OWNER, *map(str, Role)}
    for role, days in table.items():
        if role not in known or type(days) is not int or not 0 <= days <= 365:
            raise WrongChain(name, f"{role} = {days}")
    if not table:
        raise WrongChain(name, "[after_days]")
    steps = [Step(days, role) for role, days in table.items()]
    return tuple(sorted(steps, key=lambda step: step.days))
