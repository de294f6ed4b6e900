"""Checks of an allocation before it is computed; all faults at once."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from pollready.engine.allocation_faults import (
    DepotWithoutPlace,
    FixedOptionOfAnother,
    FixedTwice,
    KeptBeyondStock,
    NameTwice,
    NegativeOrNoNumber,
    OptionTwiceInFloor,
    ReachedAtUnknownTime,
    UnknownIndex,
    WrongShape,
)
from pollready.engine.allocation_fixing import check_what_is_fixed
from pollready.engine.allocation_problem import AllocationProblem, FixedChoice, FixedUpgrade
from pollready.engine.errors import Fault

MOST_NAMED = 100  # faults of one sort in one array; more would say nothing new


def check_for_faults(problem: AllocationProblem) -> tuple[Fault, ...]:
    """Find every fault of a problem.

    Parameters
    ----------
    problem : AllocationProblem

    Returns
    -------
    tuple of Fault
        Shapes first; where these, or what rows name, are wrong, what builds on them is not
        looked at. Of one sort in one array 100 are named.
    """
    for checks in (_shapes, _indices, _values):
        faults = tuple(checks(problem))
        if faults:
            return faults
    return check_what_is_fixed(problem)


def _shapes(problem: AllocationProblem) -> Iterable[Fault]:
    points, kinds, depots = (
        len(names) for names in (problem.points, problem.kinds, problem.depots)
    )
    options, upgrades = problem.options, problem.all_upgrades
    n_options, n_upgrades, n_pairs = len(options.point), len(upgrades.ids), len(options.presuming)
    classes = problem.within.shape[0]
    arrays: list[tuple[str, Any, tuple[int, ...]]] = [
        ("stock", problem.stock, (depots, kinds)),
        ("reach_class", problem.reach_class, (points,)),
        ("within", problem.within, (classes, depots, kinds)),
        ("travel_h", problem.travel_h, (points, depots)),
        ("options.point", options.point, (n_options,)),
        ("options.units", options.units, (n_options, kinds)),
        ("options.saves", options.saves, (n_options,)),
        ("options.cost", options.cost, (n_options,)),
        ("options.presumed", options.presumed, (n_pairs,)),
        ("upgrades.units", upgrades.units, (n_upgrades, kinds)),
        ("upgrades.cost", upgrades.cost, (n_upgrades,)),
        ("upgrades.reach_class", upgrades.reach_class, (n_upgrades,)),
        ("upgrades.travel_h", upgrades.travel_h, (n_upgrades, depots)),
        *(
            (f"floors.{floor.name}.weights", floor.weights, (len(floor.options),))
            for floor in problem.floors
        ),
    ]
    for field, array, expected in arrays:
        if array.shape != expected:
            yield WrongShape(field, array.shape, expected)
    for field, names in (
        ("points", problem.points),
        ("kinds", problem.kinds),
        ("depots", problem.depots),
        ("upgrades", upgrades.ids),
        ("floors", tuple(floor.name for floor in problem.floors)),
    ):
        yield from _names_twice(field, names)


def _names_twice(field: str, names: Sequence[str]) -> Iterable[Fault]:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            yield NameTwice(field, name)
        seen.add(name)


def _indices(problem: AllocationProblem) -> Iterable[Fault]:
    """Find what names something there is not."""
    points, kinds, depots = (
        len(names) for names in (problem.points, problem.kinds, problem.depots)
    )
    options, upgrades = problem.options, problem.all_upgrades
    n_options, n_upgrades = len(options.point), len(upgrades.ids)
    classes = problem.within.shape[0]
    choices = [each for each in problem.fixed if isinstance(each, FixedChoice)]
    made = [each for each in problem.fixed if not isinstance(each, FixedChoice)]
    named: list[tuple[str, Any, int]] = [
        ("reach_class", problem.reach_class, classes),
        ("options.point", options.point, points),
        ("options.presuming", options.presuming, n_options),
        ("options.presumed", options.presumed, n_upgrades),
        ("upgrades.reach_class", upgrades.reach_class, classes),
        ("fixed.point", [each.point for each in choices], points),
        ("fixed.option", [each.option for each in choices if each.option is not None], n_options),
        ("fixed.upgrade", [each.upgrade for each in made], n_upgrades),
        ("kept.depot", [each.depot for each in problem.kept], depots),
        ("kept.kind", [each.kind for each in problem.kept], kinds),
        *(("kept.points", each.points, points) for each in problem.kept),
        *(("kept.upgrades", each.upgrades, n_upgrades) for each in problem.kept),
        *((f"floors.{floor.name}.options", floor.options, n_options) for floor in problem.floors),
    ]
    for field, indices, count in named:
        array = np.asarray(indices, dtype=np.int64)
        for row in np.nonzero((array < 0) | (array >= count))[0][:MOST_NAMED].tolist():
            yield UnknownIndex(field, row, int(array[row]), count)


def _values(problem: AllocationProblem) -> Iterable[Fault]:
    options, upgrades = problem.options, problem.all_upgrades
    for field, array in (
        ("stock", problem.stock),
        ("options.units", options.units),
        ("options.cost", options.cost),
        ("upgrades.units", upgrades.units),
        ("upgrades.cost", upgrades.cost),
        ("kept.units", np.array([each.units for each in problem.kept])),
        *((f"floors.{floor.name}.weights", floor.weights) for floor in problem.floors),
        ("floors.at_least", np.array([floor.at_least for floor in problem.floors])),
    ):
        yield from _wrong(field, array, ~(np.isfinite(array) & (array >= 0)))
    yield from _wrong("options.saves", options.saves, ~np.isfinite(options.saves))
    for field, array in (("travel_h", problem.travel_h), ("upgrades.travel_h", upgrades.travel_h)):
        yield from _wrong(field, array, (array < 0) | np.isinf(array))
    if np.isnan(problem.money) or problem.money < 0:
        yield NegativeOrNoNumber("money", 0, None, problem.money)
    yield from _places(problem)
    yield from _twice(problem)
    yield from _kept(problem)


def _wrong(field: str, array: Any, is_wrong: Any) -> Iterable[Fault]:
    array = np.asarray(array)
    for place in np.argwhere(is_wrong)[:MOST_NAMED].tolist():
        column = place[1] if len(place) > 1 else None
        yield NegativeOrNoNumber(field, place[0], column, float(array[tuple(place)]))


def _places(problem: AllocationProblem) -> Iterable[Fault]:
    """Find depots that are nowhere, and reach that nobody can know."""
    upgrades = problem.all_upgrades
    travel_h = np.concatenate([problem.travel_h, upgrades.travel_h])
    names = (*problem.points, *upgrades.ids)
    unknown = np.isnan(travel_h)
    nowhere = np.asarray(unknown.all(axis=0) & problem.stock.any(axis=1))
    for depot in np.nonzero(nowhere)[0].tolist():
        yield DepotWithoutPlace(problem.depots[depot])
    classes = np.concatenate([problem.reach_class, upgrades.reach_class])
    reached = np.asarray(problem.within.any(axis=2))[classes] & ~nowhere
    for row, depot in np.argwhere(reached & unknown)[:MOST_NAMED].tolist():
        yield ReachedAtUnknownTime(problem.depots[depot], names[row])


def _twice(problem: AllocationProblem) -> Iterable[Fault]:
    """Find what is counted or decided twice, and options of other points."""
    for floor in problem.floors:
        option, count = np.unique(floor.options, return_counts=True)
        for twice in option[count > 1][:MOST_NAMED].tolist():
            yield OptionTwiceInFloor(floor.name, twice)
    seen: set[tuple[bool, int]] = set()
    for each in problem.fixed:
        name, key = _name_of(problem, each)
        if key in seen:
            yield FixedTwice(name)
        seen.add(key)
        if (
            isinstance(each, FixedChoice)
            and each.option is not None
            and problem.options.point[each.option] != each.point
        ):
            yield FixedOptionOfAnother(name, each.option)


def _name_of(
    problem: AllocationProblem, fixed: FixedChoice | FixedUpgrade
) -> tuple[str, tuple[bool, int]]:
    if isinstance(fixed, FixedChoice):
        return problem.points[fixed.point], (True, fixed.point)
    return problem.all_upgrades.ids[fixed.upgrade], (False, fixed.upgrade)


def _kept(problem: AllocationProblem) -> Iterable[Fault]:
    kept = np.zeros_like(problem.stock)
    for each in problem.kept:
        kept[each.depot, each.kind] += each.units
    for depot, kind in np.argwhere((kept > problem.stock) & (kept > 0)).tolist():
        names = problem.depots[depot], problem.kinds[kind]
        yield KeptBeyondStock(*names, int(kept[depot, kind]), int(problem.stock[depot, kind]))
