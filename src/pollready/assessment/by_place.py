"""What an assessment found, counted by place: stations by the tree of places, causes within one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from pollready.assessment.models import CauseRecord, FindingRecord, SavedAssessment, StationRecord
from pollready.assessment.queries import VOTERS, as_tally, stations_by_cause, tally_columns
from pollready.places.models import Listing, PlaceLevel
from pollready.places.queries import lying_in, narrowed_to

Tally = Mapping[str, Any]
_PLACE = "listing__point__place"


@dataclass(frozen=True, slots=True)
class StationCounts:
    """Stations counted in all, by kind, and by the district (or what is wider) they stand in."""

    total: Tally
    by_kind: Mapping[str, Tally]
    by_place: Mapping[int, Tally]  # by the key of the place; a station may stand in none


@dataclass(frozen=True, slots=True)
class CauseCount:
    """How many stations a cause holds at, with their voters where any are known."""

    stations: int
    voters: int | None


def stations_in(stations: QuerySet[StationRecord], place: int) -> QuerySet[StationRecord]:
    """Narrow stations to those in a place of any level."""
    return stations.filter(listing__point__place__in=lying_in(place))


def listings_in(listings: QuerySet[Listing], place: int) -> QuerySet[Listing]:
    """Narrow entries of the list to those in a place of any level."""
    return listings.filter(point__place__in=lying_in(place))


def count_stations(stations: QuerySet[StationRecord]) -> StationCounts:
    """Count stations by kind and place, as assessments count them, in one query."""
    kind = "listing__point__kind"
    rows = list(
        stations.annotate(area=narrowed_to(_PLACE, PlaceLevel.DISTRICT))
        .values("area", kind)
        .annotate(**tally_columns())
        .order_by("area", kind)
    )
    by_place = _summed_by("area", rows)
    by_place.pop(None, None)
    return StationCounts(summed(rows), _summed_by(kind, rows), by_place)


def _summed_by(column: str, rows: Iterable[Tally]) -> dict[Any, Tally]:
    gathered: dict[Any, list[Tally]] = {}
    for row in rows:
        gathered.setdefault(row[column], []).append(row)
    return {value: summed(of_value) for value, of_value in gathered.items()}


def summed(tallies: Iterable[Tally]) -> Tally:
    """Add tallies of different stations up; voters that nobody knows stay unknown."""
    rows = list(tallies)
    found: dict[str, Any] = {}
    for name in tally_columns():
        known = [row[name] for row in rows if row[name] is not None]
        found[name] = sum(known) if known or name not in VOTERS else None
    return as_tally(found)


def count_causes(saved: SavedAssessment, listings: QuerySet[Listing]) -> Mapping[int, CauseCount]:
    """Count, for each cause that holds at some of the stations, those and their voters."""
    found = FindingRecord.objects.filter(cause__assessment=saved, listing__in=listings)
    return {
        cause: CauseCount(stations, voters)
        for cause, (stations, voters) in stations_by_cause(found).items()
    }


def counted_as(
    causes: Iterable[CauseRecord], counts: Mapping[int, CauseCount]
) -> list[CauseRecord]:
    """Give the causes that are counted, with their stations and voters as counted."""
    found = []
    for cause in causes:
        if (count := counts.get(cause.pk)) is not None:
            cause.stations, cause.voters = count.stations, count.voters
            found.append(cause)
    return found
