"""What each station rests on: every component and group that stands in its cone."""

from collections.abc import Mapping

from pollready.assessment.compiling import Compiled
from pollready.assessment.reading import Register
from pollready.engine.expression import Expression, ExpressionError, leaves, parse


def cones_of(compiled: Compiled, register: Register) -> Mapping[str, frozenset[str]]:
    """Give, by station code, the components and groups behind it, directly or through others."""
    return Cones(register).of(compiled)


class Cones:
    """Walks up from components, each once."""

    def __init__(self, register: Register) -> None:
        self._register = register
        self._known: dict[str, frozenset[str]] = {}
        self._groups: dict[str, set[str]] = {}
        for group, members in register.group_components.items():
            for member in members:
                self._groups.setdefault(member, set()).add(group)
        self._listing_groups: dict[int, set[str]] = {}
        for group, listings in register.group_listings.items():
            for listing in listings:
                self._listing_groups.setdefault(listing, set()).add(group)
        self._of_leaves: dict[frozenset[str], frozenset[str]] = {}

    def of(self, compiled: Compiled) -> dict[str, frozenset[str]]:
        return {
            station.listing.code: self._joined(station.online)
            | self._listing_groups.get(station.listing.id, set())
            for station in compiled.stations
        }

    def _joined(self, expression: Expression) -> frozenset[str]:
        """Join the cones of the leaves; neighbours share theirs, so each is joined once."""
        own = frozenset(id for id in leaves(expression) if id in self._register.components)
        if own not in self._of_leaves:
            self._of_leaves[own] = frozenset().union(*(self.of_component(code) for code in own))
        return self._of_leaves[own]

    def of_component(self, code: str) -> frozenset[str]:
        """Walk up without recursion, so that no chain of requirements is too long."""
        if code in self._known:
            return self._known[code]
        found: set[str] = set()
        waiting = [code]
        while waiting:
            step = waiting.pop()
            if step in found or step not in self._register.components:
                continue
            found.add(step)
            found |= self._groups.get(step, set())
            waiting.extend(self._needs(step))
        self._known[code] = frozenset(found)
        return self._known[code]

    def _needs(self, code: str) -> list[str]:
        needs: list[str] = []
        for texts in (self._register.depends_on, self._register.protection):
            if code in texts:
                try:
                    needs.extend(leaves(parse(texts[code])))
                except ExpressionError:
                    continue  # compiling ends it in an unknown leaf, which is upstream of nothing
        return needs
