"""Where the stations of an assessment stand and how they are, in columns for a map."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce

from pollready.assessment.models import FindingRecord, StationRecord
from pollready.obstacles.finding import Severity
from pollready.places.models import Place, PlaceLevel, StationKind, Stop

# Degrees are sent as whole numbers of this part: about one metre.
PER_DEGREE = 100_000
SERVICES = ("admit", "close")
# One letter a level; `?` stands where unknowns make a difference, or nothing is worked out.
LEVEL_LETTERS: Mapping[str, str] = {
    "online": "o", "offline": "f", "paper": "p", "closed": "x",
    "electronic": "e", "relay": "r", "courier": "c", "none": "n",
}  # fmt: skip
READINESS_LETTERS: Mapping[str, str] = {"ready": "r", "not_ready": "n", "unknown": "u"}
CONTRADICTED = "c"
FOUND, FOUND_MISSING, NOT_FOUND = "1", "?", "0"


@dataclass(frozen=True, slots=True)
class Columns:
    """Stations by column: row i of each is one station; texts hold one letter a station.

    Positions are whole parts of a degree (`PER_DEGREE`), None where nobody recorded one.
    `criteria` holds ten letters a station. `found` is empty unless an obstacle was asked for.
    """

    ids: list[int]
    lats: list[int | None]
    lons: list[int | None]
    voters: list[int | None]
    counties: list[int | None]
    mobile: str
    readiness: str
    admit: str
    close: str
    criteria: str
    found: str


def read_columns(
    records: QuerySet[StationRecord], findings: QuerySet[FindingRecord] | None = None
) -> Columns:
    """Read the stations, in the order of their codes; `findings` says where an obstacle is."""
    stop = Stop.objects.filter(listing=OuterRef("listing"), lat__isnull=False).order_by("ordinal")
    rows = list(
        records.annotate(
            at_lat=Coalesce("listing__point__lat", Subquery(stop.values("lat")[:1])),
            at_lon=Coalesce("listing__point__lon", Subquery(stop.values("lon")[:1])),
        )
        .order_by("listing__code", "pk")
        .values_list(
            "listing_id", "at_lat", "at_lon", "listing__expected_voters",
            "listing__point__place_id", "listing__point__kind", "readiness", "contradicted",
            "criteria", "assessment_id",
        )
    )  # fmt: skip
    columns: list[Any] = list(zip(*rows, strict=True)) or [()] * 10
    county = county_by_place()
    levels = {each: level_letters(each) for each in set(columns[9])}
    letters = [levels[each][listing] for each, listing in zip(columns[9], columns[0], strict=True)]
    return Columns(
        ids=list(columns[0]),
        lats=[_whole(lat) for lat in columns[1]],
        lons=[_whole(lon) for lon in columns[2]],
        voters=list(columns[3]),
        counties=[county.get(place) for place in columns[4]],
        mobile="".join("1" if kind == StationKind.MOBILE else "0" for kind in columns[5]),
        readiness="".join(map(_readiness, columns[6], columns[7])),
        criteria="".join(columns[8]),
        admit="".join(each[0] for each in letters),
        close="".join(each[1] for each in letters),
        found="" if findings is None else _found(columns[0], findings),
    )


@lru_cache(maxsize=2)
def level_letters(assessment_id: int) -> Mapping[int, str]:
    """Give the letters of both services by station; an assessment, once saved, stays as it is."""
    rows = StationRecord.objects.filter(assessment=assessment_id).values_list(
        "listing_id",
        *(_level(service, reading) for service in SERVICES for reading in ("working", "failed")),
    )
    letters: dict[tuple[str | None, ...], str] = {}
    found = {}
    for listing, *levels in rows.iterator(chunk_size=5000):
        key = tuple(levels)
        if key not in letters:
            letters[key] = _letter(*key[:2]) + _letter(*key[2:])
        found[listing] = letters[key]
    return found


def _level(service: str, reading: str) -> KeyTextTransform:
    return KeyTextTransform(reading, KeyTextTransform(f"level_{service}", "detail"))


def _whole(degrees: float | None) -> int | None:
    return None if degrees is None else round(degrees * PER_DEGREE)


def _readiness(readiness: str, contradicted: bool) -> str:
    return CONTRADICTED if contradicted else READINESS_LETTERS[readiness]


def _letter(working: str | None, failed: str | None) -> str:
    """Give the letter of a level; it is unknown where the two readings differ."""
    return LEVEL_LETTERS.get(working or "", "?") if working == failed else "?"


def _found(ids: Iterable[int], findings: QuerySet[FindingRecord]) -> str:
    """Say at which stations there is a finding; one for want of evidence says only that."""
    found: dict[int, str] = {}
    rows = findings.filter(listing__isnull=False).values_list("listing_id", "cause__severity")
    for listing, severity in rows:
        if severity != Severity.UNKNOWN:
            found[listing] = FOUND
        else:
            found.setdefault(listing, FOUND_MISSING)
    return "".join(found.get(each, NOT_FOUND) for each in ids)


def county_by_place() -> dict[int, int]:
    """Give the county of every place that lies in one; a county lies in itself."""
    above = dict(Place.objects.values_list("pk", "parent_id"))
    counties = set(Place.objects.filter(level=PlaceLevel.COUNTY).values_list("pk", flat=True))
    found = {}
    for place in above:
        up: int | None = place
        while up is not None and up not in counties:
            up = above.get(up)
        if up is not None:
            found[place] = up
    return found


def steps(values: Iterable[int | None]) -> list[int | None]:
    """Give each number as its difference from the last one that was known.

    >>> steps([5, 7, None, 6])
    [5, 2, None, -1]
    """
    last, given = 0, []
    for value in values:
        given.append(None if value is None else value - last)
        last = last if value is None else value
    return given


@dataclass(frozen=True, slots=True)
class StopColumns:
    """The stops of mobile stations that have a position, by column."""

    stations: list[int]
    ordinals: list[int]
    lats: list[int]
    lons: list[int]


def read_stops(records: QuerySet[StationRecord]) -> StopColumns:
    """Read the stops of the stations, in the order of their routes."""
    rows = list(
        Stop.objects.filter(listing__in=records.values("listing"), lat__isnull=False)
        .order_by("listing_id", "ordinal")
        .values_list("listing_id", "ordinal", "lat", "lon")
    )
    return StopColumns(
        [row[0] for row in rows],
        [row[1] for row in rows],
        [round((row[2] or 0) * PER_DEGREE) for row in rows],
        [round((row[3] or 0) * PER_DEGREE) for row in rows],
    )
