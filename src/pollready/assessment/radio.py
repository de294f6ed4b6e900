"""Radio estimates where no test on site speaks: from the register's sites over its terrain."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pollready.assessment.reading import ComponentRow, Register
from pollready.engine.terrain import Terrain
from pollready.obstacles.facts import NOTHING_KNOWN, Evidence, Facts, RadioFacts, StationFacts
from pollready.obstacles.paths import is_mobile, operators_to_estimate

if TYPE_CHECKING:
    from pollready.engine.radio import RadioEstimate
    from pollready.engine.radio_inputs import Sites

METHOD = "Longley-Rice ITM 1.2.2"
SITE_KIND = "mobile_site"
INDOOR = "indoor"


@dataclass(frozen=True, slots=True)
class _Place:
    """A fixed station, or a stop by its number on the route, and whom to estimate there."""

    listing_id: int
    stop: int | None
    lat: float
    lon: float
    operators: frozenset[str] | None  # None: all


def with_estimates(facts: Facts, register: Register, terrain: Terrain | None) -> Facts:
    """Add the estimates to the facts; without terrain, or sites with a position, they stay."""
    if terrain is None:
        return facts
    rows: dict[str, list[ComponentRow]] = {}
    for row in register.components.values():
        if row.kind == SITE_KIND and row.agency and row.lat is not None and row.lon is not None:
            rows.setdefault(row.agency, []).append(row)
    places = list(_places(facts))
    found: dict[tuple[int, int | None], list[RadioFacts]] = {}
    for operator, sites in sorted(rows.items()):
        asked = [each for each in places if each.operators is None or operator in each.operators]
        for place, estimate in _estimated(asked, sites, register, terrain):
            found.setdefault((place.listing_id, place.stop), []).append(estimate)
    return replace(facts, stations=tuple(_told(station, found) for station in facts.stations))


def _places(facts: Facts) -> Iterator[_Place]:
    """Give the places that have a position and a path of which no test tells."""
    for station in facts.stations:
        if is_mobile(station):
            for number, stop in enumerate(station.stops):
                operators = operators_to_estimate(stop.paths)
                if operators != frozenset() and stop.lat is not None and stop.lon is not None:
                    yield _Place(station.listing_id, number, stop.lat, stop.lon, operators)
            continue
        operators = operators_to_estimate(station.paths)
        doubtful = station.coordinate_doubts or station.lat is None or station.lon is None
        if operators != frozenset() and not doubtful:
            yield _Place(station.listing_id, None, station.lat, station.lon, operators)  # type: ignore[arg-type]  # not doubtful


def _estimated(
    places: list[_Place], rows: list[ComponentRow], register: Register, terrain: Terrain
) -> Iterator[tuple[_Place, RadioFacts]]:
    """Estimate one operator at the places."""
    # Needed only where an office keeps tiles: it would slow the start of every other command.
    from pollready.engine.radio import estimate
    from pollready.engine.radio_inputs import Places

    if not places:
        return
    where = Places(
        np.array([place.lat for place in places]), np.array([place.lon for place in places])
    )
    for found in estimate(where, _sites(rows, register), terrain):
        yield places[found.place], _facts(found, rows)


def _sites(rows: list[ComponentRow], register: Register) -> "Sites":
    """Give the sites with what claims say of them; what cannot be counts as not said."""
    from pollready.engine.longley_rice import FREQUENCY_MHZ, HEIGHT_M
    from pollready.engine.radio_inputs import POWER_DBM, Sites

    def said(field: str, within: tuple[float, float]) -> NDArray[np.float64]:
        values = np.full(len(rows), np.nan)
        for number, row in enumerate(rows):
            value = register.component_claims.get(row.id, {}).get(field, NOTHING_KNOWN).value
            if value is not None and within[0] <= value <= within[1]:
                values[number] = value
        return values

    return Sites(
        np.array([row.lat for row in rows], float),
        np.array([row.lon for row in rows], float),
        [row.agency for row in rows],
        said("mast_height_m", HEIGHT_M),
        said("power_dbm", POWER_DBM),
        said("frequency_mhz", FREQUENCY_MHZ),
        np.nan_to_num(said("gain_dbi", (0.0, 40.0))),
    )


def _facts(found: "RadioEstimate", rows: list[ComponentRow]) -> RadioFacts:
    said = f"{found.signal} {found.power_dbm:.0f} dBm ({found.low_dbm:.0f} … {found.high_dbm:.0f})"
    return RadioFacts(
        operator=found.operator,
        signal=found.signal.value,
        power_dbm=found.power_dbm,
        low_dbm=found.low_dbm,
        high_dbm=found.high_dbm,
        usable_prob=found.usable_prob,
        site="" if found.site is None else rows[found.site].code,
        assumed=(*found.assumed, INDOOR),
        evidence=Evidence("radio_estimate", said, METHOD),
    )


def _told(
    station: StationFacts, found: Mapping[tuple[int, int | None], list[RadioFacts]]
) -> StationFacts:
    """Put the estimates of a station and of its stops into its facts."""
    own = station.listing_id
    stops = tuple(
        replace(stop, estimates=tuple(found.get((own, number), ())))
        for number, stop in enumerate(station.stops)
    )
    return replace(station, stops=stops, estimates=tuple(found.get((own, None), ())))
