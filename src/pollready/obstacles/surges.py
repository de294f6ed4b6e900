"""The morning surge on whatever says what it can carry: the load that is certain to come."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pollready.obstacles.facts import NOTHING_KNOWN, ComponentFacts, Facts, Known, StationFacts
from pollready.obstacles.thresholds import Thresholds
from pollready.obstacles.wait_figures import DEVICES_MAX, Pair
from pollready.obstacles.waits import WaitModel, wait_model

if TYPE_CHECKING:
    from pollready.engine.surge import Morning

STEP_S = 30.0
EARLIER_MORNINGS = "earlier_mornings"  # key of `Facts.derived`


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
    pairs: tuple[Pair, ...] = field(default=(), repr=False)  # voters and devices of each


def morning_of(pairs: Sequence[Pair], model: WaitModel) -> "Morning":
    """Give the morning of stations, by their voters and devices."""
    import numpy as np

    from pollready.engine.surge import Morning
    from pollready.obstacles.arriving import profile_of

    voters, devices = np.array(pairs, np.int64).reshape(-1, 2).T
    arrivals, at_doors = profile_of(model.thresholds).many(
        voters.astype(np.float64), model.polling_h
    )
    return Morning(arrivals, at_doors, devices, model.thresholds.check_in_service_min * 60)


def morning_loads(facts: Facts, thresholds: Thresholds) -> dict[str, MorningLoad]:
    """Follow the morning of every component whose capacity is known, by code.

    One that was followed before a change, which nothing of the change reaches, is not again.
    """
    key = ("morning_loads", thresholds)
    if key not in facts.derived:
        told = [
            (component, capacity)
            for component in facts.components.values()
            if (capacity := component.claims.get("capacity_per_s", NOTHING_KNOWN)).known
            and capacity.value > 0
        ]
        stations = facts.stations if told else ()  # of most registers nobody tells a capacity
        known = {
            station.listing_id: pair for station in stations if (pair := _pair(station)) is not None
        }
        earlier: dict[str, MorningLoad] = facts.derived.get((EARLIER_MORNINGS, thresholds), {})
        model = wait_model(facts, thresholds)
        facts.derived[key] = {
            component.code: _load(component, capacity, known, model, earlier.get(component.code))
            for component, capacity in told
        }
    found: dict[str, MorningLoad] = facts.derived[key]
    return found


def _pair(station: StationFacts) -> Pair | None:
    devices = station.claim("id_devices")
    if station.voters is None or not devices.known:
        return None
    return station.voters, min(int(devices.value), DEVICES_MAX)


def _load(
    component: ComponentFacts,
    capacity: Known,
    known: Mapping[int, Pair],
    model: WaitModel,
    earlier: MorningLoad | None,
) -> MorningLoad:
    pairs = tuple(known[listing] for listing in sorted(component.behind) if listing in known)
    if earlier and (earlier.capacity.value, earlier.pairs) == (capacity.value, pairs):
        return replace(earlier, component=component, capacity=capacity)
    if not pairs:
        return MorningLoad(component, capacity, 0, 0.0, 0.0, 0.0, 0.0)
    return _followed(component, capacity, pairs, model)


def _followed(
    component: ComponentFacts, capacity: Known, pairs: tuple[Pair, ...], model: WaitModel
) -> MorningLoad:
    from pollready.engine.surge import PowerOn, SharedService, power_on_by_min, surge

    morning, thresholds = morning_of(pairs, model), model.thresholds
    service = SharedService(
        capacity.value,
        per_check_in=thresholds.check_in_messages,
        per_power_on=thresholds.power_on_messages,
    )
    starts_min = max(thresholds.power_on_starts_min, thresholds.power_on_ends_min)
    power_on = PowerOn(-starts_min, -thresholds.power_on_ends_min)
    found = surge(morning, service, power_on, step_s=STEP_S)
    return MorningLoad(
        component,
        capacity,
        len(pairs),
        found.utilisation,
        found.longest_check_in_s,
        found.clears_min,
        power_on_by_min(morning, service),
        pairs,
    )
