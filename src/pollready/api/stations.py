"""Stations with what the assessment found of them."""

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema

from pollready.api.access import needs, user_of
from pollready.api.errors import Refused, answers
from pollready.api.pages import Key, Page, Part, cut
from pollready.api.rounds import assessment_of, veil_of
from pollready.assessment.models import SavedAssessment, StationRecord
from pollready.assessment.queries import findings_for, is_cleared, stations_for
from pollready.assessment.result import CRITERIA
from pollready.people.permissions import Permission
from pollready.people.scopes import listings_for
from pollready.places.queries import county_of, lying_in

router = Router(tags=["stations"])
STATES = {"m": "met", "u": "unmet", "?": "unknown", "c": "contradicted"}


class Station(Schema):
    """One station; `criteria` gives each of the ten as met, unmet, unknown or contradicted."""

    id: int
    code: str
    name: str
    kind: Literal["fixed", "mobile"]
    county: str
    place: int | None
    status: str
    lat: float | None
    lon: float | None
    expected_voters: int | None
    readiness: Literal["ready", "not_ready", "unknown"]
    contradicted: bool
    criteria: dict[str, str]


class Finding(Schema):
    """An obstacle, or missing evidence, at a station."""

    rule: str
    severity: str
    owner: str
    cause: int


class StationWithFindings(Station):
    """One station with what was found there, and what it depends on (masked as need be)."""

    findings: list[Finding]
    upstream: list[str]


class Asked(Schema):
    """What of the list is asked for."""

    readiness: Literal["ready", "not_ready", "unknown", "contradicted"] | None = None
    kind: Literal["fixed", "mobile"] | None = None
    county: str | None = None
    place: Key | None = None  # of any level: a province, a county, a district


@router.get("/rounds/{code}/stations", response=answers(Page[Station]))
@needs(Permission.SEE_REGISTER)
def stations(
    request: HttpRequest, code: str, asked: Annotated[Asked, Query()], window: Part
) -> dict[str, Any]:
    """List the stations of a round in the order of their codes."""
    records = _records(request, assessment_of(user_of(request), code))
    if asked.readiness == "contradicted":
        records = records.filter(contradicted=True)
    elif asked.readiness:
        records = records.filter(readiness=asked.readiness)
    if asked.kind:
        records = records.filter(listing__point__kind=asked.kind)
    if asked.county:
        records = records.filter(county_code=asked.county.replace("\0", ""))
    if asked.place is not None:
        records = records.filter(listing__point__place__in=lying_in(asked.place))
    count, rows = cut(records.defer("detail").order_by("listing__code", "pk"), window)
    return {"count": count, "offset": window.offset, "rows": [_station(row) for row in rows]}


@router.get("/stations/{listing_id}", response=answers(StationWithFindings))
@needs(Permission.SEE_REGISTER)
def station(request: HttpRequest, listing_id: Key) -> dict[str, Any]:
    """Give one station with what was found there."""
    user = user_of(request)
    listing = get_object_or_404(listings_for(user), pk=listing_id)
    saved = SavedAssessment.objects.filter(round=listing.round_id).defer("summary").first()
    if saved is None:
        raise Refused("not_assessed", 404)
    if not is_cleared(user, saved):
        raise Refused("above_clearance", 403)
    record = get_object_or_404(_records(request, saved), listing=listing)
    veil = veil_of(user, listing.round_id)
    found = findings_for(user, saved).filter(listing=listing).select_related("cause")
    return _station(record) | {
        "findings": [
            {
                "rule": each.cause.rule,
                "severity": each.cause.severity,
                "owner": veil.text(each.cause.owner),
                "cause": each.cause_id,
            }
            for each in found.order_by("pk")
        ],
        "upstream": [veil.code(code) for code in record.detail.get("upstream", ())],
    }


def _records(request: HttpRequest, saved: SavedAssessment) -> Any:
    records = stations_for(user_of(request), saved).select_related("listing__point")
    return records.annotate(**county_of("listing__point__place"))


def _station(record: StationRecord) -> dict[str, Any]:
    listing, point = record.listing, record.listing.point
    return {
        "id": listing.pk,
        "code": listing.code,
        "name": point.name,
        "kind": point.kind,
        "county": record.county_name,  # type: ignore[attr-defined]  # annotated by `_records`
        "place": point.place_id,
        "status": listing.status,
        "lat": point.lat,
        "lon": point.lon,
        "expected_voters": listing.expected_voters,
        "readiness": record.readiness,
        "contradicted": record.contradicted,
        "criteria": {
            name: STATES[letter] for name, letter in zip(CRITERIA, record.criteria, strict=True)
        },
    }
