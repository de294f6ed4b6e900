"""Which stations of an assessment are asked for, by lists, files, the API and questions."""

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from functools import reduce
from operator import and_, or_
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Replace, Substr
from django.utils import timezone

from pollready.assessment.areas import UnreadableArea, read_area, stands_in
from pollready.assessment.falling import Falling, UnreadablePick, fallen_listings, falling
from pollready.assessment.models import (
    Alone,
    DependenceRecord,
    FindingRecord,
    SavedAssessment,
    Signal,
    SignalRecord,
    StationRecord,
)
from pollready.assessment.queries import required_software
from pollready.assessment.result import CRITERIA
from pollready.assessment.waits import IN_TIME, OVER_TARGET, WAIT_UNKNOWN
from pollready.language import fold, latin_digits, parse_date
from pollready.obstacles.catalogue import RULES
from pollready.people.models import User
from pollready.places.models import Place, PlaceLevel, StationKind, Stop
from pollready.places.queries import lying_in
from pollready.register.models import Claim
from pollready.register.queries import components_for, groups_for

Records = QuerySet[StationRecord]

READINESS = ("ready", "not_ready", "unknown", "contradicted")
# The letters of StationRecord.criteria.
LETTERS = {"unmet": "u", "unknown": "?", "contradicted": "c"}
STATES = {letter: state for state, letter in LETTERS.items()} | {"m": "met"}
# How old evidence is, in days before the assessment; `none`: there is none.
AGES = ("14", "30", "60", "90", "none")
# Waits: over the target or not, or a mean over so many minutes.
WAITS = ("over", "in_time", "15", "30", "60", "unknown")
CARDS = ("ready", "not_ready", "unknown")
REHEARSALS = ("passed", "failed", "absent", "unknown")
DIFFERS, UNKNOWN = "differs", "unknown"
ALONE = {"below_online": Alone.BELOW_ONLINE, "closed": Alone.CLOSED}

# What a primary key can be: a database refuses larger numbers with an error of its own.
KEYS: Mapping[str, int] = {"min_value": 0, "max_value": 2**63 - 1, "decimal_places": 0}


# How many stations an address can name one by one.
IDS_MAX = 500


def check_area(text: str) -> None:
    """Refuse an area that cannot be read."""
    try:
        read_area(text)
    except UnreadableArea as error:
        raise ValidationError(str(error), code=error.code) from None


def check_ids(text: str) -> None:
    """Refuse anything but up to `IDS_MAX` numbers with commas between them."""
    parts = text.split(",")
    if len(parts) > IDS_MAX or not all(re.fullmatch("[0-9]{1,18}", part) for part in parts):
        raise ValidationError(text, code="invalid")


class DayField(forms.Field):
    """A day, written as people write days, in either calendar."""

    def clean(self, value: Any) -> date | None:
        """Read the day; raises `ValidationError` where it is none."""
        if value in (None, ""):
            return None
        day = parse_date(value)
        if day is None:
            raise ValidationError("no day", code="invalid")
        return day


class DayFilter(django_filters.Filter):  # type: ignore[misc]  # django-filter is untyped
    """A filter by a day."""

    field_class = DayField


def _choice(values: Any, method: str) -> Any:
    return django_filters.ChoiceFilter(method=method, choices=[(value, value) for value in values])


