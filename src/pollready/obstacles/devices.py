"""What evidence says of a station's identity devices against its wait target."""

from dataclasses import dataclass
from enum import StrEnum

from pollready.engine.queueing import mean_wait_min, servers_for_wait
from pollready.language import fold
from pollready.obstacles.facts import Facts, StationFacts
from pollready.obstacles.thresholds import Thresholds

ID_DEVICE_WORDS = tuple(map(fold, ("دستگاه احراز هویت", "identity device", "id device")))


class DeviceState(StrEnum):
    """Whether the devices are enough."""

    ENOUGH = "enough"
    SHARE = "share"  # more expected voters per device than allowed
    WAIT = "wait"  # the mean wait at the peak hour is over the target
    UNKNOWN = "unknown"
    CONTRADICTED = "contradicted"


@dataclass(frozen=True, slots=True)
class DeviceVerdict:
    """The state, with the devices that would be needed where that is known."""

    state: DeviceState
    needed: int | None = None


def device_verdict(station: StationFacts, thresholds: Thresholds) -> DeviceVerdict:
    """Judge by voters per device, then by Erlang C at the peak hour."""
    devices = station.claim("id_devices")
    if devices.contradicted:
        return DeviceVerdict(DeviceState.CONTRADICTED)
    if not devices.known or station.voters is None:
        return DeviceVerdict(DeviceState.UNKNOWN)
    count = int(devices.value)
    arrivals_per_h = station.voters * thresholds.peak_hour_share
    needed = max(
        servers_for_wait(
            arrivals_per_h, thresholds.check_in_service_min, thresholds.wait_target_min
        ),
        -(-station.voters // thresholds.voters_per_device_max),
    )
    if count < 1 or station.voters > count * thresholds.voters_per_device_max:
        return DeviceVerdict(DeviceState.SHARE, needed)
    wait_min = mean_wait_min(count, arrivals_per_h, thresholds.check_in_service_min)
    if wait_min > thresholds.wait_target_min:
        return DeviceVerdict(DeviceState.WAIT, needed)
    return DeviceVerdict(DeviceState.ENOUGH, needed)


@dataclass(frozen=True, slots=True)
class CountyReserve:
    """Spare devices of a county against those in its stations; None where nobody says."""

    spare: int | None
    deployed: int


def county_reserves(facts: Facts) -> dict[str, CountyReserve]:
    """Count, by county code, delivered but not deployed devices in lots kept in that county.

    A lot whose depot names no county of the round counts for none: it may be too far away.
    """
    deployed: dict[str, int] = {}
    code_of: dict[str, str] = {}
    for station in facts.stations:
        code_of[fold(station.county)] = station.county_code
        devices = station.claim("id_devices")
        deployed.setdefault(station.county_code, 0)
        if devices.known:
            deployed[station.county_code] += int(devices.value)
    spare: dict[str, int] = {}
    for lot in facts.lots:
        county = _county_of(lot.depot, code_of)
        if county is None or lot.delivered is None or lot.provisioned is False:
            continue
        if any(word in fold(lot.kind) for word in ID_DEVICE_WORDS):
            spare[county] = spare.get(county, 0) + max(0, lot.delivered - (lot.deployed or 0))
    return {county: CountyReserve(spare.get(county), count) for county, count in deployed.items()}


def _county_of(depot: str, code_of: dict[str, str]) -> str | None:
    """Find the county in a depot's name: «انبار اهر», "Ahar depot"."""
    folded = fold(depot)
    if folded in code_of:
        return code_of[folded]
    words = f" {folded} "
    return next((code for name, code in code_of.items() if name and f" {name} " in words), None)
