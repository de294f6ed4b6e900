"""What an item, a view or a suggestion is about: an object, named as `case-12`."""

from dataclasses import dataclass
from typing import Any

from pollready.assessment.cases.queries import cases_for, findings_of
from pollready.duties.queries import standing
from pollready.people.models import User
from pollready.people.permissions import Permission, may
from pollready.people.scopes import listings_for
from pollready.planning.queries import scenarios_for
from pollready.register.queries import components_for

CONTRADICTIONS = "contradictions"  # of the whole round: no one object
KINDS = ("case", "listing", "component", "scenario", "duty")
_DIGITS_MAX = 18


@dataclass(frozen=True, slots=True)
class Subject:
    """An object of the register that the reader has found within his scope."""

    kind: str
    row: Any

    @property
    def about(self) -> str:
        """Its name as an item keeps it."""
        return f"{self.kind}-{self.row.pk}"


def read_about(about: str) -> tuple[str, int] | None:
    """Take a name apart; None where it names no object.

    >>> read_about("case-12"), read_about("case-x"), read_about("contradictions")
    (('case', 12), None, None)
    """
    kind, _, key = about.partition("-")
    if not (key.isascii() and key.isdecimal() and len(key) <= _DIGITS_MAX):
        return None
    return kind, int(key)


def find_subject(user: User, round_id: int, about: str) -> Subject | None:
    """Find an object within the user's scope; None for what is not there, or not his to see."""
    read = read_about(about)
    if read is None or read[0] not in KINDS:
        return None
    kind, pk = read
    row = _rows(user, round_id, kind).filter(pk=pk).first()
    return None if row is None else Subject(kind, row)


def find_subjects(user: User, round_id: int, abouts: set[str]) -> dict[str, Subject]:
    """Find several, one query a kind."""
    wanted: dict[str, set[int]] = {}
    for about in abouts:
        read = read_about(about)
        if read is not None and read[0] in KINDS:
            wanted.setdefault(read[0], set()).add(read[1])
    return {
        f"{kind}-{row.pk}": Subject(kind, row)
        for kind, keys in wanted.items()
        for row in _rows(user, round_id, kind).filter(pk__in=keys)
    }


def codes_of(user: User, subject: Subject) -> list[str]:
    """Give the codes of the stations in scope that an obstacle or a station comes to."""
    if subject.kind == "listing":
        return [subject.row.code]
    if subject.kind != "case":
        return []
    found = findings_of(user, subject.row).filter(listing__isnull=False)
    codes = found.order_by("listing__code").values_list("listing__code", flat=True)
    return list(codes.distinct())


def _rows(user: User, round_id: int, kind: str) -> Any:
    if kind == "case":
        return cases_for(user).filter(round=round_id).select_related("record__assessment")
    if kind == "listing":
        return listings_for(user).filter(round=round_id).select_related("point")
    if kind == "duty":
        return standing(user, round_id).select_related("agency")
    if kind == "scenario":
        found = scenarios_for(user, round_id)
        return found if may(user, Permission.SEE_INFRASTRUCTURE) else found.none()
    components = components_for(user).filter(round=round_id).select_related("agency")
    return components if may(user, Permission.SEE_INFRASTRUCTURE) else components.none()
