"""Where stations stand: the tree of places, and the parts of one level with their figures.

How deep the tree is, and what its levels hold, is the register's own: of all that lies in a place
the widest level with more than one part is shown, so that a nation shows its provinces, and a
province its counties.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet

from pollready.assessment.by_place import StationCounts, count_stations, summed
from pollready.assessment.models import StationRecord
from pollready.console.map_answers import Kept, key_of
from pollready.language import alphabetical
from pollready.places.models import Place, PlaceLevel

Tally = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Node:
    """A place of the tree, down to districts."""

    pk: int
    level: int
    code: str
    name: str
    key: str
    parent: int | None

    @property
    def called(self) -> str:
        """Give how lists call a county: by its code, or else its name."""
        return self.code or self.name


@dataclass(frozen=True, slots=True)
class Part:
    """A place with its stations counted, and the filters by which the lists find them."""

    place: int
    name: str
    code: str
    level: str
    filters: Mapping[str, str]
    tally: Tally

    @property
    def asked(self) -> str:
        """Give the filters as a list's address has them."""
        return urlencode(self.filters)


@dataclass(frozen=True, slots=True)
class Where:
    """The parts of one level; `level` is empty where none is recorded."""

    level: str
    parts: Sequence[Part]

    @property
    def have_codes(self) -> bool:
        """Tell whether they stand in the order of codes, or of names."""
        return any(part.code for part in self.parts)


class Tree:
    """All places down to districts, and what lies in what."""

    def __init__(self, nodes: Iterable[Node]) -> None:
        self._nodes = {node.pk: node for node in nodes}
        self._called: dict[str, list[Node]] = {}
        for node in self._nodes.values():
            if node.level == PlaceLevel.COUNTY:
                self._called.setdefault(node.called, []).append(node)

    def chain(self, place: int | None) -> list[Node]:
        """Give a place and all that it lies in, the widest first."""
        found: list[Node] = []
        node = self._nodes.get(place or 0)
        while node is not None:
            found.insert(0, node)
            node = self._nodes.get(node.parent or 0)
        return found

    def has_several(self, level: int) -> bool:
        """Say whether the level tells anything apart: whether it has more than one place."""
        return sum(node.level == level for node in self._nodes.values()) > 1

    def county(self, called: str) -> Node | None:
        """Find the county that a code or name means; None where it means none, or several."""
        found = self._called.get(called, [])
        return found[0] if len(found) == 1 else None

    def filters(self, node: Node) -> dict[str, str]:
        """Say by which filters the lists find the stations in a place."""
        above = self._nodes.get(node.parent or 0)
        if node.level == PlaceLevel.DISTRICT and above and self.county(above.called) == above:
            return {"county": above.called, "district": str(node.pk)}
        if node.level == PlaceLevel.COUNTY and self.county(node.called) == node:
            return {"county": node.called}
        return {"place": str(node.pk)}

    def where(self, by_place: Mapping[int, Tally], *, within: int | None = None) -> Where:
        """Give the parts of the widest level of several, of a place or of all that is counted."""
        above = {place: {node.level: node for node in self.chain(place)} for place in by_place}
        inside = self._nodes[within].level if within in self._nodes else -1
        deepest: Where | None = None
        for level in PlaceLevel:
            if not inside < level < PlaceLevel.LOCALITY:
                continue
            gathered: dict[Node, list[Tally]] = {}
            for place, tally in by_place.items():
                if (node := above[place].get(level)) is not None:
                    gathered.setdefault(node, []).append(tally)
            found = self._where(level, gathered)
            if len(gathered) > 1:
                return found
            if gathered and (within is not None or level == PlaceLevel.COUNTY):
                deepest = deepest or found
        return deepest or Where("", ())

    def _where(self, level: PlaceLevel, gathered: Mapping[Node, list[Tally]]) -> Where:
        order = sorted(gathered, key=lambda node: (node.code, alphabetical(node.name), node.pk))
        return Where(
            level.label,
            [
                Part(
                    place=node.pk,
                    name=node.name,
                    code=node.code,
                    level=level.label,
                    filters=self.filters(node),
                    tally=summed(gathered[node]),
                )
                for node in order
            ],
        )


def read_tree() -> Tree:
    """Read the tree as it is."""
    rows = Place.objects.filter(level__lt=PlaceLevel.LOCALITY).values_list(
        "pk", "level", "code", "name", "key", "parent_id"
    )
    return Tree(Node(*row) for row in rows)


COUNTS: Kept[StationCounts] = Kept()


def count_kept(stations: QuerySet[StationRecord]) -> StationCounts:
    """Count stations by kind and place; kept until one of them changes."""
    return COUNTS.get(key_of(stations), lambda: count_stations(stations))
