"""Claims about anything but radio coverage that contradict one another."""

from collections.abc import Iterable

from pollready.obstacles.facts import Facts
from pollready.obstacles.finding import Finding, Rule, Severity
from pollready.obstacles.thresholds import Thresholds

CODE = "claim_contradicted"
# radio_disputed speaks of these
_RADIO = frozenset({"signal_1", "signal_2", "test_date"})


def check(facts: Facts, thresholds: Thresholds) -> Iterable[Finding]:
    """Name every field of a station on which standing claims differ."""
    for station in facts.stations:
        for name, known in station.claims.items():
            if not known.contradicted or name in _RADIO:
                continue
            yield Finding(
                rule=CODE,
                severity=Severity.UNKNOWN,
                cause_key=f"{name}|{station.county_code}",
                owner="county_lead",
                listing_id=station.listing_id,
                fields={"county": station.county, "field": name},
                evidence=known.evidence,
            )


RULE = Rule(
    code=CODE,
    criterion=None,
    owner_role="county_lead",
    severities=(Severity.UNKNOWN,),
    thresholds=(),
    check=check,
)
