"""Failed or absent at the rehearsal, or on other software since."""

from collections.abc import Iterable

from pollready.obstacles.facts import Facts, Known, StationFacts
from pollready.obstacles.finding import Finding, Rule, Severity
from pollready.obstacles.gates import is_due
from pollready.obstacles.software import final_software
from pollready.obstacles.thresholds import Thresholds

CODE = "rehearsal_failed"


def check(facts: Facts, thresholds: Thresholds) -> Iterable[Finding]:
    """Name stations that did not pass, and those whose software is not the final one."""
    due = is_due(facts, thresholds.rehearsal_due_days)
    final = final_software(facts)
    for station in facts.stations:
        rehearsal, software = station.claim("rehearsal"), station.claim("software")
        if rehearsal.value in ("failed", "absent"):
            yield _finding(station, rehearsal, rehearsal.value, due, None)
        elif final and software.known and software.value != final:
            yield _finding(station, software, "software", due, software.value)


def _finding(
    station: StationFacts, known: Known, state: str, due: bool, version: str | None
) -> Finding:
    return Finding(
        rule=CODE,
        severity=Severity.SEVERE if due else Severity.MODERATE,
        cause_key=f"{state}|{station.county_code}",
        owner="county_lead",
        listing_id=station.listing_id,
        fields={"county": station.county, "state": state, "version": version},
        evidence=known.evidence,
    )


RULE = Rule(
    code=CODE,
    criterion=6,
    owner_role="county_lead",
    severities=(Severity.SEVERE, Severity.MODERATE),
    thresholds=("rehearsal_due_days",),
    check=check,
)
