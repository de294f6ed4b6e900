"""The frozen arrays of a dependency network."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import IntEnum, StrEnum
from functools import cached_property
from types import MappingProxyType
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from pollready.engine.errors import EngineError

SECONDS_PER_H = 3600
FOREVER_S = 1 << 50
MANY = -2  # owner of what stands behind two or more points
NOBODY = -1  # owner of what stands behind no point
_MAPPINGS = ("services", "bottoms", "tops")  # of a network; their frozen form cannot be pickled

Value = TypeVar("Value")


class Tier(IntEnum):
    """How much of the country stands behind a component."""

    STATION = 0
    DISTRICT = 1
    COUNTY = 2
    PROVINCE = 3
    NATION = 4


class Unknowns(StrEnum):
    """How elements of unknown state are read: never failing, or failed from the start."""

    WORKING = "working"
    FAILED = "failed"


@dataclass(frozen=True)
class Both(Generic[Value]):
    """One figure twice: unknowns working and unknowns failed."""

    working: Value
    failed: Value


class Kind(IntEnum):
    """What a node of the network is."""

    FALSE = 0
    TRUE = 1
    LEAF = 2  # own health of component `param`
    HIT = 3  # pair (group, member) number `param`
    ALL = 4
    ANY = 5
    AT_LEAST = 6  # at least `param` children
    RIDE = 7  # children: main, store; `param` seconds


class UnknownName(EngineError):
    """A question names an element, point, service or level that the network does not have."""

    code = "engine.unknown-name"

    def __init__(self, sort: str, name: str) -> None:
        super().__init__(sort, name)
        self.sort = sort
        self.name = name


@dataclass(frozen=True, eq=False)
class Graph:
    """Monotone nodes in topological order: children stand before their parents.

    `kind` int8[n], `param` int64[n], `first` int64[n + 1] and `child` int32[m] (CSR). Nodes 0
    and 1 are the constants false and true.
    """

    kind: NDArray[np.int8]
    param: NDArray[np.int64]
    first: NDArray[np.int64]
    child: NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Network:
    """A validated dependency network; made by `NetworkBuilder.build`.

    Elements are numbered components first, then groups. `q` (probability) and `mttr_h` (hours)
    are float64[n_elements], `tier` int8, `unknown` bool; `reach` float64[n_groups]; `hit_group`
    and `hit_component` int32[n_hits]; `voters` float64[n_points], NaN where unknown;
    `tops[service]` int32[n_points, n_levels] holds the node of each at-least level, -1 where
    the point lacks the service; `component_node` int32[n_components].
    """

    component_ids: tuple[str, ...]
    group_ids: tuple[str, ...]
    point_ids: tuple[str, ...]
    q: NDArray[np.float64]
    mttr_h: NDArray[np.float64]
    tier: NDArray[np.int8]
    unknown: NDArray[np.bool_]
    reach: NDArray[np.float64]
    hit_group: NDArray[np.int32]
    hit_component: NDArray[np.int32]
    voters: NDArray[np.float64]
    graph: Graph
    component_node: NDArray[np.int32]
    services: Mapping[str, tuple[str, ...]]
    bottoms: Mapping[str, str]
    tops: Mapping[str, NDArray[np.int32]]
    # What the other modules derive once per network (condensed graphs, reverse arrays).
    derived: dict[Any, Any] = field(default_factory=dict, repr=False)

    def __getstate__(self) -> dict[str, Any]:
        """Give what is pickled: the fields, frozen mappings as plain ones, nothing derived."""
        state = {each.name: getattr(self, each.name) for each in fields(self)}
        mappings = {name: dict(state[name]) for name in _MAPPINGS}
        return state | mappings | {"derived": {}}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Freeze again what pickling thawed."""
        frozen = {name: MappingProxyType(state[name]) for name in _MAPPINGS}
        self.__dict__.update(state | frozen)
        graph = vars(self.graph).values()
        for value in [*state.values(), *graph, *state["tops"].values()]:
            if isinstance(value, np.ndarray):
                value.setflags(write=False)

    @cached_property
    def element_ids(self) -> tuple[str, ...]:
        """List components, then groups."""
        return self.component_ids + self.group_ids

    @cached_property
    def element_index(self) -> dict[str, int]:
        """Number of each component and group."""
        return {name: number for number, name in enumerate(self.element_ids)}

    @cached_property
    def point_index(self) -> dict[str, int]:
        """Number of each service point."""
        return {name: number for number, name in enumerate(self.point_ids)}

    def element(self, name: str) -> int:
        """Number the component or group `name`; raises `UnknownName`."""
        try:
            return self.element_index[name]
        except KeyError:
            raise UnknownName("element", name) from None

    def point(self, name: str) -> int:
        """Number the service point `name`; raises `UnknownName`."""
        try:
            return self.point_index[name]
        except KeyError:
            raise UnknownName("point", name) from None

    def level(self, service: str, name: str) -> int:
        """Number a declared level of a service, best is 0; raises `UnknownName`."""
        if service not in self.services:
            raise UnknownName("service", service)
        try:
            return self.services[service].index(name)
        except ValueError:
            raise UnknownName("level", name) from None

    def level_names(self, service: str) -> tuple[str, ...]:
        """List the levels of a service from best to none, the bottom included."""
        if service not in self.services:
            raise UnknownName("service", service)
        return (*self.services[service], self.bottoms.get(service, "none"))


def seconds(hours: float) -> int:
    """Whole seconds: times are compared and added exactly, so .1 h + .2 h is .3 h.

    What lasts longer than a human life, infinity too, is for good.

    Examples
    --------
    >>> seconds(0.1) + seconds(0.2) == seconds(0.3)
    True
    """
    return round(min(hours * SECONDS_PER_H, FOREVER_S))
