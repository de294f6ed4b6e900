"""From ids and expressions to the arrays of a network, reporting every fault."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from pollready.engine.arrays import Network
from pollready.engine.checking import Checker, find_cycles, merge_levels
from pollready.engine.errors import Fault
from pollready.engine.expression import (
    FALSE,
    TRUE,
    Expression,
    ExpressionError,
    leaves,
    parse,
)
from pollready.engine.faults import (
    BadExpression,
    DuplicateId,
    EmptyService,
    InvalidNetwork,
    LevelNotWeaker,
)
from pollready.engine.gates import Gates
from pollready.engine.implication import asks_more

Scalar = TypeVar("Scalar", bound=np.generic)

DEFAULT_MTTR_H = 4.0
BOTTOMS = MappingProxyType({"admit": "closed", "close": "none"})


@dataclass(frozen=True, slots=True)
class _Component:
    id: str
    q: float
    mttr_h: float | None
    tier: int
    requires: Expression
    unknown: bool


@dataclass(frozen=True, slots=True)
class _Group:
    id: str
    q: float
    mttr_h: float | None
    reach: float
    members: tuple[str, ...]
    tier: int
    unknown: bool


@dataclass(frozen=True, slots=True)
class _Point:
    id: str
    voters: float | None
    services: Mapping[str, Mapping[str, Expression]]


class NetworkBuilder:
    """Collects components, groups and points in any order; `build` validates and freezes them.

    Parameters
    ----------
    default_mttr_h : float
        Mean time to repair (hours) of what has none, where an outage's length matters.
    bottoms : mapping of service to name
        What a point is when no level of the service holds; `none` where not given.

    Examples
    --------
    >>> builder = NetworkBuilder()
    >>> builder.component("mains", q=0.1, mttr_h=4)
    >>> builder.component("battery", q=0.2)
    >>> builder.point("school", voters=900,
    ...               services={"admit": {"online": "ride(mains, 4h, battery)"}})
    >>> builder.build().level_names("admit")
    ('online', 'closed')
    """

    def __init__(
        self, *, default_mttr_h: float = DEFAULT_MTTR_H, bottoms: Mapping[str, str] = BOTTOMS
    ) -> None:
        self.default_mttr_h = default_mttr_h
        self.bottoms = dict(bottoms)
        self._components: dict[str, _Component] = {}
        self._groups: dict[str, _Group] = {}
        self._points: dict[str, _Point] = {}
        self._faults: list[Fault] = []

    def component(
        self,
        id: str,
        *,
        q: float = 0.0,
        mttr_h: float | None = None,
        tier: int = 0,
        requires: Expression | str | None = None,
        unknown: bool = False,
    ) -> None:
        """Add something that can fail: `q` in [0, 1] is its own, given what it requires.

        Parameters
        ----------
        id : str
            Unique among components and groups.
        q : float
            Probability of being out at a moment of the service period.
        mttr_h : float, optional
            Mean time to repair in hours; the builder's default where an outage's length matters.
        tier : Tier
            How much of the country stands behind it.
        requires : Expression or str, optional
            What it needs in order to work.
        unknown : bool
            Its state is not known: every result is computed twice.
        """
        if id in self._components or id in self._groups:
            self._faults.append(DuplicateId(id))
            return
        needed = TRUE if requires is None else self._read(f"component {id}", requires)
        self._components[id] = _Component(id, q, mttr_h, int(tier), needed, unknown)

    def group(
        self,
        id: str,
        *,
        q: float = 0.0,
        mttr_h: float | None = None,
        reach: float = 1.0,
        members: Iterable[str] = (),
        tier: int = 0,
        unknown: bool = False,
    ) -> None:
        """Add a common cause: its event takes each member with probability `reach`.

        Parameters
        ----------
        id : str
            Unique among components and groups.
        q, mttr_h
            Of the event: one, with one duration, for all members it hits.
        reach : float
            In [0, 1]; cuts and contingencies take it as 1.
        members : iterable of str
            Components.
        tier, unknown
            As for a component.
        """
        if id in self._components or id in self._groups:
            self._faults.append(DuplicateId(id))
            return
        unique = tuple(dict.fromkeys(members))
        self._groups[id] = _Group(id, q, mttr_h, reach, unique, int(tier), unknown)

    def point(
        self,
        id: str,
        *,
        voters: float | None,
        services: Mapping[str, Mapping[str, Expression | str]],
    ) -> None:
        """Add a service point: for each service its levels from best to worst.

        "At least" is made here: a level also holds where a better one does. Below the last
        level stands the service's bottom (closed, none), which has no expression.

        Parameters
        ----------
        id : str
            Unique among points.
        voters : float or None
            Expected voters; None where not known, never 0 for that.
        services : mapping of service to mapping of level to expression
            Ordered from the best level to the worst.
        """
        if id in self._points:
            self._faults.append(DuplicateId(id))
            return
        read = {
            service: {
                level: self._read(f"point {id} {service} {level}", expression)
                for level, expression in levels.items()
            }
            for service, levels in services.items()
        }
        self._points[id] = _Point(id, voters, read)

    def build(self) -> Network:
        """Validate everything and freeze it.

        Returns
        -------
        Network

        Raises
        ------
        InvalidNetwork
            With every fault found: ids unknown or used twice, circles with their path,
            probabilities outside [0, 1], negative hours, empty gates, k out of range, texts
            that cannot be read, levels not weaker than the one above.
        """
        faults = [*self._faults, *self._check()]
        levels, disorder = merge_levels((p.id, p.services) for p in self._points.values())
        requires = {c.id: leaves(c.requires) for c in self._components.values()}
        cycles, order = find_cycles(requires)
        faults.extend([*disorder, *cycles])
        if faults:
            raise InvalidNetwork(tuple(faults))
        return self._freeze(levels, order)

    def _read(self, where: str, expression: Expression | str) -> Expression:
        if not isinstance(expression, str):
            return expression
        try:
            return parse(expression)
        except ExpressionError as error:
            self._faults.append(BadExpression(where, error.column, error.expected, error.found))
            return TRUE

    def _check(self) -> list[Fault]:
        checker = Checker(self._components.keys(), self._groups.keys())
        for component in self._components.values():
            checker.check_for_bad_numbers(component.id, component.q, component.mttr_h)
            checker.check_for_bad_gates(f"component {component.id}", component.requires)
        for group in self._groups.values():
            checker.check_for_bad_numbers(group.id, group.q, group.mttr_h)
            checker.check_for_bad_probability(group.id, "reach", group.reach)
            for member in group.members:
                checker.check_for_unknown_id(f"group {group.id}", member)
        for point in self._points.values():
            self._check_point(checker, point)
        return checker.faults

    def _check_point(self, checker: Checker, point: _Point) -> None:
        if point.voters is not None:
            checker.check_for_negative(point.id, "voters", point.voters)
        for service, levels in point.services.items():
            if not levels:
                checker.faults.append(EmptyService(point.id, service))
            for level, expression in levels.items():
                checker.check_for_bad_gates(f"point {point.id} {service} {level}", expression)
            for (above, better), (level, worse) in pairwise(levels.items()):
                if asks_more(worse, better):
                    checker.faults.append(LevelNotWeaker(point.id, service, level, above))

    def _freeze(self, levels: dict[str, tuple[str, ...]], order: tuple[str, ...]) -> Network:
        components = list(self._components.values())
        groups = list(self._groups.values())
        number = {c.id: i for i, c in enumerate(components)}
        hits = [(g, number[m]) for g, group in enumerate(groups) for m in group.members]
        gates = Gates()
        node = self._component_nodes(gates, order, number, hits)
        tops = {s: self._tops(gates, node, s, names) for s, names in levels.items()}
        elements: list[_Component | _Group] = [*components, *groups]
        mttr = [self.default_mttr_h if e.mttr_h is None else e.mttr_h for e in elements]
        return Network(
            component_ids=tuple(number),
            group_ids=tuple(self._groups),
            point_ids=tuple(self._points),
            q=_frozen(np.array([e.q for e in elements], dtype=np.float64)),
            mttr_h=_frozen(np.array(mttr, dtype=np.float64)),
            tier=_frozen(np.array([e.tier for e in elements], dtype=np.int8)),
            unknown=_frozen(np.array([e.unknown for e in elements], dtype=np.bool_)),
            reach=_frozen(np.array([g.reach for g in groups], dtype=np.float64)),
            hit_group=_frozen(np.array([g for g, _ in hits], dtype=np.int32)),
            hit_component=_frozen(np.array([c for _, c in hits], dtype=np.int32)),
            voters=_frozen(
                np.array(
                    [np.nan if p.voters is None else p.voters for p in self._points.values()],
                    dtype=np.float64,
                )
            ),
            graph=gates.graph(),
            component_node=_frozen(np.array([node[c] for c in number], dtype=np.int32)),
            services=MappingProxyType(levels),
            bottoms=MappingProxyType({s: self.bottoms.get(s, "none") for s in levels}),
            tops=MappingProxyType(tops),
        )

    def _component_nodes(
        self,
        gates: Gates,
        order: tuple[str, ...],
        number: Mapping[str, int],
        hits: list[tuple[int, int]],
    ) -> dict[str, int]:
        """Number the node of each component: own health, requirement, groups."""
        hits_of: dict[int, list[int]] = {}
        for hit, (_, component) in enumerate(hits):
            hits_of.setdefault(component, []).append(hit)
        node: dict[str, int] = {}
        for name in order:
            own = number[name]
            parts = [gates.leaf(own), gates.add(self._components[name].requires, node)]
            parts.extend(gates.hit(hit) for hit in hits_of.get(own, ()))
            node[name] = gates.all_of(parts)
        return node

    def _tops(
        self, gates: Gates, node: Mapping[str, int], service: str, names: tuple[str, ...]
    ) -> NDArray[np.int32]:
        """Give the node of each at-least level of each point."""
        tops = np.full((len(self._points), len(names)), -1, dtype=np.int32)
        for row, point in enumerate(self._points.values()):
            declared = point.services.get(service)
            if declared is None:
                continue
            so_far = gates.add(FALSE, node)
            for column, level in enumerate(names):
                if level in declared:
                    so_far = gates.any_of([so_far, gates.add(declared[level], node)])
                tops[row, column] = so_far
        tops.setflags(write=False)
        return tops


def _frozen(array: NDArray[Scalar]) -> NDArray[Scalar]:
    array.setflags(write=False)
    return array
