"""Allocation the slow, obvious way: every choice of every point, every unit by hand."""

from itertools import product
from math import fsum

import numpy as np

from pollready.engine.allocation_problem import (
    AllocationProblem,
    FixedChoice,
    FixedUpgrade,
    Floor,
    KeptUnits,
    Options,
    Upgrades,
)


def best_by_enumeration(problem):
    """Give the least relaxation of floors in all, and with it the most that can be saved."""
    best = None
    for chosen, _ in plans(problem):
        relaxed = fsum(missed(problem, floor, chosen) for floor in problem.floors)
        saved = fsum(problem.options.saves[option] for option in chosen if option is not None)
        if (
            best is None
            or (relaxed < best[0] - 1e-9)
            or (relaxed < best[0] + 1e-9 and saved > best[1])
        ):
            best = relaxed, saved
    return best


def most_alone(problem, number):
    """Give the most that one floor can reach, whatever becomes of the others."""
    floor = problem.floors[number]
    return max(counted(floor, chosen) for chosen, _ in plans(problem))


def plans(problem):
    """Go through all plans within stock, reach, money and what is fixed."""
    own = [[None] for _ in problem.points]
    for option, point in enumerate(problem.options.point):
        own[point].append(option)
    out_or_in = [(False, True) for _ in problem.all_upgrades.ids]
    for fixed in problem.fixed:
        if isinstance(fixed, FixedChoice):
            own[fixed.point] = [fixed.option]
        elif isinstance(fixed, FixedUpgrade):
            out_or_in[fixed.upgrade] = (fixed.made,)
    for made in product(*out_or_in):
        for chosen in product(*own):
            if allowed(problem, chosen, made):
                yield chosen, made


def allowed(problem, chosen, made):
    """Tell whether a plan presumes what is made, costs what there is and can be delivered."""
    options, upgrades = problem.options, problem.all_upgrades
    for option, upgrade in zip(options.presuming, options.presumed, strict=True):
        if option in chosen and not made[upgrade]:
            return False
    taken = [option for option in chosen if option is not None]
    cost = fsum(options.cost[taken]) + fsum(upgrades.cost[list(made)])
    if cost > problem.money + 1e-9:
        return False
    takers = [
        (point, options.units[option]) for point, option in enumerate(chosen) if option is not None
    ]
    takers += [(len(chosen) + up, upgrades.units[up]) for up, is_made in enumerate(made) if is_made]
    return all(deliverable(problem, takers, kind) for kind in range(len(problem.kinds)))


def deliverable(problem, takers, kind):
    """Match single units in depots with single units wanted."""
    stores = []
    for depot in range(len(problem.depots)):
        kept = [each for each in problem.kept if (each.depot, each.kind) == (depot, kind)]
        free = problem.stock[depot, kind] - sum(each.units for each in kept)
        stores += [(depot, None)] * free
        for each in kept:
            stores += [(depot, each)] * each.units
    wanted = [taker for taker, units in takers for _ in range(units[kind])]
    holder = [None] * len(stores)

    def place(unit, seen):
        for number, (depot, kept) in enumerate(stores):
            if number in seen or not reaches(problem, depot, kept, wanted[unit], kind):
                continue
            seen.add(number)
            if holder[number] is None or place(holder[number], seen):
                holder[number] = unit
                return True
        return False

    return all(place(unit, set()) for unit in range(len(wanted)))


def reaches(problem, depot, kept, taker, kind):
    """Tell whether a depot's unit may go to a point, or behind the points to an upgrade."""
    n_points = len(problem.points)
    classes = np.concatenate([problem.reach_class, problem.all_upgrades.reach_class])
    if not problem.within[classes[taker], depot, kind]:
        return False
    return kept is None or taker in kept.points or taker - n_points in kept.upgrades


def counted(floor, chosen):
    """Give what a floor counts of a plan."""
    weight = dict(zip(floor.options.tolist(), floor.weights.tolist(), strict=True))
    return fsum(weight.get(option, 0.0) for option in chosen if option is not None)


def missed(problem, floor, chosen):
    """Give by which share of what it asks a floor is missed."""
    return max(1 - counted(floor, chosen) / floor.at_least, 0.0) if floor.at_least > 0 else 0.0


def random_problem(rng):
    """Make a small problem with anything that a problem can have."""
    n_points, n_depots, n_kinds = (int(rng.integers(1, most)) for most in (5, 4, 3))
    n_upgrades = int(rng.integers(0, 3))
    n_options = int(rng.integers(1, 3 * n_points + 1))
    n_classes = int(rng.integers(1, 4))
    options = Options(
        point=rng.integers(0, n_points, n_options),
        units=rng.integers(0, 3, (n_options, n_kinds)),
        saves=rng.uniform(-5, 100, n_options).round(int(rng.integers(0, 3))),
        cost=rng.integers(0, 4, n_options).astype(float),
        presuming=rng.integers(0, n_options, 2) if n_upgrades else np.zeros(0, int),
        presumed=rng.integers(0, n_upgrades, 2) if n_upgrades else np.zeros(0, int),
    )
    stock = rng.integers(0, 4, (n_depots, n_kinds))
    problem = AllocationProblem(
        points=tuple(f"p{each}" for each in range(n_points)),
        kinds=tuple(f"k{each}" for each in range(n_kinds)),
        depots=tuple(f"d{each}" for each in range(n_depots)),
        stock=stock,
        reach_class=rng.integers(0, n_classes, n_points),
        within=rng.random((n_classes, n_depots, n_kinds)) < 0.7,
        travel_h=rng.uniform(0.1, 3, (n_points, n_depots)),
        options=options,
        upgrades=Upgrades(
            tuple(f"u{each}" for each in range(n_upgrades)),
            rng.integers(0, 2, (n_upgrades, n_kinds)),
            rng.integers(0, 3, n_upgrades).astype(float),
            rng.integers(0, n_classes, n_upgrades),
            rng.uniform(0.1, 3, (n_upgrades, n_depots)),
        ),
        floors=tuple(_floor(rng, options, number) for number in range(int(rng.integers(0, 3)))),
        fixed=_fixed(rng, options, n_points, n_upgrades),
        kept=_kept(rng, stock, n_points, n_upgrades),
        money=float(rng.integers(2, 9)) if rng.random() < 0.3 else np.inf,
    )
    return problem


def _floor(rng, options, number):
    named = np.nonzero(rng.random(len(options.point)) < 0.6)[0]
    weights = options.saves if rng.random() < 0.5 else np.ones(len(options.point))
    weights = np.maximum(weights[named], 0.0)
    return Floor(f"f{number}", named, weights, float(rng.uniform(0, 0.6) * weights.sum()))


def _fixed(rng, options, n_points, n_upgrades):
    fixed = []
    if rng.random() < 0.3:
        point = int(rng.integers(0, n_points))
        own = [None, *np.nonzero(options.point == point)[0].tolist()]
        fixed.append(FixedChoice(point, own[int(rng.integers(0, len(own)))]))
    if n_upgrades and rng.random() < 0.3:
        fixed.append(FixedUpgrade(int(rng.integers(0, n_upgrades)), bool(rng.random() < 0.5)))
    return tuple(fixed)


def _kept(rng, stock, n_points, n_upgrades):
    if rng.random() < 0.6:
        return ()
    depot, kind = (int(rng.integers(0, size)) for size in stock.shape)
    units = int(rng.integers(0, stock[depot, kind] + 1))
    points = np.nonzero(rng.random(n_points) < 0.5)[0]
    return (KeptUnits(depot, kind, units, points, np.nonzero(rng.random(n_upgrades) < 0.5)[0]),)
