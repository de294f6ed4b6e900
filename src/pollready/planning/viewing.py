"""The register and its last assessment as selectors see them."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace

from django.db.models import Q

from pollready.assessment.costing import Costing
from pollready.assessment.models import FindingRecord, SavedAssessment, StationRecord
from pollready.obstacles.catalogue import RULES
from pollready.obstacles.finding import Severity
from pollready.planning.binding import Judged, Thing, View

# Here what the evidence is like is the obstacle itself, whatever severity the rule gives it.
_OF_EVIDENCE = ("claim_contradicted", "claim_too_old", "radio_disputed")


def view_of(costing: Costing, saved: SavedAssessment) -> View:
    """Give what a selector can ask, without what each failure costs alone: see `ranked`."""
    register = costing.register
    return View(
        things=_things(costing),
        stations=_judged(costing, saved),
        devices={row.id: costing.devices_of(row.code) for row in register.listings},
        devices_told=costing.devices_told(),
        criterion_of_rule={rule.code: rule.criterion for rule in RULES},
    )


def ranked(view: View, losses: Mapping[str, tuple[float, int]]) -> View:
    """Give the view with the voters and stations that each component or group costs alone."""
    things = [replace(thing, loss=losses.get(thing.code, (0.0, 0))) for thing in view.things]
    return replace(view, things=things)


def _things(costing: Costing) -> list[Thing]:
    register = costing.register
    roles = {agency["code"]: agency["role"] for agency in register.agencies}
    codes = {row.county: row.county_code for row in register.listings}
    county_of = {row.id: (row.county, row.county_code) for row in register.listings}
    things = []
    for code, row in register.components.items():
        counties = {row.county, codes.get(row.county, "")} - {""}
        things.append(
            Thing(
                code, row.kind, row.agency, roles.get(row.agency, ""), frozenset(counties),
                row.tier, powered_by=costing.powered_by(code),
            )
        )  # fmt: skip
    for code, row in register.groups.items():
        counties = {
            name
            for listing in register.group_listings.get(code, ())
            for name in county_of.get(listing, ())
        }
        for member in register.group_components.get(code, ()):
            county = register.components[member].county if member in register.components else ""
            counties |= {county, codes.get(county, "")}
        things.append(
            Thing(
                code, row.kind, row.agency, roles.get(row.agency, ""),
                frozenset(counties - {""}), row.tier,
            )
        )  # fmt: skip
    return things


def _judged(costing: Costing, saved: SavedAssessment) -> list[Judged]:
    """Read what the assessment found of each station; missing evidence is no obstacle."""
    rules: dict[int, set[str]] = defaultdict(set)
    found = ~Q(cause__severity=Severity.UNKNOWN.value) | Q(cause__rule__in=_OF_EVIDENCE)
    rows = FindingRecord.objects.filter(
        found, cause__assessment=saved, listing__isnull=False
    ).values_list("listing_id", "cause__rule")
    for listing, rule in rows:
        rules[listing].add(rule)
    places = {row.id: (row.county, row.county_code) for row in costing.register.listings}
    records = StationRecord.objects.filter(assessment=saved).order_by("listing__code")
    return [
        Judged(listing, *places[listing], criteria, frozenset(rules.get(listing, ())))
        for listing, criteria in records.values_list("listing_id", "criteria")
        if listing in places
    ]
