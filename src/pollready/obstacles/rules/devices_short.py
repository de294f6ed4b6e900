"""Too few identity devices for the voters expected."""

from collections.abc import Iterable

from pollready.obstacles.devices import DeviceState, device_verdict
from pollready.obstacles.facts import Facts
from pollready.obstacles.finding import Finding, Rule, Severity
from pollready.obstacles.thresholds import Thresholds
from pollready.obstacles.waits import wait_model

CODE = "devices_short"


def check(facts: Facts, thresholds: Thresholds) -> Iterable[Finding]:
    """Name stations over the voters per device, or over the wait target of the day."""
    model = wait_model(facts, thresholds)
    for station in facts.stations:
        verdict = device_verdict(station, model)
        if verdict.state not in (DeviceState.SHARE, DeviceState.WAIT):
            continue
        devices = station.claim("id_devices")
        yield Finding(
            rule=CODE,
            severity=Severity.SEVERE,
            cause_key=station.county_code,
            owner="headquarters",
            listing_id=station.listing_id,
            fields={
                "county": station.county,
                "devices": int(devices.value),
                "needed": verdict.needed,
                "voters": station.voters,
                "state": verdict.state.value,
            },
            evidence=devices.evidence,
        )


RULE = Rule(
    code=CODE,
    criterion=4,
    owner_role="headquarters",
    severities=(Severity.SEVERE,),
    thresholds=(
        "voters_per_device_max",
        "wait_target_min",
        "wait_over_share_max",
        "wait_mean_max_min",
        "check_in_service_min",
        "polling_h",
        "arrival_shares",
        "at_doors_share",
    ),
    check=check,
)
