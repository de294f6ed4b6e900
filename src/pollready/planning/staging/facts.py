"""What a staging plan is made from: stations with place and signal, and the depots there are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import time
from enum import StrEnum

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from pollready.assessment.models import SavedAssessment, Signal, SignalRecord, StationRecord
from pollready.assessment.queries import stations_for
from pollready.language import fold
from pollready.people.models import Person, User
from pollready.people.permissions import Permission, may
from pollready.places.models import ElectionRound, Listing, Place, PlaceLevel, Stop
from pollready.planning.needs import PlaceAbove
from pollready.planning.staging.staff import DESK_ROLES, Named
from pollready.register.models import Component
from pollready.register.queries import components_for
from pollready.register.veil import Veil

OPENS_H, CLOSES_H = 8.0, 18.0  # of a round that does not say
H_PER_DAY = 24.0


class Heard(StrEnum):
    """Whether a station has any signal or line: by record, never by guess."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class StagedStation:
    """A station as a staging plan sees it; a position is None where nobody recorded one."""

    listing_id: int
    code: str
    name: str
    county: int | None
    district: int | None
    lat: float | None
    lon: float | None
    voters: int | None
    heard: Heard


# A station of a plan that its reader may not see; no code and no name stands for "elsewhere".
UNSEEN = StagedStation(0, "", "", None, None, None, None, None, Heard.UNKNOWN)


@dataclass(frozen=True, slots=True)
class DepotAt:
    """A depot of the register that has a position."""

    code: str
    name: str
    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class StagingFacts:
    """Stations in the order of their codes, depots, names of places, and the hours of polling."""

    stations: Sequence[StagedStation]
    depots: Sequence[DepotAt]
    places: Mapping[int, str]
    opens_h: float
    closes_h: float
    staff: Mapping[int | None, Sequence[Named]] = field(default_factory=dict)  # by county

    def of_county(self, county: int) -> "StagingFacts":
        """Give the same of one county's stations; depots outside it serve it too."""
        kept = [each for each in self.stations if each.county == county]
        return replace(self, stations=kept)


def facts_for(user: User, saved: SavedAssessment, veil: Veil) -> StagingFacts:
    """Read what the user may plan with: stations in his scope, depots whose names he may see."""
    depots = Component.objects.none()
    if may(user, Permission.SEE_INFRASTRUCTURE):
        depots = components_for(user).filter(round=saved.round_id)
    facts = read_facts(stations_for(user, saved), depots, saved)
    shown = [depot for depot in facts.depots if veil.shows(depot.code)]
    return replace(facts, depots=shown)


def read_facts(
    records: QuerySet[StationRecord], components: QuerySet[Component], saved: SavedAssessment
) -> StagingFacts:
    """Read the stations of these records that serve, and the depots among the components."""
    above = PlaceAbove()
    heard = _heard(records, saved)
    stop = Stop.objects.filter(listing=OuterRef("listing"), lat__isnull=False).order_by("ordinal")
    rows = (
        records.exclude(listing__status="cancelled")
        .annotate(
            at_lat=Coalesce("listing__point__lat", Subquery(stop.values("lat")[:1])),
            at_lon=Coalesce("listing__point__lon", Subquery(stop.values("lon")[:1])),
        )
        .order_by("listing__code", "pk")
        .values_list(
            "listing_id", "listing__code", "listing__point__name", "listing__point__place_id",
            "at_lat", "at_lon", "listing__expected_voters",
        )
    )  # fmt: skip
    stations = [
        StagedStation(
            listing, code, name, above.at(place, PlaceLevel.COUNTY),
            above.at(place, PlaceLevel.DISTRICT), lat, lon, voters,
            heard.get(listing, Heard.UNKNOWN),
        )
        for listing, code, name, place, lat, lon, voters in rows
    ]  # fmt: skip
    depots = [
        DepotAt(code, name or code, lat, lon)
        for code, name, lat, lon in components.filter(kind="depot")
        .order_by("code")
        .values_list("code", "name", "lat", "lon")
        if lat is not None and lon is not None
    ]
    opens, closes = hours_of(saved.round)
    names = dict(Place.objects.values_list("pk", "name"))
    counties = {each.county for each in stations}
    staff = {
        county: people for county, people in _staff(saved, above).items() if county in counties
    }
    return StagingFacts(stations, depots, names, opens, closes, staff)


def _staff(saved: SavedAssessment, above: PlaceAbove) -> dict[int | None, list[Named]]:
    """Give who is named for the desks of each county."""
    rows = Person.objects.filter(round=saved.round_id, place__isnull=False).order_by("pk")
    found: dict[int | None, list[Named]] = {}
    for pk, name, role, deputy, place in rows.values_list(
        "pk", "name", "role", "deputy", "place_id"
    ):
        if fold(role) in DESK_ROLES:
            county = above.at(place, PlaceLevel.COUNTY)
            found.setdefault(county, []).append(Named(pk, name, deputy))
    return found


def hours_of(round_: ElectionRound) -> tuple[float, float]:
    """Give the hours of opening and closing; a closing before the opening is the day after."""
    opens = _hours(round_.opens, OPENS_H)
    closes = _hours(round_.closes, CLOSES_H)
    return opens, closes if closes > opens else closes + H_PER_DAY


def _hours(at: time | None, default: float) -> float:
    return default if at is None else at.hour + at.minute / 60


def _heard(records: QuerySet[StationRecord], saved: SavedAssessment) -> dict[int, Heard]:
    """Say of each station whether any operator or line reaches it.

    One that does is enough. None reaches it only where every one recorded was found not to.
    """
    listings = Listing.objects.filter(pk__in=records.order_by().values("listing"))
    rows = SignalRecord.objects.filter(assessment=saved, listing__in=listings)
    found: dict[int, Heard] = {}
    for listing, signal in rows.values_list("listing_id", "signal"):
        known = found.get(listing)
        if known is Heard.YES or signal in (Signal.GOOD, Signal.WEAK):
            found[listing] = Heard.YES
        elif signal == Signal.NONE:
            found[listing] = known or Heard.NO
        else:
            found[listing] = Heard.UNKNOWN
    return found
