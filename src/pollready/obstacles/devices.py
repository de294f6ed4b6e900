"""What evidence says of a station's identity devices against its wait target."""

from dataclasses import dataclass
from enum import StrEnum

from pollready.obstacles.facts import StationFacts
from pollready.obstacles.waits import WaitModel


class DeviceState(StrEnum):
    """Whether the devices are enough."""

    ENOUGH = "enough"
    SHARE = "share"  # more expected voters per device than allowed
    WAIT = "wait"  # waits over the day are past the target
    UNKNOWN = "unknown"
    CONTRADICTED = "contradicted"


@dataclass(frozen=True, slots=True)
class DeviceVerdict:
    """The state, with the devices that would be needed where that is known."""

    state: DeviceState
    needed: int | None = None


def device_verdict(station: StationFacts, model: WaitModel) -> DeviceVerdict:
    """Judge by voters per device, then by the waits of the day."""
    devices = station.claim("id_devices")
    if devices.contradicted:
        return DeviceVerdict(DeviceState.CONTRADICTED)
    if not devices.known or station.voters is None:
        return DeviceVerdict(DeviceState.UNKNOWN)
    count = int(devices.value)
    needed = devices_needed(station.voters, model)
    if count < 1 or station.voters > count * model.thresholds.voters_per_device_max:
        return DeviceVerdict(DeviceState.SHARE, needed)
    if count < needed:
        return DeviceVerdict(DeviceState.WAIT, needed)
    return DeviceVerdict(DeviceState.ENOUGH, needed)


def devices_needed(voters: int, model: WaitModel) -> int:
    """Give the least devices that keep both limits: the waits of the day, voters a device.

    Where no number in reason keeps the waits, it is one more than was looked at.
    """
    from pollready.engine.devices_needed import MOST_DEVICES

    by_share = -(-voters // model.thresholds.voters_per_device_max)
    in_time = model.devices_for(voters)
    return max(MOST_DEVICES + 1 if in_time is None else in_time, by_share, 1)
