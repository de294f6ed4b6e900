"""Incidents of earlier rounds counted by kind, county and agency, beside what was exposed."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pollready.assessment.reading import Register
from pollready.engine.prior_margins import Floats, Ints
from pollready.history.queries import IncidentRow
from pollready.history.root_causes import counted, lasted_h
from pollready.language import fold
from pollready.register.kinds import kind_called

EVERYWHERE = ""
Cell = tuple[str, str, str]  # kind as it is found again, county, agency


@dataclass(frozen=True, slots=True)
class Counts:
    """Of each cell and round: incidents, those that were seen to end, and hours of being down."""

    incidents: Ints
    ended: Ints
    down_h: Floats


def placed(register: Register, rows: Iterable[IncidentRow]) -> tuple[IncidentRow, ...]:
    """Place each incident in the county of its station, where it names one, and count it once."""
    counties: dict[int | None, str] = {each.id: each.county for each in register.listings}
    return counted(replace(row, county=counties.get(row.listing_id, row.county)) for row in rows)


class IncidentTable:
    """Cells of a round's incidents; `incidents` are placed and counted once."""

    def __init__(
        self,
        register: Register,
        incidents: tuple[IncidentRow, ...],
        service_starts_h: float,
        service_h: float,
    ) -> None:
        self.incidents, self.service_h = incidents, service_h
        self.ends_after = timedelta(hours=service_starts_h + service_h)
        elections = sorted({fold(row.election) for row in incidents})
        self.rounds = {election: number for number, election in enumerate(elections)}
        self.names = {fold(row.kind): row.kind for row in reversed(incidents)}
        self.met = Counter(fold(row.kind) for row in incidents)
        self.component_kinds = {key: _component_kind(name) for key, name in self.names.items()}
        self.stations = Counter(listing.county for listing in register.listings)
        self.components = Counter(
            (row.kind, row.county, row.agency) for row in register.components.values()
        )

    def cells(self) -> list[Cell]:
        """Give each kind and agency in every county where it may stand, and where it happened."""
        pairs = sorted({(fold(row.kind), row.agency) for row in self.incidents})
        happened = {(fold(row.kind), row.county, row.agency) for row in self.incidents}
        counties = {county for _, county, _ in (*happened, *self.components)} | {*self.stations}
        every = [
            (kind, county, agency)
            for kind, agency in pairs
            for county in sorted(counties - {EVERYWHERE})
        ]
        return [cell for cell in every if self.units(cell) or cell in happened]

    def cells_everywhere(self) -> list[Cell]:
        """Give each kind and agency over the whole round."""
        return sorted({(fold(row.kind), EVERYWHERE, row.agency) for row in self.incidents})

    def units(self, cell: Cell) -> int:
        """Count the stations, or the components of the kind, of a cell."""
        kind, county, agency = cell
        component = self.component_kinds[kind]
        if component is None:
            return self.stations.total() if county == EVERYWHERE else self.stations[county]
        if county != EVERYWHERE:
            return self.components[component, county, agency]
        return sum(
            count
            for (of_kind, _, owner), count in self.components.items()
            if (of_kind, owner) == (component, agency)
        )

    def exposure_h(self, cells: list[Cell]) -> Floats:
        """Give the hours of service of each cell's units in each round."""
        hours = np.array([self.units(cell) * self.service_h for cell in cells], dtype=np.float64)
        return np.repeat(hours[:, None], len(self.rounds), axis=1)

    def counts(self, cells: list[Cell]) -> Counts:
        """Count by cell and round; what no cell holds is counted nowhere."""
        place = {cell: number for number, cell in enumerate(cells)}
        shape = len(cells), len(self.rounds)
        counts = Counts(np.zeros(shape, np.int64), np.zeros(shape, np.int64), np.zeros(shape))
        for row in self.incidents:
            kind = fold(row.kind)
            everywhere = place.get((kind, EVERYWHERE, row.agency))
            cell = place.get((kind, row.county, row.agency), everywhere)
            if cell is None:
                continue
            at = cell, self.rounds[fold(row.election)]
            counts.incidents[at] += 1
            lasted = lasted_h(row, self._service_end(row.started_at))
            if lasted is not None:
                counts.down_h[at] += lasted[0]
                counts.ended[at] += lasted[1]
        return counts

    def _service_end(self, started_at: datetime | None) -> datetime | None:
        if started_at is None:
            return None
        return datetime.combine(started_at.date(), time(0), started_at.tzinfo) + self.ends_after


def codes_of(cells: list[Cell]) -> dict[str, NDArray[Any]]:
    """Give the cells as the engine's arrays of codes."""
    return {
        name: np.unique(np.array([cell[part] for cell in cells]), return_inverse=True)[1]
        for part, name in enumerate(("kind", "place", "agency"))
    }


def _component_kind(name: str) -> str | None:
    """Give the kind of component that an incident is named after; groups are no single thing."""
    kind = kind_called(name)
    return None if kind is None or kind.is_group else kind.code
