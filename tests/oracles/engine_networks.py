"""Small random networks as plain data: what the engine is told and what the oracle reads."""

import random
from dataclasses import dataclass

from pollready.engine.expression import All, Any, AtLeast, Expression, Leaf, Ride
from pollready.engine.network import Network, NetworkBuilder

HOURS = (1.0, 2.0, 4.0)
DURATIONS_H = (2.0, 5.0)
LEVELS = ("online", "offline")


@dataclass(frozen=True)
class Component:
    q: float
    mttr_h: float
    requires: Expression | None
    unknown: bool
    tier: int


@dataclass(frozen=True)
class Group:
    q: float
    mttr_h: float
    reach: float
    members: tuple[str, ...]
    unknown: bool


@dataclass(frozen=True)
class Small:
    """One network: 8-14 components and groups together are few enough to enumerate."""

    components: dict[str, Component]
    groups: dict[str, Group]
    points: dict[str, tuple[float | None, tuple[Expression, Expression]]]

    def build(self, reverse: bool = False) -> Network:
        builder = NetworkBuilder()
        turn = reversed if reverse else iter
        for name in turn(list(self.components)):
            c = self.components[name]
            builder.component(
                name, q=c.q, mttr_h=c.mttr_h, requires=c.requires, unknown=c.unknown, tier=c.tier
            )
        for name in turn(list(self.groups)):
            g = self.groups[name]
            builder.group(
                name, q=g.q, mttr_h=g.mttr_h, reach=g.reach, members=g.members, unknown=g.unknown
            )
        for name in turn(list(self.points)):
            voters, levels = self.points[name]
            services = {"admit": dict(zip(LEVELS, levels, strict=True))}
            builder.point(name, voters=voters, services=services)
        return builder.build()


def draw(random_: random.Random) -> Small:
    count = random_.randint(8, 14)
    names = [f"c{i}" for i in range(count)]
    components: dict[str, Component] = {}
    for i, name in enumerate(names):
        requires = expression(random_, names[:i], 1) if i >= 2 and random_.random() < 0.35 else None
        components[name] = Component(
            q=random_.choice((0.05, 0.1, 0.3)),
            mttr_h=random_.choice((2.0, 4.0)),
            requires=requires,
            unknown=random_.random() < 0.07,
            tier=random_.randint(0, 4),
        )
    groups = {}
    for g in range(random_.choice((0, 1, 1))):
        groups[f"g{g}"] = Group(
            q=0.2,
            mttr_h=random_.choice((1.0, 3.0)),
            reach=random_.choice((0.4, 0.7, 1.0)),
            members=tuple(random_.sample(names, 2)),
            unknown=random_.random() < 0.05,
        )
    points = {}
    for p in range(random_.randint(2, 4)):
        voters = None if random_.random() < 0.15 else float(random_.randint(1, 9) * 100)
        online, offline = expression(random_, names, 2), expression(random_, names, 2)
        # Two levels as they come in life: the worse one asks for a part of the better one.
        points[f"p{p}"] = (voters, (All((online, offline)), offline))
    return Small(components, groups, points)


def expression(random_: random.Random, names: list[str], depth: int) -> Expression:
    sort = random_.random()
    if depth == 0 or sort < 0.15:
        return Leaf(random_.choice(names))

    def some(least: int, most: int) -> tuple[Expression, ...]:
        size = random_.randint(least, most)
        return tuple(expression(random_, names, depth - 1) for _ in range(size))

    if sort < 0.4:
        return All(some(2, 3))
    if sort < 0.65:
        return Any(some(2, 3))
    if sort < 0.8:
        return AtLeast(2, some(3, 3))
    inner: Expression = Leaf(random_.choice(names))
    if random_.random() < 0.6:
        inner = Ride(inner, random_.choice(HOURS), Leaf(random_.choice(names)))
    else:
        inner = expression(random_, names, depth - 1)
    return Ride(inner, random_.choice(HOURS), Leaf(random_.choice(names)))


def expressions(small: Small) -> list[Expression]:
    own = [c.requires for c in small.components.values() if c.requires is not None]
    return own + [e for _, levels in small.points.values() for e in levels]


def nodes(expression_: Expression) -> list[Expression]:
    found = [expression_]
    if isinstance(expression_, Ride):
        found += nodes(expression_.main) + nodes(expression_.store)
    elif isinstance(expression_, All | Any | AtLeast):
        for child in expression_.children:
            found += nodes(child)
    return found


def has_k_of_n(small: Small) -> bool:
    return any(isinstance(n, AtLeast) for e in expressions(small) for n in nodes(e))


def has_nested_ride(small: Small) -> bool:
    return any(
        isinstance(n, Ride) and any(isinstance(m, Ride) for m in nodes(n.main))
        for e in expressions(small)
        for n in nodes(e)
    )


def has_partial_reach(small: Small) -> bool:
    return any(g.reach < 1 for g in small.groups.values())


def behind(small: Small, point: str) -> set[str]:
    """Every component that the point's levels name, directly or through requirements."""
    found: set[str] = set()
    waiting = list(small.points[point][1])
    while waiting:
        for node in nodes(waiting.pop()):
            if isinstance(node, Leaf) and node.id not in found:
                found.add(node.id)
                requires = small.components[node.id].requires
                if requires is not None:
                    waiting.append(requires)
    return found


def shared_names(small: Small) -> list[str]:
    """What contingencies fail: behind two or more points, or a group; nothing unknown."""
    cones = [behind(small, point) for point in small.points]
    components = [c for c in small.components if sum(c in cone for cone in cones) >= 2]
    parts = small.components | small.groups
    return [name for name in [*components, *small.groups] if not parts[name].unknown]
