"""What nobody has said anything about: one cause per missing thing.

Whatever leaves a criterion of readiness unknown has its thing here, apart from what another
rule says already (coverage that is claimed and untested, sources that differ).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from pollready.obstacles.devices import DeviceState, device_verdict
from pollready.obstacles.facts import Facts, Known, PathFacts, StationFacts
from pollready.obstacles.finding import Finding, Rule, Severity
from pollready.obstacles.paths import (
    PathState,
    SecondPath,
    best_state,
    estimates_of,
    is_estimated_poor,
    is_mobile,
    oldest_valid_test,
    path_state,
    routes,
    second_path,
)
from pollready.obstacles.power import PowerState, power_state
from pollready.obstacles.reserves import Reserves, ReserveState, reserves
from pollready.obstacles.rules.no_way_of_closing import ClosingState, closing_state
from pollready.obstacles.software import final_software
from pollready.obstacles.thresholds import Thresholds
from pollready.obstacles.waits import wait_model

CODE = "no_evidence"


@dataclass(frozen=True, slots=True)
class Asking:
    """What the questions about every station share."""

    facts: Facts
    thresholds: Thresholds
    oldest: date
    reserves: Reserves
    final_software: str | None


Lacks = Callable[[StationFacts, Asking], bool]


def _is_silent(known: Known) -> bool:
    return not known.known and not known.contradicted


def _lacks(name: str) -> Lacks:
    """Build the check that no claim of the field says anything."""
    return lambda station, asking: _is_silent(station.claim(name))


def _lacks_radio(station: StationFacts, asking: Asking) -> bool:
    """Nobody says whether the best path of some place carries a signal, nor estimates it poor.

    Where every operator is estimated poor, `radio_estimated` speaks.
    """
    return any(
        best_state(paths, asking.oldest) is PathState.UNKNOWN
        and not is_estimated_poor(paths, estimates)
        for paths, estimates in zip(routes(station), estimates_of(station), strict=True)
    )


def _lacks_line_test(station: StationFacts, asking: Asking) -> bool:
    """Only a line stands between the place and silence, and nobody says that it was tested."""

    def untested(paths: tuple[PathFacts, ...]) -> set[str]:
        states = ((path.medium, path_state(path, asking.oldest)) for path in paths)
        return {medium for medium, state in states if state is PathState.UNTESTED}

    return any(
        untested(paths) and "mobile" not in untested(paths)
        for paths in routes(station)
        if not is_mobile(station)
    )


def _lacks_second_path(station: StationFacts, asking: Asking) -> bool:
    return any(second_path(paths, asking.oldest) is SecondPath.UNKNOWN for paths in routes(station))


def _lacks_upstream(station: StationFacts, asking: Asking) -> bool:
    """Some living path ends where nobody says what it hangs on."""
    return any(
        not path.upstream_recorded
        for paths in routes(station)
        for path in paths
        if path_state(path, asking.oldest) is not PathState.DEAD
    )


def _lacks_power(station: StationFacts, asking: Asking) -> bool:
    return power_state(station, asking.thresholds) is PowerState.UNKNOWN


def _lacks_devices(station: StationFacts, asking: Asking) -> bool:
    state = device_verdict(station, wait_model(asking.facts, asking.thresholds)).state
    return state is DeviceState.UNKNOWN and _is_silent(station.claim("id_devices"))


def _has_reserve_state(*states: ReserveState) -> Lacks:
    return lambda station, asking: asking.reserves.state(station, asking.thresholds) in states


def _lacks_depot(station: StationFacts, asking: Asking) -> bool:
    """The reserve may be near enough: where it is kept, or where the station is, nobody says."""
    unlocated = asking.reserves.state(station, asking.thresholds) is ReserveState.UNLOCATED
    return unlocated and station.lat is not None and not station.coordinate_doubts


def _lacks_training(station: StationFacts, asking: Asking) -> bool:
    users, needed = station.trained_users, asking.thresholds.trained_users_min
    return users.known and users.value < needed <= users.value + station.users_untold


def _lacks_closing(station: StationFacts, asking: Asking) -> bool:
    state = closing_state(station, asking.facts, asking.thresholds)
    return state is ClosingState.UNKNOWN and not station.couriers.known


# Each missing thing with its check; the words are `rule.no_evidence.thing.<name>`.
THINGS: dict[str, Lacks] = {
    "voters": lambda station, asking: station.voters is None,
    "coordinates": lambda station, asking: station.lat is None and not station.coordinate_doubts,
    "stops": lambda station, asking: is_mobile(station) and not station.stops,
    "relocation": lambda station, asking: station.lacks_relocation_date,
    "radio": _lacks_radio,
    "line_test": _lacks_line_test,
    "second_path": _lacks_second_path,
    "upstream": _lacks_upstream,
    "power": _lacks_power,
    "devices": _lacks_devices,
    "reserve": _has_reserve_state(ReserveState.UNKNOWN),
    "depot": _lacks_depot,
    "cards": _lacks("cards"),
    "software": lambda station, asking: (
        _is_silent(station.claim("software")) or asking.final_software is None
    ),
    "rehearsal": _lacks("rehearsal"),
    "forms": _lacks("forms"),
    "order": lambda station, asking: not station.order_route.known,
    "people": lambda station, asking: not station.trained_users.known,
    "training": _lacks_training,
    "deputies": lambda station, asking: station.trained_users.known and not station.deputies.known,
    "closing": _lacks_closing,
}


def check(facts: Facts, thresholds: Thresholds) -> Iterable[Finding]:
    """Name, for each thing, the stations of which nobody says it."""
    asking = Asking(
        facts,
        thresholds,
        oldest_valid_test(facts, thresholds),
        reserves(facts, thresholds),
        final_software(facts),
    )
    for thing, lacking in THINGS.items():
        for station in facts.stations:
            if lacking(station, asking):
                yield Finding(
                    rule=CODE,
                    severity=Severity.UNKNOWN,
                    cause_key=thing,
                    owner="county_lead",
                    listing_id=station.listing_id,
                    fields={"thing": thing},
                )


RULE = Rule(
    code=CODE,
    criterion=None,
    owner_role="county_lead",
    severities=(Severity.UNKNOWN,),
    thresholds=(),
    check=check,
)
