"""Sources that disagree about the radio coverage of one place."""

from collections.abc import Iterable

from pollready.obstacles.facts import Facts
from pollready.obstacles.finding import Finding, Rule, Severity
from pollready.obstacles.ownership import agency_named
from pollready.obstacles.thresholds import Thresholds

CODE = "radio_disputed"


def check(facts: Facts, thresholds: Thresholds) -> Iterable[Finding]:
    """Name every path, at the station or at a stop, of which sources say different things."""
    for station in facts.stations:
        for path in station.all_paths:
            if not (path.signal.contradicted or path.test_date.contradicted):
                continue
            yield Finding(
                rule=CODE,
                severity=Severity.UNKNOWN,
                cause_key=f"{path.label}|{station.county_code}",
                owner=agency_named(facts, path.label, "operator"),
                listing_id=station.listing_id,
                fields={"county": station.county, "operator": path.label},
                evidence=path.signal.evidence + path.test_date.evidence,
            )


RULE = Rule(
    code=CODE,
    criterion=1,
    owner_role="operator",
    severities=(Severity.UNKNOWN,),
    thresholds=(),
    check=check,
)
