"""What the page for exploring failures shows: the pick, what can be picked, and what it takes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import Q
from django.http import QueryDict

from pollready.assessment.exploring import Explored, Scope
from pollready.assessment.falling import OWN, SERVICE, durations_of
from pollready.assessment.looks import (
    MEASURES,
    CountyLoss,
    Failures,
    Look,
    Twice,
    by_county,
    look_at,
    ranked_listings,
)
from pollready.assessment.picks import Pick, PickRefused
from pollready.console.explore_words import ThingInWords, Things
from pollready.console.places import places_above
from pollready.engine.network import Unknowns
from pollready.language import LANGUAGES, fold, isolate, latin_digits, message, say
from pollready.people.models import User
from pollready.people.scopes import agencies_for, listings_for, places_of
from pollready.places.models import Place, PlaceLevel
from pollready.register.kinds import kinds
from pollready.register.queries import components_for, groups_for

FOUND_MAX = 12
PARTS_SAID = 3
COUNTIES_MAX = 60  # more are a nation's: the worst of them are shown, and few districts offered
ROWS = 25


@dataclass(frozen=True, slots=True)
class Picked:
    """One part of the pick in words, and the address without it."""

    words: str
    shown: str
    without: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A component or group that the search found, and the address with it."""

    thing: ThingInWords
    added: str
    is_picked: bool


@dataclass(frozen=True, slots=True)
class Choices:
    """What the selects of the form offer."""

    agencies: Sequence[tuple[str, str]]
    kinds: Sequence[tuple[str, str]]
    places: Sequence[tuple[str, Sequence[tuple[int, str]]]]


@dataclass(frozen=True, slots=True)
class Row:
    """One measure: what falls, by duration, in the order of the durations."""

    measure: str
    lost: Sequence[tuple[str, float, Twice]]  # name of the duration, its hours, what falls
    already: Twice


@dataclass(frozen=True, slots=True)
class StationRow:
    """A station that falls."""

    listing_id: int
    code: str
    name: str
    county: str
    voters: int | None


@dataclass(frozen=True, slots=True)
class Result:
    """What the pick takes."""

    failed: int
    durations: Sequence[tuple[str, float]]
    rows: Sequence[Row]
    measure: str
    duration: str
    hours: float
    lost: Twice
    paper_possible: Twice
    counties: Sequence[CountyLoss]
    all_counties: int
    largest: int
    county: str
    county_name: str
    stations: Sequence[StationRow]
    page: Page[int]


def find(text: str, pick: Pick, things: Things, query: QueryDict) -> list[Candidate]:
    """Search components and groups by code, name or kind; by the mask where that is all he sees."""
    asked = text.strip()
    if not asked:
        return []
    explored, user = things.explored, things.viewer
    exact = explored.masks.get(asked)
    key = fold(asked)
    of_kind = [
        code
        for code in kinds()
        if key and any(key in fold(say(f"kind.{code}", language)) for language in LANGUAGES)
    ]
    matches = Q(kind__in=of_kind)
    if exact is not None:
        matches |= Q(code=exact)
    found: list[str] = []
    by_text = Q(code__icontains=latin_digits(asked)) | Q(name__icontains=asked)
    for table in (components_for(user), groups_for(user)):
        rows = table.filter(round=explored.round_id)
        by_name = rows.filter(by_text).order_by("code").values_list("code", flat=True)
        # A code or name that he may not see must not be found out by searching for it.
        found += [code for code in by_name[: 20 * FOUND_MAX] if things.veil.shows(code)]
        found += rows.filter(matches).order_by("code").values_list("code", flat=True)[:FOUND_MAX]
    index = explored.network.element_index
    codes = [code for code in dict.fromkeys(found) if code in index][:FOUND_MAX]
    said = things.say(codes)
    return [
        Candidate(said[code], _with(query, said[code].token), code in pick.codes) for code in codes
    ]


def picked(pick: Pick, things: Things, query: QueryDict) -> list[Picked]:
    """Say each part of the pick."""
    said = things.say(pick.codes)
    parts = [
        Picked(said[code].words, said[code].shown, _without(query, said[code].token))
        for code in pick.codes
    ]
    if not pick.selector.is_empty:
        words = selector_words(pick, things)
        parts.append(Picked(words, "", _without_names(query, "agency", "kind", "place")))
    return parts


def pick_words(pick: Pick, things: Things) -> str:
    """Say what a pick fails: up to three parts of it, or how many there are."""
    said = things.say(pick.codes)
    parts = [isolate(each.name or each.shown) for code in pick.codes if (each := said[code])]
    if not pick.selector.is_empty:
        parts.append(selector_words(pick, things))
    if len(parts) > PARTS_SAID:
        return say("explore.chip.several", things.language, number=len(parts))
    return say("explore.chip.and", things.language).join(parts)


def fallen_query(pick: Pick, things: Things, result: Result) -> str:
    """Write the stations that a result lists as filters of the list of stations and of the map."""
    asked = f"{pick.address(things.veil)}&t={result.duration}&m={result.measure}"
    filters = {"pick": asked}
    if result.county or result.county_name:
        filters["county"] = result.county or result.county_name
    return urlencode(filters)


def selector_words(pick: Pick, things: Things) -> str:
    """Say «all … of … in …» of a selector."""
    chosen = pick.selector
    place = None
    if chosen.place is not None:
        place = Place.objects.filter(pk=chosen.place).values_list("name", flat=True).first() or "?"
    return say(
        "explore.pick.all"
        + ("_kind" if chosen.kind else "")
        + ("_agency" if chosen.agency else "")
        + ("_place" if chosen.place is not None else ""),
        things.language,
        kind=things.kind(chosen.kind),
        agency=things.agency(chosen.agency),
        place=place,
    )


