"""Floors of fairness as the engine reads them: which options count how much for whom."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from pollready.engine.allocation_problem import Floor, Options
from pollready.planning.allocations.inputs import Counts, FloorWish, Group
from pollready.planning.allocations.stations import NOWHERE, Stations

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]


def floors_of(
    wishes: Sequence[FloorWish],
    stations: Stations,
    place: Mapping[str, int],
    options: Options,
    units: Ints,
    real: Bools,
) -> tuple[Floor, ...]:
    """Give a floor for each wish and group; `real` are the options of stations."""
    return tuple(
        _floor(name, wish, members, place, options, units, real)
        for number, wish in enumerate(wishes)
        for name, members in _groups(number, wish, stations)
    )


def _groups(number: int, wish: FloorWish, stations: Stations) -> Iterator[tuple[str, Bools]]:
    if wish.group == Group.EACH_COUNTY:
        for county in _counties(stations):
            yield floor_name(number, county), stations.county == county
    elif wish.group == Group.COUNTY:
        yield floor_name(number, wish.county), stations.county == wish.county
    else:
        members = {
            Group.URBAN: stations.is_urban,
            Group.RURAL: ~stations.is_urban,
            Group.FIXED: ~stations.is_mobile,
            Group.MOBILE: stations.is_mobile,
        }
        yield floor_name(number, None), members[Group(wish.group)]


def _counties(stations: Stations) -> Iterable[int]:
    return [county for county in np.unique(stations.county).tolist() if county != NOWHERE]


def _floor(
    name: str,
    wish: FloorWish,
    members: Bools,
    place: Mapping[str, int],
    options: Options,
    units: Ints,
    real: Bools,
) -> Floor:
    mine = np.zeros(len(options.point), dtype=np.bool_)
    mine[real] = members[options.point[real]]
    chosen = np.flatnonzero(mine)
    if wish.counts == Counts.SAVED:
        weights = options.saves[chosen]
    elif wish.counts == Counts.UNITS:
        weights = units[chosen, place[wish.kind]].astype(np.float64)
    else:
        weights = (units[chosen].sum(axis=1) > 0).astype(np.float64)
    return Floor(name, chosen, weights, wish.at_least)


def floor_name(number: int, county: int | None) -> str:
    """Name a floor by the wish it comes from, and its county."""
    return f"{number}" if county is None else f"{number}:{county}"


def read_floor_name(name: str) -> tuple[int, int | None]:
    """Give the wish and the county of a floor's name."""
    number, _, county = name.partition(":")
    return int(number), int(county) if county else None
