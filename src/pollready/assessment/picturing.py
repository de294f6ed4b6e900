"""What a station needs, as boxes and joints: read from the very network that is evaluated."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from pollready.assessment.exploring import Explored
from pollready.engine.cone import Cone, cone_of
from pollready.engine.network import SECONDS_PER_H, Kind, Network, Unknowns

BOXES_MAX = 160  # of one picture; deeper parts are folded where there would be more
DEPTH_DEFAULT, DEPTH_MAX = 3, 12


class Sort(StrEnum):
    """What a box of the picture is."""

    STATION = "station"
    THING = "thing"  # a component of the register, or a part of the station
    GROUP = "group"  # a common cause
    ALL = "all"
    ANY = "any"
    SOME = "some"  # k of n
    RIDE = "ride"
    ALWAYS = "always"
    NEVER = "never"


class State(StrEnum):
    """How a box stands in the trial."""

    WORKS = "works"
    UNKNOWN = "unknown"  # works only if what nobody knows works
    OUT = "out"


@dataclass(frozen=True, slots=True)
class Box:
    """One node: `code` of an element, `k` of a count, `hours` of a ride; what it rests on."""

    key: int
    sort: Sort
    code: str = ""
    k: int = 0
    hours: float = 0.0
    children: tuple[int, ...] = ()
    folded: int = 0  # how many things lie below that are not drawn
    state: State = State.WORKS
    is_single: bool = False
    is_failed: bool = False
    is_repaired: bool = False
    is_unknown: bool = False  # nobody recorded whether it works


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture: boxes by key, the top one first."""

    top: int
    boxes: Mapping[int, Box]

    def __iter__(self) -> Iterator[Box]:
        """Go through the boxes from the top, each once, before what it rests on."""
        seen: set[int] = set()
        waiting = [self.top]
        while waiting:
            key = waiting.pop()
            if key not in seen:
                seen.add(key)
                yield self.boxes[key]
                waiting.extend(reversed(self.boxes[key].children))


@dataclass(frozen=True, eq=False)
class Trial:
    """What is tried in a picture: elements by number, for how long."""

    failed: frozenset[int]
    repaired: frozenset[int]
    duration_h: float


def station_cone(explored: Explored, point: int) -> Cone:
    """Give everything that a station rests on, for all services and levels."""
    tops = [int(node) for table in explored.network.tops.values() for node in table[point]]
    return cone_of(explored.network, tops)


def own_top(network: Network, point: int, service: str, level: str) -> int:
    """Give the node of what a level needs of its own; -1 without the service or the level.

    A level holds wherever a better one does, and a better one asks more: that way of holding it
    says nothing new, and is left out where what remains is one node.
    """
    if service not in network.services or level not in network.services[service]:
        return -1
    column = network.level(service, level)
    top = int(network.tops[service][point, column])
    if column == 0 or top < 0 or network.graph.kind[top] != Kind.ANY:
        return top
    better = int(network.tops[service][point, column - 1])
    of_better = {better}
    if network.graph.kind[better] == Kind.ANY:
        of_better |= set(_children(network, better))
    own = [child for child in _children(network, top) if child not in of_better]
    return own[0] if len(own) == 1 else top


def _children(network: Network, node: int) -> list[int]:
    graph = network.graph
    found: list[int] = graph.child[graph.first[node] : graph.first[node + 1]].tolist()
    return found


def draw(
    cone: Cone,
    top: int,
    trial: Trial,
    *,
    depth: int = DEPTH_DEFAULT,
    singles: frozenset[int] = frozenset(),
    is_station: bool = True,
) -> Drawing:
    """Draw what a node of the network rests on, `depth` components down."""
    return _Drawer(cone, trial, singles).drawn(top, depth, is_station=is_station)


