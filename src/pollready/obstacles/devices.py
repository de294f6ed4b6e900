"""What evidence says of a station's identity devices against its wait target."""

from dataclasses import dataclass
from enum import StrEnum

from pollready.engine.queueing import mean_wait_min, servers_for_wait
from pollready.obstacles.facts import StationFacts
from pollready.obstacles.thresholds import Thresholds


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
    needed = devices_needed(station.voters, thresholds)
    arrivals_per_h = station.voters * thresholds.peak_hour_share
    if count < 1 or station.voters > count * thresholds.voters_per_device_max:
        return DeviceVerdict(DeviceState.SHARE, needed)
    wait_min = mean_wait_min(count, arrivals_per_h, thresholds.check_in_service_min)
    if wait_min > thresholds.wait_target_min:
        return DeviceVerdict(DeviceState.WAIT, needed)
    return DeviceVerdict(DeviceState.ENOUGH, needed)


def devices_needed(voters: int, thresholds: Thresholds) -> int:
    """Give the least devices that keep both limits: the wait at the peak hour, voters a device."""
    arrivals_per_h = voters * thresholds.peak_hour_share
    return max(
        servers_for_wait(
            arrivals_per_h, thresholds.check_in_service_min, thresholds.wait_target_min
        ),
        -(-voters // thresholds.voters_per_device_max),
    )
