"""Claims about anything but radio coverage that contradict one another."""

from collections.abc import Iterable

from pollready.obstacles.facts import ComponentFacts, Facts, Known
from pollready.obstacles.finding import Finding, Rule, Severity
from pollready.obstacles.thresholds import Thresholds

CODE = "claim_contradicted"
# radio_disputed speaks of these
_RADIO = frozenset({"signal_1", "signal_2", "test_date"})


def check(facts: Facts, thresholds: Thresholds) -> Iterable[Finding]:
    """Name every field of a station or component on which standing claims differ."""
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
    for component in facts.components.values():
        for name, known in component.claims.items():
            if known.contradicted:
                yield from _of_component(component, name, known)


def _of_component(component: ComponentFacts, name: str, known: Known) -> Iterable[Finding]:
    """Name a component of whose field sources differ, at each station behind it."""
    for listing_id in sorted(component.behind):
        yield Finding(
            rule=CODE,
            severity=Severity.UNKNOWN,
            cause_key=f"{name}|{component.code}",
            owner=component.agency or "county_lead",
            listing_id=listing_id,
            fields={"county": component.county, "field": name},
            upstream=(component.code,),
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
