"""What the last assessment needs of each kind of means, by county: counted from its findings."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from django.db.models import Count

from pollready.assessment.models import SavedAssessment
from pollready.assessment.queries import findings_for, stations_for
from pollready.obstacles.catalogue import RULES
from pollready.obstacles.finding import Severity
from pollready.obstacles.thresholds import Thresholds
from pollready.people.models import User
from pollready.places.models import Place, PlaceLevel
from pollready.resources.needs import COUNTY, Need, WrongNeeds

_CRITERION_OF = {rule.code: rule.criterion for rule in RULES}


@dataclass(slots=True)
class NeedCount:
    """How many are needed for certain, and at how many stations nobody knows whether they are."""

    count: int = 0
    stations: int = 0  # at which the rule holds
    unknown: int = 0

    def add(self, other: "NeedCount") -> None:
        """Add what is needed elsewhere."""
        self.count += other.count
        self.stations += other.stations
        self.unknown += other.unknown


@dataclass(frozen=True, slots=True)
class Needed:
    """What one line of the table comes to, by county; None is a station in no county."""

    need: Need
    by_county: Mapping[int | None, NeedCount] = field(default_factory=dict)

    def total(self, county: int | None = None) -> NeedCount:
        """Add up all counties, or give one."""
        if county is not None:
            return self.by_county.get(county, NeedCount())
        found = NeedCount()
        for each in self.by_county.values():
            found.add(each)
        return found


def check_needs(needs: Iterable[Need]) -> None:
    """Raise `WrongNeeds` for rules, shares and severities that there are not."""
    shares = {each.name for each in fields(Thresholds)} | {""}
    severities = {str(each) for each in Severity} | {""}
    for need in needs:
        if need.rule not in _CRITERION_OF:
            raise WrongNeeds("needs.toml", f"rule = {need.rule}")
        if need.share not in shares or need.severity not in severities:
            raise WrongNeeds("needs.toml", f"{need.share} {need.severity}".strip())


def needed(
    user: User, saved: SavedAssessment, needs: Sequence[Need], thresholds: Thresholds
) -> list[Needed]:
    """Work out each line of the table within the user's scope. Raises `WrongNeeds`.

    Who speaks for an agency has those findings counted that his agency is to settle.
    """
    check_needs(needs)
    counties = CountyOf()
    found = findings_for(user, saved).exclude(cause__severity=Severity.UNKNOWN)
    found = found.filter(cause__rule__in=[need.rule for need in needs], listing__isnull=False)
    rows = list(_rows(found, needs, counties))
    untold = _untold(user, saved, counties)
    return [_counted(need, rows, untold, thresholds) for need in needs]


class PlaceAbove:
    """In which place of a level a place lies, itself included."""

    def __init__(self) -> None:
        rows = Place.objects.values_list("pk", "parent", "level")
        self._places = {pk: (parent, level) for pk, parent, level in rows}

    def at(self, place: int | None, wanted: PlaceLevel) -> int | None:
        """Give the key of the place of the level; None where the place lies in none."""
        while place is not None:
            parent, level = self._places[place]
            if level == wanted:
                return place
            place = parent
        return None


class CountyOf(PlaceAbove):
    """In which county a place lies."""

    def __call__(self, place: int | None) -> int | None:
        """Give the county's key; None where the place lies in none."""
        return self.at(place, PlaceLevel.COUNTY)


@dataclass(frozen=True, slots=True)
class _Row:
    """Findings of one rule that ask for the same: at one station, or at several of a place."""

    rule: str
    severity: str
    county: int | None
    stations: int
    listing: int | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)


def _rows(found: Any, needs: Sequence[Need], counties: CountyOf) -> Iterable[_Row]:
    """Read findings: counted where every one asks for the same, one by one where they do not."""
    each_apart = {need.rule for need in needs if not need.is_plain}
    place = "listing__point__place"
    counted = (
        found.exclude(cause__rule__in=each_apart)
        .order_by()
        .values_list("cause__rule", "cause__severity", place)
        .annotate(stations=Count("listing", distinct=True))
    )
    for rule, severity, at, stations in counted:
        yield _Row(rule, severity, counties(at), stations)
    apart = found.filter(cause__rule__in=each_apart).values_list(
        "cause__rule", "cause__severity", place, "listing", "fields"
    )
    for rule, severity, at, listing, told in apart:
        yield _Row(rule, severity, counties(at), 1, listing, told)


def _untold(
    user: User, saved: SavedAssessment, counties: CountyOf
) -> dict[int | None, list[tuple[str, int]]]:
    """Give, by county, the letters of the stations' criteria with how many have them so."""
    rows = (
        stations_for(user, saved)
        .order_by()
        .values_list("listing__point__place", "criteria")
        .annotate(stations=Count("pk"))
    )
    found: dict[int | None, list[tuple[str, int]]] = defaultdict(list)
    for place, criteria, stations in rows:
        found[counties(place)].append((criteria, stations))
    return found


def _counted(
    need: Need,
    rows: Iterable[_Row],
    untold: Mapping[int | None, list[tuple[str, int]]],
    thresholds: Thresholds,
) -> Needed:
    counts: dict[int | None, NeedCount] = defaultdict(NeedCount)
    seen: set[int | None] = set()
    whole: dict[int | None, int] = defaultdict(int)
    for row in rows:
        if row.rule != need.rule or (need.severity and row.severity != need.severity):
            continue
        if not need.applies(row.fields) or (row.listing is not None and row.listing in seen):
            continue
        seen.add(row.listing)
        more = need.of(row.fields, thresholds)
        here = counts[row.county]
        here.stations += row.stations
        if more is None:
            here.unknown += row.stations
        elif need.per == COUNTY:
            whole[row.county] = max(whole[row.county], more)
        else:
            here.count += more * row.stations
    for county, count in whole.items():
        counts[county].count = count
    criterion = _CRITERION_OF[need.rule]
    if criterion is not None:
        for county, letters in untold.items():
            unknown = sum(n for text, n in letters if text[criterion - 1 : criterion] in ("?", "c"))
            if unknown:
                counts[county].unknown += unknown
    return Needed(need, dict(counts))
