"""What evidence says of a station's power when the mains fail."""

from enum import StrEnum

from pollready.obstacles.facts import Known, StationFacts
from pollready.obstacles.thresholds import Thresholds

_NO_GENERATOR = (False, "no", 0, 0.0)


class PowerState(StrEnum):
    """Whether the station lives until help arrives."""

    MET = "met"  # a second source, or a ride-through longer than the generator's arrival
    UNMET = "unmet"
    UNKNOWN = "unknown"
    CONTRADICTED = "contradicted"


def has_generator(generator: Known) -> bool | None:
    """Tell whether a generator that can run stands there; None when nobody says."""
    if not generator.known:
        return None
    return generator.value not in _NO_GENERATOR and not lacks(generator)


def lacks(generator: Known) -> str | None:
    """Name what a generator lacks to run, `fuel` or `person`, as its cell says; else None."""
    value = generator.value
    if isinstance(value, str):
        words = value.casefold()
        without = any(word in words for word in ("بدون", "ندارد", "no ", "without"))
        if without and any(word in words for word in ("سوخت", "fuel")):
            return "fuel"
        if without and any(word in words for word in ("متصدی", "person", "operator")):
            return "person"
    return None


def power_state(station: StationFacts, thresholds: Thresholds) -> PowerState:
    """Judge criterion 3 from the claims on battery and generator."""
    battery, generator = station.claim("battery_h"), station.claim("generator")
    if has_generator(generator):
        return PowerState.MET
    if battery.known and battery.value >= thresholds.generator_arrival_h:
        return PowerState.MET
    if battery.contradicted or generator.contradicted:
        return PowerState.CONTRADICTED
    if battery.known and generator.known:
        return PowerState.UNMET
    return PowerState.UNKNOWN
