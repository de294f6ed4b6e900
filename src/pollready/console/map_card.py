"""The card of what is selected on the map: a station, a component, or stations at one spot."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString

from pollready.assessment.models import CauseRecord, SavedAssessment, StationRecord
from pollready.assessment.queries import findings_for, stations_for
from pollready.assessment.result import CRITERIA
from pollready.console.lists.cells import Cell, Writer
from pollready.console.lists.stations import criterion_sign
from pollready.console.map_layers import Below, kind_name, stations_below
from pollready.console.places import ABOVE, places_above
from pollready.console.wording import CauseInWords, Wording
from pollready.language import say
from pollready.obstacles.finding import Severity
from pollready.people.models import User
from pollready.places.models import PlaceLevel
from pollready.register.links import Links
from pollready.register.models import Component

CAUSES = 3
AT_ONE_SPOT = 50


@dataclass(frozen=True, slots=True)
class StationCard:
    """A station in a few lines."""

    listing_id: int
    code: str
    name: str
    kind: str
    county: str
    district: str
    voters: int | None
    readiness: str
    criteria: SafeString  # ten small signs
    admit: str
    close: str
    causes: Sequence[CauseInWords]
    more_causes: int
    placed: bool


@dataclass(frozen=True, slots=True)
class ComponentCard:
    """A component in a few lines, as far as the viewer may know it."""

    id: int
    code: str
    name: str
    kind: str
    agency: str
    place: str
    below: Below
    placed: bool


def station_card(
    record: StationRecord, saved: SavedAssessment, wording: Wording, *, viewer: User
) -> StationCard:
    """Read a station's card; `record` comes out of the viewer's scope."""
    listing, language = record.listing, wording.language
    above = places_above(listing.point.place)
    causes = _causes(record, saved, viewer)
    return StationCard(
        listing_id=record.listing_id,
        code=listing.code,
        name=listing.point.name,
        kind=listing.point.kind,
        county=above.get(PlaceLevel.COUNTY, ""),
        district=above.get(PlaceLevel.DISTRICT, ""),
        voters=listing.expected_voters,
        readiness="contradicted" if record.contradicted else record.readiness,
        criteria=_ten_signs(record.criteria, wording),
        admit=_level(record.detail.get("level_admit"), language),
        close=_level(record.detail.get("level_close"), language),
        causes=wording.causes(causes[:CAUSES]),
        more_causes=max(len(causes) - CAUSES, 0),
        placed=listing.point.lat is not None or listing.stops.filter(lat__isnull=False).exists(),
    )


def _ten_signs(letters: str, wording: Wording) -> SafeString:
    writer = Writer(wording.language, wording.veil)
    signs = zip(CRITERIA, letters, strict=True)
    parts = tuple(criterion_sign(name, letter, writer) for name, letter in signs)
    return Cell("", drawn="ten", parts=parts).html()


def _causes(record: StationRecord, saved: SavedAssessment, viewer: User) -> list[CauseRecord]:
    """Give the causes at a station, the most severe first."""
    findings = findings_for(viewer, saved).filter(listing=record.listing_id)
    causes = {each.cause_id: each.cause for each in findings.select_related("cause").order_by("pk")}
    severities = list(Severity)
    return sorted(causes.values(), key=lambda cause: severities.index(Severity(cause.severity)))


def _level(levels: Mapping[str, Any] | None, language: str) -> str:
    """Say a level; it is unknown where unknowns make a difference."""
    if not levels or levels["working"] != levels["failed"]:
        return say("console.unknown", language)
    return say(f"console.level.{levels['working']}", language)


def component_card(
    component: Component, saved: SavedAssessment, links: Links, wording: Wording, *, viewer: User
) -> ComponentCard:
    """Read a component's card; what the veil hides of it stays hidden."""
    shown = wording.veil.shows(component.code)
    place = component.place
    county = places_above(place).get(PlaceLevel.COUNTY, "")
    return ComponentCard(
        id=component.pk,
        code=wording.veil.code(component.code),
        name=component.name if shown else "",
        kind=kind_name(component.kind, wording.language),
        agency=component.agency.name if component.agency else "",
        place=(place.name if shown and place else county),
        below=stations_below(viewer, saved, component.code, links),
        placed=shown and component.lat is not None,
    )


@dataclass(frozen=True, slots=True)
class SpotRow:
    """One of several stations at one spot."""

    listing_id: int
    code: str
    name: str
    readiness: str


def stations_at_one_spot(
    viewer: User, saved: SavedAssessment, listings: Sequence[int]
) -> list[SpotRow]:
    """List the stations of a spot that the viewer may see, in the order of their codes."""
    records = (
        stations_for(viewer, saved)
        .filter(listing__in=listings)
        .order_by("listing__code")
        .values_list(
            "listing_id", "listing__code", "listing__point__name", "readiness", "contradicted"
        )
    )
    return [
        SpotRow(pk, code, name, "contradicted" if contradicted else readiness)
        for pk, code, name, readiness, contradicted in records[:AT_ONE_SPOT]
    ]


def with_place(saved: SavedAssessment, viewer: User) -> Any:
    """Give the viewer's stations with what a card reads of them."""
    return stations_for(viewer, saved).select_related(f"listing__point__place__{ABOVE}")
