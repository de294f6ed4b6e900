"""One page of the list of stations: rows, count, sorting and pages."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, Q, QuerySet, Sum

from pollready.assessment.models import SavedAssessment, StationRecord
from pollready.assessment.queries import causes_for
from pollready.assessment.result import CRITERIA
from pollready.console.filters import (
    LETTERS,
    READINESS,
    STATES,
    Records,
    StationFilter,
    county_called,
)
from pollready.console.wording import Wording
from pollready.language import say
from pollready.obstacles.finding import Severity
from pollready.people.models import User
from pollready.people.scopes import in_places, places_of
from pollready.places.models import Place, PlaceLevel, StationKind

if TYPE_CHECKING:
    _StationPaginator = Paginator[StationRecord]
else:
    _StationPaginator = Paginator  # generic for the type checker only

ROWS = 50
SORTS: Mapping[str, tuple[str, ...]] = {
    "code": ("listing__code",),
    "name": ("listing__point__key", "listing__code"),
    "voters": ("listing__expected_voters", "listing__code"),
    "readiness": ("readiness", "listing__code"),
}
# From the place of a station up to its county.
PLACES_ABOVE = "listing__point__place__parent__parent"


@dataclass(frozen=True, slots=True)
class CriterionSign:
    """One criterion of one station, for a small sign."""

    name: str
    value: str
    words: str


@dataclass(frozen=True, slots=True)
class Row:
    """A station in the list."""

    listing_id: int
    code: str
    name: str
    kind: str
    county: str
    district: str
    voters: int | None
    readiness: str
    criteria: tuple[CriterionSign, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What the filters leave: how many, with how many voters, and one page of them."""

    stations: int
    voters: int | None
    without_voters: int
    page: Page[StationRecord]
    rows: list[Row]
    page_numbers: list[int | str]
    sort: str
    descending: bool
    understood: bool
    criteria: tuple[str, ...] = CRITERIA


def find_stations(records: Records, query: Any, language: str) -> tuple[StationFilter, Found]:
    """Filter, count, sort and cut what the viewer may see, as the address asks."""
    chosen = StationFilter(query, queryset=records)
    understood = chosen.is_valid()
    matching = chosen.qs if understood else records
    figures = matching.aggregate(
        stations=Count("pk"),
        voters=Sum("listing__expected_voters"),
        without=Count("pk", filter=Q(listing__expected_voters__isnull=True)),
    )
    sort, descending = _sort_of(query.get("sort", ""))
    ordered = _ordered(matching, sort, descending=descending).select_related(PLACES_ABOVE)
    paginator = _CountedPaginator(ordered.defer("detail"), ROWS, figures["stations"])
    page = paginator.get_page(query.get("page"))
    found = Found(
        stations=figures["stations"],
        voters=figures["voters"],
        without_voters=figures["without"],
        page=page,
        rows=[_row(record, language) for record in page],
        page_numbers=list(paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)),
        sort=sort,
        descending=descending,
        understood=understood,
    )
    return chosen, found


class _CountedPaginator(_StationPaginator):
    """Takes the count that was read together with the voters."""

    def __init__(self, records: QuerySet[StationRecord], per_page: int, count: int) -> None:
        super().__init__(records, per_page)
        self.count = count


def _sort_of(text: str) -> tuple[str, bool]:
    name = text.removeprefix("-")
    return (name, text.startswith("-")) if name in SORTS else ("code", False)


def _ordered(
    records: QuerySet[StationRecord], sort: str, *, descending: bool
) -> QuerySet[StationRecord]:
    """Sort by a column; what is unknown comes last either way."""
    first, *rest = SORTS[sort]
    by = F(first).desc(nulls_last=True) if descending else F(first).asc(nulls_last=True)
    return records.order_by(by, *rest, "pk")


def _row(record: StationRecord, language: str) -> Row:
    point = record.listing.point
    above = places_above(point.place)
    return Row(
        listing_id=record.listing_id,
        code=record.listing.code,
        name=point.name,
        kind=point.kind,
        county=above.get(PlaceLevel.COUNTY, ""),
        district=above.get(PlaceLevel.DISTRICT, ""),
        voters=record.listing.expected_voters,
        readiness="contradicted" if record.contradicted else record.readiness,
        criteria=criterion_signs(record.criteria, language),
    )


def places_above(place: Place | None) -> dict[int, str]:
    """Give the names of a place and of those that it lies in, by level."""
    names: dict[int, str] = {}
    while place is not None and place.level >= PlaceLevel.COUNTY:
        names[place.level] = place.name
        place = place.parent
    return names


def criterion_signs(letters: str, language: str) -> tuple[CriterionSign, ...]:
    """Read the ten letters of a station's criteria."""
    signs = []
    for name, letter in zip(CRITERIA, letters, strict=True):
        state = STATES[letter]
        words = say(
            "console.list.criterion_state",
            language,
            criterion=say(f"console.criterion.{name}", language),
            state=say(f"console.sign.{state}", language),
        )
        signs.append(CriterionSign(name, state, words))
    return tuple(signs)


@dataclass(frozen=True, slots=True)
class Choices:
    """What each filter can be set to, in words."""

    counties: list[tuple[str, str]]
    districts: list[tuple[str, str]]
    kinds: list[tuple[str, str]]
    readiness: list[tuple[str, str]]
    criteria: list[tuple[str, list[tuple[str, str]]]]
    rules: list[tuple[str, str]]


def choices(
    saved: SavedAssessment, chosen: Mapping[str, Any], wording: Wording, *, viewer: User
) -> Choices:
    """Gather the choices; districts only once a county is chosen."""
    language = wording.language
    return Choices(
        counties=_counties(viewer),
        districts=_districts(chosen.get("county") or "", viewer),
        kinds=[(kind, say(f"console.kind_of_one.{kind}", language)) for kind in StationKind.values],
        readiness=[(name, say(f"console.sign.{name}", language)) for name in READINESS],
        criteria=[
            (
                say(f"console.list.group_{state}", language),
                [
                    (f"{name}.{state}", say(f"console.criterion.{name}", language))
                    for name in CRITERIA
                ],
            )
            for state in LETTERS
        ],
        rules=_rules(saved, wording, viewer),
    )


def _counties(viewer: User) -> list[tuple[str, str]]:
    """List the counties that the viewer has a part of, in the order of their codes."""
    counties = Place.objects.filter(level=PlaceLevel.COUNTY)
    mine = places_of(viewer)
    if mine is not None:
        inside = Q(pk__in=mine) | Q(children__in=mine) | Q(children__children__in=mine)
        counties = counties.filter(inside).distinct()
    return [(place.code or place.name, place.name) for place in counties.order_by("code", "key")]


def _districts(county: str, viewer: User) -> list[tuple[str, str]]:
    if not county:
        return []
    above = Place.objects.filter(county_called(county))
    places = Place.objects.filter(
        in_places("pk", places_of(viewer)), level=PlaceLevel.DISTRICT, parent__in=above
    )
    return sorted(((str(place.pk), place.name) for place in places), key=lambda pair: pair[1])


def _rules(saved: SavedAssessment, wording: Wording, viewer: User) -> list[tuple[str, str]]:
    """List the rules that hold somewhere, obstacles before missing evidence."""
    rules = (
        causes_for(viewer, saved)
        .filter(stations__gt=0)
        .exclude(severity=Severity.UNKNOWN)
        .order_by("rule")
        .values_list("rule", flat=True)
        .distinct()
    )
    return sorted(((rule, wording.title(rule)) for rule in rules), key=lambda pair: pair[1])
