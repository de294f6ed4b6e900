"""What nobody has said anything about: one cause per missing thing."""

from collections.abc import Callable, Iterable

from pollready.obstacles.facts import Facts, PathFacts, StationFacts
from pollready.obstacles.finding import Finding, Rule, Severity
from pollready.obstacles.thresholds import Thresholds

CODE = "no_evidence"


def _silent(paths: tuple[PathFacts, ...]) -> bool:
    """Tell whether no path has a signal claimed by anyone."""
    return not any(path.signal.known or path.signal.contradicted for path in paths)


def _lacks_radio(station: StationFacts) -> bool:
    if station.stops:
        return any(_silent(stop.paths) for stop in station.stops)
    return _silent(station.paths)


def _lacks(*names: str) -> Callable[[StationFacts], bool]:
    """Build the check that none of the fields has a claim."""

    def lacks(station: StationFacts) -> bool:
        return not any(station.claim(n).known or station.claim(n).contradicted for n in names)

    return lacks


# Each missing thing with its check; the words are `rule.no_evidence.thing.<name>`.
THINGS: dict[str, Callable[[StationFacts], bool]] = {
    "voters": lambda station: station.voters is None,
    "coordinates": lambda station: station.lat is None and not station.coordinate_doubts,
    "stops": lambda station: station.kind == "mobile" and not station.stops,
    "radio": _lacks_radio,
    "upstream": lambda station: (
        bool(station.all_paths) and not all(path.upstream_recorded for path in station.all_paths)
    ),
    "power": _lacks("battery_h", "generator", "mains"),
    "devices": _lacks("id_devices"),
    "cards": _lacks("cards"),
    "rehearsal": _lacks("rehearsal"),
    "forms": _lacks("forms"),
    "order": lambda station: not station.order_route.known,
    "people": lambda station: not station.trained_users.known,
}


def check(facts: Facts, thresholds: Thresholds) -> Iterable[Finding]:
    """Name, for each thing, the stations of which nobody says it."""
    for thing, lacking in THINGS.items():
        for station in facts.stations:
            if lacking(station):
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
