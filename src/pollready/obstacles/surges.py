"""The morning surge on whatever says what it can carry: the load that is certain to come."""

from dataclasses import dataclass

from pollready.obstacles.facts import NOTHING_KNOWN, ComponentFacts, Facts, Known, StationFacts
from pollready.obstacles.thresholds import Thresholds
from pollready.obstacles.waits import wait_model


@dataclass(frozen=True, slots=True)
class MorningLoad:
    """A component that says its capacity, and the morning of the stations behind it.

    `stations` are those whose voters and devices are known: the others come on top. `clears_min`
    after opening is when its backlog is gone; infinite if not within the day.
    """

    component: ComponentFacts
    capacity: Known
    stations: int
    utilisation: float
    longest_check_in_s: float
    clears_min: float
    power_on_by_min: float


def morning_loads(facts: Facts, thresholds: Thresholds) -> dict[str, MorningLoad]:
    """Follow the morning of every component whose capacity is known, by code."""
    key = ("morning_loads", thresholds)
    if key not in facts.derived:
        told = [
            (component, capacity)
            for component in facts.components.values()
            if (capacity := component.claims.get("capacity_per_s", NOTHING_KNOWN)).known
            and capacity.value > 0
        ]
        stations = facts.stations if told else ()  # of most registers nobody tells a capacity
        known = {station.listing_id: station for station in stations if _is_known(station)}
        facts.derived[key] = {
            component.code: _load(component, capacity, known, facts, thresholds)
            for component, capacity in told
        }
    found: dict[str, MorningLoad] = facts.derived[key]
    return found


def _is_known(station: StationFacts) -> bool:
    return station.voters is not None and station.claim("id_devices").known


def _load(
    component: ComponentFacts,
    capacity: Known,
    known: dict[int, StationFacts],
    facts: Facts,
    thresholds: Thresholds,
) -> MorningLoad:
    import numpy as np

    from pollready.engine.surge import Morning, PowerOn, SharedService, power_on_by_min, surge
    from pollready.obstacles.arriving import profile_of

    behind = [known[listing] for listing in sorted(component.behind) if listing in known]
    voters = np.array([station.voters or 0 for station in behind], np.float64)
    profile = profile_of(thresholds)
    slices = max(round(wait_model(facts, thresholds).polling_h * 4), 1)
    if not behind:
        return MorningLoad(component, capacity, 0, 0.0, 0.0, 0.0, 0.0)
    morning = Morning(
        np.outer(voters, profile.arrivals(1.0, slices)),
        voters * profile.at_doors,
        np.array([int(station.claim("id_devices").value) for station in behind]),
        thresholds.check_in_service_min * 60,
    )
    service = SharedService(
        capacity.value,
        per_check_in=thresholds.check_in_messages,
        per_power_on=thresholds.power_on_messages,
    )
    starts_min = max(thresholds.power_on_starts_min, thresholds.power_on_ends_min)
    power_on = PowerOn(-starts_min, -thresholds.power_on_ends_min)
    found = surge(morning, service, power_on, step_s=30.0)
    return MorningLoad(
        component,
        capacity,
        len(behind),
        found.utilisation,
        found.longest_check_in_s,
        found.clears_min,
        power_on_by_min(morning, service),
    )
