"""A battery that an earlier outage at the same station would have emptied."""

from collections.abc import Iterable

from pollready.language import fold
from pollready.obstacles.facts import Facts, IncidentFacts, StationFacts
from pollready.obstacles.finding import Finding, Rule, Severity
from pollready.obstacles.ownership import agency_with_role
from pollready.obstacles.power import PowerState, has_generator, power_state
from pollready.obstacles.thresholds import Thresholds

CODE = "battery_short"
_POWER = tuple(map(fold, ("برق", "power", "outage of mains")))


def check(facts: Facts, thresholds: Thresholds) -> Iterable[Finding]:
    """Compare each battery with the longest earlier power outage at its station."""
    owner = agency_with_role(facts, "power_distribution")
    for station in facts.stations:
        battery = station.claim("battery_h")
        if not station.incidents or not battery.known:
            continue
        if has_generator(station.claim("generator")):
            continue
        if power_state(station, thresholds) != PowerState.MET:
            continue  # the shorter battery is already an obstacle of its own
        longest = _longest_outage(station)
        if longest is None or (longest.stop_min or 0) / 60 <= battery.value:
            continue
        yield Finding(
            rule=CODE,
            severity=Severity.MODERATE,
            cause_key=station.county_code,
            owner=owner,
            listing_id=station.listing_id,
            fields={
                "county": station.county,
                "battery_h": battery.value,
                "outage_h": (longest.stop_min or 0) / 60,
                "election": longest.election,
            },
            evidence=(*battery.evidence, longest.evidence),
        )


def _longest_outage(station: StationFacts) -> IncidentFacts | None:
    """Find the longest confirmed or unrefuted power outage of earlier rounds."""
    outages = [
        incident
        for incident in station.incidents
        if incident.stop_min is not None
        and incident.confirmed is not False
        and any(word in fold(f"{incident.kind} {incident.cause}") for word in _POWER)
    ]
    return max(outages, key=lambda incident: incident.stop_min or 0, default=None)


RULE = Rule(
    code=CODE,
    criterion=3,
    owner_role="power_distribution",
    severities=(Severity.MODERATE,),
    thresholds=(),
    check=check,
)
