"""The filters of the list of stations, and the words of what is chosen."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import django_filters
from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Replace, Substr

from pollready.assessment.models import FindingRecord, StationRecord
from pollready.assessment.queries import cause_for
from pollready.assessment.result import CRITERIA
from pollready.console.wording import Wording
from pollready.language import fold, latin_digits, say
from pollready.obstacles.catalogue import RULES
from pollready.people.models import User
from pollready.people.scopes import in_places, places_of
from pollready.places.models import Place, PlaceLevel, StationKind

Records = QuerySet[StationRecord]

READINESS = ("ready", "not_ready", "unknown", "contradicted")
# The letters of StationRecord.criteria.
LETTERS = {"unmet": "u", "unknown": "?", "contradicted": "c"}
STATES = {letter: state for state, letter in LETTERS.items()} | {"m": "met"}


# What a primary key can be: a database refuses larger numbers with an error of its own.
KEYS: Mapping[str, int] = {"min_value": 0, "max_value": 2**63 - 1, "decimal_places": 0}


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter that is on: its words, and the name to take out of the address."""

    name: str
    words: str


class StationFilter(django_filters.FilterSet):  # type: ignore[misc]  # django-filter is untyped
    """Which stations of an assessment are listed."""

    q = django_filters.CharFilter(method="by_name_or_code")
    county = django_filters.CharFilter(method="by_county")
    district = django_filters.NumberFilter(method="by_district", **KEYS)
    kind = django_filters.ChoiceFilter(
        field_name="listing__point__kind", choices=StationKind.choices
    )
    readiness = django_filters.ChoiceFilter(
        method="by_readiness", choices=[(name, name) for name in READINESS]
    )
    criterion = django_filters.ChoiceFilter(
        method="by_criterion",
        choices=[(f"{name}.{state}",) * 2 for name in CRITERIA for state in LETTERS],
    )
    rule = django_filters.ChoiceFilter(
        method="by_rule", choices=[(rule.code, rule.code) for rule in RULES]
    )
    cause = django_filters.NumberFilter(method="by_cause", **KEYS)

    class Meta:
        model = StationRecord
        fields: tuple[str, ...] = ()

    def by_name_or_code(self, records: Records, name: str, value: str) -> Records:
        """Match a part of the folded name, spaces apart, or of the code as it is written."""
        key = fold(value).replace(" ", "")
        return records.annotate(
            joined_name=Replace("listing__point__key", Value(" "), Value(""))
        ).filter(
            Q(joined_name__contains=key) | Q(listing__code__icontains=latin_digits(value.strip()))
        )

    def by_county(self, records: Records, name: str, value: str) -> Records:
        """Match stations whose place lies in the county."""
        return records.filter(_within(county_called(value)))

    def by_district(self, records: Records, name: str, value: Any) -> Records:
        """Match stations whose place lies in the district."""
        return records.filter(_within(Q(level=PlaceLevel.DISTRICT, pk=value)))

    def by_readiness(self, records: Records, name: str, value: str) -> Records:
        """Match the readiness; the contradicted are inside the unknown."""
        if value == "contradicted":
            return records.filter(contradicted=True)
        return records.filter(readiness=value)

    def by_criterion(self, records: Records, name: str, value: str) -> Records:
        """Match one criterion's value, such as `second_path.unmet`."""
        criterion, _, state = value.partition(".")
        letter = Substr("criteria", CRITERIA.index(criterion) + 1, 1)
        return records.annotate(chosen_criterion=letter).filter(chosen_criterion=LETTERS[state])

    def by_rule(self, records: Records, name: str, value: str) -> Records:
        """Match stations at which the rule holds in the same assessment."""
        return records.filter(_with_finding(Q(cause__rule=value)))

    def by_cause(self, records: Records, name: str, value: Any) -> Records:
        """Match stations under one cause."""
        return records.filter(_with_finding(Q(cause=value)))


def county_called(value: str) -> Q:
    """Find a county by its code, or by its name where it has none: as assessments name it."""
    return Q(level=PlaceLevel.COUNTY) & (Q(code=value) | Q(code="", name=value))


def _within(place: Q) -> Exists:
    """Say that the station's place, or one that it lies in, is such a place."""
    chosen = Place.objects.filter(place)
    here = OuterRef("listing__point__place")
    return Exists(
        Place.objects.filter(pk=here).filter(
            Q(pk__in=chosen) | Q(parent__in=chosen) | Q(parent__parent__in=chosen)
        )
    )


def _with_finding(finding: Q) -> Exists:
    return Exists(
        FindingRecord.objects.filter(
            finding, listing=OuterRef("listing"), cause__assessment=OuterRef("assessment")
        )
    )


def chips(chosen: Mapping[str, Any], wording: Wording, *, viewer: User) -> list[Chip]:
    """Say each filter that is on, in the order of a sentence."""
    writers: dict[str, Callable[[Any], str]] = {
        "kind": lambda value: say(f"console.chip.kind.{value}", wording.language),
        "readiness": lambda value: say(f"console.chip.readiness.{value}", wording.language),
        "county": lambda value: _named("county", _place(county_called(value), viewer), wording),
        "district": lambda value: _named("district", _place(Q(pk=value), viewer), wording),
        "criterion": lambda value: _criterion(value, wording.language),
        "rule": lambda value: _named("rule", wording.title(value), wording),
        "cause": lambda value: _named("cause", _cause(value, wording, viewer), wording),
        "q": lambda value: _named("search", value, wording),
    }
    return [Chip(name, write(chosen[name])) for name, write in writers.items() if chosen.get(name)]


def _named(kind: str, value: str, wording: Wording) -> str:
    return say(f"console.chip.{kind}", wording.language, value=value)


def _place(which: Q, viewer: User) -> str:
    mine = Place.objects.filter(which, in_places("pk", places_of(viewer)))
    return mine.values_list("name", flat=True).first() or "?"


def _cause(number: Any, wording: Wording, viewer: User) -> str:
    record = cause_for(viewer, int(number))
    return wording.cause(record).sentence if record else "?"


def _criterion(value: str, language: str) -> str:
    criterion, _, state = value.partition(".")
    if state == "unmet":
        return say(f"console.chip.unmet.{criterion}", language)
    return criterion_option(value, language)


def criterion_option(value: str, language: str) -> str:
    """Say a choice of the criterion filter: «برق: نامعلوم»."""
    criterion, _, state = value.partition(".")
    return say(
        "console.list.option",
        language,
        name=say(f"console.criterion.{criterion}", language),
        state=say(f"console.list.group_{state}", language),
    )
