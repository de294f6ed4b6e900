"""The filters of the board of obstacles, and the words of what is chosen."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import django_filters
from django.db.models import Exists, OuterRef, Q, QuerySet

from pollready.assessment.cases.queries import is_mine, overdue_on, works_for_one
from pollready.assessment.filters import KEYS, county_called
from pollready.assessment.models import FindingRecord
from pollready.console.lists.fields import Chip
from pollready.console.wording import Wording
from pollready.language import say
from pollready.obstacles.cases import ACTIVE, OPEN, CaseState
from pollready.obstacles.catalogue import RULES
from pollready.obstacles.due import GATES
from pollready.obstacles.finding import Severity
from pollready.obstacles.models import ObstacleCase
from pollready.people.models import User
from pollready.places.models import Place
from pollready.places.queries import lying_in

Cases = QuerySet[ObstacleCase]

ACTIVE_STATES, ALL_STATES, ANY_OPEN = "active", "all", "open"
STATES = (ACTIVE_STATES, *(state.value for state in CaseState), ALL_STATES)
YES, NO = "yes", "no"
SORTS: Mapping[str, tuple[str, ...]] = {
    "weight": ("severity_rank",),
    "due": ("due_date",),
    "age": ("found_date",),
}


class CaseFilter(django_filters.FilterSet):  # type: ignore[misc]  # django-filter is untyped
    """Which cases of a round are listed; `viewer` and `day` say whose and overdue when."""

    severity = django_filters.ChoiceFilter(choices=[(s.value, s.value) for s in Severity])
    rule = django_filters.ChoiceFilter(choices=[(rule.code, rule.code) for rule in RULES])
    owner = django_filters.CharFilter(field_name="owner")
    gate = django_filters.ChoiceFilter(field_name="due_gate", choices=[(g, g) for g in GATES])
    place = django_filters.NumberFilter(method="by_place", **KEYS)
    county = django_filters.CharFilter(method="by_county")
    mine = django_filters.ChoiceFilter(method="by_mine", choices=[(YES, YES), (NO, NO)])
    overdue = django_filters.ChoiceFilter(method="by_overdue", choices=[(YES, YES)])
    state = django_filters.ChoiceFilter(method="by_state", choices=[(s, s) for s in STATES])

    class Meta:
        model = ObstacleCase
        fields: tuple[str, ...] = ()

    def __init__(self, values: Any, *, viewer: User, day: date, queryset: Cases) -> None:
        super().__init__(values, queryset=queryset)
        self.viewer, self.day = viewer, day

    def by_place(self, cases: Cases, name: str, value: Any) -> Cases:
        """Match cases with a station in a place of any level."""
        return cases.filter(_at_a_station_in(lying_in(int(value))))

    def by_county(self, cases: Cases, name: str, value: str) -> Cases:
        """Match cases with a station in the county."""
        chosen = Place.objects.filter(county_called(value))
        inside = Place.objects.filter(
            Q(pk__in=chosen) | Q(parent__in=chosen) | Q(parent__parent__in=chosen)
        )
        return cases.filter(_at_a_station_in(inside))

    def by_mine(self, cases: Cases, name: str, value: str) -> Cases:
        """Match what waits for the viewer or his office."""
        return cases.filter(is_mine(self.viewer)) if value == YES else cases

    def by_overdue(self, cases: Cases, name: str, value: str) -> Cases:
        """Match what should be gone by now."""
        return cases.filter(overdue_on(self.day))

    def by_state(self, cases: Cases, name: str, value: str) -> Cases:
        """Match a state; `active` is whatever somebody still has to do something about."""
        return cases.filter(in_state(value))


def _at_a_station_in(places: QuerySet[Place]) -> Exists:
    here = FindingRecord.objects.filter(listing__point__place__in=places, cause=OuterRef("record"))
    return Exists(here)


def in_state(value: str) -> Q:
    """Say that a case is in a state, or in one of those that a name gathers."""
    if value == ALL_STATES:
        return Q()
    gathered = {ACTIVE_STATES: ACTIVE, ANY_OPEN: OPEN}.get(value, (value,))
    return Q(state__in=[str(state) for state in gathered])


def usual_filters(viewer: User) -> dict[str, str]:
    """Give what the board shows before anybody has chosen: what is one's own today."""
    return {"mine": YES} if works_for_one(viewer) else {}


def case_chips(chosen: Mapping[str, Any], wording: Wording) -> list[Chip]:
    """Say each filter that is on, in the order of a sentence."""
    language = wording.language

    def named(kind: str, value: str) -> str:
        return say(f"board.chip.{kind}", language, value=value)

    writers: dict[str, Callable[[Any], str]] = {
        "mine": lambda value: say("board.chip.mine", language) if value == YES else "",
        "overdue": lambda value: say("board.chip.overdue", language),
        "severity": lambda value: named("severity", say(f"console.severity.{value}", language)),
        "rule": lambda value: named("rule", wording.title(value)),
        "place": lambda value: named("place", _place_name(Q(pk=value))),
        "county": lambda value: named("county", _place_name(county_called(value))),
        "owner": lambda value: named("owner", wording.owner(value)),
        "gate": lambda value: named("gate", say(f"board.gate.{value}", language)),
    }
    said = [(name, write(chosen[name])) for name, write in writers.items() if chosen.get(name)]
    return [Chip(name, words) for name, words in said if words]


def _place_name(which: Q) -> str:
    return Place.objects.filter(which).values_list("name", flat=True).first() or "?"
