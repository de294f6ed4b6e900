"""A component behind a few stations, whose loss alone takes them below online."""

from collections.abc import Iterable

from pollready.obstacles.facts import Facts
from pollready.obstacles.finding import Finding, Rule, Severity
from pollready.obstacles.shared import PROVINCE_TIER, shared_points
from pollready.obstacles.thresholds import Thresholds

CODE = "single_point"


def check(facts: Facts, thresholds: Thresholds) -> Iterable[Finding]:
    """Name a station's own single points, apart from those that carry many."""
    shared = {component.code for component in shared_points(facts, thresholds, groups=False)}
    for station in facts.stations:
        for code in sorted(station.single_points - shared):
            component = facts.components.get(code)
            if component is None or component.is_group or component.tier >= PROVINCE_TIER:
                continue
            yield Finding(
                rule=CODE,
                severity=Severity.MODERATE,
                cause_key=code,
                owner=component.agency or "telecom",
                listing_id=station.listing_id,
                fields={"county": station.county, "kind": component.kind},
                upstream=(code,),
                evidence=component.evidence,
            )


RULE = Rule(
    code=CODE,
    criterion=None,
    owner_role="telecom",
    severities=(Severity.MODERATE,),
    thresholds=("shared_stations_min", "shared_voters_share_min"),
    check=check,
)
