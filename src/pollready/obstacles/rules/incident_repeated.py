"""The same trouble at the same station in more than one earlier round."""

from collections.abc import Iterable

from pollready.language import fold
from pollready.obstacles.facts import Facts, IncidentFacts
from pollready.obstacles.finding import Finding, Rule, Severity
from pollready.obstacles.ownership import agency_named
from pollready.obstacles.thresholds import Thresholds

CODE = "incident_repeated"


def check(facts: Facts, thresholds: Thresholds) -> Iterable[Finding]:
    """Name each kind of incident that a station met in two rounds or more."""
    for station in facts.stations:
        by_kind: dict[str, list[IncidentFacts]] = {}
        for incident in station.incidents:
            if incident.confirmed is not False:
                by_kind.setdefault(fold(incident.kind), []).append(incident)
        for kind, incidents in by_kind.items():
            rounds = {fold(incident.election) for incident in incidents}
            if len(rounds) < 2:
                continue
            last = incidents[-1]
            owner = agency_named(facts, last.agency, "county_lead")
            yield Finding(
                rule=CODE,
                severity=Severity.MODERATE,
                cause_key=f"{kind}|{owner}|{station.county_code}",
                owner=owner,
                listing_id=station.listing_id,
                fields={"county": station.county, "incident": last.kind, "rounds": len(rounds)},
                evidence=tuple(incident.evidence for incident in incidents),
            )


RULE = Rule(
    code=CODE,
    criterion=None,
    owner_role="county_lead",
    severities=(Severity.MODERATE,),
    thresholds=(),
    check=check,
)