class _Drawer:
    def __init__(self, cone: Cone, trial: Trial, singles: frozenset[int]) -> None:
        self.cone, self.trial, self.singles = cone, trial, singles
        self.network = cone.network
        self.component_of = _components(cone)
        self.working = self.outages(Unknowns.WORKING)
        self.failing = self.outages(Unknowns.FAILED)
        self.boxes: dict[int, Box] = {}
        self.depth_of: dict[int, int] = {}

    def outages(self, unknowns: Unknowns) -> NDArray[np.int64]:
        trial = self.trial
        return self.cone.outages(trial.failed, trial.duration_h, unknowns, repaired=trial.repaired)

    def drawn(self, top: int, depth: int, *, is_station: bool) -> Drawing:
        place = self.cone.place(top)
        if is_station:
            self.box(place, depth)
            self.boxes[-1] = Box(-1, Sort.STATION, children=(place,), state=self.state(place))
            return Drawing(-1, self.boxes)
        self.box(place, depth)
        return Drawing(place, self.boxes)

    def box(self, place: int, depth: int) -> None:
        """Make the box of a node, and those below; again if it is now reached at less depth."""
        if self.depth_of.get(place, -1) >= depth:
            return
        self.depth_of[place] = depth
        sort, code, k, hours = self.described(place)
        below = self.below(place)
        # Joints stand with what they join: only what has a name counts as a step down.
        is_thing = sort in (Sort.THING, Sort.GROUP)
        folded = 0
        if is_thing and below and (depth <= 0 or len(self.boxes) >= BOXES_MAX):
            folded, below = self.things_below(below), []
        element = self.element_of(place)
        self.boxes[place] = Box(
            place,
            sort,
            code=code,
            k=k,
            hours=hours,
            children=tuple(below),
            folded=folded,
            state=self.state(place),
            is_single=element in self.singles,
            is_failed=element in self.trial.failed,
            is_repaired=element in self.trial.repaired,
            is_unknown=element >= 0 and bool(self.network.unknown[element]),
        )
        for child in below:
            self.box(child, depth - is_thing)

    def described(self, place: int) -> tuple[Sort, str, int, float]:
        if place in self.component_of:
            return Sort.THING, self.network.component_ids[self.component_of[place]], 0, 0.0
        kind, param = Kind(int(self.cone.kind[place])), int(self.cone.param[place])
        match kind:
            case Kind.HIT:
                return Sort.GROUP, self.network.element_ids[self.element_of(place)], 0, 0.0
            case Kind.AT_LEAST:
                return Sort.SOME, "", param, 0.0
            case Kind.RIDE:
                return Sort.RIDE, "", 0, param / SECONDS_PER_H
            case Kind.ALL:
                return Sort.ALL, "", 0, 0.0
            case Kind.ANY:
                return Sort.ANY, "", 0, 0.0
            case Kind.TRUE:
                return Sort.ALWAYS, "", 0, 0.0
            case _:
                return Sort.NEVER, "", 0, 0.0

    def below(self, place: int) -> list[int]:
        """List what a node rests on; a component's own health is the component itself."""
        children = self.cone.children(place)
        if place not in self.component_of:
            return children
        own = self.component_of[place]
        kept = [child for child in children if not self.is_own_health(child, own)]
        return kept

    def is_own_health(self, place: int, component: int) -> bool:
        return (
            self.cone.kind[place] == Kind.LEAF
            and self.cone.param[place] == component
            and self.component_of.get(place) is None
        )

    def element_of(self, place: int) -> int:
        if place in self.component_of:
            return self.component_of[place]
        return int(self.cone.element[place])

    def things_below(self, places: Sequence[int]) -> int:
        """Count the components and groups below some nodes."""
        seen: set[int] = set()
        things = 0
        waiting = list(places)
        while waiting:
            place = waiting.pop()
            if place in seen:
                continue
            seen.add(place)
            things += self.described(place)[0] in (Sort.THING, Sort.GROUP)
            waiting.extend(self.below(place))
        return things

    def state(self, place: int) -> State:
        if self.working[place] >= 0:
            return State.OUT
        return State.UNKNOWN if self.failing[place] >= 0 else State.WORKS


def _components(cone: Cone) -> dict[int, int]:
    """Give the component whose node stands at a place of the cone."""
    network = cone.network
    found: dict[int, int] = {}
    for number in cone.elements():
        if number < len(network.component_ids):
            place = cone.place(int(network.component_node[number]))
            if place < len(cone.nodes) and cone.nodes[place] == network.component_node[number]:
                found[place] = number
    return found