def choices(things: Things, scope: Scope, place: int | None) -> Choices:
    """Give what the form offers, kept with the network for all of one scope and language."""
    key = ("choices", scope.key, things.language, place)
    return things.explored.derived(key, lambda: _choices(things, place))


def _choices(things: Things, place: int | None) -> Choices:
    """Gather agencies, kinds and places; what the viewer may not ask about is not offered.

    A nation's districts are too many for one select: those beside `place` are offered then.
    """
    user, explored = things.viewer, things.explored
    rows = components_for(user).filter(round=explored.round_id)
    owners = set(rows.values_list("agency__code", flat=True).distinct())
    present = set(rows.values_list("kind", flat=True).distinct())
    inside = places_of(user)
    places = Place.objects.all() if inside is None else inside
    counties = list(places.filter(level=PlaceLevel.COUNTY).order_by("code", "key"))
    lower = places.filter(level=PlaceLevel.DISTRICT)
    if len(counties) > COUNTIES_MAX:
        lower = lower.filter(Q(parent=place) | Q(parent__children=place))
    districts: dict[int | None, list[tuple[int, str]]] = {}
    for pk, name, parent in lower.distinct().order_by("key").values_list("pk", "name", "parent_id"):
        districts.setdefault(parent, []).append((pk, name))
    return Choices(
        agencies=[
            (code, name)
            for code, name in agencies_for(user).order_by("name").values_list("code", "name")
            if code in owners
        ],
        kinds=sorted(
            ((code, things.kind(code)) for code in kinds() if code in present),
            key=lambda each: each[1],
        ),
        places=[
            (county.name, [(county.pk, county.name), *districts.get(county.pk, ())])
            for county in counties
        ],
    )


def refusals(pick: Pick, language: str) -> list[str]:
    """Say what of the address could not be read."""
    return [_said(refused, language) for refused in pick.refused]


def _said(refused: PickRefused, language: str) -> str:
    return message(refused, language)


def looks(explored: Explored, scope: Scope, pick: Pick, failed: frozenset[str]) -> dict[str, Look]:
    """Look at the pick for each duration."""
    return {
        name: look_at(explored, scope, Failures(failed), hours)
        for name, hours in durations_of(explored, pick)
    }


def result_of(
    explored: Explored,
    scope: Scope,
    pick: Pick,
    query: Mapping[str, str],
    *,
    viewer: User,
    failed: frozenset[str],
) -> Result:
    """Evaluate what the pick fails, and take out of it what the page lists."""
    found = looks(explored, scope, pick, failed)
    duration = query.get("t", "")
    if duration not in found:
        duration = OWN if OWN in found else SERVICE
    look = found[duration]
    measure = query.get("m", "")
    if measure not in MEASURES:
        measure = next((name for name in MEASURES if look.lost[name].working.stations), "closed")
    fallen = look.fallen[measure][Unknowns.WORKING]
    counties = by_county(explored, scope, fallen)
    county = query.get("in", "")
    names = {each.code: each.name for each in counties}
    county = county if county in names else ""
    listings = ranked_listings(explored, fallen, county).tolist()
    paginator = Paginator(listings, ROWS)
    page = paginator.get_page(query.get("page"))
    return Result(
        failed=len(failed),
        durations=durations_of(explored, pick),
        rows=[
            Row(
                name,
                [(each, seen.duration_h, seen.lost[name]) for each, seen in found.items()],
                look.already[name],
            )
            for name in MEASURES
        ],
        measure=measure,
        duration=duration,
        hours=look.duration_h,
        lost=look.lost[measure],
        paper_possible=look.paper_possible,
        counties=worst_counties(counties, county),
        all_counties=len(counties),
        largest=max((each.lost.voters or 0 for each in counties), default=0),
        county=county,
        county_name=names.get(county, ""),
        stations=station_rows(list(page), viewer),
        page=page,
    )


def worst_counties(counties: Sequence[CountyLoss], chosen: str) -> Sequence[CountyLoss]:
    """Leave a nation's counties that lose most, and the chosen one; a province's all stand."""
    if len(counties) <= COUNTIES_MAX:
        return counties
    ranked = sorted(counties, key=lambda each: (-(each.lost.voters or 0), -each.lost.stations))
    return [
        each
        for number, each in enumerate(ranked)
        if number < COUNTIES_MAX or each.code == chosen != ""
    ]


def station_rows(listings: Sequence[int], viewer: User) -> list[StationRow]:
    """Read the stations of one page, in the order given."""
    rows = (
        listings_for(viewer).filter(pk__in=listings).select_related("point__place__parent__parent")
    )
    by_pk = {row.pk: row for row in rows}
    return [
        StationRow(
            row.pk,
            row.code,
            row.point.name,
            places_above(row.point.place).get(PlaceLevel.COUNTY, ""),
            row.expected_voters,
        )
        for pk in listings
        if (row := by_pk.get(pk)) is not None
    ]


def _with(query: QueryDict, token: str) -> str:
    """Give the address with one thing more, the search kept."""
    values = query.copy()
    if token not in values.getlist("c"):
        values.appendlist("c", token)
    values.pop("page", None)
    return f"?{values.urlencode()}"


def _without(query: QueryDict, token: str) -> str:
    values = query.copy()
    values.setlist("c", [each for each in values.getlist("c") if each.strip() != token])
    values.pop("page", None)
    return f"?{values.urlencode()}"


def _without_names(query: QueryDict, *names: str) -> str:
    values = query.copy()
    for name in (*names, "page"):
        values.pop(name, None)
    return f"?{values.urlencode()}"
