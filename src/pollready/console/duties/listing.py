"""The filters and the order of the list of duties."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from pollready.console.duties.rows import SOON_DAYS, DutyPages, DutyRow
from pollready.console.places import in_order
from pollready.duties.models import Covers
from pollready.language import fold, say
from pollready.obstacles.due import GATES

STATES = ("open", "unknown", "contradicted", "nothing", "done")
WHEN = ("overdue", "soon", "none")
MINE, PEOPLE = "mine", "people"
SORTS: Mapping[str, Callable[[DutyRow], Any]] = {
    "due": lambda row: row.due.moment.timestamp() if row.due.moment else float("inf"),
    "overdue": lambda row: -(row.due.days_overdue or 0) if row.is_overdue else 1,
    "covered": lambda row: -row.progress.covered,
    "owner": lambda row: fold(row.owner),
}
_OPTIONS: Mapping[str, Sequence[str]] = {
    "state": STATES,
    "when": WHEN,
    "covers": Covers.values,
    "by": GATES,
    "ended": ("yes",),
    "sort": tuple(SORTS),
}


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the address asks for; what is not understood is told, and left out."""

    q: str = ""
    owner: str = ""
    state: str = ""
    when: str = ""
    covers: str = ""
    by: str = ""
    ended: str = ""
    sort: str = ""
    understood: bool = True

    @property
    def any(self) -> bool:
        """Whether anything is left out at all."""
        return any((self.q, self.owner, self.state, self.when, self.covers, self.by, self.ended))


@dataclass(frozen=True, slots=True)
class Found:
    """The duties that the filters leave, and those that they were chosen from."""

    rows: Sequence[DutyRow]
    standing: Sequence[DutyRow]  # of agencies and offices, whatever the filters


def chosen(query: Mapping[str, str]) -> Chosen:
    """Read the address."""
    values: dict[str, str] = {}
    understood = True
    for name, options in _OPTIONS.items():
        value = query.get(name, "")
        if value and value not in options:
            understood, value = False, ""
        values[name] = value
    return Chosen(
        q=query.get("q", "")[:100],
        owner=query.get("owner", "")[:60],
        understood=understood,
        **values,
    )


def found(pages: DutyPages, wanted: Chosen) -> Found:
    """Give the duties that the filters leave, in the order asked for."""
    standing = pages.all()
    rows: Sequence[DutyRow] = standing
    if wanted.ended:
        rows = pages.ended()
    elif wanted.owner == PEOPLE:
        rows = pages.of_people()
    gates = {line.name: line for line in pages.gates(rows)}
    if wanted.by:
        rows = gates[wanted.by].rows if wanted.by in gates else ()
    left = [row for row in rows if _fits(row, wanted, pages)]
    if wanted.sort:
        left.sort(key=SORTS[wanted.sort])
    return Found(left, standing)


def owner_of(row: DutyRow) -> str:
    """Give the value by which an owner is chosen."""
    if row.duty.agency_id is not None:
        return f"agency-{row.duty.agency_id}"
    return f"office-{row.duty.office}" if row.duty.office else PEOPLE


def owners(rows: Sequence[DutyRow], people: int, language: str) -> list[tuple[str, str]]:
    """List the owners among whom the viewer can choose; one's own first."""
    named = in_order({(owner_of(row), row.owner) for row in rows})
    mine = [(MINE, say("duties.filter.mine", language))] if any(row.mine for row in rows) else []
    persons = [(PEOPLE, say("duties.filter.people", language))] if people else []
    return [*mine, *named, *persons]


def _fits(row: DutyRow, wanted: Chosen, pages: DutyPages) -> bool:
    key = fold(wanted.q)
    texts = (row.text, row.owner, row.legal_basis, row.letter_no)
    return (
        (not key or any(key in fold(text) for text in texts))
        and (not wanted.owner or _is_owned(row, wanted.owner))
        and (not wanted.state or row.state == wanted.state)
        and (not wanted.covers or row.duty.covers == wanted.covers)
        and (not wanted.when or _is_when(row, wanted.when, pages))
    )


def _is_owned(row: DutyRow, owner: str) -> bool:
    return row.mine if owner == MINE else owner_of(row) == owner


def _is_when(row: DutyRow, when: str, pages: DutyPages) -> bool:
    if when == "none":
        return row.due.moment is None
    if when == "overdue":
        return row.is_overdue
    moment = row.due.moment
    soon = pages.now + timedelta(days=SOON_DAYS)
    return moment is not None and not row.progress.is_done and pages.now <= moment <= soon
