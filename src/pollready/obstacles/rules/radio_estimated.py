"""Radio coverage that nobody tested, and that terrain and sites let expect to be poor."""

from collections.abc import Iterable, Iterator

from pollready.obstacles.facts import Facts, RadioFacts, StationFacts
from pollready.obstacles.finding import Finding, Rule, Severity
from pollready.obstacles.ownership import agency_named
from pollready.obstacles.paths import estimates_of, is_mobile, poor_estimates, routes
from pollready.obstacles.thresholds import Thresholds

CODE = "radio_estimated"
AT_STATION = "station"


def check(facts: Facts, thresholds: Thresholds) -> Iterable[Finding]:
    """Name the places to test first: the least likely to have a usable signal lead.

    An estimate proves nothing: it is a question to a test on site, never an obstacle.
    """
    found = [each for station in facts.stations for each in _poor_at(station)]
    found.sort(key=lambda each: each[2].usable_prob)
    for station, where, estimate in found:
        yield _finding(facts, station, where, estimate)


def _poor_at(station: StationFacts) -> Iterator[tuple[StationFacts, str, RadioFacts]]:
    names = [AT_STATION]
    if is_mobile(station):
        names = [stop.place_name or str(stop.ordinal) for stop in station.stops]
    places = zip(names, routes(station), estimates_of(station), strict=True)
    for name, paths, estimates in places:
        for estimate in poor_estimates(paths, estimates):
            yield station, name, estimate


def _finding(facts: Facts, station: StationFacts, where: str, estimate: RadioFacts) -> Finding:
    return Finding(
        rule=CODE,
        severity=Severity.UNKNOWN,
        cause_key=f"{estimate.signal}|{estimate.operator}|{station.county_code}",
        owner=agency_named(facts, estimate.operator, "operator"),
        listing_id=station.listing_id,
        fields={
            "county": station.county,
            "operator": estimate.operator,
            "where": where,
            "estimate": estimate.signal,
            "power_dbm": round(estimate.power_dbm),
            "low_dbm": round(estimate.low_dbm),
            "high_dbm": round(estimate.high_dbm),
            "usable_percent": round(100 * estimate.usable_prob),
            "assumed": estimate.assumed,
        },
        upstream=(estimate.site,),
        evidence=(estimate.evidence,),
    )


RULE = Rule(
    code=CODE,
    criterion=1,
    owner_role="operator",
    severities=(Severity.UNKNOWN,),
    thresholds=(),
    check=check,
)
