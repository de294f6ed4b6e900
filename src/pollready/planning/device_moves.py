"""Which devices could go from one station of a county to another, so that both keep the target."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pollready.engine.travel import Places


@dataclass(frozen=True, slots=True)
class Placed:
    """A station that moves are thought of for; None is unknown."""

    listing: int
    county: int | None
    lat: float | None
    lon: float | None
    needed: int | None
    devices: int | None


@dataclass(frozen=True, slots=True)
class DeviceMove:
    """Devices that could go from one listing to another of its county, about so far by road."""

    source: int
    target: int
    devices: int
    road_km: float


@dataclass(frozen=True, slots=True)
class DeviceMoves:
    """The moves, the farthest last; devices lacking in all, and of these what no move serves."""

    moves: tuple[DeviceMove, ...]
    lacking: int
    unserved: int


def moves_within_counties(stations: Iterable[Placed], detour_ratio: float) -> DeviceMoves:
    """Serve what stations lack from those of their county with more than they need.

    Both ends keep the target afterwards. A station of which voters, devices or the place are not
    known neither gives nor takes. Roads are `detour_ratio` times as long as a bird flies.
    """
    by_county: dict[int | None, list[tuple[Placed, int]]] = defaultdict(list)
    lacking = 0
    for station in stations:
        if station.needed is None or station.devices is None:
            continue
        over = station.devices - station.needed
        lacking += max(-over, 0)
        if over and station.lat is not None and station.lon is not None:
            by_county[station.county].append((station, over))
    found = [move for rows in by_county.values() for move in _moves(rows, detour_ratio)]
    found.sort(key=lambda move: (move.road_km, move.target, move.source))
    return DeviceMoves(tuple(found), lacking, lacking - sum(move.devices for move in found))


def _moves(rows: list[tuple[Placed, int]], detour_ratio: float) -> list[DeviceMove]:
    import numpy as np

    from pollready.engine.device_moves import device_moves
    from pollready.engine.travel import great_circle_km

    givers = [(station, over) for station, over in rows if over > 0]
    takers = [(station, -over) for station, over in rows if over < 0]
    if not givers or not takers:
        return []
    km = great_circle_km(_places(givers), _places(takers)) * detour_ratio
    spare, lacking = (np.array([count for _, count in some]) for some in (givers, takers))
    return [
        DeviceMove(
            givers[move.source][0].listing, takers[move.target][0].listing, move.devices, move.km
        )
        for move in device_moves(spare, lacking, km)
    ]


def _places(some: list[tuple[Placed, int]]) -> "Places":
    import numpy as np

    from pollready.engine.travel import Places

    codes = [str(station.listing) for station, _ in some]
    lat, lon = np.array([(station.lat, station.lon) for station, _ in some], np.float64).T
    return Places(codes, lat, lon)
