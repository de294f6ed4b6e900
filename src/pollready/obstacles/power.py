"""What evidence says of a station's power when the mains fail."""

from enum import StrEnum

from pollready.obstacles.facts import NOTHING_KNOWN, Known, StationFacts
from pollready.obstacles.thresholds import Thresholds

_NO_GENERATOR = (False, "no", 0, 0.0)


class PowerState(StrEnum):
    """Whether the station lives until help arrives."""

    MET = "met"  # a second source, or a ride-through longer than a generator's arrival
    UNMET = "unmet"
    UNKNOWN = "unknown"
    CONTRADICTED = "contradicted"


def has_generator(generator: Known) -> bool | None:
    """Tell whether a generator that can run stands there; None when nobody says."""
    if not generator.known:
        return None
    return generator.value not in _NO_GENERATOR and not lacks(generator)


def fuel_h(generator: Known) -> float | None:
    """Give the hours for which its fuel lasts, where the cell says hours; else None."""
    value = generator.value
    is_hours = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_hours else None


def ride_through_h(battery: Known, generator: Known) -> float:
    """Add the hours that are known of battery and fuel: what evidence bridges at the least."""
    return (float(battery.value) if battery.known else 0.0) + (fuel_h(generator) or 0.0)


def lacks(generator: Known) -> str | None:
    """Name what a generator lacks to run, `fuel` or `person`, as its cell says; else None."""
    value = generator.value
    if isinstance(value, str):
        words = value.casefold()
        without = any(word in words for word in ("بدون", "ندارد", "no ", "none", "without"))
        if without and any(word in words for word in ("سوخت", "fuel")):
            return "fuel"
        if without and any(word in words for word in ("متصدی", "person", "operator")):
            return "person"
    return None


def power_state(station: StationFacts, thresholds: Thresholds) -> PowerState:
    """Judge criterion 3 from the claims on mains, battery and generator.

    A generator of which no hours are said runs for the period; one with hours of fuel is a ride.
    A ride-through as long as the arrival is not longer: at that moment the station is dark.
    """
    battery, generator = station.claim("battery_h"), station.claim("generator")
    bridged_h = ride_through_h(battery, generator)
    if station.claim("mains").value is False:
        # Off the mains the generator is the first source, and the battery bridges it.
        lasts = fuel_h(generator) is None or bridged_h >= thresholds.service_h
        if has_generator(generator) is False or (generator.known and not lasts):
            return PowerState.UNMET
        bridged_h = ride_through_h(battery, NOTHING_KNOWN) if generator.known else 0.0
    elif has_generator(generator) and fuel_h(generator) is None:
        return PowerState.MET
    if bridged_h > thresholds.generator_arrival_h:
        return PowerState.MET
    if battery.contradicted or generator.contradicted:
        return PowerState.CONTRADICTED
    if battery.known and generator.known:
        return PowerState.UNMET
    return PowerState.UNKNOWN
