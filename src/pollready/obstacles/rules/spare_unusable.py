"""A spare that does not fit, is not set up, or is out of reach: it is counted on and is none."""

from collections.abc import Iterable

from pollready.obstacles.facts import Facts
from pollready.obstacles.finding import Finding, Rule, Severity
from pollready.obstacles.reserves import reserves
from pollready.obstacles.thresholds import Thresholds

CODE = "spare_unusable"


def check(facts: Facts, thresholds: Thresholds) -> Iterable[Finding]:
    """Name each lot with spares of which evidence says that they cannot be used."""
    for spare in reserves(facts, thresholds).unusable:
        lot, travel_min = spare.lot, spare.travel_min
        yield Finding(
            rule=CODE,
            severity=Severity.MODERATE,
            cause_key=f"{spare.why}|{lot.agency}|{lot.kind}|{lot.model}|{lot.depot}",
            owner=lot.agency,
            fields={
                "kind": lot.kind,
                "place": lot.depot or lot.agency,
                "state": spare.why.value,
                "spare": (lot.delivered or 0) - (lot.deployed or 0),
                "travel_min": None if travel_min is None else round(travel_min),
            },
            evidence=(lot.evidence,),
        )


RULE = Rule(
    code=CODE,
    criterion=None,
    owner_role="headquarters",
    severities=(Severity.MODERATE,),
    thresholds=("reserve_travel_max_min", "road_speed_km_h", "road_detour_ratio"),
    check=check,
)
