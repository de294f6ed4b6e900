"""Kinds of component against agencies: who has how many, and whose duty they are."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from pollready.console.duties.rows import DutyPages, DutyRow
from pollready.console.lists.of_upstream import kind_name
from pollready.console.places import in_order
from pollready.duties.models import Covers
from pollready.people.scopes import agencies_for, is_of_agency
from pollready.register.queries import components_for

Key = tuple[str, int | None]  # kind, agency


@dataclass(slots=True)
class Cell:
    """Components of one kind with one agency: how many, how many of them some duty covers."""

    kind: str
    agency: int | None
    name: str = ""  # of the agency
    owned: int = 0
    owed: set[int] = field(default_factory=set)
    duties: list[DutyRow] = field(default_factory=list)

    @property
    def state(self) -> str:
        """nothing, covered, partly, gap."""
        if not self.owned:
            return "nothing"
        if len(self.owed) >= self.owned:
            return "covered"
        return "partly" if self.owed else "gap"


@dataclass(frozen=True, slots=True)
class Column:
    """An agency, or nobody."""

    agency: int | None
    name: str


@dataclass(frozen=True, slots=True)
class Line:
    """A kind of component with its cells, in the order of the columns."""

    kind: str
    name: str
    cells: Sequence[Cell]

    @property
    def owned(self) -> int:
        """How many components of the kind there are."""
        return sum(cell.owned for cell in self.cells)

    @property
    def gaps(self) -> int:
        """How many of them are nobody's duty."""
        return self.owned - sum(len(cell.owed) for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Matrix:
    """The whole table."""

    columns: Sequence[Column]
    lines: Sequence[Line]

    @property
    def gaps(self) -> int:
        """How many components are nobody's duty."""
        return sum(line.gaps for line in self.lines)


def matrix(pages: DutyPages) -> Matrix:
    """Count components by kind and agency within the viewer's scope, with the duties on them."""
    cells: dict[Key, Cell] = {}
    components = components_for(pages.viewer).filter(round=pages.reading.round)
    for kind, agency in components.order_by().values_list("kind", "agency"):
        cells.setdefault((kind, agency), Cell(kind, agency)).owned += 1
    _add_duties(pages, cells)
    columns = _columns(pages, {agency for _, agency in cells})
    names = ((kind, kind_name(kind, pages.words.language)) for kind in {kind for kind, _ in cells})
    lines = [
        Line(kind, name, [_cell(cells, kind, column) for column in columns])
        for kind, name in in_order(names)
    ]
    return Matrix(columns, lines)


def _cell(cells: dict[Key, Cell], kind: str, column: Column) -> Cell:
    cell = cells.get((kind, column.agency)) or Cell(kind, column.agency)
    cell.name = column.name
    return cell


def _add_duties(pages: DutyPages, cells: dict[Key, Cell]) -> None:
    rows = {row.duty.pk: row for row in pages.all() if row.duty.covers == Covers.COMPONENTS}
    named: dict[Key, set[int]] = defaultdict(set)
    for duty, component, kind, agency in pages.reader.covered_by([r.duty for r in rows.values()]):
        cell = cells.get((kind, agency))
        if cell is None:
            continue
        cell.owed.add(component)
        if duty not in named[kind, agency]:
            named[kind, agency].add(duty)
            cell.duties.append(rows[duty])


def _columns(pages: DutyPages, owning: set[int | None]) -> list[Column]:
    """Give the agencies that have something; last whatever is nobody's."""
    viewer = pages.viewer
    agencies = agencies_for(viewer).filter(pk__in=[key for key in owning if key is not None])
    if is_of_agency(viewer):
        agencies = agencies.filter(pk__in=[viewer.agency_id])
    named = in_order((str(pk), name) for pk, name in agencies.values_list("pk", "name"))
    columns = [Column(int(pk), name) for pk, name in named]
    if None in owning:
        columns.append(Column(None, pages.words.say("duties.matrix.nobody")))
    return columns
