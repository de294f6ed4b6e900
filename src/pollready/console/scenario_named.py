"""What a selector names, as words: each thing with its kind, agency and place, and a title."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from pollready.console.context import Reading
from pollready.console.places import places_above
from pollready.console.scenario_words import ScenarioWords
from pollready.language import say
from pollready.people.models import User
from pollready.places.models import PlaceLevel
from pollready.planning.selectors import Choice, Failures, SelectorError, parse
from pollready.register.queries import components_for, groups_for

KINDS_SAID = 2


@dataclass(frozen=True, slots=True)
class NamedThing:
    """A component or group that is named; the name is empty where it may not be seen."""

    shown: str
    name: str
    kind: str
    agency: str
    county: str


@dataclass(frozen=True, slots=True)
class Named:
    """Everything that is named, how many of which kind, whose and where; and a title for it."""

    things: Sequence[NamedThing]
    kinds: Sequence[tuple[str, int]]
    agency: str  # of all of them; empty where there are several
    county: str
    title: str


def named_in(text: str, reading: Reading, user: User) -> Named | None:
    """Say what a selector names; None where it names nothing, or cannot be read."""
    try:
        selector = parse(text)
    except SelectorError:
        return None
    if not isinstance(selector, Failures):
        return None
    if any(part.choice is not Choice.NAMED or part.is_power for part in selector.parts):
        return None
    words = ScenarioWords(reading.wording)
    codes = list(dict.fromkeys(name for part in selector.parts for name in part.names))
    things = _things(codes, reading, user, words)
    kinds = Counter(each.kind for each in things if each.kind).most_common()
    agency, county = (
        names.pop() if len(names := {getattr(each, field) for each in things}) == 1 else ""
        for field in ("agency", "county")
    )
    return Named(things, kinds, agency, county, _title(things, kinds, agency, county, words))


def _things(
    codes: Sequence[str], reading: Reading, user: User, words: ScenarioWords
) -> list[NamedThing]:
    veil = reading.wording.veil
    found: dict[str, NamedThing] = {}
    components = components_for(user).select_related("agency", "place__parent__parent")
    for row in components.filter(round=reading.round, code__in=codes):
        county = places_above(row.place).get(PlaceLevel.COUNTY, "")
        agency = row.agency.name if row.agency else ""
        found[row.code] = NamedThing(row.code, row.name, words.kind(row.kind), agency, county)
    for group in groups_for(user).filter(round=reading.round, code__in=codes):
        kind = say("explore.table.group", reading.wording.language)
        found[group.code] = NamedThing(group.code, group.name, kind, "", "")
    return [
        found[code]
        if code in found and veil.shows(code)
        else NamedThing(veil.code(code), "", "", "", "")
        for code in codes
    ]


def _title(
    things: Sequence[NamedThing],
    kinds: Sequence[tuple[str, int]],
    agency: str,
    county: str,
    words: ScenarioWords,
) -> str:
    """Propose a title: of one thing its name, of several how many of what, whose and where."""
    if len(things) == 1:
        only = things[0]
        if not only.name and not only.kind:
            return words.told("named.title", what=only.shown)
        return words.told("named.title", what=only.name or f"{only.kind} {only.shown}")
    if kinds and len(kinds) <= KINDS_SAID and sum(count for _, count in kinds) == len(things):
        each = [words.told("named.of_kind", count=count, kind=kind) for kind, count in kinds]
        what = say("explore.chip.and", words.language).join(each)
    else:
        what = words.told("named.several", count=len(things))
    if agency:
        what = words.told("named.of_agency", what=what, agency=agency)
    if county:
        what = words.told("named.in_county", what=what, county=county)
    return words.told("named.title", what=what)
