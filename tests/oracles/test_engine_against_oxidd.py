"""Probabilities of cones too large to enumerate, beside a decision diagram of another project."""

import random
from math import exp, isclose

from oxidd.bdd import BDDManager

from pollready.engine.expression import All, Any, AtLeast, Expression, Leaf, Ride
from pollready.engine.network import Unknowns
from pollready.engine.reliability import exact
from tests.oracles.engine_enumeration import asked_times, size_of
from tests.oracles.engine_networks import LEVELS, Small, draw


class Diagram:
    """The failure of H(e, t) as a function of the other program, and its probability."""

    def __init__(self, small: Small, point: str) -> None:
        self.small = small
        self.manager = BDDManager(1 << 20, 1 << 16, 1)
        self.chances: list[float] = []
        self.events: dict[object, object] = {}
        self.times = {name: sorted(t | {0.0}) for name, t in asked_times(small, point).items()}

    def event(self, name: object, chance: float):
        if name not in self.events:
            level = self.manager.add_vars(1).start
            self.chances.append(chance)
            self.events[name] = self.manager.var(level)
        return self.events[name]

    def out(self, name: str, t: float):
        """Out for at least t: all events up to t, each given the one before."""
        part = self.small.components.get(name) or self.small.groups[name]
        if part.unknown:
            return self.manager.false()
        result, before = self.manager.true(), 1.0
        for step in self.times[name]:
            if step <= t:
                tail = part.q * exp(-step / part.mttr_h)
                result &= self.event((name, step), tail / before)
                before = tail
        return result

    def fails(self, e: Expression, t: float):
        match e:
            case Leaf(id=name):
                return self.component_fails(name, t)
            case All(children=children) | Any(children=children):
                joined = self.fails(children[0], t)
                for child in children[1:]:
                    other = self.fails(child, t)
                    joined = joined | other if isinstance(e, All) else joined & other
                return joined
            case AtLeast(k=2, children=(a, b, c)):
                a, b, c = (self.fails(child, t) for child in (a, b, c))
                return (a & b) | (a & c) | (b & c)
            case Ride(main=main, hours=hours, store=store):
                lasting = self.fails(store, 0.0) | self.fails(main, t + hours)
                return self.fails(main, t) & lasting
        raise AssertionError(e)

    def component_fails(self, name: str, t: float):
        result = self.out(name, t)
        requires = self.small.components[name].requires
        if requires is not None:
            result |= self.fails(requires, t)
        for g, group in self.small.groups.items():
            if name in group.members:
                result |= self.out(g, t) & self.event((g, name), group.reach)
        return result

    def probability(self, function) -> float:
        known: dict[object, float] = {}

        def prob(f) -> float:
            if f not in known:
                if f == self.manager.false() or f == self.manager.true():
                    known[f] = float(f == self.manager.true())
                else:
                    happens = self.chances[f.node_level()]
                    high, low = f.cofactors()
                    known[f] = happens * prob(high) + (1 - happens) * prob(low)
            return known[f]

        return prob(function)


def test_probabilities_of_large_cones_equal_those_of_another_diagram():
    random_ = random.Random(99)
    compared_points = 0
    while compared_points < 150:
        small = draw(random_)
        results = [exact(small.build(), "admit", level, Unknowns.WORKING) for level in LEVELS]
        for point in small.points:
            if size_of(small, point) <= 8000:
                continue
            for result, column in zip(results, range(2), strict=True):
                diagram = Diagram(small, point)
                levels = [diagram.fails(e, 0.0) for e in small.points[point][1][: column + 1]]
                failing = levels[0] if column == 0 else levels[0] & levels[1]
                wanted = diagram.probability(failing)
                assert isclose(result.prob(point), wanted, rel_tol=1e-9, abs_tol=1e-12)
                compared_points += 1
