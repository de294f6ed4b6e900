"""The filters of lists of stations in words: fields of the form, and chips."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.db.models import Q
from django.utils import timezone

from pollready.assessment.falling import falling
from pollready.assessment.filters import (
    AGES,
    CARDS,
    DIFFERS,
    LETTERS,
    READINESS,
    REHEARSALS,
    UNKNOWN,
    WAITS,
    county_called,
)
from pollready.assessment.models import Signal
from pollready.assessment.queries import (
    cause_for,
    causes_for,
    operators_of,
    software_versions,
)
from pollready.assessment.result import CRITERIA
from pollready.console.context import Reading
from pollready.console.explore import pick_words
from pollready.console.explore_words import Things
from pollready.console.lists.fields import Chip, FilterField, Options
from pollready.console.places import (
    counties_offered,
    district_choices,
    in_order,
    place_named,
    wider_choices,
)
from pollready.console.wording import Wording
from pollready.language import UnknownPhrase, date_text, say
from pollready.obstacles.finding import Severity
from pollready.people.models import User
from pollready.people.scopes import agencies_for
from pollready.places.models import PlaceLevel, StationKind
from pollready.register.queries import components_for, groups_for

# Filters whose choices are words of their own: `lists.choice.<name>.<value>`.
_WORDS: Mapping[str, Iterable[str]] = {
    "signal": Signal.values,
    "wait": WAITS,
    "cards": CARDS,
    "rehearsal": REHEARSALS,
    "tested": AGES,
    "evidence": AGES,
    "contradiction": ("yes", "no"),
}
# Filters that come by a link and have no field of their own: kept while others change.
_CARRIED = ("cause", "component", "group", "alone", "area", "ids", "position", "pick")


def station_fields(
    reading: Reading, chosen: Mapping[str, Any], viewer: User, offered: Iterable[str]
) -> list[FilterField]:
    """Give the fields of a form, in order; districts only once a county is chosen."""
    language = reading.wording.language
    makers: dict[str, Callable[[], Options]] = {
        "district": lambda: district_choices(chosen.get("county") or "", viewer),
        "kind": lambda: [
            (kind, say(f"console.kind_of_one.{kind}", language)) for kind in StationKind.values
        ],
        "readiness": lambda: [(name, say(f"console.sign.{name}", language)) for name in READINESS],
        "rule": lambda: _rules(reading, viewer),
        "agency": lambda: in_order(
            (str(agency.pk), agency.name) for agency in agencies_for(viewer)
        ),
        "operator": lambda: [
            (operator, operator_name(operator, reading.wording))
            for operator in reading.wording.veil.open_ones(operators_of(reading.saved))
        ],
        "software": lambda: [
            (DIFFERS, say("lists.choice.software.differs", language)),
            (UNKNOWN, say("lists.choice.software.unknown", language)),
            *(
                (version, version)
                for version in reading.wording.veil.open_ones(software_versions(reading.saved))
            ),
        ],
        **{name: _of_words(name, values, language) for name, values in _WORDS.items()},
    }
    fields: list[FilterField] = []
    for name in offered:
        if name == "county":
            fields += place_fields(chosen, viewer, language)
            continue
        value = str(chosen.get(name, ""))
        label = say(f"lists.filter.{name}", language)
        if name in makers:
            options = makers[name]()
            hidden = name == "district" and not options  # its county is not chosen
            if value or not hidden:
                fields.append(FilterField(name, label, value, options=options, hidden=hidden))
        elif name == "criterion":
            fields.append(FilterField(name, label, value, groups=_criteria(language)))
        elif name == "changed":
            day = chosen.get("changed")
            hint = say("lists.filter.changed_hint", language)
            value = day.isoformat() if day else ""
            fields.append(FilterField(name, label, value, hint=hint))
        else:
            fields.append(FilterField(name, label, value, search=True))
    return fields + [
        FilterField(name, "", str(chosen[name]), hidden=True) for name in _CARRIED if name in chosen
    ]


def place_fields(chosen: Mapping[str, Any], viewer: User, language: str) -> list[FilterField]:
    """Give the fields of wider places and of counties, which stand in what they lie in."""
    place = int(chosen["place"]) if chosen.get("place") else None
    level, wider = wider_choices(viewer)
    counties = counties_offered(viewer, place)
    fields = []
    if any(str(place) == option for option, _ in wider) or (wider and place is None):
        said = say(f"console.place_level.{level}", language)
        fields.append(FilterField("place", said, str(place or ""), options=wider))
    elif place is not None:
        fields.append(FilterField("place", "", str(place), hidden=True))
    return [
        *fields,
        FilterField(
            "county", say("lists.filter.county", language), str(chosen.get("county", "")),
            options=counties.options, groups=counties.groups,
        ),
    ]  # fmt: skip


def _of_words(name: str, values: Iterable[str], language: str) -> Callable[[], Options]:
    return lambda: [(value, say(f"lists.choice.{name}.{value}", language)) for value in values]


def _criteria(language: str) -> list[tuple[str, Options]]:
    return [
        (
            say(f"console.list.group_{state}", language),
            [(f"{name}.{state}", say(f"console.criterion.{name}", language)) for name in CRITERIA],
        )
        for state in LETTERS
    ]


def _rules(reading: Reading, viewer: User) -> list[tuple[str, str]]:
    """List the rules that hold somewhere, obstacles before missing evidence."""
    rules = (
        causes_for(viewer, reading.saved)
        .filter(stations__gt=0)
        .order_by("rule")
        .exclude(severity=Severity.UNKNOWN)
        .values_list("rule", flat=True)
        .distinct()
    )
    return in_order((rule, reading.wording.title(rule)) for rule in rules)


def operator_name(operator: str, wording: Wording) -> str:
    """Name an operator: the agency, or the way that stands in its place."""
    try:
        return say(f"lists.operator.{operator}", wording.language)
    except UnknownPhrase:
        return wording.owner(operator)


def station_chips(reading: Reading, chosen: Mapping[str, Any], viewer: User) -> list[Chip]:
    """Say each filter that is on, in the order of a sentence."""
    words = _Chips(reading, viewer)
    writers: dict[str, Callable[[Any], str]] = {
        "kind": lambda value: words.say(f"console.chip.kind.{value}"),
        "readiness": lambda value: words.say(f"console.chip.readiness.{value}"),
        "place": lambda value: words.named("place", place_named(Q(pk=value), viewer)),
        "county": lambda value: words.named("county", place_named(county_called(value), viewer)),
        "district": lambda value: words.named(
            "district", place_named(Q(level=PlaceLevel.DISTRICT, pk=value), viewer)
        ),
        "criterion": words.criterion,
        "rule": lambda value: words.named("rule", reading.wording.title(value)),
        "cause": words.cause,
        "operator": lambda value: words.of("operator", operator_name(value, reading.wording)),
        "signal": lambda value: words.say(f"lists.chip.signal.{value}"),
        "agency": words.agency,
        "software": words.software,
        "wait": lambda value: words.say(f"lists.chip.wait.{value}"),
        "cards": lambda value: words.say(f"lists.chip.cards.{value}"),
        "rehearsal": lambda value: words.say(f"lists.chip.rehearsal.{value}"),
        "tested": lambda value: words.age("tested", value),
        "evidence": lambda value: words.age("evidence", value),
        "contradiction": lambda value: words.say(f"lists.chip.contradiction.{value}"),
        "changed": lambda value: words.of("changed", date_text(value, words.language)),
        "component": words.component,
        "group": words.group,
        "alone": lambda value: words.say(f"lists.chip.alone.{value}"),
        "area": lambda value: words.say("map.chip.area"),
        "ids": lambda value: words.say("map.chip.ids", stations=value.count(",") + 1),
        "position": lambda value: words.say("map.chip.position"),
        "pick": words.pick,
        "q": lambda value: words.named("search", value),
    }
    return [Chip(name, write(chosen[name])) for name, write in writers.items() if chosen.get(name)]


class _Chips:
    """Says chips for one viewer."""

    def __init__(self, reading: Reading, viewer: User) -> None:
        self.reading, self.viewer = reading, viewer
        self.language = reading.wording.language

    def say(self, key: str, **fields: Any) -> str:
        return say(key, self.language, **fields)

    def named(self, kind: str, value: str) -> str:
        return self.say(f"console.chip.{kind}", value=value)

    def of(self, kind: str, value: str) -> str:
        return self.say(f"lists.chip.{kind}", value=value)

    def criterion(self, value: str) -> str:
        criterion, _, state = value.partition(".")
        if state == "unmet":
            return self.say(f"console.chip.unmet.{criterion}")
        return self.say(
            "console.list.option",
            name=self.say(f"console.criterion.{criterion}"),
            state=self.say(f"console.list.group_{state}"),
        )

    def cause(self, value: Any) -> str:
        record = cause_for(self.viewer, int(value))
        return self.named("cause", self.reading.wording.cause(record).sentence if record else "?")

    def agency(self, value: Any) -> str:
        name = agencies_for(self.viewer).filter(pk=value).values_list("name", flat=True).first()
        return self.of("agency", name or "?")

    def software(self, value: str) -> str:
        if value in (DIFFERS, UNKNOWN):
            return self.say(f"lists.chip.software_{value}")
        return self.of("software", value)

    def age(self, what: str, value: str) -> str:
        if value == "none":
            return self.say(f"lists.chip.{what}.none")
        return self.say(f"lists.chip.{what}.older", days=int(value))

    def component(self, value: Any) -> str:
        code = components_for(self.viewer).filter(pk=value).values_list("code", flat=True).first()
        return self._resting(code)

    def group(self, value: Any) -> str:
        code = groups_for(self.viewer).filter(pk=value).values_list("code", flat=True).first()
        return self._resting(code)

    def pick(self, value: str) -> str:
        reading = self.reading
        found = falling(value, viewer=self.viewer, saved=reading.saved, now=timezone.now())
        if found.explored is None:
            return self.say("explore.chip.waiting")
        things = Things(found.explored, reading.wording.veil, self.language, self.viewer)
        what = pick_words(found.pick, things)
        return self.say(f"explore.chip.{found.measure}", what=what, hours=found.hours)

    def _resting(self, code: str | None) -> str:
        return self.of("component", self.reading.wording.veil.code(code) if code else "?")
