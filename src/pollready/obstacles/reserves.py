"""Spare devices: how many a county can count on, and how far the nearest of them are."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from pollready.language import fold
from pollready.obstacles.devices import devices_needed
from pollready.obstacles.facts import Evidence, Facts, LotFacts, StationFacts
from pollready.obstacles.software import final_software
from pollready.obstacles.spares import (
    UnusableSpare,
    counties_named,
    fits_county,
    fits_software,
    is_id_device,
    unusable_spares,
)
from pollready.obstacles.thresholds import Thresholds
from pollready.obstacles.waits import WaitModel, wait_model
from pollready.resources.serials import split_serials

Point = tuple[float, float]


class ReserveState(StrEnum):
    """Whether spares are enough, and near enough."""

    ENOUGH = "enough"
    SHORT = "short"  # fewer than the share, whatever the unknown counts are
    FAR = "far"  # every usable lot is further away than allowed
    UNKNOWN = "unknown"  # nobody says how many there are, or how many can be used
    UNLOCATED = "unlocated"  # nobody says where a lot, or the station, is


@dataclass(frozen=True, slots=True)
class CountyReserve:
    """Spares of a county against the devices in its stations, each at least and at most.

    `spare_max` is None where no lot is named; `deployed_max` where neither the devices nor the
    voters of some station are known. A station whose devices nobody counted is taken to get
    as many as it needs.
    """

    spare_min: int
    spare_max: int | None
    deployed_min: int
    deployed_max: int | None
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Reserves:
    """The reserves of a round."""

    by_county: dict[str, CountyReserve]
    depot_km: dict[int, float]  # by listing: as the crow flies to the nearest usable lot
    has_unlocated: bool  # some usable lot is kept nobody says where
    lots: tuple[Evidence, ...] = field(default=())
    unusable: tuple[UnusableSpare, ...] = field(default=())

    def state(self, station: StationFacts, thresholds: Thresholds) -> ReserveState:
        """Judge the reserve behind one station."""
        county = self.by_county[station.county_code]
        if county.spare_max is None:
            return ReserveState.UNKNOWN
        if county.spare_max < thresholds.reserve_share_min * county.deployed_min:
            return ReserveState.SHORT
        travel_min = self.travel_min(station, thresholds)
        near = travel_min is not None and travel_min <= thresholds.reserve_travel_max_min
        if travel_min is not None and not near and not self.has_unlocated:
            return ReserveState.FAR
        deployed_max = county.deployed_max
        if deployed_max is None or county.spare_min < thresholds.reserve_share_min * deployed_max:
            return ReserveState.UNKNOWN
        return ReserveState.ENOUGH if near else ReserveState.UNLOCATED

    def travel_min(self, station: StationFacts, thresholds: Thresholds) -> float | None:
        """Estimate the minutes by road from the nearest located depot with a usable lot."""
        km = self.depot_km.get(station.listing_id)
        return None if km is None else by_road_min(km, thresholds)


def by_road_min(km: float, thresholds: Thresholds) -> float:
    """Estimate the minutes by road for a distance as the crow flies."""
    return 60 * km * thresholds.road_detour_ratio / thresholds.road_speed_km_h


def reserves(facts: Facts, thresholds: Thresholds) -> Reserves:
    """Count, by county code, delivered and not deployed devices in lots kept in that county.

    A lot whose depot names no county of the round counts for none, nor does one that is locked to
    other counties. One that is recorded as not
    provisioned, or as fit for other software than the final one, is no reserve; where nobody
    says, it may be one. Serial numbers that stand in two lots may be in either.
    """
    key = ("reserves", thresholds)
    if key not in facts.derived:
        facts.derived[key] = _counted(facts, thresholds)
    found: Reserves = facts.derived[key]
    return found


def _counted(facts: Facts, thresholds: Thresholds) -> Reserves:
    code_of = {fold(station.county): station.county_code for station in facts.stations}
    final = final_software(facts)
    usable = [lot for lot in facts.lots if _is_usable(lot, final)]
    twice = _serials_twice(facts.lots)
    least: Counter[str] = Counter()
    most: dict[str, int] = {}
    rows: dict[str, list[Evidence]] = {}
    for lot in usable:
        county = next(iter(counties_named(lot.depot, code_of)), None)
        if county is None or not fits_county(lot, county, code_of):
            continue
        spare = max(0, (lot.delivered or 0) - (lot.deployed or 0))
        most[county] = most.get(county, 0) + spare
        if lot.provisioned and lot.deployed is not None:
            least[county] += max(0, spare - len(serials(lot) & twice))
        rows.setdefault(county, []).append(lot.evidence)
    deployed = _deployed(facts.stations, wait_model(facts, thresholds))
    places = [facts.depots.get(fold(lot.depot)) for lot in usable if lot.delivered]
    return Reserves(
        by_county={
            county: CountyReserve(
                least[county], most.get(county), *counts, tuple(rows.get(county, ()))
            )
            for county, counts in deployed.items()
        },
        depot_km=_depot_km(facts.stations, tuple({place for place in places if place is not None})),
        has_unlocated=None in places,
        lots=tuple(lot.evidence for lot in usable),
        unusable=_unusable(facts, code_of, final, thresholds),
    )


def _unusable(
    facts: Facts, code_of: Mapping[str, str], final: str | None, thresholds: Thresholds
) -> tuple[UnusableSpare, ...]:
    """Find the lots with spares that cannot be used; without a place a depot is not far."""

    def nearest_min(lot: LotFacts, counties: frozenset[str]) -> float | None:
        depot = facts.depots.get(fold(lot.depot))
        key = depot, counties
        if depot is not None and key not in seen:
            for_whom = (s for s in facts.stations if not counties or s.county_code in counties)
            km = _depot_km(for_whom, (depot,)).values()
            seen[key] = by_road_min(min(km), thresholds) if km else None
        return seen.get(key)

    seen: dict[tuple[Point | None, frozenset[str]], float | None] = {}
    limit_min = thresholds.reserve_travel_max_min
    return unusable_spares(facts.lots, final, code_of, nearest_min, limit_min)


def serials(lot: LotFacts) -> set[str]:
    """Give the serial numbers of a lot."""
    return set(split_serials(lot.serials))


def _depot_km(stations: Iterable[StationFacts], depots: tuple[Point, ...]) -> dict[int, float]:
    """Give the great-circle distance from each located station to the nearest depot."""
    here = {
        station.listing_id: (station.lat, station.lon)
        for station in stations
        if station.lat is not None and station.lon is not None and not station.coordinate_doubts
    }
    if not here or not depots:
        return {}
    from pollready.engine.travel import Places, great_circle_km  # slow to import

    one, other = (
        Places([""] * len(points), *np.array(points).T) for points in (list(here.values()), depots)
    )
    nearest = great_circle_km(one, other).min(axis=1)
    return dict(zip(here, nearest.tolist(), strict=True))


def _is_usable(lot: LotFacts, final: str | None) -> bool:
    """Tell whether a lot may be a reserve of identity devices: no evidence says otherwise."""
    if lot.delivered is None or lot.provisioned is False:
        return False
    return is_id_device(lot) and fits_software(lot, final)


def _serials_twice(lots: Iterable[LotFacts]) -> set[str]:
    counts = Counter(serial for lot in lots for serial in serials(lot))
    return {serial for serial, count in counts.items() if count > 1}


def _deployed(
    stations: Iterable[StationFacts], model: WaitModel
) -> dict[str, tuple[int, int | None]]:
    """Count the devices in each county's stations, at least and at most."""
    found: dict[str, tuple[int, int | None]] = {}
    for station in stations:
        least, most = found.get(station.county_code, (0, 0))
        devices = station.claim("id_devices")
        if devices.known:
            least += int(devices.value)
            more = int(devices.value)
        elif station.voters is not None:
            more = devices_needed(station.voters, model)
        else:
            found[station.county_code] = least, None
            continue
        found[station.county_code] = least, None if most is None else most + more
    return found