class StationFilter(django_filters.FilterSet):  # type: ignore[misc]  # django-filter is untyped
    """Which stations of an assessment are listed; `viewer` bounds what may be asked about."""

    q = django_filters.CharFilter(method="by_name_or_code")
    place = django_filters.NumberFilter(method="by_place", **KEYS)
    county = django_filters.CharFilter(method="by_county")
    district = django_filters.NumberFilter(method="by_district", **KEYS)
    kind = django_filters.ChoiceFilter(
        field_name="listing__point__kind", choices=StationKind.choices
    )
    readiness = _choice(READINESS, "by_readiness")
    criterion = _choice(
        [f"{name}.{state}" for name in CRITERIA for state in LETTERS], "by_criterion"
    )
    rule = _choice([rule.code for rule in RULES], "by_rule")
    cause = django_filters.NumberFilter(method="by_cause", **KEYS)
    agency = django_filters.NumberFilter(method="by_agency", **KEYS)
    operator = django_filters.CharFilter(method="by_operator")
    signal = _choice(Signal.values, "by_signal")
    software = django_filters.CharFilter(method="by_software")
    wait = _choice(WAITS, "by_wait")
    cards = _choice(CARDS, "by_word")
    rehearsal = _choice(REHEARSALS, "by_word")
    tested = _choice(AGES, "by_age")
    evidence = _choice(AGES, "by_age")
    contradiction = _choice(("yes", "no"), "by_contradiction")
    changed = DayFilter(method="by_change")
    component = django_filters.NumberFilter(method="by_component", **KEYS)
    group = django_filters.NumberFilter(method="by_component", **KEYS)
    alone = _choice(ALONE, "by_alone")
    area = django_filters.CharFilter(method="by_area", validators=[check_area])
    ids = django_filters.CharFilter(method="by_ids", validators=[check_ids])
    position = _choice(("missing",), "by_position")
    pick = django_filters.CharFilter(method="by_pick")

    class Meta:
        model = StationRecord
        fields: tuple[str, ...] = ()

    def __init__(
        self, data: Any, queryset: Records, *, viewer: User, saved: SavedAssessment, now: datetime
    ) -> None:
        super().__init__(data, queryset=queryset)
        self.viewer, self.saved, self.now = viewer, saved, now
        self.falling: Falling | None = None  # what the pick takes, once it was read
        self.filters["pick"].extra["validators"] = [self._read_pick]

    def _read_pick(self, text: str) -> None:
        """Work out what a pick takes; refuse one that cannot be read by this viewer."""
        try:
            self.falling = falling(text, viewer=self.viewer, saved=self.saved, now=self.now)
        except UnreadablePick:
            raise ValidationError(text, code="invalid") from None

    def by_name_or_code(self, records: Records, name: str, value: str) -> Records:
        """Match a part of the folded name, spaces apart, or of the code as it is written.

        Several words may stand in any order, and name where the station is as well.
        """
        words = fold(value).split()
        code = Q(listing__code__icontains=latin_digits(value.strip()))
        if not words:
            return records.filter(code)
        named = Q(joined_name__contains="".join(words))
        if len(words) > 1:
            named |= reduce(and_, (_name_or_place_has(word) for word in words))
        return records.annotate(
            joined_name=Replace("listing__point__key", Value(" "), Value(""))
        ).filter(named | code)

    def by_place(self, records: Records, name: str, value: Any) -> Records:
        """Match stations in a place of any level."""
        return records.filter(listing__point__place__in=lying_in(int(value)))

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

    def by_agency(self, records: Records, name: str, value: Any) -> Records:
        """Match stations that depend on a component of the agency."""
        return records.filter(agency_ids__contains=f"|{int(value)}|")

    def by_operator(self, records: Records, name: str, value: str) -> Records:
        """Match stations with the operator; with its signal where one is asked for as well."""
        signal = self.form.cleaned_data.get("signal")
        return self._with_signal(records, Q(operator=value), signal)

    def by_signal(self, records: Records, name: str, value: str) -> Records:
        """Match stations with such a signal of any operator, or of the one that is asked for."""
        if self.form.cleaned_data.get("operator"):
            return records  # both together: see `by_operator`
        return self._with_signal(records, Q(), value)

    def _with_signal(self, records: Records, which: Q, signal: str | None) -> Records:
        signals = SignalRecord.objects.filter(which, assessment=self.saved)
        if signal:
            signals = signals.filter(signal=signal)
        return records.filter(listing__in=signals.values("listing"))

    def by_software(self, records: Records, name: str, value: str) -> Records:
        """Match a version, `unknown`, or `differs`: another one than most stations run."""
        if value == UNKNOWN:
            return records.filter(software="")
        if value == DIFFERS:
            required = required_software(self.saved)
            return records.exclude(software__in=("", required)) if required else records.none()
        return records.filter(software=value)

    def by_wait(self, records: Records, name: str, value: str) -> Records:
        """Match waits over the target, in time, unknown, or with a mean over so many minutes."""
        if value.isdecimal():
            return records.filter(wait_mean_min__gt=int(value))
        if value == UNKNOWN:
            return records.filter(WAIT_UNKNOWN)
        return records.filter(OVER_TARGET if value == "over" else IN_TIME)

    def by_word(self, records: Records, name: str, value: str) -> Records:
        """Match a canonical word of the field; unknown where nobody says."""
        return records.filter(**{name: "" if value == UNKNOWN else value})

    def by_age(self, records: Records, name: str, value: str) -> Records:
        """Match evidence older than so many days on the assessment's day, or none at all."""
        field = f"{name}_date"
        if value == "none":
            return records.filter(**{f"{field}__isnull": True})
        day = self.saved.as_of_date - timedelta(days=int(value))
        return records.filter(**{f"{field}__lt": day})

    def by_contradiction(self, records: Records, name: str, value: str) -> Records:
        """Match stations about which sources contradict one another, or do not."""
        return records.filter(**{"contradictions__gt" if value == "yes" else "contradictions": 0})

    def by_change(self, records: Records, name: str, value: date) -> Records:
        """Match stations of which something was recorded on that day or later."""
        begins = timezone.make_aware(datetime.combine(value, time(0)))
        since = Claim.objects.filter(
            recorded_at__gt=self.saved.made_at, recorded_at__gte=begins, listing__isnull=False
        )
        return records.filter(Q(changed_at__gte=begins) | Q(listing__in=since.values("listing")))

    def by_component(self, records: Records, name: str, value: Any) -> Records:
        """Match stations that rest on a component or group that the viewer may know of."""
        known = components_for if name == "component" else groups_for
        mine = {f"record__{name}__in": known(self.viewer).filter(pk=value)}
        behind = DependenceRecord.objects.filter(record__assessment=self.saved, **mine)
        alone = self.form.cleaned_data.get("alone")
        if alone:
            behind = behind.filter(alone__gte=ALONE[alone])
        return records.filter(listing__in=behind.values("listing"))

    def by_alone(self, records: Records, name: str, value: str) -> Records:
        """Narrow what rests on a component to what falls with it alone: see `by_component`."""
        return records

    def by_area(self, records: Records, name: str, value: str) -> Records:
        """Match stations that stand, or stop, in an area drawn on the map."""
        return records.filter(stands_in(read_area(value), "listing"))

    def by_ids(self, records: Records, name: str, value: str) -> Records:
        """Match stations by the numbers of their entries in the round's list."""
        return records.filter(listing__in=[int(part) for part in value.split(",")])

    def by_pick(self, records: Records, name: str, value: str) -> Records:
        """Match stations that a pick of failures takes below a level."""
        found = self.falling
        return (
            records.none() if found is None else records.filter(listing__in=fallen_listings(found))
        )

    def by_position(self, records: Records, name: str, value: str) -> Records:
        """Match stations of which neither they nor any of their stops has a position."""
        return records.filter(
            ~Exists(Stop.objects.filter(listing=OuterRef("listing"), lat__isnull=False)),
            listing__point__lat__isnull=True,
        )


def county_called(value: str) -> Q:
    """Find a county by its code, or by its name where it has none: as assessments name it."""
    return Q(level=PlaceLevel.COUNTY) & (Q(code=value) | Q(code="", name=value))


def _name_or_place_has(word: str) -> Q:
    """Say that a station's name has a word, or one of the places in which it lies."""
    above = [f"{'parent__' * up}key__contains" for up in range(PlaceLevel.LOCALITY + 1)]
    places = Place.objects.filter(reduce(or_, (Q(**{key: word}) for key in above)))
    return Q(joined_name__contains=word) | Q(listing__point__place__in=places.values("pk"))


def _within(place: Q) -> Q:
    """Say that the station's place, or one that it lies in, is such a place."""
    chosen = Place.objects.filter(place)
    inside = Place.objects.filter(
        Q(pk__in=chosen) | Q(parent__in=chosen) | Q(parent__parent__in=chosen)
    )
    return Q(listing__point__place__in=inside)


def _with_finding(finding: Q) -> Exists:
    return Exists(
        FindingRecord.objects.filter(
            finding, listing=OuterRef("listing"), cause__assessment=OuterRef("assessment")
        )
    )
