"""Agencies against scenarios: who has which steps, and where something is missing."""

from collections.abc import Sequence
from dataclasses import dataclass

from pollready.console.scenarios import ScenarioRow
from pollready.people.models import User
from pollready.people.scopes import agencies_for, is_of_agency
from pollready.places.models import Agency
from pollready.planning.catalogue import entry
from pollready.planning.gaps import Weight


@dataclass(frozen=True, slots=True)
class Cell:
    """An agency in a scenario: `steps` it has, with a gap or not; `asked` where it has none."""

    row: ScenarioRow
    steps: Sequence[int]
    gaps: int
    is_asked: bool

    @property
    def state(self) -> str:
        """steps, gap, asked or nothing."""
        if self.steps:
            return "gap" if self.gaps else "steps"
        return "asked" if self.is_asked else "nothing"


@dataclass(frozen=True, slots=True)
class AgencyRow:
    """One agency with its cells, in the order of the scenarios."""

    agency: Agency
    cells: Sequence[Cell]
    steps: int
    asked: int


def matrix(rows: Sequence[ScenarioRow], user: User) -> list[AgencyRow]:
    """Give every agency that the viewer may see; an agency's people see their own."""
    agencies = agencies_for(user).order_by("name")
    if is_of_agency(user) and user.agency is not None:
        agencies = agencies.filter(pk=user.agency.pk)
    return [_agency(agency, rows) for agency in agencies]


def _agency(agency: Agency, rows: Sequence[ScenarioRow]) -> AgencyRow:
    cells = [_cell(agency, row) for row in rows]
    return AgencyRow(
        agency,
        cells,
        steps=sum(len(cell.steps) for cell in cells),
        asked=sum(cell.state == "asked" for cell in cells),
    )


def _cell(agency: Agency, row: ScenarioRow) -> Cell:
    own = [s.ordinal for s in row.plan.steps.all() if s.agency_id == agency.pk] if row.plan else []
    gaps = sum(
        gap.weight is Weight.GAP and ("step" not in gap.fields or gap.fields["step"] in own)
        for gap in row.raw_gaps
    )
    return Cell(row, own, gaps if own else 0, not own and _is_asked(agency, row))


def _is_asked(agency: Agency, row: ScenarioRow) -> bool:
    """Tell whether the standard steps ask for the agency's role, or its components fail here."""
    if row.binding is not None and agency in row.binding.agencies.all():
        return True
    shipped = entry(row.scenario.code) if row.scenario.round_id is None else None
    roles = {step.role for step in shipped.steps} if shipped else set()
    return bool(agency.role) and agency.role in roles | {row.scenario.owner_role}
