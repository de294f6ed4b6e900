"""No route to the order for paper, or too few forms to use it."""

from collections.abc import Iterable

from pollready.obstacles.facts import Facts, StationFacts
from pollready.obstacles.finding import Finding, Rule, Severity
from pollready.obstacles.thresholds import Thresholds

CODE = "no_lawful_fallback"


def forms_are_short(station: StationFacts, thresholds: Thresholds) -> bool | None:
    """Tell whether the forms are below the share of expected voters; None if not known."""
    forms = station.claim("forms")
    if not forms.known or station.voters is None:
        return None
    return bool(forms.value < thresholds.forms_share_min * station.voters)


def check(facts: Facts, thresholds: Thresholds) -> Iterable[Finding]:
    """Name stations without a settled route to the order (by county), and those short of forms."""
    for station in facts.stations:
        if station.order_route.value is False:
            yield _finding(station, "order", Severity.SEVERE)
        if forms_are_short(station, thresholds):
            yield _finding(station, "forms", Severity.SEVERE)


def _finding(station: StationFacts, state: str, severity: Severity) -> Finding:
    forms = station.claim("forms")
    return Finding(
        rule=CODE,
        severity=severity,
        cause_key=f"{state}|{station.county_code}",
        owner="headquarters",
        listing_id=station.listing_id,
        fields={
            "county": station.county,
            "state": state,
            "forms": forms.value,
            "voters": station.voters,
        },
        evidence=forms.evidence if state == "forms" else station.order_route.evidence,
    )


RULE = Rule(
    code=CODE,
    criterion=7,
    owner_role="headquarters",
    severities=(Severity.SEVERE,),
    thresholds=("forms_share_min",),
    check=check,
)
